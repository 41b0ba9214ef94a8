package resolvers

import (
	"encoding/json"
	"testing"
)

func TestACostIsWrittenAsItWouldBeOtherwise(t *testing.T) {
	for _, c := range []*cost{
		{Requested: 1, Maximum: 5000},
		{Requested: 52, Maximum: 5000, Charged: 130},
		{Requested: 52, Maximum: 5000, introspects: true, allowance: &allowance{Limit: 100, Remaining: 0, RestoreRate: 7, reset: 3.5}},
	} {
		want, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(c.AppendJSON([]byte("x"))); got != "x"+string(want) {
			t.Errorf("got %s, want x%s", got, want)
		}
	}
}

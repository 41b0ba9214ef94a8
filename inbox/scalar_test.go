package inbox_test

import (
	"math"
	"testing"

	"foyer/inbox"
)

func TestAnyValueIsJSON(t *testing.T) {
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, `null`}, {int64(1), `1`}, {"a", `"a"`}, {math.Inf(1), `1e999`}, {math.Inf(-1), `-1e999`},
		{map[string]any{"a": []any{math.Inf(1), "b", 0.5}}, `{"a":[1e999,"b",0.5]}`},
	} {
		var j inbox.JSON
		if err := j.UnmarshalGQL(c.value); err != nil || string(j) != c.want {
			t.Errorf("%v: got %s, %v; want %s", c.value, j, err, c.want)
		}
	}
}

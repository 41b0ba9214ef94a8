package resolvers_test

import (
	"encoding/json"
	"testing"

	"foyer/resolvers"
)

func TestThePositionOfAnItemIsItsCursor(t *testing.T) {
	for data, want := range map[string]string{
		`{"events": {"__typename": "StreamReady", "cursor": "e.1"}}`: "e.1",
		`{"item": {"cursor": "e.2"}}`:                                "e.2",
		`{"events": {"__typename": "ConversationActivity"}}`:         "",
		`{"events": {}}`:            "",
		`{"events": {"cursor": 1}}`: "",
		`null`:                      "",
	} {
		if got := resolvers.Position(json.RawMessage(data)); got != want {
			t.Errorf("%s: %q, want %q", data, got, want)
		}
	}
}

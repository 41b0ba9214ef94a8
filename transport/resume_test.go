package transport_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"foyer/transport"
)

// resuming uses the text of a stream's only field as its position.
func resuming(c *transport.Config) {
	c.ResumeArgument = "after"
	c.StreamPosition = func(data json.RawMessage) string {
		var fields map[string]string
		if json.Unmarshal(data, &fields) != nil {
			return ""
		}
		for _, text := range fields {
			return text
		}
		return ""
	}
}

func TestAnEventStreamGoesOnAfterTheLastEvent(t *testing.T) {
	const query = `subscription($c: String) { ticksAfter(after: $c) }`
	tests := []struct {
		name, query, variables, last string
		first                        string // the first item, and its position
	}{
		{"from the start", query, ``, "", "+1"},
		{"from a position", query, `{"c":"a"}`, "", "a+1"},
		{"after the last event", query, `{"c":"a"}`, "a+2", "a+2+1"},
		{"after the last event, from the start", query, ``, "+2", "+2+1"},
		{"after the last event, from null", query, `{"c":null}`, "ü +2", "ü +2+1"},
		{"after the last event, by a default", `subscription($c: String = "a") { ticksAfter(after: $c) }`, ``, "a+2", "a+2+1"},
		{"in a fragment", `subscription($c: String) { ...f } fragment f on Subscription { ... { x: ticksAfter(after: $c) } }`, ``, "a+2", "a+2+1"},
	}
	s := newServer(t, resuming)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := s.open(t, call{method: "GET", query: urlOf(test.query, test.variables),
				header: []string{"Authorization", "Bearer alice", "Last-Event-ID", test.last}})
			got := f.next()
			if got.name != "next" || got.id != test.first || !strings.Contains(got.data, `"`+test.first+`"`) {
				t.Fatalf("got %+v, want %q", got, test.first)
			}
		})
	}
}

func TestAnEventStreamThatCannotGoOnSaysSo(t *testing.T) {
	tests := []struct{ name, query, last string }{
		{"a literal", `subscription { ticksAfter(after: "a") }`, "a+2"},
		{"left out", `subscription { ticksAfter }`, "a+2"},
		{"no such argument", `subscription($after: Int!) { ticks(count: $after) }`, "a+2"},
		{"another field", `subscription { ticks(count: 1) }`, "a+2"},
		{"endless", `subscription($c: String) { ticksAfter(after: $c) }`, strings.Repeat("x", 257)},
		{"not UTF-8", `subscription($c: String) { ticksAfter(after: $c) }`, "\xff"},
	}
	s := newServer(t, resuming)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := s.open(t, call{body: `{"query":` + quoted(test.query) + `,"variables":{"after":1}}`,
				header: []string{"Last-Event-ID", test.last}})
			f.expectCode("BAD_REQUEST")
			f.expectComplete()
		})
	}
}

func TestLastEventIDIsIgnoredWhereNothingCanGoOn(t *testing.T) {
	s := newServer(t)
	f := s.open(t, subscription(`subscription { ticksAfter(after: "a") }`, "Last-Event-ID", "a+2"))
	f.expect(`{"data":{"ticksAfter":"a+1"}}`)
	s = newServer(t, resuming)
	f = s.open(t, subscription(`{ hello }`, "Last-Event-ID", "a+2"))
	f.expect(`{"data":{"hello":"world"}}`)
}

func TestPositionsThatWouldNotComeBackAreNotSent(t *testing.T) {
	s := newServer(t, resuming)
	for _, position := range []string{"", " a", "a ", "a\nb", "a\r", "a\x00", "a\x7f", strings.Repeat("x", 257)} {
		s.schema.streams["ticksAfter"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
			return produce(ctx, 1, func(int) any { return position }), nil
		}
		if got := s.open(t, subscription(`subscription { ticksAfter }`)).next(); got.id != "" || got.name != "next" {
			t.Errorf("%q was sent as %q", position, got.id)
		}
	}
}

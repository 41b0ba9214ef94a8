package transport_test

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"foyer/transport"
)

func FuzzMessagesAreReadOrRefused(f *testing.F) {
	for _, seed := range []string{
		initMessage,
		`{"type":"connection_init","payload":{"Authorization":"bearer  x "}}`,
		`{"type":"ping","payload":{"a":1}}`,
		`{"type":"pong","payload":null}`,
		`{"type":"complete","id":"1"}`,
		`{"type":"subscribe","id":"ü\"\\","payload":{"query":"{ hello }","variables":{"a":[1.5e300]},"operationName":"x","extensions":{}}}`,
		` {"type":"subscribe","id":"\ud800","payload":{"query":"\u0000"}}`,
		`{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}`,
		`{"type":"next","id":"1"}`,
		`[]`, `null`, `{`, ``, `{"type":"ping"}x`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := transport.Parse(data)
		if err != nil {
			if m := err.Error(); m == "" || len(m) > 123 {
				t.Fatalf("a reason that fits no close frame: %q", m)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted %q, which is not JSON", data)
		}
		switch m.Type {
		case "connection_init", "ping", "pong":
			if m.Payload != nil && (m.Payload[0] != '{' || !json.Valid(m.Payload)) {
				t.Fatalf("accepted the payload %q", m.Payload)
			}
		case "complete", "subscribe":
			checkReplies(t, m)
			if (m.Params == nil) != (m.Type == "complete") || m.Params != nil && m.Params.Query == "" {
				t.Fatalf("%s has the parameters %v", m.Type, m.Params)
			}
		default:
			t.Fatalf("accepted the type %q", m.Type)
		}
	})
}

// checkReplies expects that an id comes back unchanged in replies.
func checkReplies(t *testing.T, m transport.Parsed) {
	t.Helper()
	if m.ID == "" || len(m.ID) > 256 || !utf8.ValidString(m.ID) {
		t.Fatalf("accepted the id %q", m.ID)
	}
	for kind, text := range map[string]string{"next": m.Next, "error": m.Error} {
		var reply struct{ ID, Type string }
		if err := json.Unmarshal([]byte(text), &reply); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if reply.ID != m.ID || reply.Type != kind {
			t.Fatalf("got %s for %q", text, m.ID)
		}
	}
}

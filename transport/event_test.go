package transport_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"foyer/transport"
)

func FuzzEventsAreReadAsTheyWereWritten(f *testing.F) {
	f.Add([]byte(`{"data":{"a":1}}`), "e.7")
	f.Add([]byte("{\n\"data\":\r\n null }\n"), "")
	f.Add([]byte(`{"data":{"a":"\n\nevent: complete"}}`), "x\n\nevent: complete")
	f.Add([]byte(`"`+"\u2028\u0085"+`"`), "ü: \u2028")
	f.Fuzz(func(t *testing.T, payload []byte, position string) {
		var want bytes.Buffer
		if json.Compact(&want, payload) != nil {
			t.Skip("not JSON")
		}
		stream := &feed{t: t, lines: bufio.NewReader(bytes.NewReader(transport.Event(bytes.Clone(payload), position)))}
		got := stream.next()
		if !transport.IsPosition(position) {
			position = ""
		}
		var data bytes.Buffer
		if err := json.Compact(&data, []byte(got.data)); err != nil || data.String() != want.String() {
			t.Fatalf("%q was read as %q: %v", payload, got.data, err)
		}
		if got.name != "next" || got.id != position {
			t.Fatalf("got %+v, want the id %q", got, position)
		}
		if got := stream.next(); got != (event{name: "complete"}) {
			t.Fatalf("got %+v, want complete", got)
		}
		if rest, err := stream.read(); !errors.Is(err, io.EOF) {
			t.Fatalf("got %+v, %v after the end", rest, err)
		}
	})
}

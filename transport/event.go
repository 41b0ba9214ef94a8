package transport

import "unicode/utf8"

// mediaStream is the media type of an event stream.
const mediaStream = "text/event-stream"

// The parts of an event stream besides responses. The data of complete is
// empty, not left out: a browser drops events that have none.
const (
	eventComplete = "event: complete\ndata:\n\n"
	eventComment  = ":\n\n"
)

// nextEvent is the event of one response. Its id is the position, if there is
// one that can be sent. The payload is JSON: its line breaks, which scalars may have
// left between tokens, would end the field, and are replaced.
func nextEvent(payload []byte, position string) []byte {
	out := make([]byte, 0, len(payload)+len(position)+64)
	out = append(out, "event: next\n"...)
	if isPosition(position) {
		out = append(out, "id: "...)
		out = append(out, position...)
		out = append(out, '\n')
	}
	out = append(out, "data: "...)
	start := len(out)
	out = append(out, payload...)
	for i, b := range out[start:] {
		if b == '\n' || b == '\r' {
			out[start+i] = ' '
		}
	}
	return append(out, "\n\n"...)
}

// isPosition reports whether the id of an event comes back unchanged: it has to
// fit into a line of the stream, and into a header.
func isPosition(id string) bool {
	if id == "" || len(id) > longestID || !utf8.ValidString(id) {
		return false
	}
	for i := range len(id) {
		if id[i] < ' ' || id[i] == 0x7f {
			return false
		}
	}
	return id[0] != ' ' && id[len(id)-1] != ' '
}

package transport

import (
	"encoding/binary"
	"encoding/json"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Opcodes of websocket frames, RFC 6455 section 5.2.
const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xA
)

// opTooSlow stands for an error message that says which item was the last that
// the client took. The message is made when that is known.
const opTooSlow = 0x10

// said returns the frame that is written for this one.
func (f frame) said() frame {
	if f.op != opTooSlow {
		return f
	}
	told := newError(codeTooSlow, "You read the stream too slowly. Subscribe again after the last cursor.")
	if f.from.source != nil {
		told = f.from.source.TooSlowAt(f.from.taken)
	}
	return errorFrame(f.from.id, appendErrors(nil, coded(gqlerror.List{told}, codeTooSlow)))
}

// frame is one websocket frame on its way out. A text frame is a message of the
// protocol: its head opens a JSON object, and the payload, if there is one, is
// the value of its last member. So any number of connections can share the
// payload of an item, each with its own id in the head; nobody may change it
// once it is in a frame.
type frame struct {
	op      byte
	posted  bool // it belongs to no operation: see maxPosted
	head    string
	payload []byte
	// from is the stream whose source offered the item, and place the item's
	// place by the source. All other frames have nil.
	from  *stream
	place int64
}

// frameCost is how much memory a waiting frame takes beyond its bytes.
const frameCost = 64

// bodySize returns the length of the frame without its websocket header.
func (f frame) bodySize() int {
	size := len(f.head) + len(f.payload)
	if f.closesObject() {
		size++
	}
	return size
}

func (f frame) closesObject() bool { return f.op == opText && f.payload != nil }

// appendHeader appends the websocket header: final, not compressed, not masked,
// as a server's frames are.
func (f frame) appendHeader(out []byte) []byte {
	const final = 0x80
	size := f.bodySize()
	switch {
	case size <= 125:
		return append(out, final|f.op, byte(size))
	case size <= 0xFFFF:
		return binary.BigEndian.AppendUint16(append(out, final|f.op, 126), uint16(size))
	default:
		return binary.BigEndian.AppendUint64(append(out, final|f.op, 127), uint64(size))
	}
}

// wireSize returns the length of the frame with its websocket header.
func (f frame) wireSize() int {
	var header [10]byte
	return len(f.appendHeader(header[:0])) + f.bodySize()
}

// appendTo appends the whole frame.
func (f frame) appendTo(out []byte) []byte {
	out = f.appendHeader(out)
	out = append(out, f.head...)
	out = append(out, f.payload...)
	if f.closesObject() {
		out = append(out, '}')
	}
	return out
}

// nextHead returns the head of all items of a stream.
func nextHead(id string) string {
	return `{"id":` + quoted(id) + `,"type":"next","payload":`
}

func errorFrame(id string, payload []byte) frame {
	return frame{op: opText, head: `{"id":` + quoted(id) + `,"type":"error","payload":`, payload: payload}
}

func completeFrame(id string) frame {
	return frame{op: opText, head: `{"id":` + quoted(id) + `,"type":"complete"}`}
}

func ackFrame(greeting json.RawMessage) frame {
	if len(greeting) == 0 {
		return frame{op: opText, head: `{"type":"connection_ack"}`}
	}
	return frame{op: opText, head: `{"type":"connection_ack","payload":`, payload: greeting}
}

func pongMessage(payload []byte) frame {
	if payload == nil {
		return frame{op: opText, head: `{"type":"pong"}`}
	}
	return frame{op: opText, head: `{"type":"pong","payload":`, payload: payload}
}

func closeFrame(status closing) frame {
	if status.code == 0 {
		return frame{op: opClose}
	}
	payload := binary.BigEndian.AppendUint16(nil, uint16(status.code))
	return frame{op: opClose, payload: append(payload, shortened(status.reason)...)}
}

// shortened cuts a reason to what fits into a control frame, between runes.
func shortened(reason string) string {
	const longest = 123
	if len(reason) <= longest {
		return reason
	}
	end := longest
	for !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end]
}

func quoted(id string) string {
	// A string can always be encoded.
	encoded, _ := json.Marshal(id)
	return string(encoded)
}

package transport_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

// The bits of a frame's first byte.
const (
	isFinal = 0x80
	isText  = 0x1
	isBin   = 0x2
	isClose = 0x8
	isPing  = 0x9
	isPong  = 0xA
)

// rawFrame returns a frame of a client, masked as the protocol demands.
func rawFrame(first byte, payload string) []byte {
	frame := []byte{first}
	switch n := len(payload); {
	case n < 126:
		frame = append(frame, 0x80|byte(n))
	case n < 1<<16:
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(n))
	default:
		frame = binary.BigEndian.AppendUint64(append(frame, 0x80|127), uint64(n))
	}
	mask := []byte{1, 2, 3, 4}
	frame = append(frame, mask...)
	for i := range len(payload) {
		frame = append(frame, payload[i]^mask[i%4])
	}
	return frame
}

func closePayload(code uint16, reason string) string {
	return string(binary.BigEndian.AppendUint16(nil, code)) + reason
}

func TestFramesAreReadByTheLetter(t *testing.T) {
	const ping, pong = `{"type":"ping"}`, `{"type":"pong"}`
	long := strings.Repeat(" ", 64<<10)
	for _, test := range []struct {
		name   string
		frames [][]byte
		code   int // 0: answered by a pong
	}{
		{"a message in one frame", [][]byte{rawFrame(isFinal|isText, ping)}, 0},
		{"a message in three", [][]byte{rawFrame(isText, ping[:3]), rawFrame(0, ping[3:9]), rawFrame(isFinal, ping[9:])}, 0},
		{"a message with empty parts", [][]byte{rawFrame(isText, ""), rawFrame(0, ping), rawFrame(0, ""), rawFrame(isFinal, "")}, 0},
		{"a character in two frames", [][]byte{rawFrame(isText, `{"type":"ping","x":"`+"\xc3"), rawFrame(isFinal, "\xbc\"}")}, 0},
		{"a pong in the middle of a message", [][]byte{rawFrame(isText, ping[:3]), rawFrame(isFinal|isPong, "x"), rawFrame(isFinal, ping[3:])}, 0},
		{"a pong that nobody asked for", [][]byte{rawFrame(isFinal|isPong, ""), rawFrame(isFinal|isText, ping)}, 0},

		{"a part that continues nothing", [][]byte{rawFrame(isFinal, ping)}, 1002},
		{"a message in the middle of another", [][]byte{rawFrame(isText, ping[:3]), rawFrame(isFinal|isText, ping)}, 1002},
		{"a frame of a kind that is none", [][]byte{rawFrame(isFinal|0x3, ping)}, 1002},
		{"a control frame of a kind that is none", [][]byte{rawFrame(isFinal|0xB, "")}, 1002},
		{"a reserved bit", [][]byte{rawFrame(isFinal|0x40|isText, ping)}, 1002},
		{"a ping in two frames", [][]byte{rawFrame(isPing, "x")}, 1002},
		{"a ping that is too long", [][]byte{rawFrame(isFinal|isPing, strings.Repeat("x", 126))}, 1002},
		{"a length with its highest bit set", [][]byte{{isFinal | isText, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}}, 1009},
		{"a close with a code that is none", [][]byte{rawFrame(isFinal|isClose, closePayload(999, ""))}, 1002},
		{"a close with a code that is not sent", [][]byte{rawFrame(isFinal|isClose, closePayload(1005, ""))}, 1002},
		{"a close with a reason that is not UTF-8", [][]byte{rawFrame(isFinal|isClose, closePayload(1000, "\xff"))}, 1007},
		{"a close with a reason that ends in a character", [][]byte{rawFrame(isFinal|isClose, closePayload(1000, "\xc3"))}, 1007},
		{"a close with a reason", [][]byte{rawFrame(isFinal|isClose, closePayload(1000, "bye"))}, 1000},
		{"a close with a code of the client's own", [][]byte{rawFrame(isFinal|isClose, closePayload(4499, "Terminated"))}, 4499},

		{"binary in two frames", [][]byte{rawFrame(isBin, ping[:3]), rawFrame(isFinal, ping[3:])}, 4400},
		{"not UTF-8, in two frames", [][]byte{rawFrame(isText, `{"type":"`+"\xc3"), rawFrame(isFinal, `x"}`)}, 1007},
		{"too large before the ack, in two frames", [][]byte{rawFrame(isText, ping+long[:40<<10]), rawFrame(isFinal, long[:40<<10])}, 1009},
		{"a message that has not ended and is too large", [][]byte{rawFrame(isText, ping+long), rawFrame(0, long)}, 1009},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newServer(t)
			c := s.dial(t)
			c.raw(slices.Concat(test.frames...))
			if test.code == 0 {
				// The same frames now get an answer, which comes once the client
				// is known.
				c.send(initMessage)
				c.expect(`{"type":"connection_ack"}`)
				c.raw(slices.Concat(test.frames...))
				c.expect(pong)
				return
			}
			c.expectClose(test.code)
			_ = c.Close() // the server waits for this
			if got := s.observed.disconnected(t); got != test.code {
				t.Errorf("observed %d, want %d", got, test.code)
			}
		})
	}
}

func TestPingsOfTheProtocolBeneathAreAnsweredAmidAMessage(t *testing.T) {
	c := newServer(t).connect(t)
	ponged := make(chan string, 2)
	c.SetPongHandler(func(data string) error {
		ponged <- data
		return nil
	})
	const ping = `{"type":"ping"}`
	c.raw(slices.Concat(rawFrame(isFinal|isPing, "first"), rawFrame(isText, ping[:4]), rawFrame(isFinal|isPing, "amid"), rawFrame(isFinal, ping[4:])))
	c.expect(`{"type":"pong"}`)
	if first, amid := receive(t, ponged, "a pong"), receive(t, ponged, "a pong"); first != "first" || amid != "amid" {
		t.Errorf("got %q and %q", first, amid)
	}
}

func TestOfSeveralSubprotocolsOursIsTaken(t *testing.T) {
	s := newServer(t)
	for _, offered := range [][]string{{"graphql-ws", "graphql-transport-ws"}, {"graphql-transport-ws", "graphql-ws"}} {
		dialer := websocket.Dialer{HandshakeTimeout: patience, Subprotocols: offered}
		conn, response, err := dialer.Dial(s.wsURL(), http.Header{})
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if got := conn.Subprotocol(); got != "graphql-transport-ws" {
			t.Errorf("of %v %q was taken", offered, got)
		}
		c := &client{t: t, Conn: conn}
		c.send(initMessage)
		c.expect(`{"type":"connection_ack"}`)
		_ = conn.Close()
	}
}

func TestAnIDMayBeUsedAgainAfterItsEnd(t *testing.T) {
	c := newServer(t).connect(t)
	for range 2 {
		c.subscribe("1", `{ hello }`) // ended by the server
		c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`)
		c.expect(`{"id":"1","type":"complete"}`)
		c.subscribe("1", `{ nonsense }`) // ended by an error
		c.expectCode("1", "VALIDATION_FAILED")
		c.subscribe("1", `subscription { holds }`)
		c.send(`{"type":"complete","id":"1"}`) // ended by the client
	}
	c.subscribe("1", `subscription { holds }`)
	c.subscribe("1", `subscription { holds }`)
	c.drainToClose(4409)
}

// Whatever a client sends, the connection ends with a close that says what was wrong, or without one if the input is
// incomplete, and the server goes on to serve the next client.
func FuzzFramesEndInOrder(f *testing.F) {
	const ping = `{"type":"ping"}`
	for _, seed := range [][]byte{
		rawFrame(isFinal|isText, ping),
		slices.Concat(rawFrame(isText, ping[:3]), rawFrame(isFinal|isPing, "x"), rawFrame(isFinal, ping[3:])),
		rawFrame(isFinal|isText, initMessage),
		slices.Concat(rawFrame(isFinal|isText, initMessage), rawFrame(isFinal|isText, `{"type":"subscribe","id":"1","payload":{"query":"{ hello }"}}`)),
		slices.Concat(rawFrame(isFinal|isText, initMessage), rawFrame(isFinal|isText, `{"type":"subscribe","id":"1","payload":{"query":"subscription { holds }"}}`),
			rawFrame(isFinal|isText, `{"type":"complete","id":"1"}`), rawFrame(isFinal|isClose, closePayload(1000, "bye"))),
		rawFrame(isFinal|isBin, ping), rawFrame(isFinal|0x40|isText, ping), rawFrame(isFinal|isClose, "\x03"),
		rawFrame(isFinal|isClose, closePayload(1000, "\xff")), {0x81, 0x01, 'x'}, {0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4}, {0x81}, {},
	} {
		f.Add(seed)
	}
	allowed := []int{1002, 1007, 1009, 4400, 4401, 4403, 4408, 4409, 4429}
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newServer(t, func(c *transport.Config) { c.CloseTimeout = noticed })
		c := s.dial(t)
		c.raw(data)
		if half, ok := c.NetConn().(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite() // end of the input
		}
		_ = c.NetConn().SetReadDeadline(time.Now().Add(patience))
		answer, err := io.ReadAll(c.NetConn())
		if err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatalf("the connection stays open after %x", data)
		}
		code := s.observed.disconnected(t)
		// A code that the client itself closed with is answered with the same
		// code.
		closes := bytes.Contains(answer, binary.BigEndian.AppendUint16(nil, uint16(code)))
		if !slices.Contains(allowed, code) && code != websocket.CloseAbnormalClosure && code != websocket.CloseNoStatusReceived && !closes {
			t.Fatalf("closed with %d after %x: %x", code, data, answer)
		}
		if log := s.log.String(); strings.Contains(log, "panic") {
			t.Fatalf("%x: %s", data, log)
		}
	})
}

func TestAFrameThatIsTooLongIsRefusedByItsHeader(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxMessage = 100 << 10 })
	header := func(first byte, size uint64) []byte {
		return append(binary.BigEndian.AppendUint64([]byte{first, 0xFF}, size), 0, 0, 0, 0)
	}
	const text, beginning, continuation = 0x81, 0x01, 0x80
	for behaviour, frames := range map[string][][]byte{
		"1 TiB":     {header(text, 1<<40)},
		"one byte":  {header(text, 100<<10+1)},
		"in pieces": {append(header(beginning, 1), ' '), header(continuation, 100<<10)},
	} {
		t.Run(behaviour, func(t *testing.T) {
			c := s.connect(t)
			for _, frame := range frames {
				c.raw(frame)
			}
			c.expectClose(websocket.CloseMessageTooBig)
			if got := s.observed.disconnected(t); got != websocket.CloseMessageTooBig {
				t.Errorf("observed %d", got)
			}
		})
	}
	c := s.dial(t)
	c.raw(header(text, 64<<10+1)) // less is allowed before the init
	c.expectClose(websocket.CloseMessageTooBig)
}

func TestACloseFrameOfOneByteIsAProtocolError(t *testing.T) {
	s := newServer(t)
	for behaviour, pieces := range map[string][]int{"at once": {7}, "byte by byte": {1, 1, 1, 1, 1, 1, 1}, "in two": {3, 4}} {
		t.Run(behaviour, func(t *testing.T) {
			c := s.connect(t)
			frame := []byte{0x88, 0x81, 1, 2, 3, 4, 'x'}
			for _, n := range pieces {
				c.raw(frame[:n])
				frame = frame[n:]
			}
			c.expectClose(websocket.CloseProtocolError)
			if got := s.observed.disconnected(t); got != websocket.CloseProtocolError {
				t.Errorf("observed %d", got)
			}
		})
	}
}

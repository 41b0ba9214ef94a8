package transport_test

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

// flood makes the stream "texts" report what it produces and its end.
func (s *server) flood() (produced *atomic.Int64, ended chan struct{}) {
	produced, ended = new(atomic.Int64), make(chan struct{})
	s.schema.streams["texts"] = func(ctx context.Context, args map[string]any) (<-chan any, error) {
		context.AfterFunc(ctx, func() { close(ended) })
		text := strings.Repeat("x", integer(args["size"]))
		return produce(ctx, integer(args["count"]), func(int) any {
			produced.Add(1)
			return text
		}), nil
	}
	return produced, ended
}

func TestASlowReaderIsToldSoAndClosed(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(c *transport.Config) { c.WriteTimeout = noticed })
	_, ended := s.flood()
	c := s.connect(t)
	c.subscribe("held", `subscription { holds }`)
	c.subscribe("1", `subscription { texts(size: 10000, count: 1000000) }`)
	// Nothing is read until the server has given up.
	receive(t, ended, "the stream to end")
	codes := map[string]string{}
	want := `{"id":"1","type":"next","payload":{"data":{"texts":"` + strings.Repeat("x", 10000) + `"}}}`
	for {
		_ = c.SetReadDeadline(time.Now().Add(patience))
		_, data, err := c.ReadMessage()
		if err != nil {
			c.closedBy(err, websocket.CloseTryAgainLater)
			break
		}
		switch text := string(data); {
		case strings.HasPrefix(text, `{"id":"held","type":"error"`):
			codes["held"] = text
		case strings.HasPrefix(text, `{"id":"1","type":"error"`):
			codes["1"] = text
		case text != want || len(codes) > 0:
			t.Fatalf("got %.100s after %v", text, codes)
		}
	}
	for _, id := range []string{"held", "1"} {
		if !strings.Contains(codes[id], `"code":"CONSUMER_TOO_SLOW"`) {
			t.Errorf("%s ended with %q", id, codes[id])
		}
	}
	if got := s.observed.disconnected(t); got != websocket.CloseTryAgainLater {
		t.Errorf("observed %d", got)
	}
}

func TestLastWordsDoNotComeInTheMiddleOfAFrame(t *testing.T) {
	t.Parallel()
	for _, size := range []int{5000, 20000, 200000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			s := newPipeServer(t, func(c *transport.Config) { c.WriteTimeout = noticed })
			_, ended := s.flood()
			c := s.connect(t)
			c.subscribe("1", fmt.Sprintf(`subscription { texts(size: %d, count: 1000) }`, size))
			// This takes 4 KB of the frame, and no more of it for a while.
			_, reader, err := c.NextReader()
			if err != nil {
				t.Fatal(err)
			}
			receive(t, ended, "the stream to end")
			rest, err := io.ReadAll(reader)
			if err != nil {
				t.Fatal(err)
			}
			if want := `{"id":"1","type":"next","payload":{"data":{"texts":"` + strings.Repeat("x", size) + `"}}}`; string(rest) != want {
				t.Fatalf("got %d bytes of %d: %.100s", len(rest), len(want), rest)
			}
			c.expectCode("1", "CONSUMER_TOO_SLOW")
			c.expectClose(websocket.CloseTryAgainLater)
		})
	}
}

func TestASlowReaderHoldsUpItsOwnStreamsAndNoOthers(t *testing.T) {
	tests := []struct {
		name        string
		size, items int
		most        int64 // produced while nothing is read
	}{
		// The bounds, and one item each that the producer and the source have in hand.
		{"of large items", 32 << 10, 100, 4 + 2},
		{"of small items", 1, 2000, 256 + 2},
		{"of items larger than the bound", 1 << 20, 20, 1 + 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newPipeServer(t, func(c *transport.Config) {
				c.WriteTimeout = time.Hour
				c.PaceBacklog = 128 << 10
			})
			produced, _ := s.flood()
			slow, fast := s.connect(t), s.connect(t)
			slow.subscribe("1", fmt.Sprintf(`subscription { texts(size: %d, count: %d) }`, test.size, test.items))
			fast.subscribe("1", `subscription { ticks(count: 5000) }`)
			for range 5000 {
				fast.next()
			}
			fast.expect(`{"id":"1","type":"complete"}`)
			if n := produced.Load(); n > test.most {
				t.Errorf("%d items were produced for a client that reads nothing, want at most %d", n, test.most)
			}
			for range test.items {
				slow.next()
			}
			slow.expect(`{"id":"1","type":"complete"}`)
		})
	}
}

func TestABacklogThatNoPaceCanHoldClosesTheConnection(t *testing.T) {
	s := newServer(t, func(c *transport.Config) {
		c.WriteTimeout = time.Hour
		c.CloseTimeout = time.Hour
	})
	begun, ended := make(chan struct{}), make(chan struct{})
	s.schema.streams["holds"] = func(ctx context.Context, _ map[string]any) (<-chan any, error) {
		context.AfterFunc(ctx, func() { close(ended) })
		close(begun)
		return make(chan any), nil
	}
	c := s.connect(t)
	c.subscribe("held", `subscription { holds }`)
	receive(t, begun, "the stream to begin")
	ping := `{"type":"ping","payload":{"x":"` + strings.Repeat("x", 1000) + `"}}`
	for full := false; !full; {
		select {
		case <-ended:
			full = true
		default:
			c.send(ping) // Each must be answered by a pong of the same size.
		}
	}
	if last := c.drainToClose(websocket.CloseTryAgainLater); !strings.Contains(last, `"id":"held"`) || !strings.Contains(last, "CONSUMER_TOO_SLOW") {
		t.Errorf("the last message was %.200s", last)
	}
}

func TestOneAnswerMayBeLargerThanTheBacklog(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxBacklog, c.PaceBacklog = 1, 10<<10 })
	c := s.connect(t)
	for range 3 {
		c.subscribe("1", `{ text(size: 1000000) }`)
		if got := c.next(); len(got) < 1000000 {
			t.Fatalf("got %.100s", got)
		}
		c.expect(`{"id":"1","type":"complete"}`)
	}
}

func TestAStreamThatWaitsForRoomEndsWithItsClient(t *testing.T) {
	for _, how := range []string{"complete", "abort"} {
		t.Run(how, func(t *testing.T) {
			s := newPipeServer(t, func(c *transport.Config) { c.WriteTimeout = time.Hour })
			produced, ended := s.flood()
			c := s.connect(t)
			c.subscribe("1", `subscription { texts(size: 1000000, count: 1000) }`)
			for produced.Load() < 3 {
				runtime.Gosched()
			}
			if how == "complete" {
				c.send(`{"type":"complete","id":"1"}`)
			} else {
				c.abort()
			}
			receive(t, ended, "the stream to end")
			c.abort()
		})
	}
}

func TestAQueryIsNotRunForAReaderThatIsBehind(t *testing.T) {
	s := newPipeServer(t, func(c *transport.Config) { c.WriteTimeout, c.PaceBacklog = time.Hour, 1<<10 })
	run := make(chan struct{}, 10)
	s.schema.fields["hello"] = func(context.Context, map[string]any) (any, error) {
		run <- struct{}{}
		return "world", nil
	}
	c := s.connect(t)
	for range 3 {
		c.send(`{"type":"ping","payload":{"x":"` + strings.Repeat("x", 1000) + `"}}`)
	}
	c.subscribe("1", `{ hello }`)
	c.send(`{"type":"pong"}`) // Handled after the one before.
	select {
	case <-run:
		t.Error("the query was run")
	default:
	}
	for range 3 {
		c.next()
	}
	c.expect(`{"id":"1","type":"next","payload":{"data":{"hello":"world"}}}`)
	c.expect(`{"id":"1","type":"complete"}`)
}

func TestARevokedSessionIsSentNothingThatWaited(t *testing.T) {
	session, revoke := context.WithCancelCause(context.Background())
	s := newPipeServer(t, func(c *transport.Config) {
		c.Authenticate = func(context.Context, string) (context.Context, error) { return session, nil }
	})
	produced, _ := s.flood()
	c := s.connect(t)
	c.subscribe("1", `subscription { texts(size: 20000, count: 100) }`)
	for produced.Load() < 5 {
		runtime.Gosched()
	}
	c.next()
	// This reads a part of a frame. The frames behind it wait, some of them with their
	// writer.
	_, reader, err := c.NextReader()
	if err != nil {
		t.Fatal(err)
	}
	revoke(transport.ErrForbidden)
	// The server notices the end of a session in another goroutine. What the client
	// reads before may still be sent.
	for late := time.Now().Add(patience); !s.handler.Closing(); runtime.Gosched() {
		if time.Now().After(late) {
			t.Fatal("the connection goes on")
		}
	}
	if _, err := io.Copy(io.Discard, reader); err != nil {
		t.Fatal(err)
	}
	c.expectClose(4403)
}

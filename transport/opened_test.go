package transport_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

// opening counts the calls of Config.Opened that have not ended.
type opening struct {
	n     atomic.Int64
	ended chan struct{}
}

func newOpeningServer(t *testing.T) (*server, *opening) {
	t.Helper()
	o := &opening{ended: make(chan struct{}, 10)}
	return newServer(t, func(c *transport.Config) {
		c.Opened = func(ctx context.Context) (closed func()) {
			if ctx.Value(viewerKey{}) == nil {
				t.Error("Opened is called without a viewer")
			}
			o.n.Add(1)
			return func() {
				o.n.Add(-1)
				o.ended <- struct{}{}
			}
		}
	}), o
}

func (o *opening) are(t *testing.T, want int64) {
	t.Helper()
	if got := o.n.Load(); got != want {
		t.Errorf("%d are open, want %d", got, want)
	}
}

func TestOpenedIsToldOfWebsocketsFromTheAcknowledgementToTheEnd(t *testing.T) {
	s, o := newOpeningServer(t)
	s.dial(t) // it sends no connection_init
	first, second := s.connect(t), s.connect(t)
	o.are(t, 2)
	first.abort()
	receive(t, o.ended, "the first to end")
	o.are(t, 1)
	if err := second.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")); err != nil {
		t.Fatal(err)
	}
	receive(t, o.ended, "the second to end")
	o.are(t, 0)
}

func TestOpenedIsToldOfEventStreamsWhileTheyAreOpen(t *testing.T) {
	s, o := newOpeningServer(t)
	stays, ends := s.open(t, subscription(`subscription { holds }`, "Authorization", "Bearer alice")),
		s.open(t, subscription(`subscription { ticks(count: 1) }`, "Authorization", "Bearer alice"))
	receive(t, o.ended, "the subscription to end")
	ends.rest()
	o.are(t, 1)
	s.open(t, subscription(`{ __typename }`, "Authorization", "Bearer alice")).rest() // an answer, not a stream that lasts
	o.are(t, 1)
	stays.leave()
	receive(t, o.ended, "the client to leave")
	o.are(t, 0)
}

package transport_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

// fragile is an Observer that panics after a number of writes.
type fragile struct {
	*observed
	left atomic.Int64
}

// Written panics once.
func (f *fragile) Written(frames, bytes int) {
	if f.left.Add(-1) == 0 {
		panic("an observer's panic")
	}
	f.observed.Written(frames, bytes)
}

func TestAPanicWhileWritingEndsOneConnection(t *testing.T) {
	for name, start := range map[string]func(*server){
		"by writers for all": func(s *server) { s.Start() }, "by its own, over TLS": func(s *server) { s.StartTLS() },
	} {
		t.Run(name, func(t *testing.T) {
			f := &fragile{}
			s := unstarted(t, func(c *transport.Config) {
				f.observed = c.Observer.(*observed)
				c.Observer = f
			})
			start(s)
			spared, broken := s.connect(t), s.connect(t)
			s.observed.written(t, 2) // otherwise the panic could hit the connection whose acknowledgement is reported last
			f.left.Store(1)
			broken.send(`{"type":"ping"}`)
			_ = broken.SetReadDeadline(time.Now().Add(patience))
			var err error
			for pongs := 0; err == nil; pongs++ {
				if _, _, err = broken.ReadMessage(); pongs > 1 {
					t.Fatal("the connection goes on")
				}
			}
			if _, ok := errors.AsType[net.Error](err); ok {
				t.Fatal(err)
			}
			if got := s.observed.disconnected(t); got != websocket.CloseAbnormalClosure {
				t.Errorf("observed %d", got)
			}
			if !strings.Contains(s.log.String(), "an observer's panic") {
				t.Errorf("the log has %q", s.log)
			}
			spared.send(`{"type":"ping"}`)
			spared.expect(`{"type":"pong"}`)
		})
	}
}

// Many connections take turns at few writers: each gets everything, in order.
func TestWhatManyAreSentAtATimeArrivesInOrder(t *testing.T) {
	s := newServer(t)
	const many, items = 50, 400
	var clients sync.WaitGroup
	for i := range many {
		c := s.connect(t)
		clients.Go(func() {
			query := fmt.Sprintf(`{"type":"subscribe","id":"%d","payload":{"query":"subscription { ticks(count: %d) }"}}`, i, items)
			if err := c.WriteMessage(websocket.TextMessage, []byte(query)); err != nil {
				t.Error(err)
				return
			}
			for n := range items {
				_, data, err := c.ReadMessage()
				if want := fmt.Sprintf(`{"data":{"ticks":%d}}}`, n); err != nil || !strings.HasSuffix(string(data), want) {
					t.Errorf("got %v %.100s, want %s", err, data, want)
					return
				}
			}
		})
	}
	clients.Wait()
}

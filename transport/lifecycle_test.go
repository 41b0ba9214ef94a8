package transport_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"foyer/transport"
)

func TestShutdownClosesEverySocketAndRefusesMore(t *testing.T) {
	s := newServer(t)
	idle, busy := s.dial(t), s.connect(t)
	busy.subscribe("1", `subscription { ticks(count: 1) }`)
	busy.expect(`{"id":"1","type":"next","payload":{"data":{"ticks":0}}}`)
	busy.expect(`{"id":"1","type":"complete"}`)
	busy.subscribe("2", `subscription { holds }`)
	busy.subscribe("3", `{ waits }`)
	busy.send(`{"type":"ping"}`)
	busy.expect(`{"type":"pong"}`)

	var clients sync.WaitGroup
	for _, c := range []*client{idle, busy} {
		clients.Go(func() {
			if reason := c.expectClose(websocket.CloseServiceRestart); reason != "Service restart" {
				t.Errorf("got the reason %q", reason)
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for range 2 {
		if err := s.handler.Shutdown(ctx); err != nil {
			t.Fatal(err)
		}
	}
	clients.Wait()
	if a, b := s.observed.disconnected(t), s.observed.disconnected(t); a != 1012 || b != 1012 {
		t.Errorf("observed %d and %d", a, b)
	}
	_, response, err := s.tryDial("graphql-transport-ws")
	if err == nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") != "1" {
		t.Errorf("an upgrade after the shutdown: %v, %v", err, response)
	}
	// The HTTP server ends requests.
	call{body: `{"query":"{ hello }"}`, status: 200}.run(t, s)
}

func TestShutdownOfNothing(t *testing.T) {
	h := transport.New(transport.Config{Executor: executor.New(newSchema())})
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestShutdownCutsWhatDoesNotEndInTime(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.CloseTimeout = time.Hour })
	s.connect(t) // It reads nothing, and so never answers the close.
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	go cancel(enough)
	if err := s.handler.Shutdown(ctx); !errors.Is(err, enough) {
		t.Fatalf("got %v", err)
	}
	if got := s.observed.disconnected(t); got != 1012 {
		t.Errorf("observed %d", got)
	}
}

func TestAThousandConnectionsLeaveNothingBehind(t *testing.T) {
	s := newServer(t)
	before := goleak.IgnoreCurrent()
	const rounds, each = 20, 50
	for range rounds {
		var clients sync.WaitGroup
		for i := range each {
			clients.Go(func() {
				conn, _, err := s.tryDial("graphql-transport-ws")
				if err != nil {
					t.Error(err)
					return
				}
				c := &client{t: t, Conn: conn}
				defer c.abort()
				if i%5 == 0 {
					return
				}
				write := func(text string) {
					_ = c.WriteMessage(websocket.TextMessage, []byte(text))
				}
				write(initMessage)
				write(`{"type":"subscribe","id":"1","payload":{"query":"subscription { holds }"}}`)
				write(`{"type":"subscribe","id":"2","payload":{"query":"subscription { texts(size: 10000, count: 1000) }"}}`)
				for range i % 5 {
					if _, _, err := c.ReadMessage(); err != nil {
						t.Error(err)
						return
					}
				}
				if i%5 == 4 {
					_ = c.WriteMessage(websocket.CloseMessage, nil)
				}
			})
		}
		clients.Wait()
	}
	for range rounds * each {
		s.observed.disconnected(t)
	}
	nothingLeft(t, before)
}

// nothingLeft waits until every goroutine that was started has ended.
func nothingLeft(t *testing.T, before goleak.Option) {
	t.Helper()
	err := goleak.Find(before)
	for late := time.Now().Add(patience); err != nil && time.Now().Before(late); {
		err = goleak.Find(before)
	}
	if err != nil {
		t.Error(err)
	}
}

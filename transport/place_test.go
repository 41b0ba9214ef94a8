package transport_test

import (
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

const initAs = `{"type":"connection_init","payload":{"authorization":"Bearer `

// left waits until only so many connections are open.
func (s *server) left(t *testing.T, want int) {
	t.Helper()
	for late := time.Now().Add(patience); ; runtime.Gosched() {
		open, _ := s.handler.Places()
		if open == want {
			return
		}
		if time.Now().After(late) {
			t.Fatalf("%d connections are open, want %d", open, want)
		}
	}
}

// holds is a subscription that lasts.
func holds(token string) call {
	return subscription(`subscription { holds }`, "Authorization", "Bearer "+token)
}

func TestAFullServerRefusesWhatLastsUntilThereIsRoom(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxConnections = 2 })
	first, second := s.dial(t), s.open(t, holds("alice"))
	s.left(t, 2) // a websocket is counted a moment after its handshake
	_, response, err := s.tryDial("graphql-transport-ws")
	if err == nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") != "1" {
		t.Errorf("a third websocket: %v, %v", err, response)
	}
	refused := holds("bob")
	refused.header = append(refused.header, "Accept", "text/event-stream")
	refused.status, refused.code, refused.answers = 503, "OVERLOADED", []string{"Retry-After", "1"}
	refused.run(t, s)
	call{body: `{"query":"{ hello }"}`, status: 200}.run(t, s)

	_ = first.Close()
	s.left(t, 1)
	third := s.dial(t)
	third.send(initAs + `bob"}}`)
	third.expect(`{"type":"connection_ack"}`)
	second.leave()
	s.left(t, 1)
}

func TestATokenMayHaveSoManyConnections(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxConnectionsPerToken = 2 })
	first := s.connect(t)
	s.open(t, holds("alice"))

	more := s.dial(t)
	more.send(initAs + `alice"}}`)
	// Clients of graphql-transport-ws come back after 1013, and never after 4429.
	if reason := more.expectClose(websocket.CloseTryAgainLater); reason != "Too many connections with this token" {
		t.Errorf("got the reason %q", reason)
	}
	s.left(t, 2)
	refused := holds("alice")
	refused.header = append(refused.header, "Accept", "text/event-stream")
	refused.status, refused.code, refused.answers = 429, "RATE_LIMITED", []string{"Retry-After", "1"}
	refused.run(t, s)
	other := s.dial(t)
	other.send(initAs + `bob"}}`)
	other.expect(`{"type":"connection_ack"}`)
	call{header: []string{"Authorization", "Bearer alice"}, body: `{"query":"{ hello }"}`, status: 200}.run(t, s)

	_ = first.Close()
	s.left(t, 2)
	s.connect(t)
}

func TestWhatOneTokenHasIsForgottenWithItsLastConnection(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxConnectionsPerToken = 1 })
	for range 3 {
		c := s.connect(t)
		_ = c.Close()
		s.left(t, 0)
	}
	if _, tokens := s.handler.Places(); tokens != 0 {
		t.Errorf("%d tokens are remembered", tokens)
	}
}

package transport_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/transport"
)

const initAs = `{"type":"connection_init","payload":{"authorization":"Bearer `

// left waits until the number of open connections is want.
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
	if reason := more.expectClose(websocket.CloseTryAgainLater); reason != "Too many connections with this token. Close one first." {
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

// gate lets a test hold up upgrades in the middle.
type gate struct {
	http.ResponseWriter
	reached chan<- struct{}
	opened  <-chan error // receives what the upgrade fails with
}

// Hijack implements http.Hijacker.
func (g gate) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	g.reached <- struct{}{}
	if err := <-g.opened; err != nil {
		return nil, nil, err
	}
	return http.NewResponseController(g.ResponseWriter).Hijack()
}

// newGatedServer starts a server whose upgrades wait until the test lets them
// through.
func newGatedServer(t *testing.T, adjust ...func(*transport.Config)) (s *server, reached <-chan struct{}, open chan<- error) {
	t.Helper()
	arrived, opened := make(chan struct{}), make(chan error)
	s = unstarted(t, adjust...)
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handler.ServeHTTP(gate{w, arrived, opened}, r)
	})
	s.Start()
	return s, arrived, opened
}

// dialing opens a websocket in the background, and sends its error when it has.
func (s *server) dialing() <-chan error {
	done := make(chan error, 1)
	go func() {
		conn, response, err := s.tryDial("graphql-transport-ws")
		if err == nil {
			err = conn.Close()
		} else if response != nil {
			_ = response.Body.Close()
		}
		done <- err
	}()
	return done
}

func TestAWebsocketHasItsPlaceBeforeItIsUpgraded(t *testing.T) {
	s, reached, open := newGatedServer(t, func(c *transport.Config) { c.MaxConnections = 2 })
	first, second := s.dialing(), s.dialing()
	receive(t, reached, "the first upgrade")
	receive(t, reached, "the second upgrade")
	_, response, err := s.tryDial("graphql-transport-ws")
	if err == nil || response.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("a third websocket while two are upgraded: %v, %v", err, response)
	}

	open <- errors.New("the connection broke")
	s.left(t, 1)
	open <- nil
	s.left(t, 0)
	failed := 0
	for _, dialed := range []<-chan error{first, second} {
		if receive(t, dialed, "the handshake") != nil {
			failed++
		}
	}
	if failed != 1 {
		t.Errorf("%d of the two websockets failed, want 1", failed)
	}
}

func TestARefusedHandshakeTakesNoPlace(t *testing.T) {
	s := newServer(t, func(c *transport.Config) { c.MaxConnections = 1 })
	for range 3 {
		if conn, _, err := s.tryDial("graphql-transport-ws", "Origin", "https://evil.example.com"); err == nil {
			_ = conn.Close()
			t.Fatal("accepted")
		}
		s.left(t, 0)
	}
	s.connect(t)
}

func TestShutdownWaitsForUpgradesAndClosesWhatComesOfThem(t *testing.T) {
	s, reached, open := newGatedServer(t, func(c *transport.Config) { c.MaxConnections = 1 })
	dialed := make(chan *client, 1)
	go func() {
		if conn, _, err := s.tryDial("graphql-transport-ws"); err == nil {
			dialed <- &client{t: t, Conn: conn}
		}
	}()
	receive(t, reached, "the upgrade")
	stopped := make(chan error, 1)
	go func() { stopped <- s.handler.Shutdown(t.Context()) }()
	for begun := false; !begun; {
		_, response, err := s.tryDial("graphql-transport-ws")
		if err == nil || response.StatusCode != http.StatusServiceUnavailable {
			t.Fatalf("another websocket: %v, %v", err, response)
		}
		why, _ := io.ReadAll(response.Body)
		begun = strings.Contains(string(why), "shutting down")
	}
	select {
	case err := <-stopped:
		t.Fatalf("it did not wait: %v", err)
	default:
	}
	open <- nil
	c := receive(t, dialed, "the handshake")
	c.expectClose(websocket.CloseServiceRestart)
	_ = c.Close()
	if err := receive(t, stopped, "the end of Shutdown"); err != nil {
		t.Error(err)
	}
}

func TestWhatIsUpgradedAfterTheTimeOfShutdownIsCut(t *testing.T) {
	s, reached, open := newGatedServer(t, func(c *transport.Config) { c.CloseTimeout = time.Hour })
	dialed := make(chan *client, 1)
	go func() {
		if conn, _, err := s.tryDial("graphql-transport-ws"); err == nil {
			dialed <- &client{t: t, Conn: conn}
		}
	}()
	receive(t, reached, "the upgrade")
	ctx, cancel := context.WithCancelCause(t.Context())
	enough := errors.New("enough")
	cancel(enough)
	if err := s.handler.Shutdown(ctx); !errors.Is(err, enough) {
		t.Fatalf("got %v", err)
	}
	open <- nil
	receive(t, dialed, "the handshake") // It reads nothing, and so never answers the close.
	if got := s.observed.disconnected(t); got != websocket.CloseServiceRestart {
		t.Errorf("observed %d", got)
	}
}

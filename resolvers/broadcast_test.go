package resolvers_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"foyer/live"
	"foyer/resolvers"
	"foyer/transport"
)

// patience is how long a test waits for what must come. It is long: a busy machine is no failure.
const patience = time.Minute

// broadcast is a desk whose events are followed over websockets.
type broadcast struct {
	*desk
	url string
}

func newBroadcast(t *testing.T, limits ...resolvers.Limits) *broadcast {
	t.Helper()
	d := newDesk(t)
	silent := slog.New(slog.DiscardHandler)
	l := live.New(d.db, live.Options{Logger: silent})
	d.signals = l.Signal
	d.resolver = resolvers.New(d.engine, d.db, l, silent)
	for _, others := range limits {
		d.resolver = d.resolver.WithLimits(others)
	}
	d.executor = d.resolver.Executor()
	handler := transport.New(transport.Config{Executor: d.executor, Authenticate: d.resolver.Authenticate, Logger: silent, MaxQuery: 1 << 20})
	server := httptest.NewServer(handler)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := handler.Shutdown(ctx); err != nil {
			t.Errorf("shut down: %v", err)
		}
		server.Close()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return &broadcast{desk: d, url: "ws" + strings.TrimPrefix(server.URL, "http")}
}

// socket is a websocket with subscriptions.
type socket struct {
	*testing.T
	*websocket.Conn
}

type frame struct {
	Type    string
	Payload json.RawMessage
}

func (b *broadcast) connect(who person) *socket {
	b.Helper()
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}}
	conn, response, err := dialer.DialContext(b.Context(), b.url, nil)
	if err != nil {
		b.Fatal(err)
	}
	_ = response.Body.Close()
	b.Cleanup(func() { _ = conn.Close() })
	s := &socket{b.T, conn}
	s.send(map[string]any{"type": "connection_init", "payload": variables{"authorization": "Bearer " + who.token}})
	if got := s.read(); got.Type != "connection_ack" {
		b.Fatalf("got %s %s", got.Type, got.Payload)
	}
	return s
}

func (s *socket) send(message any) {
	s.Helper()
	if err := s.WriteJSON(message); err != nil {
		s.Fatal(err)
	}
}

func (s *socket) read() frame {
	s.Helper()
	_ = s.SetReadDeadline(time.Now().Add(patience))
	var f frame
	if err := s.ReadJSON(&f); err != nil {
		s.Fatal(err)
	}
	return f
}

// follow subscribes on a socket of its own.
func (b *broadcast) follow(who person, query string, vars variables) *socket {
	b.Helper()
	s := b.connect(who)
	s.subscribe(query, vars)
	return s
}

func (s *socket) subscribe(query string, vars variables) {
	s.Helper()
	s.send(map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": query, "variables": vars}})
}

// next returns the next item, which must have no errors.
func (s *socket) next() map[string]any {
	s.Helper()
	f := s.read()
	var payload struct {
		Data   map[string]map[string]any
		Errors []any
	}
	if f.Type != "next" {
		s.Fatalf("got %s %s", f.Type, f.Payload)
	}
	if err := json.Unmarshal(f.Payload, &payload); err != nil || len(payload.Errors) > 0 {
		s.Fatalf("%v %s", err, f.Payload)
	}
	return payload.Data["events"]
}

// want returns the next item, which must be of this type.
func (s *socket) want(kind string) map[string]any {
	s.Helper()
	item := s.next()
	if item["__typename"] != kind {
		s.Fatalf("got %v, not %s", item, kind)
	}
	return item
}

// end returns the extensions of the error that must come next.
func (s *socket) end() map[string]any {
	s.Helper()
	f := s.read()
	var errs []struct {
		Message    string
		Extensions map[string]any
	}
	if f.Type != "error" {
		s.Fatalf("got %s %s", f.Type, f.Payload)
	}
	if err := json.Unmarshal(f.Payload, &errs); err != nil || len(errs) != 1 {
		s.Fatalf("%v %s", err, f.Payload)
	}
	return errs[0].Extensions
}

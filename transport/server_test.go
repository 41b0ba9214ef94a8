package transport_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql/executor"
	"go.uber.org/goleak"

	"foyer/transport"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must happen. It is long: a busy machine is no failure.
const patience = time.Minute

// noticed is a time limit so short that a test can let it run out. But whatever else the limit applies to must still be
// done in this time, even on a busy machine: tests that wait for the limit run in parallel.
const noticed = time.Second

// server is a Handler behind a real HTTP server.
type server struct {
	*httptest.Server
	handler  *transport.Handler
	executor *executor.Executor
	schema   *schema
	pipes    *pipes
	log      *logText
	observed *observed
}

// newServer starts a server with the tokens of authenticate, unless adjust says
// otherwise. It is shut down when the test ends, and must then have ended all
// its goroutines.
func newServer(t *testing.T, adjust ...func(*transport.Config)) *server {
	t.Helper()
	s := unstarted(t, adjust...)
	s.Start()
	return s
}

// newPipeServer starts a server whose connections have no buffer: bytes that a
// client has not read have not been written. Only websockets reach it.
func newPipeServer(t *testing.T, adjust ...func(*transport.Config)) *server {
	t.Helper()
	s := unstarted(t, adjust...)
	_ = s.Listener.Close()
	s.pipes = &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	s.Listener = s.pipes
	s.Start()
	return s
}

// pipes is a net.Listener for connections within the process.
type pipes struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func unstarted(t *testing.T, adjust ...func(*transport.Config)) *server {
	t.Helper()
	s := &server{schema: newSchema(), log: &logText{}, observed: newObserved()}
	s.executor = executor.New(s.schema)
	config := transport.Config{
		Executor:     s.executor,
		Authenticate: authenticate,
		Logger:       slog.New(slog.NewTextHandler(s.log, nil)),
		Observer:     s.observed,
	}
	for _, change := range adjust {
		change(&config)
	}
	s.handler = transport.New(config)
	s.handler.AllowLastWords(patience) // a client that is told may read on only when its test gets there
	s.Server = httptest.NewUnstartedServer(s.handler)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := s.handler.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		s.Close()
	})
	return s
}

type viewerKey struct{}

func authenticate(ctx context.Context, token string) (context.Context, error) {
	switch token {
	case "bad":
		return nil, fmt.Errorf("look up token: %w", transport.ErrUnauthenticated)
	case "ended":
		return nil, fmt.Errorf("look up token: %w", transport.ErrEnded)
	case "elsewhere":
		return nil, fmt.Errorf("look up token: %w", transport.ErrForbidden)
	case "outage":
		return nil, fmt.Errorf("look up token: secret details")
	case "overloaded":
		return nil, failure("OVERLOADED")
	case "panic":
		panic("an authenticator's panic")
	default:
		return context.WithValue(ctx, viewerKey{}, token), nil
	}
}

func (s *server) wsURL() string {
	return "ws" + strings.TrimPrefix(s.URL, "http")
}

// logText collects what is logged.
type logText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// observed is an Observer that remembers its calls.
type observed struct {
	mu            sync.Mutex
	connected     int
	frames, bytes int
	underWay      int // subscriptions
	items         int
	codes         chan int
	refused       []string // reason and address of each refusal
}

func (o *observed) Refused(ctx context.Context, reason transport.Reason, _ ...slog.Attr) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refused = append(o.refused, string(reason)+" from "+transport.Address(ctx).String())
}

// refusedFor returns how many refusals had a reason, since the last call of refusals.
func (o *observed) refusedFor(reason transport.Reason) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, refused := range o.refused {
		if strings.HasPrefix(refused, string(reason)+" from ") {
			n++
		}
	}
	return n
}

// refusals returns the reasons since the last call.
func (o *observed) refusals() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	refused := o.refused
	o.refused = nil
	return refused
}

func newObserved() *observed { return &observed{codes: make(chan int, 4096)} }

func (o *observed) Connected() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.connected++
}

func (o *observed) Disconnected(code int) { o.codes <- code }

func (o *observed) Written(frames, bytes int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.frames += frames
	o.bytes += bytes
}

func (o *observed) Subscribed() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.underWay++
}

func (o *observed) Unsubscribed() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.underWay--
}

func (o *observed) Item() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.items++
}

// followed waits until a number of subscriptions are under way and a number of
// items have been sent.
func (o *observed) followed(t *testing.T, underWay, items int) {
	t.Helper()
	for late := time.Now().Add(patience); ; runtime.Gosched() {
		o.mu.Lock()
		gotUnderWay, gotItems := o.underWay, o.items
		o.mu.Unlock()
		if gotUnderWay == underWay && gotItems == items {
			return
		}
		if gotItems > items || time.Now().After(late) {
			t.Fatalf("observed %d subscriptions and %d items, want %d and %d", gotUnderWay, gotItems, underWay, items)
		}
	}
}

// written waits until a number of frames have been written in all. A client may
// read a frame before it is reported.
func (o *observed) written(t *testing.T, want int) {
	t.Helper()
	for late := time.Now().Add(patience); ; runtime.Gosched() {
		o.mu.Lock()
		got := o.frames
		o.mu.Unlock()
		if got == want {
			return
		}
		if got > want || time.Now().After(late) {
			t.Fatalf("observed %d frames, want %d", got, want)
		}
	}
}

// disconnected waits for the next connection to end.
func (o *observed) disconnected(t *testing.T) int {
	t.Helper()
	return receive(t, o.codes, "a connection to end")
}

// receive waits for a value.
func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case value := <-from:
		return value
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

var _ http.Handler = (*transport.Handler)(nil)

package resolvers_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"foyer/engine"
	"foyer/inbox"
	"foyer/live"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
)

// hall is a server for many clients that follow the same. Its tests do not run in parallel with others, whose
// goroutines they would count.
type hall struct {
	*testing.T
	db    *store.DB
	url   string
	codes chan int // of websockets that have ended
}

// Connected and the methods below make it a transport.Observer.
func (h *hall) Connected()            {}
func (h *hall) Disconnected(code int) { h.codes <- code }
func (h *hall) Written(int, int)      {}
func (h *hall) Subscribed()           {}
func (h *hall) Unsubscribed()         {}
func (h *hall) Item()                 {}

func (h *hall) Refused(context.Context, transport.Reason, ...slog.Attr) {}

const hallToken = "fs_aGFsbGhhbGxoYWxsaGFsbGhhbGxoYWxsaGFsbGhhbGw"

func newHall(t *testing.T, config transport.Config, wrap func(net.Listener) net.Listener) *hall {
	t.Helper()
	silent := slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "foyer.db")})
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{T: t, db: db, codes: make(chan int, 20_000)}
	_, err = store.Update(t.Context(), db, func(tx *store.Tx) (struct{}, error) {
		a := &inbox.Agent{Name: "Olga", Email: "olga@example.com", Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll,
			Presence: inbox.PresenceOffline, CreatedAt: tx.Now()}
		if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
			return struct{}{}, err
		}
		hash := sha256.Sum256([]byte(hallToken))
		return struct{}{}, tx.InsertSession(hash[:], &inbox.Session{AgentID: a.ID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(time.Hour)})
	})
	if err != nil {
		t.Fatal(err)
	}
	l := live.New(db, live.Options{Logger: silent})
	r := resolvers.New(engine.New(db, engine.Options{}), db, l, silent)
	config.Executor, config.Authenticate, config.Logger, config.Observer = r.Executor(), r.Authenticate, silent, h
	config.MaxConnectionsPerToken = 20_000
	handler := transport.New(config)
	server := httptest.NewUnstartedServer(handler)
	if wrap != nil {
		server.Listener = wrap(server.Listener)
	}
	server.Start()
	h.url = "ws" + strings.TrimPrefix(server.URL, "http")
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		_ = handler.Shutdown(ctx) // clients that do not read are cut
		server.Close()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return h
}

// publish commits an event that takes at least n bytes when it is shown.
func (h *hall) publish(size int) {
	h.Helper()
	filler := []byte(`"` + strings.Repeat("x", size) + `"`)
	_, err := store.Update(h.Context(), h.db, func(tx *store.Tx) (struct{}, error) {
		tx.Append(&inbox.ContactChanged{EventMeta: inbox.EventMeta{At: tx.Now(), Actor: inbox.BySystem()}, ContactID: 1,
			Changes: []inbox.Change{{Field: "name", To: filler}}})
		return struct{}{}, nil
	})
	if err != nil {
		h.Fatal(err)
	}
}

const followed = `subscription { events { __typename ... on StreamReady { cursor } ... on ContactChanged { cursor changes { to } } } }`

// join subscribes. It may be called from any goroutine.
func (h *hall) join(ctx context.Context) (*websocket.Conn, error) {
	dialer := websocket.Dialer{Subprotocols: []string{"graphql-transport-ws"}, HandshakeTimeout: patience, ReadBufferSize: 1 << 10,
		WriteBufferPool: &sync.Pool{}}
	conn, response, err := dialer.DialContext(ctx, h.url, nil)
	if err != nil {
		return nil, err
	}
	_ = response.Body.Close()
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	err = conn.WriteJSON(map[string]any{"type": "connection_init", "payload": variables{"authorization": "Bearer " + hallToken}})
	if err == nil {
		err = conn.WriteJSON(map[string]any{"type": "subscribe", "id": "1", "payload": variables{"query": followed}})
	}
	var ack frame
	if err == nil {
		err = conn.ReadJSON(&ack)
	}
	if err == nil && ack.Type != "connection_ack" {
		err = fmt.Errorf("got %s %s", ack.Type, ack.Payload)
	}
	return conn, err
}

// readItem reads the next item, which must be of this type.
func readItem(conn *websocket.Conn, kind string) error {
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	var f frame
	if err := conn.ReadJSON(&f); err != nil {
		return err
	}
	if f.Type != "next" || !strings.Contains(string(f.Payload), `"`+kind+`"`) {
		return fmt.Errorf("got %s %.200s, want %s", f.Type, f.Payload, kind)
	}
	return nil
}

func abort(conn *websocket.Conn) {
	_ = conn.NetConn().(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

// watched is a listener that reports when a write to one of its connections timed out. From then on writes have no deadline:
// a client that is told that it was too slow reads this only when the test gets there.
type watched struct {
	net.Listener
	timedOut chan struct{}
	once     sync.Once
}

// Accept returns a connection that reports to the listener.
func (w *watched) Accept() (net.Conn, error) {
	conn, err := w.Listener.Accept()
	return watchedConn{conn, w}, err
}

type watchedConn struct {
	net.Conn
	of *watched
}

// Write writes.
func (c watchedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.of.once.Do(func() { close(c.of.timedOut) })
	}
	return n, err
}

// SetWriteDeadline sets the deadline.
func (c watchedConn) SetWriteDeadline(at time.Time) error {
	select {
	case <-c.of.timedOut:
		at = time.Now().Add(patience)
	default:
	}
	return c.Conn.SetWriteDeadline(at)
}

func TestWhoDoesNotReadIsToldWhereToGoOnAndHoldsUpNobody(t *testing.T) {
	w := &watched{timedOut: make(chan struct{})}
	h := newHall(t, transport.Config{WriteTimeout: time.Second}, func(l net.Listener) net.Listener {
		w.Listener = l
		return w
	})
	reader, err := h.join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer abort(reader)
	deaf, err := h.join(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer abort(deaf)
	if err := readItem(reader, "StreamReady"); err != nil {
		t.Fatal(err)
	}
	published := 0
	for late := false; !late; published++ {
		if published == 10_000 {
			t.Fatal("a client that reads nothing can be written to without end")
		}
		h.publish(64 << 10)
		if err := readItem(reader, "ContactChanged"); err != nil {
			t.Fatalf("the client that reads, %d items later: %v", published, err)
		}
		select {
		case <-w.timedOut:
			late = true
		default:
		}
	}
	h.checkTold(deaf, published)
}

// checkTold reads what a socket got that had read nothing for long: items, then where to go on, then the close.
func (h *hall) checkTold(deaf *websocket.Conn, published int) {
	h.Helper()
	s := &socket{h.T, deaf}
	last, items := "", 0
	var f frame
	for f = s.read(); f.Type == "next"; f = s.read() {
		_, rest, _ := strings.Cut(string(f.Payload), `"cursor":"`)
		last, _, _ = strings.Cut(rest, `"`)
		items++
	}
	if items < 2 || items > published {
		h.Errorf("got %d items of %d", items, published)
	}
	if f.Type != "error" || !strings.Contains(string(f.Payload), `"CONSUMER_TOO_SLOW"`) ||
		!strings.Contains(string(f.Payload), fmt.Sprintf(`"cursor":%q`, last)) {
		h.Errorf("after %q got %s %s", last, f.Type, f.Payload)
	}
	var closed *websocket.CloseError
	if _, _, err := deaf.ReadMessage(); !errors.As(err, &closed) || closed.Code != websocket.CloseTryAgainLater {
		h.Errorf("got %v, want the close 1013", err)
	}
	select {
	case code := <-h.codes:
		if code != websocket.CloseTryAgainLater {
			h.Errorf("observed %d", code)
		}
	case <-time.After(patience):
		h.Error("the connection did not end")
	}
}

func TestAThousandSharedSubscriptionsLeaveNothingBehind(t *testing.T) {
	h := newHall(t, transport.Config{}, nil)
	for range 2 * runtime.GOMAXPROCS(0) { // connections to the database are opened when they are needed, in turn, and stay open
		if _, err := store.View(t.Context(), h.db, func(r *store.ReadTx) (inbox.Cursor, error) { return r.Head() }); err != nil {
			t.Fatal(err)
		}
	}
	before := goleak.IgnoreCurrent()
	const rounds, each = 20, 50
	for range rounds {
		var clients sync.WaitGroup
		for i := range each {
			clients.Go(func() {
				conn, err := h.join(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				defer abort(conn)
				if i%3 == 0 {
					return // it may not have subscribed yet
				}
				if err := readItem(conn, "StreamReady"); err != nil {
					t.Error(err)
				}
				if i%3 == 1 {
					return // it ends while others of the same group are served
				}
				h.publish(1000)
				if err := readItem(conn, "ContactChanged"); err != nil {
					t.Error(err)
				}
			})
		}
		clients.Wait()
	}
	for range rounds * each {
		select {
		case <-h.codes:
		case <-time.After(patience):
			t.Fatal("a connection did not end")
		}
	}
	left := goleak.Find(before)
	for late := time.Now().Add(patience); left != nil && time.Now().Before(late); {
		left = goleak.Find(before)
	}
	if left != nil {
		t.Error(left)
	}
}

// With FOYER_SOAK=1 there are ten thousand, or as many as this process may have, with both ends of each.
func TestAnEventReachesEverybodyThereIs(t *testing.T) {
	many := 500
	if os.Getenv("FOYER_SOAK") == "1" {
		var limit syscall.Rlimit
		if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
		many = int(min(10_000, limit.Max/2-200)) // Go has raised the limit to that
		t.Logf("%d connections", many)
	}
	h := newHall(t, transport.Config{}, nil)
	var ready, reached sync.WaitGroup
	ready.Add(many)
	places := make(chan struct{}, 64)
	for range many {
		reached.Go(func() {
			places <- struct{}{}
			conn, err := h.join(t.Context())
			<-places
			if err == nil {
				defer abort(conn)
				err = readItem(conn, "StreamReady")
			}
			ready.Done()
			for range 2 {
				if err == nil {
					err = readItem(conn, "ContactChanged")
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	ready.Wait()
	h.publish(500)
	h.publish(500)
	reached.Wait()
}

package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/heap"
	"foyer/live"
	"foyer/resolvers"
	"foyer/store"
	"foyer/transport"
)

// token is the token of the agent who subscribes.
const token = "fs_YmVuY2hiZW5jaGJlbmNoYmVuY2hiZW5jaGJlbmNoYmU"

// newEvent returns an event that a subscription shows in about 700 bytes, without reading anything else. Its changes have the
// time at which it happened.
func newEvent(size int) *inbox.ContactChanged {
	filler, _ := json.Marshal(strings.Repeat("x", size)) // a text can always be encoded
	return &inbox.ContactChanged{EventMeta: inbox.EventMeta{At: inbox.At(time.Now()), Actor: inbox.BySystem()}, ContactID: 1,
		Changes: []inbox.Change{{Field: "t" + strconv.FormatInt(time.Now().UnixNano(), 10), To: filler}}}
}

// publisher publishes events with filler of a size.
type publisher func(ctx context.Context, n, size int) error

// each returns a publisher that publishes one event after another.
func each(publish func(*inbox.ContactChanged)) publisher {
	return func(_ context.Context, n, size int) error {
		for range n {
			publish(newEvent(size))
		}
		return nil
	}
}

// together returns a publisher that adds events to the log in one transaction.
func together(db *store.DB) publisher {
	return func(ctx context.Context, n, size int) error {
		_, err := store.Update(ctx, db, func(tx *store.Tx) (struct{}, error) {
			for range n {
				tx.Append(newEvent(size))
			}
			return struct{}{}, nil
		})
		return err
	}
}

// ServeHTTP publishes n events, a number of them at a time.
func (p publisher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.FormValue("n"))
	batch, _ := strconv.Atoi(r.FormValue("batch"))
	size, _ := strconv.Atoi(r.FormValue("size"))
	for ; n > 0; n -= batch {
		if err := p(r.Context(), min(n, batch), size); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
	}
}

// hub sends events to one channel for each subscriber.
type hub struct {
	mu       sync.Mutex
	channels map[chan inbox.StreamItem]struct{}
}

func (h *hub) publish(e *inbox.ContactChanged) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.channels {
		c <- e
	}
}

func (h *hub) subscribe(ctx context.Context) <-chan inbox.StreamItem {
	c := make(chan inbox.StreamItem, 16)
	h.mu.Lock()
	h.channels[c] = struct{}{}
	h.mu.Unlock()
	c <- &inbox.StreamReady{Cursor: "e.0"}
	context.AfterFunc(ctx, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.channels, c)
	})
	return c
}

// fanoutServer serves subscriptions, and publishes events to them.
type fanoutServer struct {
	Mode        string `default:"ours" enum:"ours,bare,stock" help:"What serves the websockets."`
	Connections int    `default:"1000" help:"How many there may be."`
	Agents      int    `help:"How many agents there are, besides the one whose token is printed, with a conversation each."`
}

// Run serves until its standard input ends. It prints its address and the agent's token.
func (s *fanoutServer) Run(ctx context.Context) error {
	defer heap.Raise(64 << 20)() // like `foyer serve`
	_, err := inScratch(func(dir string) (struct{}, error) { return struct{}{}, s.serve(ctx, dir) })
	return err
}

func (s *fanoutServer) serve(ctx context.Context, dir string) error {
	db, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "foyer.db")})
	if err != nil {
		return err
	}
	follow := live.New(db, live.Options{Logger: slog.Default()})
	e := engine.New(db, engine.Options{OnSignal: follow.Signal})
	r := resolvers.New(e, db, follow, slog.Default())
	go func() { _ = follow.Run(ctx) }()
	go func() { _ = e.RunActivity(ctx) }()
	if err := admit(ctx, db); err != nil {
		return err
	}
	if err := employ(ctx, db, s.Agents); err != nil {
		return err
	}
	mux := http.NewServeMux()
	publish := together(db)
	switch s.Mode {
	case "ours":
		mux.Handle("/graphql", transport.New(transport.Config{Executor: r.Executor(), Authenticate: r.Authenticate,
			MaxConnections: s.Connections + 10, MaxConnectionsPerToken: s.Connections + 10,
			PingInterval: time.Hour})) // the subscribers answer no pings
	case "bare":
		floor := &bare{}
		publish = each(floor.publish)
		mux.Handle("/graphql", floor)
	case "stock":
		plain := &hub{channels: make(map[chan inbox.StreamItem]struct{})}
		publish = each(plain.publish)
		mux.Handle("/graphql", stockHandler(r, plain))
	}
	mux.Handle("/publish", publish)
	mux.HandleFunc("/memory", func(w http.ResponseWriter, _ *http.Request) {
		runtime.GC()
		runtime.GC()
		debug.FreeOSMemory()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		_, _ = fmt.Fprintf(w, "%d %d %d", runtime.NumGoroutine(), stats.HeapInuse, stats.StackInuse)
	})
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/heap", pprof.Handler("heap").ServeHTTP)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(os.Stdout, listener.Addr(), token)
	go func() { // the process that started it ends it by closing its input
		_, _ = os.Stdin.Read(make([]byte, 1))
		_ = listener.Close()
	}()
	if err := http.Serve(listener, mux); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// admit adds the agent who subscribes, and their session.
func admit(ctx context.Context, db *store.DB) error {
	_, err := store.Update(ctx, db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, addAgent(tx, "Olga", inbox.RoleOwner, token)
	})
	return err
}

// employ adds n agents, each with a session and a conversation that all of them see.
func employ(ctx context.Context, db *store.DB, n int) error {
	_, err := store.Update(ctx, db, func(tx *store.Tx) (struct{}, error) {
		for i := range n {
			if err := addAgent(tx, fmt.Sprint("Agent ", i), inbox.RoleAgent, tokenOf(i)); err != nil {
				return struct{}{}, err
			}
			contact := &inbox.Contact{Tags: []string{}}
			if err := tx.InsertContact(contact); err != nil {
				return struct{}{}, err
			}
			c := &inbox.Conversation{Status: inbox.Open, Source: inbox.SourceContact, OpenedBy: inbox.BySystem(),
				Priority: inbox.PriorityNormal, ContactID: contact.ID}
			if err := tx.InsertConversation(c); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	return err
}

// tokenOf returns the token of one of many agents.
func tokenOf(i int) string {
	random := sha256.Sum256(fmt.Append(nil, "bench ", i))
	return "fs_" + base64.RawURLEncoding.EncodeToString(random[:])
}

// addAgent adds an agent and their session.
func addAgent(tx *store.Tx, name string, role inbox.Role, token string) error {
	a := &inbox.Agent{Name: name, Email: name + "@example.com", Role: role, Visibility: inbox.VisibilityAll,
		Presence: inbox.PresenceOffline, CreatedAt: tx.Now()}
	if err := tx.InsertAgent(a, a.Email, "none"); err != nil {
		return err
	}
	hash := sha256.Sum256([]byte(token))
	return tx.InsertSession(hash[:], &inbox.Session{AgentID: a.ID, CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(240 * time.Hour)})
}

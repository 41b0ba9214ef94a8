package resolvers

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"

	"foyer/store"
)

// patience is how many times in a row others run without asking for anything before a gatherer reads.
const patience = 3

// gatherer gathers the keys that siblings ask for into one read, and keeps what was found.
//
// The goroutine that asks first reads for all, after letting others run until none of them asks for more. A timer would take
// longer than the statement it saves: if a process has nothing else to do, the runtime sleeps for whole milliseconds.
//
// It is safe for concurrent use.
type gatherer[K comparable, V any] struct {
	// find reads the values of keys.
	find func(keys []K) (map[K]V, error)
	// wait is how long keys are gathered at least: tests count statements on machines that are busy.
	wait time.Duration

	mu     sync.Mutex
	rounds map[K]*round[K, V] // the read of each key that was asked for; nil before any is
	next   *round[K, V]       // takes more keys; nil if nothing was asked for since the last read
	known  map[K]V            // values that were primed; nil if none were
}

// round is one read: its keys until it begins, and its outcome once done is closed.
type round[K comparable, V any] struct {
	keys  []K
	done  chan struct{}
	found map[K]V
	err   error
}

// errUnread is the error of a read that panicked.
var errUnread = errors.New("what siblings asked for could not be read")

func newGatherer[K comparable, V any](wait time.Duration, find func([]K) (map[K]V, error)) *gatherer[K, V] {
	return &gatherer[K, V]{find: find, wait: wait}
}

// Load returns the value of a key, or the zero value if there is none.
func (g *gatherer[K, V]) Load(ctx context.Context, key K) (V, error) {
	g.mu.Lock()
	if value, ok := g.known[key]; ok {
		g.mu.Unlock()
		return value, nil
	}
	r, first := g.ask(key)
	g.mu.Unlock()
	if first {
		g.gather(ctx, r)
	}
	select {
	case <-r.done:
		return r.found[key], r.err
	case <-ctx.Done():
		var none V
		return none, context.Cause(ctx)
	}
}

// LoadAll returns the values of keys, in their order.
func (g *gatherer[K, V]) LoadAll(ctx context.Context, keys []K) ([]V, error) {
	g.expect(keys)
	values := make([]V, len(keys))
	for i, key := range keys {
		value, err := g.Load(ctx, key)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

// expect reads at once those of the keys that nobody has asked for: a caller who knows what siblings will ask for spares
// them the wait. If it fails, they get the error.
func (g *gatherer[K, V]) expect(keys []K) {
	var mine *round[K, V]
	g.mu.Lock()
	for _, key := range keys {
		if _, ok := g.known[key]; ok {
			continue
		}
		if r, first := g.ask(key); first {
			mine = r
		}
	}
	g.mu.Unlock()
	if mine != nil {
		g.read(mine)
	}
}

// Prime sets the value of a key, unless it was asked for already.
func (g *gatherer[K, V]) Prime(key K, value V) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rounds[key] != nil {
		return
	}
	if g.known == nil {
		g.known = make(map[K]V)
	}
	g.known[key] = value
}

// ask returns the round that reads a key, and reports whether the round is new, so that the caller has to read it. The caller
// holds mu.
func (g *gatherer[K, V]) ask(key K) (r *round[K, V], first bool) {
	if r = g.rounds[key]; r != nil {
		return r, false
	}
	if g.next == nil {
		g.next, first = &round[K, V]{done: make(chan struct{}), err: errUnread}, true
	}
	if g.rounds == nil {
		g.rounds = make(map[K]*round[K, V])
	}
	g.next.keys = append(g.next.keys, key)
	g.rounds[key] = g.next
	return g.next, first
}

// gather lets others run until they ask for nothing more, and reads.
func (g *gatherer[K, V]) gather(ctx context.Context, r *round[K, V]) {
	began := time.Now()
	if g.wait > 0 {
		time.Sleep(g.wait)
	}
	for asked, quiet := 0, 0; quiet < patience; quiet++ {
		runtime.Gosched()
		g.mu.Lock()
		if n := len(r.keys); n > asked {
			asked, quiet = n, 0
		}
		g.mu.Unlock()
	}
	store.NoteWait(ctx, time.Since(began)) // the others may be many
	g.read(r)
}

// read reads what a round has gathered.
func (g *gatherer[K, V]) read(r *round[K, V]) {
	defer close(r.done)
	g.mu.Lock()
	g.next = nil
	g.mu.Unlock()
	r.found, r.err = g.find(r.keys)
}

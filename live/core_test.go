package live

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foyer/inbox"
	"foyer/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// openDB opens a database of its own for a test.
func openDB(t testing.TB) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{
		Path:   filepath.Join(t.TempDir(), "foyer.db"),
		Logger: slog.New(slog.DiscardHandler),
		Fatal:  func(err error) { panic(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

// follow runs a Log until the test ends.
func follow(t testing.TB, db *store.DB, o Options) *Log {
	t.Helper()
	l := New(db, o)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return l
}

// small returns options for a Log with hardly anything in memory, so that streams fall out of the window all the time.
func small() Options { return Options{window: 16, chunk: 7} }

// write appends events in one transaction.
func write(t testing.TB, db *store.DB, events ...inbox.Event) {
	t.Helper()
	if err := tryWrite(db, events...); err != nil {
		t.Fatal(err)
	}
}

func tryWrite(db *store.DB, events ...inbox.Event) error {
	_, err := store.Update(context.Background(), db, func(tx *store.Tx) (struct{}, error) {
		tx.Append(events...)
		return struct{}{}, nil
	})
	return err
}

func contactChanged() inbox.Event {
	return &inbox.ContactChanged{EventMeta: inbox.EventMeta{At: 1, Actor: inbox.BySystem()}, ContactID: 5}
}

// as returns the access of a Subscription.
func as(access inbox.Access) func(*store.Reader) (inbox.Access, error) {
	return func(*store.Reader) (inbox.Access, error) { return access, nil }
}

// running is a subscription in a test. It shares nothing with others, and gets an item when the test asks for one.
type running struct {
	*Member
	ended chan *EndError // receives why it ended by itself
	over  chan struct{}  // closed then

	mu    sync.Mutex
	items []inbox.StreamItem // what was shown, by the payload that stands for it
	wants bool
	taken chan inbox.StreamItem
}

// show encodes each item as a number.
func (r *running) show(_ context.Context, items []inbox.StreamItem) []Shown {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Shown, len(items))
	for i, item := range items {
		all[i].Payload = strconv.AppendInt(nil, int64(len(r.items)), 10)
		r.items = append(r.items, item)
	}
	return all
}

func (r *running) Offer(shown Shown, _ int64) Reception {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.wants {
		return Later
	}
	r.wants = false
	i, _ := strconv.Atoi(string(shown.Payload))
	r.taken <- r.items[i]
	return Taken
}

func (r *running) End(err *EndError) {
	r.ended <- err
	close(r.over)
}

func (r *running) TooSlow() { panic("what may come later is never too slow") }

// next returns the next item, or false once the subscription has ended.
func (r *running) next() (inbox.StreamItem, bool) {
	r.mu.Lock()
	r.wants = true
	r.mu.Unlock()
	r.Pull()
	select {
	case item := <-r.taken:
		return item, true
	case <-r.over:
		return nil, false
	}
}

// all returns the items that are still to come, until the subscription ends.
func (r *running) all(yield func(inbox.StreamItem) bool) {
	for item, open := r.next(); open && yield(item); item, open = r.next() {
	}
}

// subscribe begins a subscription that ends with the test.
func subscribe(t testing.TB, l *Log, sub Subscription) *running {
	t.Helper()
	r, err := start(t.Context(), l, sub)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Leave)
	return r
}

func start(ctx context.Context, l *Log, sub Subscription) (*running, error) {
	r := &running{ended: make(chan *EndError, 1), over: make(chan struct{}), taken: make(chan inbox.StreamItem, 1)}
	m, err := l.Join(ctx, sub, r, r.show)
	if err != nil {
		return nil, err
	}
	r.Member = m
	m.Start(r)
	return r, nil
}

// take returns the next item, which must be of type T.
func take[T inbox.StreamItem](t testing.TB, r *running) T {
	t.Helper()
	item, open := r.next()
	if !open {
		t.Fatalf("the subscription ended: %v", <-r.ended)
	}
	got, ok := item.(T)
	if !ok {
		t.Fatalf("got %T %+v", item, item)
	}
	return got
}

// end returns why a subscription ends. That must be the next thing that happens to it.
func end(t testing.TB, r *running) *EndError {
	t.Helper()
	if item, open := r.next(); open {
		t.Fatalf("got %T %+v", item, item)
	}
	return <-r.ended
}

// refused returns why a subscription cannot begin.
func refused(t testing.TB, l *Log, sub Subscription) *EndError {
	t.Helper()
	_, err := l.Join(t.Context(), sub, "key", (&shower{}).show)
	var ended *EndError
	if !errors.As(err, &ended) {
		t.Fatalf("got %v", err)
	}
	return ended
}

// clock is a time that tests move. Its timers fire when it reaches their time.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	timers []timer
	armed  chan struct{} // receives when a timer was set: Run waits
}

type timer struct {
	at   time.Time
	runs chan time.Time
}

func newClock() *clock {
	return &clock{now: time.Unix(1_000_000, 0), armed: make(chan struct{}, 1)}
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) After(d time.Duration) <-chan time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := timer{at: c.now.Add(d), runs: make(chan time.Time, 1)}
	c.timers = append(c.timers, t)
	select {
	case c.armed <- struct{}{}:
	default:
	}
	return t.runs
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	kept := c.timers[:0]
	for _, t := range c.timers {
		if t.at.After(c.now) {
			kept = append(kept, t)
		} else {
			t.runs <- c.now
		}
	}
	c.timers = kept
}

package live

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
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

// small makes a Log that has hardly anything in memory, so that streams fall out of the window all the time.
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

// running is a stream under way in a test.
type running struct {
	items <-chan inbox.StreamItem
	ended chan *EndError // receives why it ended by itself
	stop  context.CancelFunc
}

// subscribe begins a stream that ends with the test.
func subscribe(t testing.TB, l *Log, sub Subscription) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	r, err := start(ctx, l, sub)
	if err != nil {
		t.Fatal(err)
	}
	r.stop = stop
	return r
}

func start(ctx context.Context, l *Log, sub Subscription) (*running, error) {
	stream, err := l.Subscribe(ctx, sub)
	if err != nil {
		return nil, err
	}
	ended := make(chan *EndError, 1)
	return &running{ended: ended, items: stream.Items(ctx, func(err *EndError) { ended <- err })}, nil
}

// take returns the next item, which must be of type T.
func take[T inbox.StreamItem](t testing.TB, r *running) T {
	t.Helper()
	item, open := <-r.items
	if !open {
		t.Fatalf("the stream ended: %v", <-r.ended)
	}
	got, ok := item.(T)
	if !ok {
		t.Fatalf("got %T %+v", item, item)
	}
	return got
}

// end returns why a stream ends, which must be the next thing that happens to it.
func end(t testing.TB, r *running) *EndError {
	t.Helper()
	if item, open := <-r.items; open {
		t.Fatalf("got %T %+v", item, item)
	}
	return <-r.ended
}

// refused returns why a stream cannot begin.
func refused(t testing.TB, l *Log, sub Subscription) *EndError {
	t.Helper()
	_, err := l.Subscribe(t.Context(), sub)
	var ended *EndError
	if !errors.As(err, &ended) {
		t.Fatalf("got %v", err)
	}
	return ended
}

// clock is a time that tests move. Its timers run out when it gets there.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	timers []timer
	armed  chan struct{} // receives when a timer for streams was set; looks at the log are none
}

type timer struct {
	at   time.Time
	runs chan time.Time
}

func newClock() *clock {
	return &clock{now: time.Unix(1_000_000, 0), armed: make(chan struct{}, 100)}
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
	if d > lookInterval {
		c.armed <- struct{}{}
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

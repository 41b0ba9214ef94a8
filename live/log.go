package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// lookInterval is how often the log is read even if no commit was announced.
	lookInterval = 500 * time.Millisecond
	// chunkSize is how many events are read, or given to a group, at once.
	chunkSize = 500
	// maxReplays is how many members read the log themselves at a time.
	maxReplays = 8
)

// Options is what a Log needs besides its database. The zero value uses the system's clock and logs nothing.
type Options struct {
	// Now returns the time; nil: time.Now.
	Now func() time.Time
	// After returns a channel that receives once a duration has passed; nil: time.After.
	After func(time.Duration) <-chan time.Time
	// Logger logs failures to read the log, which is then read again; nil: nothing is logged.
	Logger *slog.Logger

	window int // instead of windowSize
	chunk  int // instead of chunkSize
}

// Log follows the event log of a database. Make one with New and let Run follow it.
type Log struct {
	db      *store.DB
	options Options
	window  window
	groups  groups
	signals signals
	replays chan struct{} // holds a value for each member that reads the log itself

	locating sync.Mutex // held while contacts of entries are located, so that each is located once

	followed   atomic.Bool // Run was called
	mu         sync.Mutex  // held while a goroutine is started, and when ctx is ended
	goroutines sync.WaitGroup
	ctx        context.Context //nolint:containedctx // of what groups do; ends when Run does
	cancel     context.CancelFunc
}

// New returns a Log that begins at the head of the database's event log.
func New(db *store.DB, o Options) *Log {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	o.window, o.chunk = cmp.Or(o.window, windowSize), cmp.Or(o.chunk, chunkSize)
	l := &Log{
		db:      db,
		options: o,
		window:  newWindow(o.window, db.HeadNumber()),
		groups:  groups{byKey: make(map[any]*group)},
		replays: make(chan struct{}, maxReplays),
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// Run follows the log until ctx ends or the database is closed. Then it ends all members, waits for their goroutines and
// returns nil. Failures to read the log are logged, and reading is tried again. A Log is followed once: a second call of
// Run fails.
func (l *Log) Run(ctx context.Context) error {
	if l.followed.Swap(true) {
		return errors.New("live: this log is followed already, or was")
	}
	defer l.stop()
	for {
		committed := l.db.Committed() // before reading, so that later commits are announced
		err := l.catchUp(ctx)
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return nil
		}
		if err != nil {
			l.options.Logger.ErrorContext(ctx, "follow the event log", "error", err)
			committed = nil // not at once: it may fail again
		}
		l.groups.remind(l.options.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-committed:
		case <-l.options.After(lookInterval):
		}
	}
}

// stop ends all members and waits for the goroutines.
func (l *Log) stop() {
	l.mu.Lock()
	l.cancel()
	l.mu.Unlock()
	l.groups.stop()
	l.goroutines.Wait()
}

// spawn starts a goroutine that Run waits for. It returns false if Run has ended.
func (l *Log) spawn(run func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ctx.Err() != nil {
		return false
	}
	l.goroutines.Go(run)
	return true
}

// onPanic, which is deferred, calls fail with the panic if there is one.
func onPanic(fail func(error)) {
	if value := recover(); value != nil {
		fail(fmt.Errorf("panic: %v\n%s", value, debug.Stack()))
	}
}

// catchUp adds what is new to the window, to the end of a commit.
func (l *Log) catchUp(ctx context.Context) error {
	_, known := l.window.bounds()
	// If there is more than the window takes, only the newest are of use here; members read the others from the
	// database.
	from := max(known, l.db.HeadNumber()-int64(l.options.window))
	fresh, err := l.fresh(ctx, from)
	if err != nil {
		return fmt.Errorf("read events after %d: %w", from, err)
	}
	if len(fresh) > 0 {
		l.window.add(from, fresh)
		l.groups.follow(fresh)
	}
	return nil
}

// fresh returns the events after a number: from the store's memory or, if there are too many for that, all that one
// snapshot has.
func (l *Log) fresh(ctx context.Context, after int64) ([]*entry, error) {
	if records, ok := l.db.Tail(after); ok {
		return newEntries(records), nil
	}
	return store.View(ctx, l.db, func(r *store.ReadTx) ([]*entry, error) { return readAll(r, after, l.options.chunk) })
}

// shown encodes events with show. Before it returns, the window has got to the snapshots that they were read from and, if
// somebody does not see everything, contacts are located as of these snapshots: were either older, a viewer would be shown
// what a conversation or a contact has become after they lost access to it.
func (l *Log) shown(show Show, entries []*entry, limited bool) []Shown {
	items := make([]inbox.StreamItem, len(entries))
	for i, e := range entries {
		items[i] = e.event
	}
	all, asOf, err := l.shownItems(show, items)
	if err == nil && limited {
		err = l.locateContacts(entries, asOf)
	}
	if err != nil {
		for i := range all {
			all[i] = Shown{Err: err}
		}
	}
	return all
}

// shownItems encodes items with show and waits until the window has got to the snapshots that they were read from, up to
// event asOf.
func (l *Log) shownItems(show Show, items []inbox.StreamItem) (all []Shown, asOf int64, err error) {
	all = show(l.ctx, items)
	for _, one := range all {
		asOf = max(asOf, one.AsOf)
	}
	return all, asOf, l.window.await(l.ctx, asOf)
}

// locateContacts locates the contacts of entries as of an event or later, once for all members that need it.
func (l *Log) locateContacts(entries []*entry, asOf int64) error {
	missing := func() bool { return slices.ContainsFunc(entries, func(e *entry) bool { return !e.isLocated(asOf) }) }
	if !missing() {
		return nil
	}
	l.locating.Lock()
	defer l.locating.Unlock()
	if !missing() {
		return nil
	}
	_, err := store.View(l.ctx, l.db, func(r *store.ReadTx) (struct{}, error) { return struct{}{}, locateContacts(r, entries, asOf) })
	return err
}

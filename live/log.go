package live

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// lookInterval is how often the log is read though nobody told of a commit.
	lookInterval = 500 * time.Millisecond
	// chunkSize is how many events are read, or handed to a stream, at once.
	chunkSize = 500
	// maxReplays is how many streams read the past from the database at a time.
	maxReplays = 8
)

// Options is what a Log needs besides its database. The zero value is the system's clock and no log.
type Options struct {
	// Now tells the time; nil: time.Now.
	Now func() time.Time
	// After returns a channel that receives once a duration has passed; nil: time.After.
	After func(time.Duration) <-chan time.Time
	// Logger takes what nobody waits for: failures to read the log, which are tried again; nil: nobody is told.
	Logger *slog.Logger

	window int // instead of windowSize
	chunk  int // instead of chunkSize
}

// Log follows the event log of a database. Make one with New and let Run follow it.
type Log struct {
	db      *store.DB
	options Options
	replays chan struct{} // a place for each replay that reads
	stopped chan struct{} // closed when Run ends

	describing sync.Mutex // held while contacts of the window are looked up, so that each is once

	mu       sync.RWMutex
	window   window
	news     chan struct{} // closed, and replaced, when the window gets further
	running  bool
	stopping bool
	streams  sync.WaitGroup

	ctx    context.Context //nolint:containedctx // of what groups do; ends when Run does
	cancel context.CancelFunc
	shared groups
}

// New makes a Log that begins at the head of the database's event log.
func New(db *store.DB, o Options) *Log {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.window == 0 {
		o.window = windowSize
	}
	if o.chunk == 0 {
		o.chunk = chunkSize
	}
	l := &Log{
		db:      db,
		options: o,
		replays: make(chan struct{}, maxReplays),
		stopped: make(chan struct{}),
		window:  newWindow(o.window, db.HeadNumber()),
		news:    make(chan struct{}),
		shared:  groups{byKey: make(map[any]*group)},
	}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// Run follows the log until ctx ends or the database is closed; then it ends the streams, waits for them and returns
// nil. What else fails is logged and tried again. It fails where it ran before: a Log is followed once.
func (l *Log) Run(ctx context.Context) error {
	l.mu.Lock()
	ran := l.running
	l.running = true
	l.mu.Unlock()
	if ran {
		return errors.New("live: this log is followed already, or was")
	}
	defer l.stop()
	for {
		committed := l.db.Committed() // before reading: what is committed from here on is told of
		err := l.catchUp(ctx)
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return nil
		}
		if err != nil {
			l.options.Logger.ErrorContext(ctx, "follow the event log", "error", err)
			committed = nil // not at once: it may fail again
		}
		l.shared.remind(l.options.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-committed:
		case <-l.options.After(lookInterval):
		}
	}
}

// stop ends the streams and waits for them.
func (l *Log) stop() {
	l.mu.Lock()
	l.stopping = true
	close(l.stopped)
	l.mu.Unlock()
	l.cancel()
	l.shared.stop()
	l.streams.Wait()
}

// spawn starts a goroutine that Run waits for, unless the log is not followed any more.
func (l *Log) spawn(run func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		return false
	}
	l.streams.Go(run)
	return true
}

// catchUp takes what is new to the end of a commit, so that the window always ends where one does.
func (l *Log) catchUp(ctx context.Context) error {
	known := l.head()
	// Of more than the window takes only the newest are of use here; streams read the others from the database.
	from := max(known, l.db.HeadNumber()-int64(l.options.window))
	fresh, err := l.fresh(ctx, from)
	if err != nil {
		return fmt.Errorf("read events after %d: %w", from, err)
	}
	if len(fresh) == 0 {
		return nil
	}
	l.mu.Lock()
	if from > known {
		l.window.restart(from)
	}
	l.window.add(fresh)
	close(l.news)
	l.news = make(chan struct{})
	head := l.window.head
	l.mu.Unlock()
	l.shared.follow(fresh, head)
	return nil
}

// fresh returns the events after a number: those in memory or, where they are too many, all that one snapshot has.
func (l *Log) fresh(ctx context.Context, after int64) ([]*entry, error) {
	records, ok := l.db.Tail(after)
	if !ok {
		return store.View(ctx, l.db, func(r *store.ReadTx) ([]*entry, error) { return readAll(r, after, l.options.chunk) })
	}
	entries := make([]*entry, len(records))
	for i, record := range records {
		entries[i] = newEntry(record)
	}
	return entries, nil
}

// shown shows events, and waits until the window has got to what they were read from; where somebody does not see
// everything it is looked up again who sees contacts. Who may see what is shown is judged by both: were they older, somebody
// would be shown what a conversation or a contact has become after they lost access to it.
func (l *Log) shown(show Show, entries []*entry, limited bool) []Shown {
	items := make([]inbox.StreamItem, len(entries))
	for i, e := range entries {
		items[i] = e.event
	}
	all := show(l.ctx, items)
	asOf := int64(0)
	for _, one := range all {
		asOf = max(asOf, one.AsOf)
	}
	err := l.await(asOf)
	if err == nil && limited {
		err = l.describe(l.ctx, entries, asOf)
	}
	if err != nil {
		for i := range all {
			all[i] = Shown{Err: err}
		}
	}
	return all
}

// await waits until the window has got to a number. It fails where the log is not followed any more.
func (l *Log) await(number int64) error {
	for {
		l.mu.RLock()
		head, news := l.window.head, l.news
		l.mu.RUnlock()
		if head >= number {
			return nil
		}
		select {
		case <-news:
		case <-l.stopped:
			return ErrStopped
		}
	}
}

// newAfter returns what the window has after a number, and the number up to which that is all; where the window begins
// later, false and that place.
func (l *Log) newAfter(number int64) (entries []*entry, end int64, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if entries, end, ok = l.window.after(number, l.options.chunk); !ok {
		return nil, l.window.floor, false
	}
	return entries, end, true
}

// windowFloor is the number after which the window begins.
func (l *Log) windowFloor() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.window.floor
}

// readAll reads the events after a number in chunks, to the end of the snapshot.
func readAll(r *store.ReadTx, after int64, chunk int) ([]*entry, error) {
	var all []*entry
	for {
		records, err := r.Events(after, chunk)
		if err != nil {
			return nil, err
		}
		for _, record := range records {
			all = append(all, newEntry(record))
		}
		if len(records) < chunk {
			return all, nil
		}
		after = records[len(records)-1].Number
	}
}

// head is the number of the newest event in the window.
func (l *Log) head() int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.window.head
}

// describe looks up where the contacts of these entries have conversations, as of an event or later, once for all streams
// that need it.
func (l *Log) describe(ctx context.Context, entries []*entry, asOf int64) error {
	undescribed := func() (found []*entry) {
		for _, e := range entries {
			if !e.isDescribed(asOf) {
				found = append(found, e)
			}
		}
		return found
	}
	if undescribed() == nil {
		return nil
	}
	l.describing.Lock()
	defer l.describing.Unlock()
	missing := undescribed()
	if missing == nil {
		return nil
	}
	_, err := store.View(ctx, l.db, func(r *store.ReadTx) (struct{}, error) { return struct{}{}, describe(r, missing) })
	return err
}

// describe notes in entries where their contacts have conversations.
func describe(r *store.ReadTx, entries []*entry) error {
	known := make(map[inbox.ContactID]*surroundings)
	for _, e := range entries {
		id := e.contact()
		if id == 0 {
			continue
		}
		if known[id] == nil {
			asOf, err := r.HeadNumber()
			if err != nil {
				return fmt.Errorf("date the conversations of a contact: %w", err)
			}
			scopes, err := scopesAround(r, id)
			if err != nil {
				return fmt.Errorf("find the conversations of a contact: %w", err)
			}
			known[id] = &surroundings{scopes, asOf}
		}
		e.surround(known[id])
	}
	return nil
}

// scopesAround returns where a contact has conversations, each place once.
func scopesAround(r *store.ReadTx, contact inbox.ContactID) ([]inbox.Scope, error) {
	var scopes []inbox.Scope
	seen := make(map[inbox.Scope]struct{})
	filter := store.ConversationFilter{ContactIDs: []inbox.ContactID{contact}}
	var after *store.ListPlace
	for {
		page, err := r.ConversationList(inbox.SeesAll(), filter, inbox.OrderNewest, after, chunkSize)
		if err != nil {
			return nil, err
		}
		for _, c := range page.Conversations {
			if _, twice := seen[c.Scope()]; !twice {
				seen[c.Scope()] = struct{}{}
				scopes = append(scopes, c.Scope())
			}
		}
		if page.More == nil {
			return scopes, nil
		}
		after = page.More
	}
}

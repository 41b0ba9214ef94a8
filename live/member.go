package live

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"foyer/inbox"
)

// Sink takes the items of a Member. Its methods must not block, and must not hold anything that Pull or Leave wait for
// in other goroutines.
type Sink interface {
	// Offer takes an item, as it is shown, or says why it does not. Place is the number in the log up to which everything
	// was delivered once this item is.
	Offer(shown Shown, place int64) Reception
	// End takes why the stream ended. Nothing follows.
	End(*EndError)
	// TooSlow is called, instead of End, where the stream ended because its items were taken too late.
	TooSlow()
}

// Reception is what became of an item that was offered to a Sink.
type Reception int

const (
	// Taken items are on their way.
	Taken Reception = iota
	// Full says that there is no room: Pull is called when there is. Who makes none for too long is too slow.
	Full
	// Later says that the item may not come yet: Pull is called when it may. However long that takes, nothing is left out:
	// what the group has let go of by then is read from the log.
	Later
)

// Member is a subscription that shares what its items look like with all others of the same key. It returns what a Stream
// would, in the same order and by the same rules, and no goroutine belongs to it while it waits.
//
// All methods are safe for concurrent use.
type Member struct {
	key   any          // until it has joined a group
	show  Show         // likewise
	start inbox.Cursor // where it began
	group atomic.Pointer[group]
	left  atomic.Bool
	sent  atomic.Int64 // when the last item was taken, in nanoseconds since 1970

	// The following are guarded by the mutex of the group.

	due    bool // there may be something for it in the ring, or it is behind
	next   int  // the slot it has got to, where it is due
	behind bool // it reads the log itself: the ring begins later
	resume int64

	mu       sync.Mutex // held while items are offered; before all other locks
	sink     Sink
	stream   *Stream
	fetching bool
	refused  bool // the sink took no more
	replayed batch
	shown    []Shown // of the entries of replayed
}

// Join begins a subscription that shares its items with all others that were given the same key: their filters and what
// show does must be the same. Start makes it run. It fails as Subscribe does.
func (l *Log) Join(ctx context.Context, sub Subscription, key any, show Show) (*Member, error) {
	s, err := l.Subscribe(ctx, sub)
	if err != nil {
		return nil, err
	}
	return &Member{key: key, show: show, start: s.delivered, stream: s}, nil
}

// Start lets a sink have the items from here on. It is called once; Pull and Leave may be called before.
func (m *Member) Start(sink Sink) {
	m.mu.Lock()
	m.sink = sink
	m.touch()
	m.mu.Unlock()
	if !m.stream.log.shared.join(m) {
		m.fail(ErrStopped)
		return
	}
	if m.left.Load() {
		m.Leave()
		return
	}
	m.Pull()
}

// Leave ends the stream without a word.
func (m *Member) Leave() {
	m.left.Store(true)
	if g := m.group.Load(); g != nil {
		g.log.shared.leave(g, m)
	}
}

// EndAt returns the error that the stream ends with for a reason, when nothing after a place was taken; zero is where it
// began.
func (m *Member) EndAt(place int64, cause error) *EndError {
	cursor := m.start
	if place > 0 {
		cursor = m.stream.log.db.CursorAt(place)
	}
	return m.stream.endsAt(cursor, cause)
}

// Pull offers items until the sink takes no more or there are none.
func (m *Member) Pull() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pull()
}

func (m *Member) pull() {
	defer func() {
		if value := recover(); value != nil {
			m.end(fmt.Errorf("panic: %v\n%s", value, debug.Stack()))
		}
	}()
	m.refused = false
	if m.sink == nil {
		return
	}
	for !m.left.Load() && m.step() {
	}
}

// fail ends the stream for a reason.
func (m *Member) fail(cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end(cause)
}

// end wants the mutex held, as do the following.
func (m *Member) end(cause error) {
	if m.left.Load() || m.sink == nil {
		return
	}
	m.Leave()
	m.sink.End(m.stream.ends(cause))
}

func (m *Member) tooSlow() {
	m.Leave()
	m.sink.TooSlow()
}

func (m *Member) touch() { m.sent.Store(m.stream.log.options.Now().UnixNano()) }

// checkScope ends the stream if the viewer sees other things by now.
func (m *Member) checkScope() {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, s := m.stream.log, m.stream
	l.mu.RLock()
	changed := l.window.scoped[s.visibilityFilter.access.Agent] > s.joined
	l.mu.RUnlock()
	if changed {
		m.end(ErrScopeChanged)
	}
}

// remind says where the stream stands, if it has nothing to deliver.
func (m *Member) remind() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pull()
	g := m.group.Load()
	g.mu.Lock()
	idle := !m.due && !m.left.Load()
	g.mu.Unlock()
	if idle && m.stream.ready && m.report() {
		m.taken()
	}
}

// report says up to where everything was delivered, and reports whether the sink took it.
func (m *Member) report() bool {
	s := m.stream
	cursor := s.cursor
	if s.cursorAt < s.position {
		cursor = s.log.db.CursorAt(s.position)
	}
	if !s.ready {
		cursor = max(cursor, s.head)
	}
	s.cursor, s.cursorAt = cursor, s.position
	return m.give(&inbox.StreamReady{Cursor: cursor})
}

// give offers an item that is no event.
func (m *Member) give(item inbox.StreamItem) bool {
	shown := m.group.Load().showOwn(item)
	return m.offer(shown, m.stream.position)
}

// offer offers an item as it is shown, and reports whether the sink took it.
func (m *Member) offer(shown Shown, place int64) bool {
	if shown.Err != nil {
		m.end(shown.Err)
		return false
	}
	reception := m.sink.Offer(shown, place)
	if reception == Taken {
		return true
	}
	m.refused = true
	if g := m.group.Load(); reception == Full && !m.left.Load() {
		g.mu.Lock()
		if m.due && !m.behind && !m.left.Load() {
			g.stuck[m] = struct{}{}
		}
		g.mu.Unlock()
	}
	return false
}

// step does with one event what is to be done, and reports whether there may be another.
func (m *Member) step() bool {
	s := m.stream
	if !s.ready && s.position >= s.target {
		if !m.report() {
			return false
		}
		s.ready = true
		m.taken()
	}
	if len(m.replayed.entries) > 0 {
		return m.replay()
	}
	if m.fetching {
		return false
	}
	u := m.group.Load().upcoming(m)
	switch u.state { //nolint:exhaustive // what is due goes on below
	case isBehind:
		m.fetch()
		return false
	case isSlow:
		m.tooSlow()
		return false
	case isIdle:
		return m.rested()
	case isAsked:
		return false
	}
	if u.err != nil {
		m.end(u.err)
		return false
	}
	switch m.pass(batch{}, u.entry, u.shown) {
	case wentPast:
		return m.group.Load().passed(m) || m.rested()
	case outdated:
		m.group.Load().lost(m, s.position)
		return true
	case unshown:
		return m.group.Load().ask(m)
	default:
		return false
	}
}

// rested is called where nothing follows for now, and reports whether being ready does.
func (m *Member) rested() bool {
	s := m.stream
	s.visibilityFilter.forget(s.position)
	return !s.ready && s.position >= s.target
}

// outcome is what became of an event.
type outcome int

const (
	wentPast outcome = iota
	halted           // the sink takes no more, or the stream ended
	outdated         // it is not known any more how things stand
	unshown          // it must be shown first
)

// pass does with an event what the visibilityFilter says.
func (m *Member) pass(b batch, e *entry, shown *Shown) outcome {
	s := m.stream
	if e.err != nil {
		m.end(e.err)
		return halted
	}
	if !s.visibilityFilter.seesAll() && !e.isDescribed(shown.asOf()) {
		return unshown
	}
	now, _, err := s.look(b, e)
	switch {
	case errors.Is(err, errStale):
		return outdated
	case err != nil:
		m.end(err)
		return halted
	}
	v := s.visibilityFilter.judge(e.event, now)
	took := true
	switch v {
	case finish:
		m.end(ErrScopeChanged)
		return halted
	case deliver:
		if shown == nil {
			return unshown
		}
		took = m.offer(*shown, e.number)
	case hide:
		own := m.group.Load().showOwn(itemFor(v, e))
		took = m.offer(own, e.number)
	case skip:
	}
	if !took {
		return halted
	}
	s.passed(e, now, v)
	if v != skip {
		m.taken()
	}
	return wentPast
}

// taken notes that the sink has taken an item.
func (m *Member) taken() {
	m.stream.delivered = m.stream.cursor
	m.touch()
}

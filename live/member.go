package live

import (
	"errors"
	"sync"
	"sync/atomic"

	"foyer/inbox"
)

// Member is a subscription that shares its encoded items with all others of the same key. It has no goroutine while it
// waits.
//
// All methods are safe for concurrent use.
type Member struct {
	log   *Log
	key   any  // until it has joined a group
	show  Show // likewise
	group atomic.Pointer[group]
	left  atomic.Bool
	sent  atomic.Int64 // when the last item was taken, in Unix nanoseconds

	// The following never change.

	joined   int64        // the head when it began: its access is as of then, and it is ready when it has got there
	startsAt int64        // the number of start
	start    inbox.Cursor // what it began after
	head     inbox.Cursor // the newest cursor when it began
	oldest   inbox.Cursor // the oldest one

	place // guarded by the mutex of the group

	mu         sync.Mutex // held while items are offered; taken before all other locks
	sink       Sink
	visibility *visibilityFilter
	position   int64 // everything up to it was delivered or left out
	delivered  int64 // the position when the last item was taken
	ready      bool  // it has said that it is up to date
	reading    bool  // a goroutine reads the log for it
	refused    bool  // the sink took no more
	replayed   batch // what it has read from the log and not passed yet
}

// Start begins to send items to a sink. It is called once; Pull and Leave may be called before.
func (m *Member) Start(sink Sink) {
	m.mu.Lock()
	m.sink = sink
	m.touch()
	m.mu.Unlock()
	if !m.log.groups.join(m) {
		m.fail(ErrStopped)
		return
	}
	if m.left.Load() {
		m.Leave()
		return
	}
	m.Pull()
}

// Leave ends the subscription without a call of the sink.
func (m *Member) Leave() {
	m.left.Store(true)
	if g := m.group.Load(); g != nil {
		m.log.groups.leave(g, m)
	}
}

// Pull offers items until the sink takes no more or there are none.
func (m *Member) Pull() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pull()
}

// pull is Pull. The caller holds mu, as for all methods below that do not lock it.
func (m *Member) pull() {
	defer onPanic(m.end)
	m.refused = false
	if m.sink == nil {
		return
	}
	for !m.left.Load() && m.step() {
	}
}

// fail ends the subscription for a reason.
func (m *Member) fail(cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.end(cause)
}

func (m *Member) end(cause error) {
	if m.left.Load() || m.sink == nil {
		return
	}
	m.Leave()
	m.sink.End(m.endError(m.cursorOf(m.delivered), cause))
}

// EndAt returns the error that the subscription ends with if nothing after a place was taken. Zero stands for where it
// began.
func (m *Member) EndAt(place int64, cause error) *EndError {
	cursor := m.start
	if place > 0 {
		cursor = m.log.db.CursorAt(place)
	}
	return m.endError(cursor, cause)
}

func (m *Member) endError(cursor inbox.Cursor, cause error) *EndError {
	e := &EndError{Cause: cause, Cursor: cursor, Oldest: m.oldest, Head: m.head}
	if number := m.log.db.HeadNumber(); number > m.joined {
		e.Head = m.log.db.CursorAt(number)
	}
	if floor := m.log.db.Floor(); floor > 0 {
		e.Oldest = max(e.Oldest, m.log.db.CursorAt(floor)) // it may have risen since
	}
	return e
}

// cursorOf returns the cursor of a place that the member has got to.
func (m *Member) cursorOf(number int64) inbox.Cursor {
	cursor := m.start
	if number > m.startsAt {
		cursor = m.log.db.CursorAt(number)
	}
	if m.ready && number == m.joined {
		cursor = max(cursor, m.head) // the same place, in the newest epoch
	}
	return cursor
}

// touch notes that an item was taken just now.
func (m *Member) touch() { m.sent.Store(m.log.options.Now().UnixNano()) }

// checkScope ends the subscription if the viewer's access has changed.
func (m *Member) checkScope() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.log.window.rescoped(m.visibility.access.Agent, m.joined) {
		m.end(ErrScopeChanged)
	}
}

// remind offers the subscription's position, if there is nothing else to deliver.
func (m *Member) remind() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.upToDate() {
		m.report()
	}
}

// upToDate delivers what there is, and reports whether nothing is left and the subscription goes on.
func (m *Member) upToDate() bool {
	m.pull()
	g := m.group.Load()
	g.mu.Lock()
	defer g.mu.Unlock()
	return !m.due && m.ready && !m.left.Load()
}

// step handles one event, and returns false if there cannot be another now.
func (m *Member) step() bool {
	if !m.ready && m.position >= m.joined {
		if !m.report() {
			return false
		}
		m.ready = true
	}
	if len(m.replayed.entries) > 0 {
		return m.replay()
	}
	if m.reading {
		return false
	}
	g := m.group.Load()
	u := g.upcoming(m)
	switch u.state { //nolint:exhaustive // what is due goes on below
	case isBehind:
		m.reading = m.log.spawn(m.read)
		return false
	case isSlow:
		m.Leave()
		m.sink.TooSlow()
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
	switch m.pass(&batch{}, u.entry, u.shown) {
	case passed:
		return g.passed(m) || m.rested()
	case stale:
		g.lost(m)
		return true
	case unshown:
		return g.ask(m)
	default:
		return false
	}
}

// rested is called when nothing follows for now. It reports whether the member has to say that it is ready.
func (m *Member) rested() bool {
	m.visibility.forget(m.position)
	return !m.ready && m.position >= m.joined
}

// outcome is what became of an event.
type outcome int

const (
	passed  outcome = iota
	halted          // the sink takes no more, or the subscription ended
	stale           // it is no longer known where its conversation is now
	unshown         // it must be encoded, or its contact located, first
)

// pass decides by the present state what becomes of an event, and carries that out.
func (m *Member) pass(b *batch, e *entry, shown *Shown) outcome {
	if e.err != nil {
		m.end(e.err) // an event is never left out silently; a subscription may begin after it
		return halted
	}
	if !m.visibility.seesAll() && !e.isLocated(shown.asOf()) {
		return unshown
	}
	now, err := m.subject(b, e)
	switch {
	case errors.Is(err, errStale):
		return stale
	case err != nil:
		m.end(err)
		return halted
	}
	verdict, took := m.visibility.judge(e.event, now), true
	switch verdict {
	case finish:
		m.end(ErrScopeChanged)
		return halted
	case deliver:
		if shown == nil {
			return unshown
		}
		took = m.offer(*shown, e.number)
	case hide:
		hidden := &inbox.ConversationHidden{Cursor: e.event.Meta().Cursor, ConversationID: e.conversation()}
		took = m.offer(m.group.Load().showOwn(hidden), e.number)
	case skip:
	}
	if !took {
		return halted
	}
	m.visibility.passed(e.event, now, verdict)
	m.position = e.number
	if verdict != skip {
		m.taken()
	}
	return passed
}

// subject returns the present state of an entry's subject. It fails with ErrScopeChanged, or with errStale if the batch is
// too old to know.
func (m *Member) subject(b *batch, e *entry) (subjectState, error) {
	access := &m.visibility.access
	if m.visibility.seesAll() && access.Agent == 0 {
		return subjectState{}, nil // nothing that happens changes what a key sees
	}
	w := &m.log.window
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.scoped[access.Agent] > m.joined {
		return subjectState{}, ErrScopeChanged
	}
	if m.visibility.seesAll() {
		return subjectState{}, nil
	}
	return b.subject(w, e)
}

// report offers the position up to which everything was delivered, and reports whether the sink took it.
func (m *Member) report() bool {
	cursor := m.cursorOf(m.position)
	if !m.ready {
		cursor = max(cursor, m.head)
	}
	if !m.offer(m.group.Load().showOwn(&inbox.StreamReady{Cursor: cursor}), m.position) {
		return false
	}
	m.taken()
	return true
}

// offer offers an item, and reports whether the sink took it.
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
	if reception == Full && !m.left.Load() {
		m.group.Load().stick(m)
	}
	return false
}

// taken notes that the sink has taken an item.
func (m *Member) taken() {
	m.delivered = m.position
	m.touch()
}

// replay handles an event that was read from the log, and returns false if there cannot be another now.
func (m *Member) replay() bool {
	b := &m.replayed
	switch m.pass(b, b.entries[0], b.shown[0]) {
	case passed:
		b.entries, b.shown = b.entries[1:], b.shown[1:]
		if len(b.entries) == 0 {
			m.position = b.end
			m.visibility.forget(b.end)
			m.replayed = batch{}
		}
		return true
	case stale, unshown:
		m.replayed = batch{} // it is read again from here on, with the state of that time
		return true
	default:
		return false
	}
}

// read reads the events that follow from the log, in a goroutine of its own, and goes on with them.
func (m *Member) read() {
	b, err := m.readBatch()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reading = false
	switch {
	case err != nil:
		m.end(err)
		return
	case len(b.entries) > 0:
		m.replayed = b
	default:
		m.position = max(m.position, b.end)
	}
	if !m.refused {
		m.pull()
	}
}

// readBatch reads the events that follow from the log, and encodes those that have to be delivered. While it runs,
// reading is set: nothing else uses position and visibility, so the caller need not hold mu.
func (m *Member) readBatch() (b batch, err error) {
	defer onPanic(func(cause error) { err = cause })
	select {
	case m.log.replays <- struct{}{}:
	case <-m.log.ctx.Done():
		return batch{}, ErrStopped
	}
	defer func() { <-m.log.replays }()
	if m.left.Load() {
		return batch{}, ErrStopped
	}
	limited := !m.visibility.seesAll()
	if b, err = m.log.read(m.position, limited); err != nil {
		return batch{}, err
	}
	b.shown = make([]*Shown, len(b.entries))
	var due []*entry
	var at []int
	for i, e := range b.entries {
		if e.err != nil {
			break
		}
		now, err := m.subject(&b, e)
		if err == nil && m.visibility.judge(e.event, now) == deliver {
			due, at = append(due, e), append(at, i)
		}
	}
	if len(due) > 0 {
		all := m.log.shown(m.group.Load().show, due, limited)
		for i := range all {
			b.shown[at[i]] = &all[i]
		}
	}
	return b, nil
}

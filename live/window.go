package live

import (
	"slices"
	"sort"
	"sync/atomic"

	"foyer/inbox"
)

// windowSize is how many of the newest events are kept in memory at least; twice as many at most.
const windowSize = 4096

// entry is an event as all streams share it.
type entry struct {
	number int64
	event  inbox.Event // nil where the log holds what cannot be read
	err    error       // why it cannot
	// around is where the contact of a ContactChanged has conversations: what tells who sees the contact. Nil until a
	// stream needs it; looked up again where the contact is shown as it was later.
	around atomic.Pointer[surroundings]
}

// surroundings are where a contact has conversations, each place once.
type surroundings struct {
	scopes []inbox.Scope
	asOf   int64 // the number of the newest event in the snapshot they were read from
}

func newEntry(record inbox.EventRecord) *entry {
	event, err := record.Event()
	if err != nil {
		return &entry{number: record.Number, err: err}
	}
	return &entry{number: record.Number, event: event}
}

// contact returns whose change the event is, or zero.
func (e *entry) contact() inbox.ContactID {
	if changed, ok := e.event.(*inbox.ContactChanged); ok {
		return changed.ContactID
	}
	return 0
}

// isDescribed reports whether it is known who sees the contact that the event is about, as of an event or later.
func (e *entry) isDescribed(asOf int64) bool {
	if e.contact() == 0 {
		return true
	}
	around := e.around.Load()
	return around != nil && around.asOf >= asOf
}

// surround notes what was looked up, unless something newer is known.
func (e *entry) surround(found *surroundings) {
	for {
		known := e.around.Load()
		if known != nil && known.asOf >= found.asOf || e.around.CompareAndSwap(known, found) {
			return
		}
	}
}

// conversation returns the conversation the event belongs to, or zero.
func (e *entry) conversation() inbox.ConversationID {
	if c, ok := e.event.(inbox.ConversationEvent); ok {
		return c.Where().ConversationID
	}
	return 0
}

// window is the newest part of the log.
type window struct {
	size int
	// entries rise by number. The array behind them is only ever appended to, and left alone when the window moves on:
	// whoever has a part of it may keep reading.
	entries []*entry
	floor   int64 // every event after this number, up to head, is in entries
	head    int64
	latest  map[inbox.ConversationID]latest
	scoped  map[inbox.AgentID]int64 // the number of the newest change of what an agent sees
}

// latest is how a conversation stands after its newest event.
type latest struct {
	number int64
	scope  inbox.Scope
}

func newWindow(size int, head int64) window {
	return window{
		size:   size,
		floor:  head,
		head:   head,
		latest: make(map[inbox.ConversationID]latest),
		scoped: make(map[inbox.AgentID]int64),
	}
}

// restart empties the window and begins it anew after a number.
func (w *window) restart(after int64) {
	w.entries, w.floor, w.head = nil, after, after
	clear(w.latest)
}

// add appends what follows the head. It must end where a commit does: what comes next is how things stand.
func (w *window) add(entries []*entry) {
	for _, e := range entries {
		w.head = e.number
		w.entries = append(w.entries, e)
		w.note(e)
	}
	if len(w.entries) >= 2*w.size {
		w.slide()
	}
}

// note remembers what an event says about how things stand.
func (w *window) note(e *entry) {
	switch event := e.event.(type) {
	case *inbox.AgentChanged:
		if event.Scope {
			w.scoped[event.AgentID] = e.number
		}
	case inbox.ConversationEvent:
		if id := event.Where().ConversationID; id != 0 {
			w.latest[id] = latest{number: e.number, scope: event.Where().After}
		}
	}
}

// slide lets the older entries go, and what is only known from them.
func (w *window) slide() {
	old := len(w.entries) - w.size
	w.floor = w.entries[old-1].number
	w.entries = append(make([]*entry, 0, 2*w.size), w.entries[old:]...)
	for id, l := range w.latest {
		if l.number <= w.floor {
			delete(w.latest, id)
		}
	}
}

// after returns at most limit entries that follow a number, and the number up to which that is all there is; false where
// the window begins later.
func (w *window) after(number int64, limit int) (entries []*entry, end int64, ok bool) {
	if number < w.floor {
		return nil, number, false
	}
	first := sort.Search(len(w.entries), func(i int) bool { return w.entries[i].number > number })
	found := w.entries[first:]
	if len(found) <= limit {
		return slices.Clip(found), max(number, w.head), true
	}
	return slices.Clip(found[:limit]), found[limit-1].number, true
}

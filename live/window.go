package live

import (
	"context"
	"slices"
	"sort"
	"sync"

	"foyer/inbox"
)

// windowSize is how many of the newest events are kept in memory at least; twice as many at most.
const windowSize = 4096

// window is the newest part of the log. It always ends at the end of a commit.
type window struct {
	size int

	mu sync.RWMutex
	// entries rise by number. The array behind them is only ever appended to, and not changed when the window moves on:
	// a part of it can still be read.
	entries []*entry
	floor   int64 // every event after this number, up to head, is in entries
	head    int64
	latest  map[inbox.ConversationID]latest
	scoped  map[inbox.AgentID]int64 // the number of the newest change of what an agent sees
	news    chan struct{}           // closed, and replaced, when the window gets further
}

// latest is where a conversation is after its newest event.
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
		news:   make(chan struct{}),
	}
}

// add appends the events after a number. They must end with a commit. If the number is beyond the head, the window begins
// anew there.
func (w *window) add(after int64, entries []*entry) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if after > w.head {
		w.entries, w.floor = nil, after
		clear(w.latest)
	}
	for _, e := range entries {
		w.head = e.number
		w.entries = append(w.entries, e)
		w.note(e)
	}
	if len(w.entries) >= 2*w.size {
		w.slide()
	}
	close(w.news)
	w.news = make(chan struct{})
}

// note remembers what an event says about visibility. The caller holds mu.
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

// slide removes the older entries, and what is only known from them. The caller holds mu.
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

// after returns at most limit entries that follow a number, and the number up to which they are complete. If the window
// begins later, it returns false and the number after which it begins.
func (w *window) after(number int64, limit int) (entries []*entry, end int64, ok bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if number < w.floor {
		return nil, w.floor, false
	}
	first := sort.Search(len(w.entries), func(i int) bool { return w.entries[i].number > number })
	found := w.entries[first:]
	if len(found) <= limit {
		return slices.Clip(found), max(number, w.head), true
	}
	return slices.Clip(found[:limit]), found[limit-1].number, true
}

// bounds returns the number after which the window begins, and the number of its newest event.
func (w *window) bounds() (floor, head int64) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.floor, w.head
}

// await waits until the window has got to a number. It fails with ErrStopped once the context has ended.
func (w *window) await(ctx context.Context, number int64) error {
	for {
		w.mu.RLock()
		head, news := w.head, w.news
		w.mu.RUnlock()
		if head >= number {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return ErrStopped
		}
	}
}

// rescoped reports whether what an agent sees has changed after a number.
func (w *window) rescoped(agent inbox.AgentID, after int64) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.scoped[agent] > after
}

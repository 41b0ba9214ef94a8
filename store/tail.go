package store

import (
	"slices"
	"sort"
	"sync"

	"foyer/inbox"
)

// tailSize is how many of the newest events are in memory at least; twice as many at most.
const tailSize = 2048

// tail has the newest committed events as they were stored, so that following the log closely needs no query: it would cost a
// snapshot and a step of a statement per event. What followers derive from the records is up to them: package live decodes
// each once and remembers more of it, for as long as its members need that.
type tail struct {
	mu sync.RWMutex
	// records rise by number. The array behind them is only ever appended to, and another one is made when the tail moves
	// on: a part of it that after has returned never changes.
	records []inbox.EventRecord
	floor   int64 // every committed event after this number is in records
	closed  bool
}

// begin empties the tail. It will have the events that follow a number.
func (t *tail) begin(after int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records, t.floor = nil, after
}

// add appends the events of one commit, all at once.
func (t *tail) add(records []inbox.EventRecord) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records = append(t.records, records...)
	if len(t.records) < 2*tailSize {
		return
	}
	old := len(t.records) - tailSize
	t.floor = t.records[old-1].Number
	t.records = append(make([]inbox.EventRecord, 0, 2*tailSize), t.records[old:]...)
}

// after returns the committed events that follow a number, or false if they are not all in memory.
func (t *tail) after(number int64) ([]inbox.EventRecord, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed || number < t.floor {
		return nil, false
	}
	first := sort.Search(len(t.records), func(i int) bool { return t.records[i].Number > number })
	return slices.Clip(t.records[first:]), true
}

// close empties the tail for good.
func (t *tail) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed, t.records = true, nil
}

// Tail returns all committed events that follow a number, oldest first, without a query. They end where a commit does. It
// returns false if they are not all in memory, or if the database is closed: Reader.Events has them then, or fails. The
// records are shared and must not be changed.
func (db *DB) Tail(after int64) ([]inbox.EventRecord, bool) { return db.log.tail.after(after) }

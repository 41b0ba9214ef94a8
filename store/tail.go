package store

import (
	"slices"
	"sort"
	"sync"

	"foyer/inbox"
)

// tailSize is how many of the newest events are kept in memory at least; twice as many at most.
const tailSize = 2048

// tail keeps the newest committed events as the log has them: who follows the log closely then needs no query, which
// would cost a snapshot and a step of a statement per event, for what the writer has just had in its hands.
type tail struct {
	mu sync.RWMutex
	// records rise by number. The array behind them is only ever appended to, and left alone when the tail moves on:
	// whoever has a part of it may keep reading.
	records []inbox.EventRecord
	floor   int64 // every committed event after this number is in records
	closed  bool
}

// begin empties the tail: it is going to have what follows a number.
func (t *tail) begin(after int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.records, t.floor = nil, after
}

// add appends the events of one commit: nobody sees a part of them.
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

// after returns the committed events that follow a number; false where they are not all in memory.
func (t *tail) after(number int64) ([]inbox.EventRecord, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.closed || number < t.floor {
		return nil, false
	}
	first := sort.Search(len(t.records), func(i int) bool { return t.records[i].Number > number })
	return slices.Clip(t.records[first:]), true
}

// close makes the tail give nothing any more.
func (t *tail) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed, t.records = true, nil
}

// Tail returns all committed events that follow a number, oldest first, without a query: as Events would, and ending where
// a commit does. It returns false where they are too many to be kept in memory, and once the database is closed; a View has
// them then, or says why not. The records are shared and must not be changed.
func (db *DB) Tail(after int64) ([]inbox.EventRecord, bool) { return db.log.tail.after(after) }

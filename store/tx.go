package store

import (
	"database/sql"
	"slices"

	"foyer/inbox"
)

// Tx is the transaction that a function given to Update writes in. It is a Reader that sees the function's own changes,
// and those of the functions before it. Only that function may use it, and not after it returned.
type Tx struct {
	Reader
	now       inbox.Time
	sequences *sequences
	changed   int64 // rows, by statements

	operation string // what the function calls itself

	// What the function leaves to be done at its end and later.
	events  []inbox.Event
	cursors []*inbox.Cursor
	atEnd   []func(head int64) error
	after   []func()
	search  []searchRow
}

// Now is the time at which the function began: the same in all of it.
func (tx *Tx) Now() inbox.Time { return tx.now }

// Does names what the function does, where that is not known outside of it: Origin.Operation says why.
func (tx *Tx) Does(operation string) { tx.operation = operation }

// exec runs a statement that gives no rows, and tells how many rows it changed. Constraint violations (IsUnique) undo
// the statement alone, and the function may go on; after any other failure the function fails, even if it returns nil.
func (tx *Tx) exec(text string, args ...any) (int64, error) {
	result, err := tx.run(text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (tx *Tx) run(text string, args ...any) (sql.Result, error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if err := tx.ready(); err != nil {
		return nil, err
	}
	tx.wrote = true
	result, err := tx.conn.exec(text, args...)
	if err != nil {
		return nil, tx.outcome(err)
	}
	n, err := result.RowsAffected()
	tx.changed += n
	return result, tx.outcome(err)
}

// Append adds events to the log. They are numbered and stored when the function ends, and their Number and Cursor are
// filled then; until then Appended gives them, and no query does.
func (tx *Tx) Append(events ...inbox.Event) { tx.events = append(tx.events, events...) }

// Appended returns the events that the function has appended so far, in order.
func (tx *Tx) Appended() []inbox.Event { return slices.Clip(tx.events) }

// FillCursor fills place with the position after the function's last event, or with the head of the log where it
// appends none, after the function has ended and before Update gives its result. So place must be part of what a result
// points to, not of a result that is copied.
func (tx *Tx) FillCursor(place *inbox.Cursor) { tx.cursors = append(tx.cursors, place) }

// AtEnd calls fn after the function has ended and its events are numbered, in the same transaction: for what has to be stored
// with the number of the last of them, or of the head of the log where there are none. Where fn fails the function does.
func (tx *Tx) AtEnd(fn func(head int64) error) { tx.atEnd = append(tx.atEnd, fn) }

// Fail lets no statement run any more, and the function fail with err even if it returns nil.
func (tx *Tx) Fail(err error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.broken == nil {
		tx.broken = err
	}
}

// AfterCommit calls fn once the function's changes are durable, and before Update returns; not where they are undone.
// The writer waits for fn: it must only wake someone.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

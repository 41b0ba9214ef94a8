package store

import (
	"database/sql"
	"slices"

	"foyer/inbox"
)

// Tx is the transaction of a function given to Update. It is a Reader that sees the function's own changes and those of the
// functions before it. Only that function may use it, and not after it has returned.
type Tx struct {
	Reader
	now       inbox.Time
	sequences *sequences
	changed   int64 // rows, by statements

	operation string // as Does names it

	// What is to happen at the end of the function, and later.
	events  []inbox.Event
	cursors []*inbox.Cursor
	atEnd   []func(head int64) error
	after   []func()
	search  []searchRow
}

// Now returns the time at which the function began.
func (tx *Tx) Now() inbox.Time { return tx.now }

// Does names the function's operation if Origin.Operation, which is known before it runs, cannot.
func (tx *Tx) Does(operation string) { tx.operation = operation }

// exec runs a statement without rows and returns how many rows it changed. A violated constraint (IsUnique) undoes the
// statement alone, and the function may go on; after any other failure the function fails, even if it returns nil.
func (tx *Tx) exec(text string, args ...any) (int64, error) {
	result, err := tx.run(text, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// change is exec for callers who need no count.
func (tx *Tx) change(text string, args ...any) error {
	_, err := tx.run(text, args...)
	return err
}

// changesAny is exec for callers who need to know only whether a row was changed.
func (tx *Tx) changesAny(text string, args ...any) (bool, error) {
	n, err := tx.exec(text, args...)
	return n > 0, err
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

// Append adds events to the log. They are numbered and stored when the function has ended, which sets their Number and
// Cursor. Until then Appended returns them and no query does.
func (tx *Tx) Append(events ...inbox.Event) { tx.events = append(tx.events, events...) }

// Appended returns the events that the function has appended so far, in order.
func (tx *Tx) Appended() []inbox.Event { return slices.Clip(tx.events) }

// FillCursor sets place, before Update returns, to the position after the function's last event, or to the head of the log if
// it appends none. Place must be part of what the result points to: a result that is copied would not have it.
func (tx *Tx) FillCursor(place *inbox.Cursor) { tx.cursors = append(tx.cursors, place) }

// AtEnd calls fn in the same transaction when the function has ended and its events have numbers, with the number of the last
// of them, or of the head of the log if there are none. If fn fails, the function does.
func (tx *Tx) AtEnd(fn func(head int64) error) { tx.atEnd = append(tx.atEnd, fn) }

// Fail makes the function fail with err, even if it returns nil. No further statement runs.
func (tx *Tx) Fail(err error) {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.broken == nil {
		tx.broken = err
	}
}

// AfterCommit calls fn when the function's changes are durable, before Update returns; never if they are undone. The writer
// waits for fn, which must only wake somebody.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

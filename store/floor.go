package store

import (
	"foyer/inbox"
)

// Retention takes two steps, each in transactions of its own: RaiseFloor lets cursors below a number expire, then
// SweepLog removes events up to there. So whoever reads the log, and finds afterwards that the floor is not above the
// place it read from, has missed nothing.

// Floor returns the number below which cursors are no places in the log any more: some of the events that follow those may
// have been removed. Zero: none have.
func (db *DB) Floor() int64 { return db.log.floor.Load() }

// Floor is that of the database as of now, and no lower than the snapshot's: an event that was removed from the snapshot
// lies at or below it.
func (r *Reader) Floor() int64 { return r.db.Floor() }

// LastBefore returns the number of the newest event before a time, or zero. It takes times to rise with numbers, as they
// do but for corrections of the machine's clock.
func (r *Reader) LastBefore(at inbox.Time) (int64, error) {
	type event struct {
		number int64
		at     inbox.Time
	}
	scan := func(r row) (*event, error) {
		var e event
		return &e, r.Scan(&e.number, &e.at)
	}
	low := int64(0) // of an event before the time, or none
	high, err := r.HeadNumber()
	if err != nil {
		return 0, err
	}
	for low < high {
		middle := low + (high-low+1)/2
		e, err := queryOne(r, scan, `SELECT number, at FROM events WHERE number > ? AND number <= ? ORDER BY number DESC LIMIT 1`, low, middle)
		switch {
		case err != nil:
			return 0, err
		case e == nil: // numbers skip
			low = middle
		case e.at < at:
			low = middle
		default:
			high = e.number - 1
		}
	}
	e, err := queryOne(r, scan, `SELECT number, at FROM events WHERE number <= ? ORDER BY number DESC LIMIT 1`, low)
	if err != nil || e == nil || e.at >= at {
		return 0, err
	}
	return e.number, nil
}

// RaiseFloor lets cursors below a number expire. A floor is never lowered.
func (tx *Tx) RaiseFloor(number int64) error {
	n, err := tx.exec(`UPDATE log_floor SET number = ? WHERE number < ?`, number, number)
	if err == nil && n > 0 {
		tx.AfterCommit(func() { tx.db.log.floor.Store(number) })
	}
	return err
}

// SweepLog looks at the next events up to the floor, at most limit of them, and removes what no timeline shows and
// something newer up to the floor replaces: earlier events of the same type and subject. So every subject keeps its
// newest event, which is its revision, and it remains known how things stood at the floor. Events that say who may do
// what, and who belongs where, stay. It tells how many it removed, and whether the floor is reached.
func (tx *Tx) SweepLog(limit int) (removed int64, done bool, err error) {
	type progress struct{ floor, swept int64 }
	at, err := queryOne(&tx.Reader, func(r row) (*progress, error) {
		var p progress
		return &p, r.Scan(&p.floor, &p.swept)
	}, `SELECT number, swept FROM log_floor`)
	if err != nil || at.swept == at.floor {
		return 0, true, err
	}
	next, err := query(&tx.Reader, func(r row) (number int64, err error) { return number, r.Scan(&number) },
		`SELECT number FROM events WHERE number > ? AND number <= ? ORDER BY number`+limited, at.swept, at.floor, limit)
	if err != nil {
		return 0, false, err
	}
	end := at.floor
	if len(next) == limit {
		end = next[limit-1]
	}
	removed, err = tx.exec(`DELETE FROM events WHERE number IN (
		SELECT (SELECT o.number FROM events o
			WHERE o.subject_kind = n.subject_kind AND o.subject_id = n.subject_id AND o.number < n.number AND o.type = n.type
			ORDER BY o.number DESC LIMIT 1)
		FROM events n WHERE n.number > ? AND n.number <= ? AND n.subject_kind <> ? AND n.type NOT IN (?, ?))`,
		at.swept, end, inbox.SubjectConversation, inbox.EventAgentChanged, inbox.EventTeamChanged)
	if err != nil {
		return 0, false, err
	}
	_, err = tx.exec(`UPDATE log_floor SET swept = ?`, end)
	return removed, end == at.floor, err
}

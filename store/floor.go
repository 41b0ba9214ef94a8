package store

import "foyer/inbox"

// Retention takes two steps, each in transactions of its own: RaiseFloor lets cursors below a number expire, then SweepLog
// removes events up to there. So a reader of the log who finds afterwards that the floor is not above the number it read
// from has missed nothing.

// Floor returns the number below which cursors have expired: some of the events that follow them may have been removed. It is
// zero if none have.
func (db *DB) Floor() int64 { return db.log.floor.Load() }

// Floor returns the database's floor as of now, which is no lower than the snapshot's: any event missing in the snapshot has
// its number or a lower one.
func (r *Reader) Floor() int64 { return r.db.Floor() }

// LastBefore returns the number of the newest event before a time, or zero if there is none. It assumes that times rise with
// numbers, as they do except where the machine's clock is corrected.
func (r *Reader) LastBefore(at inbox.Time) (int64, error) {
	type event struct {
		number int64
		at     inbox.Time
	}
	scan := func(r row) (*event, error) {
		var e event
		return &e, r.Scan(&e.number, &e.at)
	}
	low := int64(0) // the number of an event before the time, or zero
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
		case e == nil: // numbers have gaps
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

// SweepLog looks at the next events up to the floor, at most limit of them, and removes the earlier event of the same type and
// subject that each replaces. Every subject so has its newest event, which is its revision, and the log still says how
// everything was at the floor. It removes no events of conversations, which timelines show, and none that say who may do
// what and who is in which team. It returns how many it removed, and whether the floor is reached.
func (tx *Tx) SweepLog(limit int) (removed int64, done bool, err error) {
	type progress struct{ floor, swept int64 }
	at, err := queryOne(&tx.Reader, func(r row) (*progress, error) {
		var p progress
		return &p, r.Scan(&p.floor, &p.swept)
	}, `SELECT number, swept FROM log_floor`)
	if err != nil || at.swept == at.floor {
		return 0, true, err
	}
	next, err := query(&tx.Reader, scanValue[int64],
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
	return removed, end == at.floor, tx.change(`UPDATE log_floor SET swept = ?`, end)
}

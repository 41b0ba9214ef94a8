package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"foyer/inbox"
)

// maxEventsPerInsert is how many events one INSERT stores.
const maxEventsPerInsert = 16

// eventLog is the log as the process knows it: its epochs, its head and its newest events.
type eventLog struct {
	epochs epochs       // never changes after open
	head   atomic.Int64 // number of the newest committed event
	floor  atomic.Int64 // cursors below it have expired
	next   int64        // number of the newest event of the running transaction; the writer's
	insert [maxEventsPerInsert + 1]string
	args   []any
	// fresh are the events stored since the last commit; the writer's. Those after next were undone.
	fresh []inbox.EventRecord
	tail  tail

	mu      sync.Mutex
	waiting chan struct{} // closed at the next commit of events; nil while nobody waits
}

// open reads the epochs and begins a new one.
func (l *eventLog) open(conn *connection) error {
	ctx := context.Background()
	err := conn.query(ctx, `SELECT epoch, first FROM log_epochs ORDER BY first, epoch`, nil, func(r row) error {
		var e epoch
		l.epochs = append(l.epochs, e)
		return r.Scan(&l.epochs[len(l.epochs)-1].name, &l.epochs[len(l.epochs)-1].first)
	})
	if err != nil {
		return fmt.Errorf("read the epochs of the log: %w", err)
	}
	head, count := int64(0), int64(0)
	if n := len(l.epochs); n > 0 {
		head = l.epochs[n-1].first - 1 // events may have been removed
		if count, err = l.epochs[n-1].count(); err != nil {
			return err
		}
	}
	var newest, floor int64
	err = conn.query(ctx, `SELECT (SELECT COALESCE(MAX(number), 0) FROM events), number FROM log_floor`, nil, func(r row) error {
		return r.Scan(&newest, &floor)
	})
	if err != nil {
		return fmt.Errorf("find the head and the floor of the log: %w", err)
	}
	head = max(head, newest)
	l.floor.Store(floor)
	begun := newEpoch(count+1, head+1)
	if _, err := conn.exec(`INSERT INTO log_epochs (epoch, first) VALUES (?, ?)`, begun.name, begun.first); err != nil {
		return fmt.Errorf("begin an epoch of the log: %w", err)
	}
	l.epochs = append(l.epochs, begun)
	l.head.Store(head)
	l.next = head
	l.tail.begin(head)
	return nil
}

// store numbers events and inserts them. The numbers count when the transaction is committed.
func (l *eventLog) store(conn *connection, events []inbox.Event) error {
	number := l.next
	fresh := l.kept()
	args := l.args
	for len(events) > 0 {
		chunk := events[:min(len(events), maxEventsPerInsert)]
		events = events[len(chunk):]
		args = args[:0]
		for _, event := range chunk {
			number++
			event.Meta().Number = number
			event.Meta().Cursor = l.epochs.cursor(number)
			record, err := inbox.Record(event)
			if err != nil {
				return err
			}
			fresh = append(fresh, record)
			args = append(args, record.Number, int64(record.At), string(record.Type),
				string(record.Subject.Kind), record.Subject.ID, string(record.Actor.Kind), record.Actor.ID,
				nullID(record.Before.Team), nullID(record.After.Team),
				nullID(record.Before.Assignee), nullID(record.After.Assignee), string(record.Data))
		}
		if _, err := conn.exec(l.insertSQL(len(chunk)), args...); err != nil {
			return err
		}
	}
	l.next, l.args, l.fresh = number, args[:0], fresh
	return nil
}

// kept returns the events that were stored since the last commit and not undone.
func (l *eventLog) kept() []inbox.EventRecord {
	n := len(l.fresh)
	for n > 0 && l.fresh[n-1].Number > l.next {
		n--
	}
	return l.fresh[:n]
}

func (l *eventLog) insertSQL(n int) string {
	if l.insert[n] == "" {
		l.insert[n] = `INSERT INTO events (number, at, type, subject_kind, subject_id, actor_kind, actor_id,
			team_before, team_after, assignee_before, assignee_after, data)
			VALUES ` + strings.Repeat(`(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), `, n-1) + `(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	}
	return l.insert[n]
}

func nullID[T ~int64](id T) any {
	if id == 0 {
		return nil
	}
	return int64(id)
}

// headAt returns the cursor of a position that no event follows yet.
func (l *eventLog) headAt(number int64) inbox.Cursor { return l.epochs.head(number) }

// committed moves the head and wakes those who follow the log.
func (l *eventLog) committed(appended int) {
	if appended == 0 {
		return
	}
	l.tail.add(l.kept())
	clear(l.fresh)
	l.fresh = l.fresh[:0]
	l.head.Store(l.next)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting != nil {
		close(l.waiting)
		l.waiting = nil
	}
}

// Committed returns a channel that is closed once more events are committed. Call it before reading the log, and wait for the
// channel after having read to the head: then nothing is missed. Any number may wait; one close may stand for many commits.
func (db *DB) Committed() <-chan struct{} {
	l := &db.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = make(chan struct{})
	}
	return l.waiting
}

// HeadNumber returns the number of the newest committed event, without a query, or zero if there is none.
func (db *DB) HeadNumber() int64 { return db.log.head.Load() }

// CursorAt returns the cursor of the event with this number.
func (db *DB) CursorAt(number int64) inbox.Cursor { return db.log.epochs.cursor(number) }

// Head returns the position after the newest event of the snapshot.
func (r *Reader) Head() (inbox.Cursor, error) {
	number, err := r.HeadNumber()
	if err != nil {
		return "", err
	}
	return r.db.log.headAt(number), nil
}

// HeadNumber returns the number of the newest event of the snapshot, or zero if there is none. Events that the running
// function has appended have no number yet and are not counted.
func (r *Reader) HeadNumber() (int64, error) {
	newest, err := queryValue[int64](r, `SELECT COALESCE(MAX(number), 0) FROM events`)
	if err != nil {
		return 0, err
	}
	epochs := r.db.log.epochs
	return max(newest, epochs[len(epochs)-1].first-1), nil // events may have been removed
}

// ParseCursor returns the number of the event that a cursor stands after. It fails with ErrCursorInvalid on a text that
// is no cursor, and with ErrCursorExpired on a cursor that the log cannot be followed from.
func (r *Reader) ParseCursor(c inbox.Cursor) (int64, error) {
	number, err := r.db.log.epochs.parse(c, r.db.log.head.Load())
	if errors.Is(err, ErrCursorExpired) {
		// A snapshot may see a commit a moment before the writer has noted it.
		head, failed := r.HeadNumber()
		if failed != nil {
			return 0, failed
		}
		number, err = r.db.log.epochs.parse(c, head)
	}
	if err == nil && number < r.Floor() {
		return 0, ErrCursorExpired
	}
	return number, err
}

const eventColumns = `number, at, type, subject_kind, subject_id, actor_kind, actor_id,
	COALESCE(team_before, 0), COALESCE(team_after, 0), COALESCE(assignee_before, 0), COALESCE(assignee_after, 0), data`

func (r *Reader) scanEvent(from row) (inbox.EventRecord, error) {
	var e inbox.EventRecord
	err := from.Scan(&e.Number, &e.At, &e.Type, &e.Subject.Kind, &e.Subject.ID, &e.Actor.Kind, &e.Actor.ID,
		&e.Before.Team, &e.After.Team, &e.Before.Assignee, &e.After.Assignee, &e.Data)
	e.Cursor = r.db.log.epochs.cursor(e.Number)
	return e, err
}

// Events returns at most limit events that follow a number, oldest first.
func (r *Reader) Events(after int64, limit int) ([]inbox.EventRecord, error) {
	return query(r, r.scanEvent, `SELECT `+eventColumns+` FROM events WHERE number > ? ORDER BY number`+limited, after, limit)
}

// EventsOf returns at most limit events of one subject, after one number and before another (zero: no end): the oldest, in
// order, or the newest, newest first.
func (r *Reader) EventsOf(of inbox.Subject, after, before int64, limit int, newestFirst bool) ([]inbox.EventRecord, error) {
	if before == 0 {
		before = maxNumber
	}
	order := `number`
	if newestFirst {
		order = `number DESC`
	}
	return query(r, r.scanEvent, `SELECT `+eventColumns+` FROM events
		WHERE subject_kind = ? AND subject_id = ? AND number > ? AND number < ? ORDER BY `+order+limited,
		of.Kind, of.ID, after, before, limit)
}

// Revisions returns the cursor of the newest event of each of these subjects. Subjects without an event are left out.
func (r *Reader) Revisions(kind inbox.SubjectKind, ids []int64) (map[int64]inbox.Cursor, error) {
	found := make(map[int64]inbox.Cursor, len(ids))
	err := r.each(revisionsSQL, []any{kind, list(ids)}, func(from row) error {
		var id int64
		var number *int64
		err := from.Scan(&id, &number)
		if err == nil && number != nil {
			found[id] = r.db.log.epochs.cursor(*number)
		}
		return err
	})
	return found, err
}

const revisionsSQL = `SELECT s.value, (SELECT e.number FROM events e WHERE e.subject_kind = ? AND e.subject_id = s.value
	ORDER BY e.number DESC LIMIT 1) FROM json_each(?) s`

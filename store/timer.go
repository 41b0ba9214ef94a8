package store

import (
	"foyer/inbox"
)

// TimerKind tells what happens when a timer is due.
type TimerKind string

const (
	TimerWake  TimerKind = "WAKE"  // a conversation's snooze ends
	TimerRun   TimerKind = "RUN"   // a workflow run goes on
	TimerDrain TimerKind = "DRAIN" // a team's queue, zero for the workspace's, drains further
	TimerField TimerKind = "FIELD" // contacts lose their values of a deleted field
	// TimerTrigger looks at more of the workflows that a trigger event may start.
	TimerTrigger TimerKind = "TRIGGER"
	TimerRetire  TimerKind = "RETIRE" // a disabled agent loses more of what they had
	TimerCancel  TimerKind = "CANCEL" // more runs end that a stopped workflow had when it was due
)

// Timer is something that waits for a time. There is one per kind and subject.
type Timer struct {
	Kind      TimerKind
	SubjectID int64
	Due       inbox.Time
}

var timerRows = rowsOf[Timer]("timers t")

// SetTimer sets or moves a timer.
func (tx *Tx) SetTimer(t Timer) error {
	_, err := tx.exec(`INSERT INTO timers (kind, subject_id, due) VALUES (?, ?, ?)
		ON CONFLICT (kind, subject_id) DO UPDATE SET due = excluded.due`, t.Kind, t.SubjectID, t.Due)
	return err
}

// ClearTimer takes a timer back; none is none.
func (tx *Tx) ClearTimer(kind TimerKind, subject int64) error {
	_, err := tx.exec(`DELETE FROM timers WHERE kind = ? AND subject_id = ?`, kind, subject)
	return err
}

// TakeTimer removes a timer that is due and reports whether it was there: what fires it then happens once.
func (tx *Tx) TakeTimer(t Timer, now inbox.Time) (bool, error) {
	n, err := tx.exec(`DELETE FROM timers WHERE kind = ? AND subject_id = ? AND due <= ?`, t.Kind, t.SubjectID, now)
	return n > 0, err
}

// Timers returns at most limit timers in the order they are due; what goes on at the same time, older runs first.
func (r *Reader) Timers(limit int) ([]Timer, error) {
	return timerRows.values(r, `FROM timers t ORDER BY t.due, t.kind, t.subject_id`+limited, limit)
}

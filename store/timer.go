package store

import "foyer/inbox"

// TimerKind is what happens when a timer is due.
type TimerKind string

const (
	TimerWake  TimerKind = "WAKE"  // a conversation's snooze ends
	TimerRun   TimerKind = "RUN"   // a workflow run goes on
	TimerDrain TimerKind = "DRAIN" // a team's queue, zero for the workspace's, drains further
	TimerField TimerKind = "FIELD" // contacts lose their values of a deleted field
	// TimerTrigger tests a trigger event with more workflows.
	TimerTrigger TimerKind = "TRIGGER"
	TimerRetire  TimerKind = "RETIRE" // a disabled agent loses more of what they had
	TimerCancel  TimerKind = "CANCEL" // more runs end that a stopped workflow had when it was due
	// TimerAway makes an agent OFFLINE whose last connection has been gone for the workspace's grace.
	TimerAway     TimerKind = "AWAY"
	TimerPresence TimerKind = "PRESENCE" // a presence that was set until a time ends
	TimerOpening  TimerKind = "OPENING"  // a team opens, and its queue drains
	TimerAttend   TimerKind = "ATTEND"   // a conversation is looked at: something may be due in it
	// TimerSilence closes a conversation whose contact has not answered in time. It has no row: SilentConversations has what is due.
	TimerSilence TimerKind = "SILENCE"
)

// Timer makes something happen at a time. There is one per kind and subject.
type Timer struct {
	Kind      TimerKind
	SubjectID int64
	Due       inbox.Time
}

var timerRows = rowsOf[Timer]("timers t")

// SetTimer sets or moves a timer.
func (tx *Tx) SetTimer(t Timer) error {
	return tx.change(`INSERT INTO timers (kind, subject_id, due) VALUES (?, ?, ?)
		ON CONFLICT (kind, subject_id) DO UPDATE SET due = excluded.due`, t.Kind, t.SubjectID, t.Due)
}

// ClearTimer removes a timer, if there is one.
func (tx *Tx) ClearTimer(kind TimerKind, subject int64) error {
	return tx.change(`DELETE FROM timers WHERE kind = ? AND subject_id = ?`, kind, subject)
}

// ClaimTimer removes a timer if it is due, and reports whether it did: what it fires then happens once.
func (tx *Tx) ClaimTimer(t Timer, now inbox.Time) (bool, error) {
	return tx.changesAny(`DELETE FROM timers WHERE kind = ? AND subject_id = ? AND due <= ?`, t.Kind, t.SubjectID, now)
}

// Timers returns at most limit timers in the order in which they are due; of runs that are due at once the oldest first.
func (r *Reader) Timers(limit int) ([]Timer, error) {
	return timerRows.values(r, `FROM timers t ORDER BY t.due, t.kind, t.subject_id`+limited, limit)
}

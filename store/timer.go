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
	TimerCancel  TimerKind = "CANCEL" // more of the runs that a stopped workflow had when it was due end
	// TimerAway makes an agent OFFLINE whose last connection has been gone for the presence grace.
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

// QueueSubject returns the subject of the timers of a queue: its team's or, of the workspace's own, zero.
func QueueSubject(team *inbox.TeamID) int64 {
	if team == nil {
		return 0
	}
	return int64(*team)
}

var timerRows = rowsOf[Timer]("timers t")

// SetTimer sets or moves a timer.
func (tx *Tx) SetTimer(t Timer) error {
	return tx.change(`INSERT INTO timers (kind, subject_id, due) VALUES (?, ?, ?)
		ON CONFLICT (kind, subject_id) DO UPDATE SET due = excluded.due`, t.Kind, t.SubjectID, t.Due)
}

// AttendAgent sets timers ATTEND for an agent who is OFFLINE from now on: for each of their open conversations that is not
// snoozed, the earliest time to take it from them. Business hours are not considered here. No timer is set to a later time than
// before.
func (tx *Tx) AttendAgent(agent inbox.AgentID, now inbox.Time) error {
	return tx.change(`INSERT INTO timers (kind, subject_id, due)
		SELECT 'ATTEND', v.id, ?1 + t.reassign_when_offline * 1000 FROM conversations v JOIN teams t ON t.id = v.team_id
		WHERE v.assignee_id = ?2 AND v.status = 'OPEN' AND v.snoozed_until IS NULL AND t.reassign_when_offline IS NOT NULL`+
		orSooner, now, agent)
}

// AttendTeam sets timers ATTEND for the open conversations of a team that are not snoozed and have an assignee: the earliest
// time to take each from the assignee. Business hours are not considered here. No timer is set to a later time than before.
func (tx *Tx) AttendTeam(team inbox.TeamID) error {
	return tx.change(`INSERT INTO timers (kind, subject_id, due)
		SELECT 'ATTEND', id, MIN(IFNULL(answer, back), IFNULL(back, answer)) FROM (
			SELECT v.id, MAX(IFNULL(v.assigned_at, 0), v.waiting_since) + t.reassign_when_no_reply * 1000 AS answer,
				CASE a.presence WHEN 'OFFLINE' THEN MAX(IFNULL(v.assigned_at, 0), a.presence_since) + t.reassign_when_offline * 1000 END AS back
			FROM conversations v JOIN teams t ON t.id = v.team_id JOIN agents a ON a.id = v.assignee_id
			WHERE v.team_id = ? AND v.status = 'OPEN' AND v.snoozed_until IS NULL)
		WHERE answer IS NOT NULL OR back IS NOT NULL`+orSooner, team)
}

// orSooner ends a statement that sets timers. It keeps those that are due sooner.
const orSooner = ` ON CONFLICT (kind, subject_id) DO UPDATE SET due = MIN(due, excluded.due)`

// ClearTimer removes a timer, if there is one.
func (tx *Tx) ClearTimer(kind TimerKind, subject int64) error {
	return tx.change(`DELETE FROM timers WHERE kind = ? AND subject_id = ?`, kind, subject)
}

// ClaimTimer removes a timer if it is due, and reports whether it did: what it fires then happens once.
func (tx *Tx) ClaimTimer(t Timer, now inbox.Time) (bool, error) {
	return tx.changesAny(`DELETE FROM timers WHERE kind = ? AND subject_id = ? AND due <= ?`, t.Kind, t.SubjectID, now)
}

// Timers returns at most limit timers in the order in which they are due; of runs that are due at once the oldest first. What puts
// conversations into queues comes before what drains them at the same moment.
func (r *Reader) Timers(limit int) ([]Timer, error) {
	return timerRows.values(r, `FROM timers t ORDER BY t.due, t.kind NOT IN ('WAKE', 'ATTEND'), t.kind, t.subject_id`+limited, limit)
}

// FillsQueue reports whether a timer that is due puts a conversation into a team's queue: one that wakes, or no longer waits for
// its owner alone. A nil team stands for the workspace's queue.
func (r *Reader) FillsQueue(team *inbox.TeamID, now inbox.Time) (bool, error) {
	return queryValue[bool](r, fillsQueueSQL, now, team)
}

// fillsQueueSQL uses the index of what is due, however many timers are set for later.
const fillsQueueSQL = `SELECT EXISTS (SELECT 1 FROM timers t INDEXED BY timers_due JOIN conversations v ON v.id = t.subject_id
	WHERE t.due <= ? AND t.kind IN ('WAKE', 'ATTEND') AND v.team_id IS ? AND v.status = 'OPEN'
		AND v.assignee_id IS NULL AND v.waits_since IS NOT NULL AND (t.kind = 'WAKE' OR v.queue_owner IS NOT NULL))`

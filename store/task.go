package store

import "foyer/inbox"

// TaskKind is what a task does.
type TaskKind string

// TaskHTTP sends the request of a workflow run, which goes on with the outcome.
const TaskHTTP TaskKind = "HTTP"

// Task is something to do outside the process, at least once. Its row exists from the transaction that decides on it until
// the one that records its outcome or drops it.
type Task struct {
	ID        int64
	Lane      string // tasks of a lane are performed in order
	Kind      TaskKind
	SubjectID int64
	Key       string `db:"idempotency_key"` // sent to the receiver, the same in every attempt
	Payload   string // JSON
	Attempts  int    // failed attempts so far
	Faults    int    // attempts that the server itself failed, without an outcome
	CreatedAt inbox.Time
}

// Lane is a sequence of tasks that are performed in order.
type Lane struct {
	Key         string
	Due         inbox.Time  // when its first task may be performed
	LeasedUntil *inbox.Time // nil: it is not leased
}

var (
	taskRows = rowsOf[Task]("tasks t")
	laneRows = rowsOf[Lane]("lanes l")
)

// InsertTask adds a task at the end of its lane and sets its id. A new lane is due at once.
func (tx *Tx) InsertTask(t *Task) error {
	err := tx.change(`INSERT INTO lanes (key, due) VALUES (?, ?) ON CONFLICT DO NOTHING`, t.Lane, t.CreatedAt)
	if err != nil {
		return err
	}
	return taskRows.insert(tx, t)
}

// ClaimLanes leases at most limit lanes that are due, those due longest first, until a time, and returns the first task of
// each. A lane whose lease has run out is due too.
func (tx *Tx) ClaimLanes(token string, now, until inbox.Time, limit int) ([]*Task, error) {
	due, err := taskRows.all(&tx.Reader, `FROM (SELECT key, due FROM lanes WHERE due <= ? ORDER BY due LIMIT ? + 0) l
		JOIN tasks t ON t.id = (SELECT MIN(id) FROM tasks WHERE lane = l.key) ORDER BY l.due, t.id`, now, limit)
	if err != nil {
		return nil, err
	}
	for _, t := range due {
		if err := tx.change(`UPDATE lanes SET due = ?, leased_until = ?, token = ? WHERE key = ?`, until, until, token, t.Lane); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// FinishTask removes a task that was performed, and reports whether it existed and its lane was still leased by the token; if
// not, nothing changes. The next task of the lane is due at once.
func (tx *Tx) FinishTask(t *Task, token string, now inbox.Time) (bool, error) {
	finished, err := tx.changesAny(`DELETE FROM tasks WHERE id = ? AND EXISTS (SELECT 1 FROM lanes WHERE key = ? AND token = ?)`, t.ID, t.Lane, token)
	if err != nil || !finished {
		return false, err
	}
	if _, err := tx.ReleaseLane(t.Lane, token, now); err != nil {
		return false, err
	}
	return true, tx.deleteIdle(t.Lane)
}

// RetryTask counts a failed attempt and ends the lease of the lane, which is due at a time. It reports whether the task
// existed and its lane was still leased by the token.
func (tx *Tx) RetryTask(t *Task, token string, due inbox.Time) (bool, error) {
	return tx.releaseTask(t, token, due, `UPDATE tasks SET attempts = attempts + 1 WHERE id = ?`)
}

// FaultTask is RetryTask for an attempt that the server itself failed.
func (tx *Tx) FaultTask(t *Task, token string, due inbox.Time) (bool, error) {
	return tx.releaseTask(t, token, due, `UPDATE tasks SET faults = faults + 1 WHERE id = ?`)
}

// releaseTask ends the lease of a task's lane and runs a statement on the task.
func (tx *Tx) releaseTask(t *Task, token string, due inbox.Time, count string) (bool, error) {
	released, err := tx.ReleaseLane(t.Lane, token, due)
	if err != nil || !released {
		return false, err
	}
	return tx.changesAny(count, t.ID)
}

// ReleaseLane ends the lease of a lane, which is due at a time, and reports whether the token had it.
func (tx *Tx) ReleaseLane(key, token string, due inbox.Time) (bool, error) {
	return tx.changesAny(`UPDATE lanes SET due = ?, leased_until = NULL, token = NULL WHERE key = ? AND token = ?`, due, key, token)
}

// ReleaseLanes ends all leases: every leased lane is due at once. It is called when no attempt can be under way.
func (tx *Tx) ReleaseLanes(now inbox.Time) error {
	return tx.change(`UPDATE lanes SET due = ?, leased_until = NULL, token = NULL WHERE leased_until IS NOT NULL`, now)
}

// DropTask removes a task whose outcome nobody needs any more, even if an attempt is under way.
func (tx *Tx) DropTask(id int64) error {
	t, err := tx.Task(id)
	if err != nil || t == nil {
		return err
	}
	if err := tx.change(`DELETE FROM tasks WHERE id = ?`, id); err != nil {
		return err
	}
	return tx.deleteIdle(t.Lane)
}

// deleteIdle removes a lane if it has no tasks.
func (tx *Tx) deleteIdle(key string) error {
	return tx.change(`DELETE FROM lanes WHERE key = ? AND NOT EXISTS (SELECT 1 FROM tasks WHERE lane = lanes.key)`, key)
}

// Task returns one task, or nil.
func (r *Reader) Task(id int64) (*Task, error) {
	return taskRows.one(r, `FROM tasks t WHERE t.id = ?`, id)
}

// TaskList returns all tasks, oldest first.
func (r *Reader) TaskList() ([]*Task, error) {
	return taskRows.all(r, `FROM tasks t ORDER BY t.id`)
}

// LaneList returns at most limit lanes in the order in which they are due.
func (r *Reader) LaneList(limit int) ([]Lane, error) {
	return laneRows.values(r, `FROM lanes l ORDER BY l.due`+limited, limit)
}

// TaskCount returns how many tasks there are.
func (r *Reader) TaskCount() (int, error) { return queryCount(r, `SELECT COUNT(*) FROM tasks`) }

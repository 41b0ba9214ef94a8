package store

import (
	"foyer/inbox"
)

// TaskKind tells what a task does.
type TaskKind string

// TaskHTTP sends the request of a workflow run, and lets the run go on with what came of it.
const TaskHTTP TaskKind = "HTTP"

// Task is something to do outside the process, at least once. It is there from the transaction that decides it until the
// one that knows its outcome, or that nobody needs it any more.
type Task struct {
	ID        int64
	Lane      string // tasks of the same lane are executed in order
	Kind      TaskKind
	SubjectID int64
	Key       string `db:"idempotency_key"` // for whoever receives it: the same in every attempt
	Payload   string // JSON
	Attempts  int    // that have failed so far
	Faults    int    // attempts that ended without an outcome, for a reason of the server's own
	CreatedAt inbox.Time
}

// Lane is a row of tasks that are executed in order.
type Lane struct {
	Key         string
	Due         inbox.Time  // when it is looked at
	LeasedUntil *inbox.Time // nil: nobody holds it
}

var (
	taskRows = rowsOf[Task]("tasks t")
	laneRows = rowsOf[Lane]("lanes l")
)

// InsertTask adds a task at the end of its lane and sets its id. A lane that did not exist is due at once.
func (tx *Tx) InsertTask(t *Task) error {
	_, err := tx.exec(`INSERT INTO lanes (key, due) VALUES (?, ?) ON CONFLICT DO NOTHING`, t.Lane, t.CreatedAt)
	if err != nil {
		return err
	}
	t.ID, err = insert[int64](tx, `INSERT INTO tasks (lane, kind, subject_id, idempotency_key, payload, created_at)
		VALUES (?, ?, ?, ?, ?, ?)`, t.Lane, t.Kind, t.SubjectID, t.Key, t.Payload, t.CreatedAt)
	return err
}

// ClaimLanes takes at most limit lanes that are due, those due longest first, until a time, and returns the first task of
// each. A lane that somebody held for longer than they may is due too.
func (tx *Tx) ClaimLanes(token string, now, until inbox.Time, limit int) ([]*Task, error) {
	due, err := taskRows.all(&tx.Reader, `FROM (SELECT key, due FROM lanes WHERE due <= ? ORDER BY due LIMIT ? + 0) l
		JOIN tasks t ON t.id = (SELECT MIN(id) FROM tasks WHERE lane = l.key) ORDER BY l.due, t.id`, now, limit)
	if err != nil {
		return nil, err
	}
	for _, t := range due {
		if _, err := tx.exec(`UPDATE lanes SET due = ?, leased_until = ?, token = ? WHERE key = ?`, until, until, token, t.Lane); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// FinishTask removes a task that was executed and reports whether it was there and its lane still held by that token; if
// not, nothing changes. The next task of the lane is due at once.
func (tx *Tx) FinishTask(t *Task, token string, now inbox.Time) (bool, error) {
	n, err := tx.exec(`DELETE FROM tasks WHERE id = ? AND EXISTS (SELECT 1 FROM lanes WHERE key = ? AND token = ?)`, t.ID, t.Lane, token)
	if err != nil || n == 0 {
		return false, err
	}
	if _, err := tx.ReleaseLane(t.Lane, token, now); err != nil {
		return false, err
	}
	return true, tx.deleteIdle(t.Lane)
}

// RetryTask counts an attempt that failed and returns the lane back, due at a time. It reports whether the task was still
// there and its lane held by that token.
func (tx *Tx) RetryTask(t *Task, token string, due inbox.Time) (bool, error) {
	return tx.releaseTask(t, token, due, `UPDATE tasks SET attempts = attempts + 1 WHERE id = ?`)
}

// FaultTask counts an attempt that ended without an outcome, and returns the lane back, due at a time. It reports whether the
// task was still there and its lane held by that token.
func (tx *Tx) FaultTask(t *Task, token string, due inbox.Time) (bool, error) {
	return tx.releaseTask(t, token, due, `UPDATE tasks SET faults = faults + 1 WHERE id = ?`)
}

// releaseTask returns the lane of a task back and counts what became of the attempt, by a statement about the task.
func (tx *Tx) releaseTask(t *Task, token string, due inbox.Time, count string) (bool, error) {
	held, err := tx.ReleaseLane(t.Lane, token, due)
	if err != nil || !held {
		return false, err
	}
	n, err := tx.exec(count, t.ID)
	return n > 0, err
}

// ReleaseLane returns a lane back that is held by that token, due at a time, and reports whether it was.
func (tx *Tx) ReleaseLane(key, token string, due inbox.Time) (bool, error) {
	n, err := tx.exec(`UPDATE lanes SET due = ?, leased_until = NULL, token = NULL WHERE key = ? AND token = ?`, due, key, token)
	return n > 0, err
}

// ReleaseLanes takes all lanes from whoever held them: due at once. For when nobody can be at work any more.
func (tx *Tx) ReleaseLanes(now inbox.Time) error {
	_, err := tx.exec(`UPDATE lanes SET due = ?, leased_until = NULL, token = NULL WHERE leased_until IS NOT NULL`, now)
	return err
}

// DropTask removes a task whose outcome nobody needs any more, whoever is at work on it.
func (tx *Tx) DropTask(id int64) error {
	t, err := tx.Task(id)
	if err != nil || t == nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM tasks WHERE id = ?`, id); err != nil {
		return err
	}
	return tx.deleteIdle(t.Lane)
}

// deleteIdle removes a lane without tasks.
func (tx *Tx) deleteIdle(key string) error {
	_, err := tx.exec(`DELETE FROM lanes WHERE key = ? AND NOT EXISTS (SELECT 1 FROM tasks WHERE lane = lanes.key)`, key)
	return err
}

// Task returns one task, or nil.
func (r *Reader) Task(id int64) (*Task, error) {
	return taskRows.one(r, `FROM tasks t WHERE t.id = ?`, id)
}

// TaskList returns all tasks, oldest first.
func (r *Reader) TaskList() ([]*Task, error) {
	return taskRows.all(r, `FROM tasks t ORDER BY t.id`)
}

// LaneList returns at most limit lanes, those first that are due first.
func (r *Reader) LaneList(limit int) ([]Lane, error) {
	return laneRows.values(r, `FROM lanes l ORDER BY l.due`+limited, limit)
}

// TaskCount tells how many tasks there are.
func (r *Reader) TaskCount() (int, error) { return queryCount(r, `SELECT COUNT(*) FROM tasks`) }

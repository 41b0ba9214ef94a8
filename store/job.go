package store

import "foyer/inbox"

var jobRows = rowsOf[inbox.Job]("jobs j")

// JobItem is a conversation of a job.
type JobItem struct {
	JobID          inbox.JobID
	Position       int32
	ConversationID inbox.ConversationID
	Outcome        *string      // JobDone, JobFailed; nil: its turn has yet to come
	Head           *int64       // of the log after it was done; before, in place of the job's
	Undo           inbox.JSON   // what brings the conversation back; nil: nothing to undo
	Error          *inbox.Error // why it failed
}

// The outcomes of items.
const (
	JobDone   = "DONE"
	JobFailed = "FAILED"
)

var jobItemRows = rowsOf[JobItem]("job_items i")

// Jobs returns the jobs with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Jobs(ids []inbox.JobID) ([]*inbox.Job, error) {
	return jobRows.all(r, `FROM jobs j WHERE j.id IN `+inList, list(ids))
}

// Job returns one job, or nil.
func (r *Reader) Job(id inbox.JobID) (*inbox.Job, error) {
	return jobRows.one(r, `FROM jobs j WHERE j.id = ?`, id)
}

// JobsToDo returns the jobs whose turn it is: the oldest unfinished one of each who has started any, the oldest first.
func (r *Reader) JobsToDo() ([]*inbox.Job, error) {
	return jobRows.all(r, `FROM (SELECT MIN(id) AS id FROM jobs WHERE finished_at IS NULL GROUP BY starter_kind, starter_id) n
		JOIN jobs j ON j.id = n.id ORDER BY j.id`)
}

// UnfinishedJobs counts the jobs that somebody has started and that have not finished.
func (r *Reader) UnfinishedJobs(starter inbox.ActorRef) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM jobs WHERE starter_kind = ? AND starter_id = ? AND finished_at IS NULL`, starter.Kind, starter.ID)
}

// JobItemsToDo returns at most limit items of a job that come after a position and have no outcome, in order.
func (r *Reader) JobItemsToDo(id inbox.JobID, after int32, limit int) ([]JobItem, error) {
	return jobItemRows.values(r, `FROM job_items i WHERE i.job_id = ? AND i.position > ? AND i.outcome IS NULL ORDER BY i.position`+limited, id, after, limit)
}

// JobItem returns an item of a job if it has no outcome and the job has not finished, or nil.
func (r *Reader) JobItem(id inbox.JobID, position int32) (*JobItem, error) {
	return jobItemRows.one(r, `FROM job_items i JOIN jobs j ON j.id = i.job_id
		WHERE i.job_id = ? AND i.position = ? AND i.outcome IS NULL AND j.finished_at IS NULL`, id, position)
}

// JobFailures returns at most limit items of a job that failed, in order.
func (r *Reader) JobFailures(id inbox.JobID, limit int) ([]*inbox.JobFailure, error) {
	items, err := jobItemRows.values(r, `FROM job_items i WHERE i.job_id = ? AND i.outcome = 'FAILED' ORDER BY i.position`+limited, id, limit)
	failures := make([]*inbox.JobFailure, len(items))
	for i, item := range items {
		failures[i] = &inbox.JobFailure{ConversationID: item.ConversationID, Error: *item.Error}
	}
	return failures, err
}

// InsertJob stores a new job with an item for each conversation, in order, and sets the job's id and total.
func (tx *Tx) InsertJob(j *inbox.Job, conversations []inbox.ConversationID) error {
	j.Total = int32(len(conversations))
	if err := jobRows.insert(tx, j); err != nil {
		return err
	}
	return tx.change(`INSERT INTO job_items (job_id, position, conversation_id) SELECT ?, key + 1, value FROM json_each(?)`, j.ID, list(conversations))
}

// InsertUndoingJob stores a job with an item for each conversation that another job has changed and that can be brought back,
// the one changed last first, and sets the job's id and total. It stores nothing if there is none: the total is then zero.
func (tx *Tx) InsertUndoingJob(j *inbox.Job, undoes inbox.JobID) error {
	n, err := queryCount(&tx.Reader, `SELECT COUNT(undo) FROM job_items WHERE job_id = ?`, undoes)
	if err != nil || n == 0 {
		return err
	}
	j.Total, j.UndoesID = int32(n), &undoes
	if err := jobRows.insert(tx, j); err != nil {
		return err
	}
	return tx.change(`INSERT INTO job_items (job_id, position, conversation_id, head, undo)
		SELECT ?, ROW_NUMBER() OVER (ORDER BY position DESC), conversation_id, head, undo FROM job_items WHERE job_id = ? AND undo IS NOT NULL`, j.ID, undoes)
}

// SetJobItemDone stores that an item was done, with the head of the log after it and what would undo it (nil: nothing).
func (tx *Tx) SetJobItemDone(id inbox.JobID, position int32, head int64, undo inbox.JSON) error {
	var stored any
	if undo != nil {
		stored = string(undo)
	}
	return tx.change(`UPDATE job_items SET outcome = 'DONE', head = ?, undo = ? WHERE job_id = ? AND position = ? AND outcome IS NULL`, head, stored, id, position)
}

// SetJobItemFailed stores why an item failed, if it has no outcome yet.
func (tx *Tx) SetJobItemFailed(id inbox.JobID, position int32, why *inbox.Error) error {
	return tx.change(`UPDATE job_items SET outcome = 'FAILED', error = ?, undo = NULL WHERE job_id = ? AND position = ? AND outcome IS NULL`,
		encodeJSON(why, false), id, position)
}

// CountJob brings the counts and the position of a job up to date. Items behind the position that have an outcome count only
// with all, as for a job that goes no further: otherwise they count when the position gets there.
func (tx *Tx) CountJob(j *inbox.Job, all bool) error {
	next, err := queryValue[int32](&tx.Reader, `SELECT COALESCE((SELECT position FROM job_items
		WHERE job_id = ?1 AND position > ?2 AND outcome IS NULL ORDER BY position LIMIT 1), ?3 + 1)`, j.ID, j.Position, j.Total)
	if err != nil {
		return err
	}
	until := next - 1
	if all {
		until = j.Total
	}
	err = tx.each(`SELECT COUNT(*) FILTER (WHERE outcome = 'DONE'), COUNT(*) FILTER (WHERE outcome = 'FAILED') FROM job_items
		WHERE job_id = ? AND position > ? AND position <= ?`, []any{j.ID, j.Position, until}, func(from row) error {
		var done, failed int32
		err := from.Scan(&done, &failed)
		j.Done, j.FailedCount = j.Done+done, j.FailedCount+failed
		return err
	})
	j.Position = next - 1
	return err
}

// UpdateJob stores how far a job is.
func (tx *Tx) UpdateJob(j *inbox.Job) error {
	return jobRows.set(tx, j, `position, done, failed, finished_at, cancelled_at`)
}

// ForgetJobs removes at most limit items of jobs that finished before a time, or that are beyond the newest finished ones of
// their starter, and the jobs that have none left. It reports whether there may be more.
func (tx *Tx) ForgetJobs(starter inbox.ActorRef, newest int, before inbox.Time, limit int) (bool, error) {
	id, err := queryValue[inbox.JobID](&tx.Reader, `SELECT COALESCE(
		(SELECT id FROM jobs WHERE starter_kind = ? AND starter_id = ? AND finished_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ? + 0),
		(SELECT id FROM jobs WHERE finished_at IS NOT NULL AND finished_at < ? ORDER BY finished_at LIMIT 1), 0)`, starter.Kind, starter.ID, newest, before)
	if err != nil || id == 0 {
		return false, err
	}
	n, err := tx.exec(`DELETE FROM job_items WHERE job_id = ?1 AND position IN (
		SELECT position FROM job_items WHERE job_id = ?1 ORDER BY position LIMIT ?2 + 0)`, id, limit)
	if err != nil || n == int64(limit) {
		return true, err
	}
	return true, tx.change(`DELETE FROM jobs WHERE id = ?`, id)
}

// ChangedSince reports whether the status, the team or the assignee of a conversation has changed after an event.
func (r *Reader) ChangedSince(id inbox.ConversationID, head int64) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM events WHERE subject_kind = 'CONVERSATION' AND subject_id = ? AND number > ?
		AND (type IN ('CONVERSATION_OPENED', 'CONVERSATION_CLOSED') OR team_before IS NOT team_after OR assignee_before IS NOT assignee_after))`, id, head)
}

// JobTally is a job with what its items say.
type JobTally struct {
	Job      inbox.Job `db:",inline"`
	Items    int32
	Waiting  int32 // items without an outcome
	Passed   int32 // of these, those up to the job's position
	Finished int32 // items done, of those that the job counts
	Refused  int32 // items failed, of those that the job counts
	Unlogged int32 // items that changed something, and nothing had happened in the log by then; or not yet by now
}

var jobTallyRows = rowsOf[JobTally]("jobs t")

// jobTallies are all jobs with what their items say.
const jobTallies = `SELECT j.*, COUNT(i.position) AS items, COUNT(i.position) FILTER (WHERE i.outcome IS NULL) AS waiting,
		COUNT(i.position) FILTER (WHERE i.outcome IS NULL AND i.position <= j.position) AS passed,
		COUNT(i.position) FILTER (WHERE i.outcome = 'DONE' AND (i.position <= j.position OR j.finished_at IS NOT NULL)) AS finished,
		COUNT(i.position) FILTER (WHERE i.outcome = 'FAILED' AND (i.position <= j.position OR j.finished_at IS NOT NULL)) AS refused,
		COUNT(i.position) FILTER (WHERE i.outcome = 'DONE' AND (i.undo IS NOT NULL AND i.head <= j.head OR i.head > (SELECT MAX(number) FROM events))) AS unlogged
	FROM jobs j LEFT JOIN job_items i ON i.job_id = j.id GROUP BY j.id`

// JobTallies returns all jobs with what their items say.
func (r *Reader) JobTallies() ([]*JobTally, error) {
	return jobTallyRows.all(r, `FROM (`+jobTallies+`) t ORDER BY t.id`)
}

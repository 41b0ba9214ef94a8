package store

import "foyer/inbox"

var runRows = rowsOf[inbox.WorkflowRun]("workflow_runs r")

// Runs returns the runs with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Runs(ids []inbox.WorkflowRunID) ([]*inbox.WorkflowRun, error) {
	return runRows.all(r, `FROM workflow_runs r WHERE r.id IN `+inList, list(ids))
}

// Run returns one run, or nil.
func (r *Reader) Run(id inbox.WorkflowRunID) (*inbox.WorkflowRun, error) {
	return runRows.one(r, `FROM workflow_runs r WHERE r.id = ?`, id)
}

// RunsOf returns a conversation's newest runs, newest first.
func (r *Reader) RunsOf(conversation inbox.ConversationID, limit int) ([]*inbox.WorkflowRun, error) {
	return runRows.all(r, `FROM workflow_runs r WHERE r.conversation_id = ?
		ORDER BY r.id DESC`+limited, conversation, limit)
}

// ActiveRuns returns the runs of a contact that have yet to end, oldest first.
func (r *Reader) ActiveRuns(contact inbox.ContactID) ([]*inbox.WorkflowRun, error) {
	return runRows.all(r, `FROM workflow_runs r WHERE r.contact_id = ? AND r.ended_at IS NULL ORDER BY r.id`, contact)
}

// ActiveRunsOfWorkflow returns the ids of at most limit of a workflow's active runs that had started by a time, oldest first.
func (r *Reader) ActiveRunsOfWorkflow(workflow inbox.WorkflowID, started inbox.Time, limit int) ([]inbox.WorkflowRunID, error) {
	return query(r, scanValue[inbox.WorkflowRunID], `SELECT id FROM workflow_runs
		WHERE workflow_id = ? AND started_at <= ? AND ended_at IS NULL ORDER BY id`+limited, workflow, started, limit)
}

// InsertRun stores a new run, and sets its id if it is zero. The error is IsUnique if the workflow has an active run for the
// contact.
func (tx *Tx) InsertRun(run *inbox.WorkflowRun) error {
	number(tx, &run.ID, RunIDs)
	stored := withObjects(run)
	return runRows.insert(tx, &stored)
}

// UpdateRun stores what can change of a run.
func (tx *Tx) UpdateRun(run *inbox.WorkflowRun) error {
	stored := withObjects(run)
	return runRows.set(tx, &stored, `status, conversation_id, current_step, state, variables, error, steps, ended_at, `+
		`ended_by_kind, ended_by_id, end_reason`)
}

// withObjects returns a run whose state and variables are JSON objects where they were empty.
func withObjects(run *inbox.WorkflowRun) inbox.WorkflowRun {
	stored := *run
	for _, object := range []*inbox.JSON{&stored.State, &stored.Variables} {
		if len(*object) == 0 {
			*object = inbox.JSON(`{}`)
		}
	}
	return stored
}

// MarkContact records that a workflow that runs once per contact has run for this one.
func (tx *Tx) MarkContact(workflow inbox.WorkflowID, contact inbox.ContactID) error {
	return tx.change(`INSERT INTO workflow_contacts (workflow_id, contact_id) VALUES (?, ?)`, workflow, contact)
}

// HasMarked reports whether a workflow that runs once per contact has run for this one.
func (r *Reader) HasMarked(workflow inbox.WorkflowID, contact inbox.ContactID) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM workflow_contacts WHERE workflow_id = ? AND contact_id = ?)`, workflow, contact)
}

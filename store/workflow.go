package store

import (
	"strings"

	"foyer/inbox"
)

const workflowColumns = `w.id, w.name, w.description, w.status, w.version, w.definition, p.definition, w.created_at, w.updated_at`

const workflowSource = ` FROM workflows w LEFT JOIN workflow_versions p ON p.id = w.version_id`

func scanWorkflow(r row) (*inbox.Workflow, error) {
	var (
		w          inbox.Workflow
		definition string
		published  *string
	)
	err := r.Scan(&w.ID, &w.Name, &w.Description, &w.Status, &w.Version, &definition, &published, &w.CreatedAt, &w.UpdatedAt)
	w.Definition = inbox.JSON(definition)
	if published != nil {
		w.PublishedDefinition = inbox.JSON(*published)
	}
	return &w, err
}

// Workflows returns the workflows with these ids, in no particular order; unknown ids give nothing.
func (r *Reader) Workflows(ids []inbox.WorkflowID) ([]*inbox.Workflow, error) {
	return query(r, scanWorkflow, `SELECT `+workflowColumns+workflowSource+` WHERE w.id IN `+inList, list(ids))
}

// Workflow returns one workflow, or nil.
func (r *Reader) Workflow(id inbox.WorkflowID) (*inbox.Workflow, error) {
	return queryOne(r, scanWorkflow, `SELECT `+workflowColumns+workflowSource+` WHERE w.id = ?`, id)
}

// WorkflowNamed returns the workflow with this name (folded), or nil.
func (r *Reader) WorkflowNamed(key string) (*inbox.Workflow, error) {
	return queryOne(r, scanWorkflow, `SELECT `+workflowColumns+workflowSource+` WHERE w.name_key = ?`, key)
}

// WorkflowList returns at most limit workflows after the given one, in the order they were created: those in one of the
// states, unless it is nil, and whose folded name contains the text.
func (r *Reader) WorkflowList(statuses []inbox.WorkflowStatus, nameContains string, after inbox.WorkflowID, limit int) (
	[]*inbox.Workflow, error) {
	var where condition
	where.and(`w.id > ?`, after)
	if statuses != nil {
		where.and(`w.status IN `+inList, list(statuses))
	}
	if nameContains != "" {
		where.and(`w.name_key LIKE ? ESCAPE '\'`, `%`+likeText.Replace(nameContains)+`%`)
	}
	return query(r, scanWorkflow, `SELECT `+workflowColumns+workflowSource+where.sql()+` ORDER BY w.id`+limited,
		append(where.args, limit)...)
}

// likeText makes text stand for itself in a LIKE pattern.
var likeText = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// InsertWorkflow stores a new draft and gives it its id. IsUnique tells that the name is taken.
func (tx *Tx) InsertWorkflow(w *inbox.Workflow, nameKey string) error {
	id, err := insert[inbox.WorkflowID](tx, `INSERT INTO workflows (name, name_key, description, status, definition,
		created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		w.Name, nameKey, w.Description, w.Status, string(w.Definition), w.CreatedAt, w.UpdatedAt)
	w.ID = id
	return err
}

// UpdateWorkflow stores a workflow's name, description, state and draft. IsUnique tells that the name is taken.
func (tx *Tx) UpdateWorkflow(w *inbox.Workflow, nameKey string) error {
	tx.settings = 0
	_, err := tx.exec(`UPDATE workflows SET name = ?, name_key = ?, description = ?, status = ?, definition = ?,
		updated_at = ? WHERE id = ?`,
		w.Name, nameKey, w.Description, w.Status, string(w.Definition), w.UpdatedAt, w.ID)
	return err
}

// Publish freezes a workflow's draft as its next version, with what the names in it mean, and starts it. It returns the
// version's id.
func (tx *Tx) Publish(w *inbox.Workflow, trigger, names string) (inbox.WorkflowVersionID, error) {
	id, err := insert[inbox.WorkflowVersionID](tx, `INSERT INTO workflow_versions (workflow_id, version, definition, names,
		published_at) VALUES (?, ?, ?, ?, ?)`,
		w.ID, w.Version+1, string(w.Definition), names, w.UpdatedAt)
	if err != nil {
		return 0, err
	}
	w.Version++
	w.Status = inbox.WorkflowPublished
	w.PublishedDefinition = w.Definition
	tx.settings = 0
	_, err = tx.exec(`UPDATE workflows SET status = ?, version_id = ?, version = ?, trigger_on = ?, updated_at = ? WHERE id = ?`,
		w.Status, id, w.Version, trigger, w.UpdatedAt, w.ID)
	return id, err
}

// WorkflowMark is what reports whether a workflow is still what it was for those that start it.
type WorkflowMark struct {
	ID      inbox.WorkflowID
	Status  inbox.WorkflowStatus
	Version int32
}

// WorkflowMark returns the mark of the workflow with this id or, where there is none, of the one with this name, or nil.
func (r *Reader) WorkflowMark(id inbox.WorkflowID, nameKey string) (*WorkflowMark, error) {
	return queryOne(r, func(r row) (*WorkflowMark, error) {
		var m WorkflowMark
		return &m, r.Scan(&m.ID, &m.Status, &m.Version)
	}, `SELECT id, status, version FROM (
			SELECT id, status, version FROM workflows WHERE id = ?1
			UNION ALL SELECT id, status, version FROM workflows WHERE name_key = ?2 AND NOT EXISTS (SELECT 1 FROM workflows WHERE id = ?1))`,
		id, nameKey)
}

// Version names a published version of a workflow.
type Version struct {
	ID         inbox.WorkflowVersionID
	WorkflowID inbox.WorkflowID
	Number     int32
}

// VersionsTriggeredBy returns the newest version of each published workflow with this trigger, oldest workflow first.
func (r *Reader) VersionsTriggeredBy(trigger string) ([]Version, error) {
	return query(r, func(r row) (Version, error) {
		var v Version
		err := r.Scan(&v.ID, &v.WorkflowID, &v.Number)
		return v, err
	}, `SELECT version_id, id, version FROM workflows WHERE trigger_on = ? AND status = 'PUBLISHED' ORDER BY id`, trigger)
}

// VersionDocument is a version's document and what the names in it mean.
type VersionDocument struct{ Definition, Names string }

// VersionDocument returns a version's document, or nil.
func (r *Reader) VersionDocument(id inbox.WorkflowVersionID) (*VersionDocument, error) {
	return queryOne(r, func(r row) (*VersionDocument, error) {
		var d VersionDocument
		return &d, r.Scan(&d.Definition, &d.Names)
	}, `SELECT definition, names FROM workflow_versions WHERE id = ?`, id)
}

// NamesOf returns what the names in a workflow's newest version mean: JSON. The workflow has been published.
func (r *Reader) NamesOf(id inbox.WorkflowID) (string, error) {
	names, err := queryOne(r, func(r row) (*string, error) {
		var names string
		return &names, r.Scan(&names)
	}, `SELECT p.names FROM workflows w JOIN workflow_versions p ON p.id = w.version_id WHERE w.id = ?`, id)
	if err != nil || names == nil {
		return "{}", err
	}
	return *names, nil
}

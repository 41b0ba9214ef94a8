package store

import (
	"strings"

	"foyer/inbox"
)

// fromWorkflows is the FROM of statements that read workflows.
const fromWorkflows = `FROM (SELECT w.*, p.definition AS published_definition FROM workflows w
	LEFT JOIN workflow_versions p ON p.id = w.version_id) w`

var (
	workflowRows        = rowsOf[inbox.Workflow]("workflows w")
	workflowMarkRows    = rowsOf[WorkflowMark]("workflows w")
	versionRows         = rowsOf[Version]("workflows w")
	versionDocumentRows = rowsOf[VersionDocument]("workflow_versions p")
	publishedNamesRows  = rowsOf[PublishedNames]("workflows w")
)

// Workflows returns the workflows with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Workflows(ids []inbox.WorkflowID) ([]*inbox.Workflow, error) {
	return workflowRows.all(r, fromWorkflows+` WHERE w.id IN `+inList, list(ids))
}

// Workflow returns one workflow, or nil.
func (r *Reader) Workflow(id inbox.WorkflowID) (*inbox.Workflow, error) {
	return workflowRows.one(r, fromWorkflows+` WHERE w.id = ?`, id)
}

// WorkflowNamed returns the workflow with this name (folded), or nil.
func (r *Reader) WorkflowNamed(key string) (*inbox.Workflow, error) {
	return workflowRows.one(r, fromWorkflows+` WHERE w.name_key = ?`, key)
}

// WorkflowList returns at most limit workflows after the given one, in the order they were created, that
// are in one of the states (nil: any) and whose folded name contains the text.
func (r *Reader) WorkflowList(statuses []inbox.WorkflowStatus, nameContains string, after inbox.WorkflowID, limit int) (
	[]*inbox.Workflow, error) {
	where := newCondition(`w.id > ?`, after)
	if statuses != nil {
		where.and(`w.status IN `+inList, list(statuses))
	}
	if nameContains != "" {
		where.and(`w.name_key LIKE ? ESCAPE '\'`, `%`+likeText.Replace(nameContains)+`%`)
	}
	return workflowRows.all(r, fromWorkflows+where.sql()+` ORDER BY w.id`+limited,
		append(where.args, limit)...)
}

// likeText escapes text for a LIKE pattern.
var likeText = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// InsertWorkflow stores a new draft and sets its id. If the name is taken, IsUnique is true of the error.
func (tx *Tx) InsertWorkflow(w *inbox.Workflow, nameKey string) error {
	return workflowRows.insert(tx, w, hidden{"name_key", nameKey})
}

// UpdateWorkflow stores a workflow's name, description, state and draft. If the name is taken, IsUnique is true of the error.
func (tx *Tx) UpdateWorkflow(w *inbox.Workflow, nameKey string) error {
	tx.settings = 0
	return workflowRows.set(tx, w, `name, description, status, definition, updated_at`, hidden{"name_key", nameKey})
}

// Publish stores a workflow's draft as its next version, with what the names in it mean, and publishes it. It returns the
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
	return id, workflowRows.set(tx, w, `status, version, updated_at`, hidden{"version_id", id}, hidden{"trigger_on", trigger})
}

// WorkflowMark identifies a workflow's state: what is known of a workflow for starting it is true while its mark is the same.
type WorkflowMark struct {
	ID      inbox.WorkflowID
	Status  inbox.WorkflowStatus
	Version int32
}

// WorkflowMark returns the mark of the workflow with this id or, if there is none, of the one with this name, or nil.
func (r *Reader) WorkflowMark(id inbox.WorkflowID, nameKey string) (*WorkflowMark, error) {
	mark, err := workflowMarkRows.one(r, `FROM workflows w WHERE w.id = ?`, id)
	if mark != nil || err != nil {
		return mark, err
	}
	return workflowMarkRows.one(r, `FROM workflows w WHERE w.name_key = ?`, nameKey)
}

// Version identifies a published version of a workflow.
type Version struct {
	ID         inbox.WorkflowVersionID `db:"version_id"`
	WorkflowID inbox.WorkflowID        `db:"id"`
	Number     int32                   `db:"version"`
}

// VersionsTriggeredBy returns the newest version of each published workflow with this trigger, oldest workflow first.
func (r *Reader) VersionsTriggeredBy(trigger string) ([]Version, error) {
	return versionRows.values(r, `FROM workflows w WHERE w.trigger_on = ? AND w.status = 'PUBLISHED' ORDER BY w.id`, trigger)
}

// VersionDocument is a version's document and what the names in it mean.
type VersionDocument struct{ Definition, Names string }

// VersionDocument returns a version's document, or nil.
func (r *Reader) VersionDocument(id inbox.WorkflowVersionID) (*VersionDocument, error) {
	return versionDocumentRows.one(r, `FROM workflow_versions p WHERE p.id = ?`, id)
}

// NamesOf returns what the names in a workflow's newest version mean, as JSON. The workflow has been published.
func (r *Reader) NamesOf(id inbox.WorkflowID) (string, error) {
	return queryValue[string](r, `SELECT p.names FROM workflows w JOIN workflow_versions p ON p.id = w.version_id WHERE w.id = ?`, id)
}

// PublishedNames is what the names in the published version of a workflow mean, as JSON.
type PublishedNames struct {
	Workflow string `db:"name"`
	Names    string
}

// PublishedNames returns the names of each published workflow, oldest workflow first.
func (r *Reader) PublishedNames() ([]PublishedNames, error) {
	return publishedNamesRows.values(r, `FROM (SELECT w.id, w.name, p.names FROM workflows w
		JOIN workflow_versions p ON p.id = w.version_id WHERE w.status = 'PUBLISHED') w ORDER BY w.id`)
}

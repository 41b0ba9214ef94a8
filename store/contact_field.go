package store

import (
	"foyer/inbox"
)

const contactFieldColumns = `f.id, f.name, f.label, f.type, f.options, f.created_at`

func scanContactField(r row) (*inbox.ContactField, error) {
	var f inbox.ContactField
	return &f, r.Scan(&f.ID, &f.Name, &f.Label, &f.Type, jsonColumn{&f.Options}, &f.CreatedAt)
}

// ContactFields gives all custom fields of contacts, in the order they were created.
func (r *Reader) ContactFields() ([]*inbox.ContactField, error) {
	return query(r, scanContactField, `SELECT `+contactFieldColumns+` FROM contact_fields f ORDER BY f.id`)
}

// ContactField gives one custom field, or nil.
func (r *Reader) ContactField(id inbox.ContactFieldID) (*inbox.ContactField, error) {
	return queryOne(r, scanContactField, `SELECT `+contactFieldColumns+` FROM contact_fields f WHERE f.id = ?`, id)
}

// ContactFieldNamed gives the custom field with this name, or nil.
func (r *Reader) ContactFieldNamed(name string) (*inbox.ContactField, error) {
	return queryOne(r, scanContactField, `SELECT `+contactFieldColumns+` FROM contact_fields f WHERE f.name = ?`, name)
}

// InsertContactField stores a new field and gives it its id. IsUnique tells that the name is taken.
func (tx *Tx) InsertContactField(f *inbox.ContactField) error {
	id, err := insert[inbox.ContactFieldID](tx, `INSERT INTO contact_fields (name, label, type, options, created_at)
		VALUES (?, ?, ?, ?, ?)`, f.Name, f.Label, f.Type, jsonText(f.Options), f.CreatedAt)
	f.ID = id
	return err
}

// UpdateContactField stores a field's label, type and options.
func (tx *Tx) UpdateContactField(f *inbox.ContactField) error {
	_, err := tx.exec(`UPDATE contact_fields SET label = ?, type = ?, options = ? WHERE id = ?`,
		f.Label, f.Type, jsonText(f.Options), f.ID)
	return err
}

// DeleteContactField removes a field. What contacts have of it is read no more.
func (tx *Tx) DeleteContactField(id inbox.ContactFieldID) error {
	_, err := tx.exec(`DELETE FROM contact_fields WHERE id = ?`, id)
	return err
}

// PublishedNames is what the names in the published version of a workflow mean: JSON.
type PublishedNames struct{ Workflow, Names string }

// PublishedNames gives it of each published workflow, oldest first.
func (r *Reader) PublishedNames() ([]PublishedNames, error) {
	return query(r, func(r row) (PublishedNames, error) {
		var p PublishedNames
		err := r.Scan(&p.Workflow, &p.Names)
		return p, err
	}, `SELECT w.name, p.names FROM workflows w JOIN workflow_versions p ON p.id = w.version_id
		WHERE w.status = 'PUBLISHED' ORDER BY w.id`)
}

// ContactsInStage counts the contacts in a lifecycle stage, up to limit.
func (r *Reader) ContactsInStage(stage string, limit int) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM (SELECT 1 FROM contacts WHERE lifecycle_stage = ? LIMIT ?)`, stage, limit)
}

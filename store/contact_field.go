package store

import (
	"fmt"

	"foyer/inbox"
)

var contactFieldRows = rowsOf[inbox.ContactField]("contact_fields f")

// ContactFields returns all custom fields of contacts, in the order they were created.
func (r *Reader) ContactFields() ([]*inbox.ContactField, error) {
	return contactFieldRows.all(r, `FROM contact_fields f ORDER BY f.id`)
}

// ContactField returns one custom field, or nil.
func (r *Reader) ContactField(id inbox.ContactFieldID) (*inbox.ContactField, error) {
	return contactFieldRows.one(r, `FROM contact_fields f WHERE f.id = ?`, id)
}

// ContactFieldNamed returns the custom field with this name, or nil.
func (r *Reader) ContactFieldNamed(name string) (*inbox.ContactField, error) {
	return contactFieldRows.one(r, `FROM contact_fields f WHERE f.name = ?`, name)
}

// InsertContactField stores a new field and sets its id. If the name is taken, IsUnique is true of the error.
func (tx *Tx) InsertContactField(f *inbox.ContactField) error {
	return contactFieldRows.insert(tx, f)
}

// UpdateContactField stores a field's label, type and options.
func (tx *Tx) UpdateContactField(f *inbox.ContactField) error {
	return contactFieldRows.set(tx, f, `label, type, options`)
}

// DeleteContactField removes a field. The values that contacts have for it are not read any more; ClearContactField removes
// them.
func (tx *Tx) DeleteContactField(id inbox.ContactFieldID) error {
	if err := tx.change(`DELETE FROM contact_fields WHERE id = ?`, id); err != nil {
		return err
	}
	return tx.change(`INSERT INTO contact_fields_gone (field_id, cleared) VALUES (?, 0)`, id)
}

// ClearContactField removes the values of a deleted field from the next contacts, at most limit of them, and reports whether
// that was all. Contacts created after the field was deleted have no value for it.
func (tx *Tx) ClearContactField(id inbox.ContactFieldID, limit int) (done bool, err error) {
	type span struct{ after, last int64 }
	next, err := queryOne(&tx.Reader, func(r row) (*span, error) {
		var s span
		return &s, r.Scan(&s.after, &s.last)
	}, `SELECT g.cleared, COALESCE((SELECT MAX(id) FROM (SELECT id FROM contacts WHERE id > g.cleared ORDER BY id LIMIT ? + 0)), 0)
		FROM contact_fields_gone g WHERE g.field_id = ?`, limit, id)
	if err != nil || next == nil {
		return true, err
	}
	if next.last == 0 {
		return true, tx.change(`DELETE FROM contact_fields_gone WHERE field_id = ?`, id)
	}
	value := fmt.Sprintf(`$."%d"`, int64(id))
	if err := tx.change(`UPDATE contacts SET field_values = NULLIF(json_remove(field_values, ?), '{}')
		WHERE id > ? AND id <= ? AND json_type(field_values, ?) IS NOT NULL`, value, next.after, next.last, value); err != nil {
		return false, err
	}
	return false, tx.change(`UPDATE contact_fields_gone SET cleared = ? WHERE field_id = ?`, next.last, id)
}

// ContactsInStage counts the contacts in a lifecycle stage, up to limit.
func (r *Reader) ContactsInStage(stage string, limit int) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM (SELECT 1 FROM contacts WHERE lifecycle_stage = ?`+limited+`)`, stage, limit)
}

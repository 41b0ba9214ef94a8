package store

import "foyer/inbox"

// InsertMessageExtra stores what few messages have: the whole text of one that was cut, and warnings about what was left out
// or cut.
func (tx *Tx) InsertMessageExtra(id inbox.MessageID, fullText *string, warnings []inbox.InputWarning) error {
	return tx.change(`INSERT INTO message_extras (message_id, full_text, warnings) VALUES (?, ?, ?)`,
		id, fullText, jsonText(warnings))
}

// MessageWarnings returns the warnings about what was left out of a message, or cut.
func (r *Reader) MessageWarnings(id inbox.MessageID) ([]inbox.InputWarning, error) {
	var warnings []inbox.InputWarning
	err := r.each(`SELECT warnings FROM message_extras WHERE message_id = ?`, []any{id}, func(r row) error {
		return r.Scan(jsonColumn{&warnings})
	})
	return warnings, err
}

// FullText is the whole text of a message that was cut.
type FullText struct {
	MessageID inbox.MessageID
	Text      string `db:"full_text"`
}

var fullTextRows = rowsOf[FullText]("message_extras x")

// FullTexts returns the whole texts of those messages that were cut, in no particular order.
func (r *Reader) FullTexts(ids []inbox.MessageID) ([]*FullText, error) {
	return fullTextRows.all(r, `FROM message_extras x WHERE x.full_text IS NOT NULL AND x.message_id IN `+inList, list(ids))
}

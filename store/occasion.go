package store

import (
	"foyer/inbox"
)

// Occasion is something that may start workflows that have yet to be looked at. Its timer has its id.
type Occasion struct {
	ID             int64
	ContactID      inbox.ContactID
	ConversationID *inbox.ConversationID // nil: in none
	State          string                // JSON
}

func scanOccasion(r row) (*Occasion, error) {
	var o Occasion
	return &o, r.Scan(&o.ID, &o.ContactID, &o.ConversationID, &o.State)
}

// InsertOccasion adds an occasion, and gives it its id unless it has one.
func (tx *Tx) InsertOccasion(o *Occasion) error {
	var err error
	o.ID, err = insert[int64](tx, `INSERT INTO occasions (id, contact_id, conversation_id, state) VALUES (NULLIF(?, 0), ?, ?, ?)`,
		o.ID, o.ContactID, o.ConversationID, o.State)
	return err
}

// DeleteOccasion removes an occasion.
func (tx *Tx) DeleteOccasion(id int64) error {
	_, err := tx.exec(`DELETE FROM occasions WHERE id = ?`, id)
	return err
}

// Occasion gives one occasion, or nil.
func (r *Reader) Occasion(id int64) (*Occasion, error) {
	return queryOne(r, scanOccasion, `SELECT id, contact_id, conversation_id, state FROM occasions WHERE id = ?`, id)
}

// OldestOccasion gives the id of a contact's oldest occasion, or zero.
func (r *Reader) OldestOccasion(contact inbox.ContactID) (int64, error) {
	oldest, err := queryOne(r, scanPointer[int64], `SELECT COALESCE(MIN(id), 0) FROM occasions WHERE contact_id = ?`, contact)
	if err != nil {
		return 0, err
	}
	return *oldest, nil
}

// HasOccasions tells whether a conversation has any.
func (r *Reader) HasOccasions(id inbox.ConversationID) (bool, error) {
	n, err := queryCount(r, `SELECT COUNT(*) FROM occasions WHERE conversation_id = ?`, id)
	return n > 0, err
}

// OccasionList gives all occasions, oldest first.
func (r *Reader) OccasionList() ([]*Occasion, error) {
	return query(r, scanOccasion, `SELECT id, contact_id, conversation_id, state FROM occasions ORDER BY id`)
}

// NewestMessage gives the id of the newest message of a conversation; zero where there is none.
func (r *Reader) NewestMessage(id inbox.ConversationID) (inbox.MessageID, error) {
	newest, err := queryOne(r, scanPointer[inbox.MessageID],
		`SELECT id FROM messages WHERE conversation_id = ? ORDER BY id DESC LIMIT 1`, id)
	if err != nil || newest == nil {
		return 0, err
	}
	return *newest, nil
}

// LastTextUntil is LastText as it was when a message was the newest.
func (r *Reader) LastTextUntil(id inbox.ConversationID, direction inbox.Direction, newest inbox.MessageID) (*string, error) {
	return queryOne(r, scanPointer[string], `SELECT text FROM messages WHERE conversation_id = ? AND direction = ?
		AND text IS NOT NULL AND id <= ? ORDER BY id DESC LIMIT 1`, id, direction, newest)
}

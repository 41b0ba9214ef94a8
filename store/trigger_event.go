package store

import "foyer/inbox"

// TriggerEvent is an event that has yet to be tested with some workflows. Its timer has its id.
type TriggerEvent struct {
	ID             int64
	ContactID      inbox.ContactID
	ConversationID *inbox.ConversationID // nil: in none
	State          string                // JSON
}

var triggerEventRows = rowsOf[TriggerEvent]("trigger_events e")

// InsertTriggerEvent stores a trigger event, and sets its id if it is zero.
func (tx *Tx) InsertTriggerEvent(o *TriggerEvent) error {
	return triggerEventRows.insert(tx, o)
}

// DeleteTriggerEvent removes a trigger event.
func (tx *Tx) DeleteTriggerEvent(id int64) error {
	return tx.change(`DELETE FROM trigger_events WHERE id = ?`, id)
}

// TriggerEvent returns one trigger event, or nil.
func (r *Reader) TriggerEvent(id int64) (*TriggerEvent, error) {
	return triggerEventRows.one(r, `FROM trigger_events e WHERE e.id = ?`, id)
}

// OldestTriggerEvent returns the id of a contact's oldest trigger event, or zero if there is none.
func (r *Reader) OldestTriggerEvent(contact inbox.ContactID) (int64, error) {
	return queryValue[int64](r, `SELECT COALESCE(MIN(id), 0) FROM trigger_events WHERE contact_id = ?`, contact)
}

// HasTriggerEvents reports whether a conversation has trigger events.
func (r *Reader) HasTriggerEvents(id inbox.ConversationID) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM trigger_events WHERE conversation_id = ?)`, id)
}

// TriggerEventList returns all trigger events, oldest first.
func (r *Reader) TriggerEventList() ([]*TriggerEvent, error) {
	return triggerEventRows.all(r, `FROM trigger_events e ORDER BY e.id`)
}

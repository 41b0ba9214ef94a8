package store

import (
	"cmp"
	"math"

	"foyer/inbox"
)

var messageRows = rowsOf[inbox.Message]("messages m")

// Messages returns the messages with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Messages(ids []inbox.MessageID) ([]*inbox.Message, error) {
	return messageRows.all(r, `FROM messages m WHERE m.id IN `+inList, list(ids))
}

// Message returns one message, or nil.
func (r *Reader) Message(id inbox.MessageID) (*inbox.Message, error) {
	return messageRows.one(r, `FROM messages m WHERE m.id = ?`, id)
}

// MessageByExternalID returns the message to which a channel gave this id, or nil if there is none.
func (r *Reader) MessageByExternalID(channel inbox.ChannelID, externalID string) (*inbox.Message, error) {
	return messageRows.one(r, `FROM messages m WHERE m.channel_id = ? AND m.external_id = ?`, channel, externalID)
}

// MessagesOf returns a stretch of a conversation's messages, oldest first.
func (r *Reader) MessagesOf(conversation inbox.ConversationID, page Range) ([]*inbox.Message, error) {
	where := newCondition(`m.conversation_id = ?`, conversation)
	order := page.narrow(&where, `m.id`)
	messages, err := messageRows.all(r, `FROM messages m`+where.sql()+order, where.args...)
	return oldestFirst(messages, page), err
}

// MessageCount returns how many messages a conversation has, up to limit.
func (r *Reader) MessageCount(conversation inbox.ConversationID, limit int) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM (SELECT 1 FROM messages WHERE conversation_id = ? LIMIT ? + 0)`,
		conversation, limit)
}

// UnsentMessages returns the messages of a conversation that have yet to be sent, oldest first.
func (r *Reader) UnsentMessages(conversation inbox.ConversationID) ([]*inbox.Message, error) {
	return messageRows.all(r, `FROM messages m
		WHERE m.conversation_id = ? AND m.status = 'QUEUED' ORDER BY m.id`, conversation)
}

// LastText returns the newest text in one direction of a conversation, or nil if there is none. If newest is not zero, later
// messages do not count.
func (r *Reader) LastText(id inbox.ConversationID, direction inbox.Direction, newest inbox.MessageID) (*string, error) {
	return queryValue[*string](r, `SELECT text FROM messages WHERE conversation_id = ? AND direction = ?
		AND text IS NOT NULL AND id <= ? ORDER BY id DESC LIMIT 1`, id, direction, cmp.Or(newest, math.MaxInt64))
}

// InsertMessage stores a new message, and sets its id if it is zero. The error is IsUnique if the channel has another message
// with its external id.
func (tx *Tx) InsertMessage(m *inbox.Message) error {
	number(tx, &m.ID, MessageIDs)
	if err := messageRows.insert(tx, m); err != nil {
		return err
	}
	if m.Text != nil && m.ConversationID != nil {
		tx.Index(int64(m.ID)*4+docMessage, *m.Text, *m.ConversationID, m.ContactID)
	}
	return nil
}

// UpdateMessageStatus stores the status of a message, the reason of a failure, and the external id.
func (tx *Tx) UpdateMessageStatus(m *inbox.Message) error {
	return tx.change(`UPDATE messages SET status = ?, failure_reason = ?, external_id = ? WHERE id = ?`,
		m.Status, m.FailureReason, m.ExternalID, m.ID)
}

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

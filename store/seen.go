package store

import "foyer/inbox"

// MarkSeen records that an agent has seen a conversation up to a message and a note. Seen never goes back: the row keeps the
// newer of each.
func (tx *Tx) MarkSeen(agent inbox.AgentID, conversation inbox.ConversationID, message inbox.MessageID, note inbox.NoteID) error {
	return tx.change(`INSERT INTO seen (conversation_id, agent_id, message_id, note_id) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET message_id = MAX(COALESCE(message_id, 0), excluded.message_id), note_id = MAX(note_id, excluded.note_id)
		WHERE message_id IS NULL OR excluded.message_id > message_id OR excluded.note_id > note_id`, conversation, agent, message, note)
}

// ForgetSeen removes what agents have seen of a conversation that is closed, in which nothing is unread any more.
func (tx *Tx) ForgetSeen(conversation inbox.ConversationID) error {
	return tx.change(`DELETE FROM seen WHERE conversation_id = ?`, conversation)
}

// NewestNote returns the newest note of a conversation, or zero if there is none.
func (r *Reader) NewestNote(conversation inbox.ConversationID) (inbox.NoteID, error) {
	return queryValue[inbox.NoteID](r, `SELECT COALESCE(MAX(id), 0) FROM notes WHERE conversation_id = ?`, conversation)
}

// MessageAsOf returns the message of a conversation that was the newest at a time, or nil if there was none.
func (r *Reader) MessageAsOf(conversation inbox.ConversationID, at inbox.Time) (*inbox.Message, error) {
	return messageRows.one(r, `FROM messages m WHERE m.conversation_id = ? AND m.created_at <= ? ORDER BY m.id DESC LIMIT 1`, conversation, at)
}

// Unread is the first of what an agent has not seen of a conversation: a message of the contact and a note that mentions the
// agent, zero where there is none.
type Unread struct {
	Conversation inbox.ConversationID
	Message      inbox.MessageID
	Note         inbox.NoteID
	NoteFirst    bool // whether the note is older than the message
}

// The parts of the rule for what is unread to an agent in an open conversation v. Each ? stands for the agent.
const (
	// seenMessage is the newest message that the agent has seen. Before they have looked, it is the last one before the
	// contact began to wait if they are the assignee; else it is NULL, and nothing is unread.
	seenMessage = `COALESCE((SELECT s.message_id FROM seen s WHERE s.conversation_id = v.id AND s.agent_id = ?),
		CASE WHEN v.assignee_id = ? AND v.waiting_since IS NOT NULL THEN COALESCE((SELECT b.id FROM messages b
			WHERE b.conversation_id = v.id AND b.created_at < v.waiting_since ORDER BY b.id DESC LIMIT 1), 0) END)`
	// unreadMessages are the contact's messages after it, oldest first.
	unreadMessages = `FROM messages m WHERE m.conversation_id = v.id AND m.id > ` + seenMessage + ` AND m.direction = 'INBOUND' ORDER BY m.id LIMIT 1`
	// unreadMentions are the notes by others that mention the agent and that they have not seen, oldest first.
	unreadMentions = `FROM mentions x JOIN notes n ON n.id = x.note_id WHERE x.agent_id = ? AND x.conversation_id = v.id
		AND x.note_id > COALESCE((SELECT s.note_id FROM seen s WHERE s.conversation_id = v.id AND s.agent_id = ?), 0)
		AND NOT (n.author_kind = 'AGENT' AND n.author_id = x.agent_id) ORDER BY x.note_id LIMIT 1`
	// unread is the condition that something is unread.
	unread = `v.status = 'OPEN' AND (EXISTS (SELECT 1 ` + unreadMessages + `) OR EXISTS (SELECT 1 ` + unreadMentions + `))`
	// mayBeUnread selects the conversations in which something may be unread.
	mayBeUnread = `SELECT s.conversation_id FROM seen s WHERE s.agent_id = ?
		UNION SELECT o.id AS conversation_id FROM conversations o WHERE o.assignee_id = ? AND o.status = 'OPEN'`
)

// unreadArgs are the arguments of unread, and the first two are those of mayBeUnread.
func unreadArgs(agent inbox.AgentID) []any { return []any{agent, agent, agent, agent} }

// UnreadOf returns what is unread to an agent in those of these conversations in which something is.
func (r *Reader) UnreadOf(agent inbox.AgentID, conversations []inbox.ConversationID) ([]*Unread, error) {
	return query(r, func(from row) (*Unread, error) {
		var u Unread
		return &u, from.Scan(&u.Conversation, &u.Message, &u.Note, &u.NoteFirst)
	}, unreadSQL, append(unreadArgs(agent), list(conversations))...)
}

const unreadSQL = `SELECT u.id, u.message, u.note, u.note > 0 AND (u.message = 0
		OR (SELECT created_at FROM notes WHERE id = u.note) < (SELECT created_at FROM messages WHERE id = u.message))
	FROM (SELECT v.id, COALESCE((SELECT m.id ` + unreadMessages + `), 0) AS message, COALESCE((SELECT n.id ` + unreadMentions + `), 0) AS note
		FROM conversations v WHERE v.id IN ` + inList + ` AND v.status = 'OPEN') u
	WHERE u.message > 0 OR u.note > 0`

// Seen is what an agent has seen of an open conversation. Message is nil before they have looked.
type Seen struct {
	Conversation inbox.ConversationID
	Agent        inbox.AgentID
	Message      *inbox.MessageID
	Note         inbox.NoteID
}

// SeenAmiss returns what agents have seen of conversations that are closed, or that have no message or note as new.
func (r *Reader) SeenAmiss() ([]Seen, error) {
	return query(r, func(from row) (Seen, error) {
		var s Seen
		err := from.Scan(&s.Conversation, &s.Agent, &s.Message, &s.Note)
		return s, err
	}, `SELECT s.conversation_id, s.agent_id, s.message_id, s.note_id FROM seen s JOIN conversations v ON v.id = s.conversation_id
		WHERE v.status <> 'OPEN' OR s.message_id > COALESCE((SELECT MAX(id) FROM messages WHERE conversation_id = v.id), 0)
			OR s.note_id > COALESCE((SELECT MAX(id) FROM notes WHERE conversation_id = v.id), 0)`)
}

package store

import (
	"slices"

	"foyer/inbox"
)

var conversationRows = rowsOf[inbox.Conversation]("conversations v")

// Conversations returns the conversations with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Conversations(ids []inbox.ConversationID) ([]*inbox.Conversation, error) {
	return conversationRows.all(r, `FROM conversations v WHERE v.id IN `+inList, list(ids))
}

// Conversation returns one conversation, or nil.
func (r *Reader) Conversation(id inbox.ConversationID) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v WHERE v.id = ?`, id)
}

// ConversationByNumber returns the conversation with this number, or nil.
func (r *Reader) ConversationByNumber(number int64) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v WHERE v.number = ?`, number)
}

// OpenConversation returns the contact's open conversation, or nil if there is none.
func (r *Reader) OpenConversation(contact inbox.ContactID) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v WHERE v.contact_id = ? AND v.status = 'OPEN'`, contact)
}

// OpenWith returns the open conversations of these contacts, in no particular order.
func (r *Reader) OpenWith(contacts []inbox.ContactID) ([]*inbox.Conversation, error) {
	return conversationRows.all(r, `FROM conversations v
		WHERE v.contact_id IN `+inList+` AND v.status = 'OPEN'`, list(contacts))
}

// LastConversation returns the contact's newest conversation, or nil if there is none.
func (r *Reader) LastConversation(contact inbox.ContactID) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v WHERE v.contact_id = ? ORDER BY v.id DESC LIMIT 1`, contact)
}

// OpenConversationsOf returns the ids of at most limit of an agent's open conversations, including snoozed ones, those that
// have waited longest first.
func (r *Reader) OpenConversationsOf(agent inbox.AgentID, limit int) ([]inbox.ConversationID, error) {
	return query(r, scanValue[inbox.ConversationID],
		`SELECT id FROM conversations WHERE assignee_id = ? AND status = 'OPEN' ORDER BY waits_since, id`+limited, agent, limit)
}

// SilentConversations returns at most limit conversations that the workspace closes because the contact has not answered in
// time, those that have waited longest first. They are none where the workspace closes none of itself.
func (r *Reader) SilentConversations(now inbox.Time, limit int) ([]inbox.ConversationID, error) {
	return query(r, scanValue[inbox.ConversationID], silentSQL, now, limit)
}

// silentSQL walks on the index of those that may close.
const silentSQL = `SELECT v.id FROM conversations v INDEXED BY conversations_answered
	WHERE v.answered_at <= ? - (SELECT auto_close FROM workspace) * 1000
		AND v.status = 'OPEN' AND v.snoozed_until IS NULL AND v.waits_since IS NULL
	ORDER BY v.answered_at` + limited

// InsertConversation stores a new conversation. It sets its id and its number if they are zero.
func (tx *Tx) InsertConversation(v *inbox.Conversation) error {
	number(tx, &v.ID, ConversationIDs)
	number(tx, &v.Number, ConversationNumbers)
	return conversationRows.insert(tx, v)
}

// UpdateConversation stores what has changed of a conversation.
func (tx *Tx) UpdateConversation(before, after *inbox.Conversation) error {
	return conversationRows.update(tx, before, after)
}

// QueueFront returns the first conversation in a team's queue, or nil if there is none. It leaves out those that wait by one
// of the policies passed; "" stands for the team's own. A nil team stands for the workspace's queue.
func (r *Reader) QueueFront(team *inbox.TeamID, passed []string) (*inbox.ConversationID, error) {
	where := newCondition(`team_id IS ? AND queue_key IS NOT NULL`, team)
	if slices.Contains(passed, "") {
		where.and(`queue_policy IS NOT NULL`) // few ask for a policy of their own, and they have an index
	}
	if len(passed) > 0 {
		where.and(`COALESCE(queue_policy, '') NOT IN `+inList, list(passed))
	}
	return queryValue[*inbox.ConversationID](r,
		`SELECT id FROM conversations`+where.sql()+` ORDER BY queue_key, id LIMIT 1`, where.args...)
}

// QueuePosition returns the position of a queued conversation in its queue, from 1.
func (r *Reader) QueuePosition(v *inbox.Conversation) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM conversations
		WHERE team_id IS ? AND queue_key IS NOT NULL AND (queue_key, id) <= (?, ?)`, v.TeamID, v.QueueKey, v.ID)
}

// HasEarlierConversation reports whether the contact had a conversation before this one.
func (r *Reader) HasEarlierConversation(contact inbox.ContactID, before inbox.ConversationID) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM conversations WHERE contact_id = ? AND id < ?)`, contact, before)
}

// QueueList returns at most limit conversations that wait in a team's queue, in its order, after the given place (nil: from
// the front). The key of a place is the conversation's QueueKey.
func (r *Reader) QueueList(team inbox.TeamID, after *ListPlace, limit int) ([]*inbox.Conversation, error) {
	where := newCondition(`v.team_id = ? AND v.queue_key IS NOT NULL`, team)
	if after != nil {
		where.and(`(v.queue_key, v.id) > (?, ?)`, after.Key, after.ID)
	}
	return conversationRows.all(r, `FROM conversations v`+where.sql()+
		` ORDER BY v.queue_key, v.id`+limited, append(where.args, limit)...)
}

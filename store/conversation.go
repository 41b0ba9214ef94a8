package store

import (
	"slices"
	"strings"

	"foyer/inbox"
)

var conversationRows = rowsOf[inbox.Conversation]("v")

// Conversations returns the conversations with these ids, in no particular order; unknown ids give nothing.
func (r *Reader) Conversations(ids []inbox.ConversationID) ([]*inbox.Conversation, error) {
	return conversationRows.all(r,
		`FROM conversations v WHERE v.id IN `+inList, list(ids))
}

// Conversation returns one conversation, or nil.
func (r *Reader) Conversation(id inbox.ConversationID) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v WHERE v.id = ?`, id)
}

// ConversationByNumber returns the conversation with this number, or nil.
func (r *Reader) ConversationByNumber(number int64) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v WHERE v.number = ?`, number)
}

// OpenConversation returns the contact's open conversation, or nil.
func (r *Reader) OpenConversation(contact inbox.ContactID) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v
		WHERE v.contact_id = ? AND v.status = 'OPEN'`, contact)
}

// OpenWith returns the open conversations of these contacts, in no particular order.
func (r *Reader) OpenWith(contacts []inbox.ContactID) ([]*inbox.Conversation, error) {
	return conversationRows.all(r, `FROM conversations v
		WHERE v.contact_id IN `+inList+` AND v.status = 'OPEN'`, list(contacts))
}

// LastConversation returns the contact's newest conversation, or nil where it never had one.
func (r *Reader) LastConversation(contact inbox.ContactID) (*inbox.Conversation, error) {
	return conversationRows.one(r, `FROM conversations v
		WHERE v.contact_id = ? ORDER BY v.id DESC LIMIT 1`, contact)
}

// OpenConversationsOf returns the ids of at most limit of an agent's open conversations, snoozed ones included.
func (r *Reader) OpenConversationsOf(agent inbox.AgentID, limit int) ([]inbox.ConversationID, error) {
	return query(r, scanValue[inbox.ConversationID],
		`SELECT id FROM conversations WHERE assignee_id = ? AND status = 'OPEN' ORDER BY waits_since, id`+limited, agent, limit)
}

// InsertConversation stores a new conversation, and gives it an id and a number where it has none.
func (tx *Tx) InsertConversation(v *inbox.Conversation) error {
	number(tx, &v.ID, ConversationIDs)
	number(tx, &v.Number, ConversationNumbers)
	values := changeableValues(v)
	_, err := tx.exec(insertConversation, append([]any{v.ID, v.Number, v.Source, v.OpenedBy.Kind, v.OpenedBy.ID, v.ContactID, v.OpenedAt},
		values[:]...)...)
	return err
}

// insertConversation takes what never changes, then changeableValues.
var insertConversation = `INSERT INTO conversations (id, number, source, opened_by_kind, opened_by_id, contact_id, opened_at, ` +
	strings.Join(changeable[:], `, `) + `) VALUES (?, ?, ?, ?, ?, ?, ?` + strings.Repeat(`, ?`, len(changeable)) + `)`

// changeable are the columns of a conversation that can change, in the order of changeableValues.
var changeable = [...]string{
	"status", "priority", "channel_id", "team_id", "assignee_id",
	"assignee_read_at", "snoozed_until", "queued_at", "queue_key", "queue_policy", "waits_since",
	"first_assigned_at", "first_response_at", "waiting_since", "closed_at", "closed_by_kind",
	"closed_by_id", "closed_source", "category", "summary", "last_activity_at", "last_message_id",
	"inbound_count", "outbound_count",
}

func changeableValues(v *inbox.Conversation) [len(changeable)]any {
	closedByKind, closedByID := actorColumns(v.ClosedBy)
	return [len(changeable)]any{
		v.Status, v.Priority, plain(v.ChannelID), plain(v.TeamID), plain(v.AssigneeID),
		plain(v.AssigneeReadAt), plain(v.SnoozedUntil), plain(v.QueuedAt), plain(v.QueueKey), plain(nullText(v.QueuePolicy)), plain(v.WaitsSince),
		plain(v.FirstAssignedAt), plain(v.FirstResponseAt), plain(v.WaitingSince), plain(v.ClosedAt), plain(closedByKind),
		plain(closedByID), plain(v.ClosedSource), plain(v.Category), plain(v.Summary), v.LastActivityAt, plain(v.LastMessageID),
		v.InboundCount, v.OutboundCount,
	}
}

// plain returns what an optional value points to, so that two can be compared; nil stays nil.
func plain[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

// UpdateConversation stores what has changed of a conversation.
func (tx *Tx) UpdateConversation(before, after *inbox.Conversation) error {
	was, is := changeableValues(before), changeableValues(after)
	return tx.update(`conversations`, int64(after.ID), changeable[:], was[:], is[:])
}

// update stores those values of a row that differ from what it was. It names no other column: SQLite would write the entries
// of every index that has one anew.
func (tx *Tx) update(table string, id int64, columns []string, was, is []any) error {
	var set strings.Builder
	args := make([]any, 0, len(columns)+1)
	for i, column := range columns {
		if was[i] != is[i] {
			set.WriteString(column + ` = ?, `)
			args = append(args, is[i])
		}
	}
	if len(args) == 0 {
		return nil
	}
	_, err := tx.exec(`UPDATE `+table+` SET `+strings.TrimSuffix(set.String(), `, `)+` WHERE id = ?`, append(args, id)...)
	return err
}

// QueueFront returns the first conversation in a team's queue whose policy is none of those passed over ("" stands for the
// team's own), or nil. A nil team is the workspace's own queue.
func (r *Reader) QueueFront(team *inbox.TeamID, passed []string) (*inbox.ConversationID, error) {
	var where condition
	if team == nil {
		where.and(`team_id IS NULL`)
	} else {
		where.and(`team_id = ?`, *team)
	}
	where.and(`queue_key IS NOT NULL`)
	if slices.Contains(passed, "") {
		where.and(`queue_policy IS NOT NULL`) // few ask for a policy of their own, and they have an index
	}
	if len(passed) > 0 {
		where.and(`COALESCE(queue_policy, '') NOT IN `+inList, list(passed))
	}
	return queryOne(r, scanPointer[inbox.ConversationID],
		`SELECT id FROM conversations`+where.sql()+` ORDER BY queue_key, id LIMIT 1`, where.args...)
}

// QueuePosition returns a queued conversation's place in its queue, from 1.
func (r *Reader) QueuePosition(v *inbox.Conversation) (int, error) {
	if v.TeamID == nil {
		return queryCount(r, `SELECT COUNT(*) FROM conversations
			WHERE team_id IS NULL AND queue_key IS NOT NULL AND (queue_key, id) <= (?, ?)`, v.QueueKey, v.ID)
	}
	return queryCount(r, `SELECT COUNT(*) FROM conversations
		WHERE team_id = ? AND queue_key IS NOT NULL AND (queue_key, id) <= (?, ?)`, v.TeamID, v.QueueKey, v.ID)
}

// HasEarlierConversation reports whether the contact had one before this.
func (r *Reader) HasEarlierConversation(contact inbox.ContactID, before inbox.ConversationID) (bool, error) {
	n, err := queryCount(r, `SELECT COUNT(*) FROM (SELECT 1 FROM conversations WHERE contact_id = ? AND id < ? LIMIT 1)`,
		contact, before)
	return n > 0, err
}

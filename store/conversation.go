package store

import "foyer/inbox"

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

// Scopes returns where these conversations are. Unknown ids are left out.
func (r *Reader) Scopes(ids []inbox.ConversationID) (map[inbox.ConversationID]inbox.Scope, error) {
	found := make(map[inbox.ConversationID]inbox.Scope, len(ids))
	err := r.each(`SELECT id, COALESCE(team_id, 0), COALESCE(assignee_id, 0) FROM conversations WHERE id IN `+inList, []any{list(ids)}, func(from row) error {
		var id inbox.ConversationID
		var s inbox.Scope
		err := from.Scan(&id, &s.Team, &s.Assignee)
		found[id] = s
		return err
	})
	return found, err
}

// ScopesWith returns where the conversations of a contact are, each scope once, in no particular order.
func (r *Reader) ScopesWith(contact inbox.ContactID) ([]inbox.Scope, error) {
	return query(r, func(from row) (s inbox.Scope, err error) {
		return s, from.Scan(&s.Team, &s.Assignee)
	}, `SELECT DISTINCT COALESCE(team_id, 0), COALESCE(assignee_id, 0) FROM conversations WHERE contact_id = ?`, contact)
}

// SilentConversations returns at most limit conversations that the workspace closes because the contact has not answered in
// time, those that have waited longest first. There are none unless the workspace has auto-close.
func (r *Reader) SilentConversations(now inbox.Time, limit int) ([]inbox.ConversationID, error) {
	return query(r, scanValue[inbox.ConversationID], silentSQL, now, limit)
}

// silentSQL uses the index of the conversations that may close.
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

// Front is the first of the conversations in a queue that wait by the same policy, either for anybody or for the same agent
// alone.
type Front struct {
	*inbox.Conversation
	Contact *inbox.Contact // whose conversation it is
}

// fronts selects the fronts of the queues that its first part names, the longest wait first. Conversations that wait for one
// agent alone are left out. It hops through an index from policy to policy, so that its time grows with the number of policies,
// not with the queue.
const fronts = `WITH RECURSIVE policies(team, policy) AS (
		SELECT team, (SELECT MIN(v.queue_policy) FROM conversations v
			WHERE v.team_id IS team AND v.queue_key IS NOT NULL AND v.queue_owner IS NULL) FROM queues
		UNION ALL
		SELECT team, (SELECT MIN(v.queue_policy) FROM conversations v
			WHERE v.team_id IS team AND v.queue_key IS NOT NULL AND v.queue_owner IS NULL AND v.queue_policy > policy)
		FROM policies WHERE policy IS NOT NULL
	), queues(team) AS (`

var frontRows = `) SELECT ` + conversationRows.columns + `, ` + contactRows.columns + ` FROM conversations v JOIN contacts c ON c.id = v.contact_id
	WHERE v.id IN (
		SELECT (SELECT v.id FROM conversations v WHERE v.team_id IS team AND v.queue_policy IS policy
			AND v.queue_key IS NOT NULL AND v.queue_owner IS NULL ORDER BY v.queue_key, v.id LIMIT 1) FROM policies`

func scanFront(r row) (Front, error) {
	f := Front{new(inbox.Conversation), new(inbox.Contact)}
	return f, r.Scan(append(conversationRows.targets(f.Conversation), contactRows.targets(f.Contact)...)...)
}

// QueueFronts returns the fronts of a team's queue; a nil team stands for the workspace's queue.
func (r *Reader) QueueFronts(team *inbox.TeamID) ([]Front, error) {
	return query(r, scanFront, queueFrontsSQL, team)
}

var queueFrontsSQL = fronts + `SELECT ?` + frontRows + `) ORDER BY v.queue_key, v.id`

// FrontsFor returns the fronts of all queues that an agent serves, including those that wait for the agent alone.
func (r *Reader) FrontsFor(agent inbox.AgentID) ([]Front, error) {
	return query(r, scanFront, frontsForSQL, agent)
}

var frontsForSQL = fronts + `SELECT NULL
		UNION ALL SELECT m.team_id FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.agent_id = ?1 AND t.queue_length > 0` + frontRows + `
		UNION ALL SELECT id FROM (SELECT id, ROW_NUMBER() OVER (PARTITION BY team_id, queue_policy ORDER BY queue_key, id) AS place
			FROM conversations WHERE queue_owner = ?1 AND queue_key IS NOT NULL) WHERE place = 1
		) ORDER BY v.queue_key, v.id`

// ForgetQueueOwners makes the conversations in a queue that wait for one agent alone wait for anybody. A nil team stands for
// the workspace's queue.
func (tx *Tx) ForgetQueueOwners(team *inbox.TeamID) error {
	return tx.change(`UPDATE conversations SET queue_owner = NULL WHERE queue_owner IS NOT NULL AND team_id IS ?`, team)
}

// ForgetQueueOwner makes the conversations that wait for this agent alone wait for anybody.
func (tx *Tx) ForgetQueueOwner(agent inbox.AgentID) error {
	return tx.change(`UPDATE conversations SET queue_owner = NULL WHERE queue_owner = ?`, agent)
}

// MoveInQueue recomputes the places of the conversations in a team's queue, by other head starts.
func (tx *Tx) MoveInQueue(team inbox.TeamID, by inbox.HeadStarts) error {
	return tx.change(`UPDATE conversations SET queue_key = queued_at - 1000 * CASE priority
			WHEN 'LOW' THEN ?2 WHEN 'HIGH' THEN ?3 WHEN 'URGENT' THEN ?4 ELSE ?5 END
		WHERE team_id = ?1 AND queue_key IS NOT NULL`, team, by.Low, by.High, by.Urgent, by.Normal)
}

// QueuePosition returns the position of a queued conversation in its queue, from 1.
func (r *Reader) QueuePosition(v *inbox.Conversation) (int, error) {
	return queryCount(r, queuePositionSQL, v.TeamID, v.QueueKey, v.ID)
}

const queuePositionSQL = `SELECT COUNT(*) FROM conversations v
	WHERE v.team_id IS ? AND v.queue_key IS NOT NULL AND (v.queue_key, v.id) <= (?, ?)`

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

package store

import "foyer/inbox"

// InsertWatch makes an agent watch a conversation. It reports whether they did not yet.
func (tx *Tx) InsertWatch(agent inbox.AgentID, conversation inbox.ConversationID, at inbox.Time) (bool, error) {
	return tx.changesAny(`INSERT OR IGNORE INTO watches (agent_id, conversation_id, at) VALUES (?, ?, ?)`, agent, conversation, at)
}

// DeleteWatch ends that an agent watches a conversation. It reports whether they did.
func (tx *Tx) DeleteWatch(agent inbox.AgentID, conversation inbox.ConversationID) (bool, error) {
	return tx.changesAny(`DELETE FROM watches WHERE agent_id = ? AND conversation_id = ?`, agent, conversation)
}

// DeleteWatches ends that anybody watches a conversation.
func (tx *Tx) DeleteWatches(conversation inbox.ConversationID) error {
	return tx.change(`DELETE FROM watches WHERE conversation_id = ?`, conversation)
}

// WatchCount returns how many conversations an agent watches.
func (r *Reader) WatchCount(agent inbox.AgentID) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM watches WHERE agent_id = ?`, agent)
}

// WatchersOf returns the agents who watch a conversation.
func (r *Reader) WatchersOf(conversation inbox.ConversationID) ([]inbox.AgentID, error) {
	return query(r, scanValue[inbox.AgentID], `SELECT agent_id FROM watches WHERE conversation_id = ? ORDER BY agent_id`, conversation)
}

// WatchedBy returns those of these conversations that an agent watches.
func (r *Reader) WatchedBy(agent inbox.AgentID, conversations []inbox.ConversationID) ([]inbox.ConversationID, error) {
	return query(r, scanValue[inbox.ConversationID], `SELECT conversation_id FROM watches WHERE agent_id = ? AND conversation_id IN `+inList,
		agent, list(conversations))
}

// WatchesAmiss returns the conversations that have another number of watchers than their row says.
func (r *Reader) WatchesAmiss() ([]inbox.ConversationID, error) {
	return query(r, scanValue[inbox.ConversationID], `WITH counted AS (SELECT conversation_id AS id, COUNT(*) AS n FROM watches GROUP BY conversation_id)
		SELECT v.id FROM conversations v LEFT JOIN counted c ON c.id = v.id WHERE v.watchers <> COALESCE(c.n, 0)`)
}

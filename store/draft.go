package store

import "foyer/inbox"

var draftRows = rowsOf[inbox.Draft]("drafts d")

// Draft returns an agent's draft of a kind in a conversation, or nil if there is none that was changed since a time.
func (r *Reader) Draft(agent inbox.AgentID, conversation inbox.ConversationID, kind inbox.DraftKind, since inbox.Time) (*inbox.Draft, error) {
	return draftRows.one(r, `FROM drafts d WHERE d.agent_id = ? AND d.conversation_id = ? AND d.kind = ? AND d.updated_at >= ?`,
		agent, conversation, kind, since)
}

// Drafts returns an agent's drafts that were changed since a time, the newest first.
func (r *Reader) Drafts(agent inbox.AgentID, since inbox.Time) ([]*inbox.Draft, error) {
	return draftRows.all(r, `FROM drafts d WHERE d.agent_id = ? AND d.updated_at >= ?
		ORDER BY d.updated_at DESC, d.conversation_id DESC, d.kind`, agent, since)
}

// DraftCount counts an agent's drafts that were changed since a time.
func (r *Reader) DraftCount(agent inbox.AgentID, since inbox.Time) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM drafts WHERE agent_id = ? AND updated_at >= ?`, agent, since)
}

// PutDraft stores a draft, in place of the one that there is.
func (tx *Tx) PutDraft(d *inbox.Draft) error {
	return tx.change(`INSERT INTO drafts (agent_id, conversation_id, kind, text, updated_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (agent_id, conversation_id, kind) DO UPDATE SET text = excluded.text, updated_at = excluded.updated_at`,
		d.AgentID, d.ConversationID, d.Kind, d.Text, d.UpdatedAt)
}

// DeleteDraft removes a draft.
func (tx *Tx) DeleteDraft(d *inbox.Draft) error {
	return tx.change(`DELETE FROM drafts WHERE agent_id = ? AND conversation_id = ? AND kind = ?`, d.AgentID, d.ConversationID, d.Kind)
}

// SweepDrafts removes at most sweepLimit drafts that were last changed before a time, the oldest first.
func (tx *Tx) SweepDrafts(before inbox.Time) error {
	return tx.change(`DELETE FROM drafts WHERE rowid IN (SELECT rowid FROM drafts WHERE updated_at < ? ORDER BY updated_at`+limited+`)`,
		before, sweepLimit)
}

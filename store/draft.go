package store

import "foyer/inbox"

var draftRows = rowsOf[inbox.Draft]("drafts d")

// Draft returns an agent's draft of a kind in a conversation, or nil.
func (r *Reader) Draft(agent inbox.AgentID, conversation inbox.ConversationID, kind inbox.DraftKind) (*inbox.Draft, error) {
	return draftRows.one(r, `FROM drafts d WHERE d.agent_id = ? AND d.conversation_id = ? AND d.kind = ?`, agent, conversation, kind)
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

// OldDrafts returns at most limit drafts that were last changed before a time, the oldest first.
func (r *Reader) OldDrafts(before inbox.Time, limit int) ([]*inbox.Draft, error) {
	return draftRows.all(r, `FROM drafts d WHERE d.updated_at < ? ORDER BY d.updated_at`+limited, before, limit)
}

// InsertDraft stores a new draft and sets its id.
func (tx *Tx) InsertDraft(d *inbox.Draft) error { return draftRows.insert(tx, d) }

// UpdateDraft stores a draft's text and files.
func (tx *Tx) UpdateDraft(d *inbox.Draft) error {
	return draftRows.set(tx, d, `text, files, updated_at`)
}

// DeleteDraft removes a draft.
func (tx *Tx) DeleteDraft(id int64) error { return tx.change(`DELETE FROM drafts WHERE id = ?`, id) }

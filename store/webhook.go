package store

import "foyer/inbox"

// WebhookWorkflow returns the workflow that a secret URL with this token hash starts, or zero if there is none.
func (r *Reader) WebhookWorkflow(tokenHash []byte) (inbox.WorkflowID, error) {
	return queryValue[inbox.WorkflowID](r, `SELECT workflow_id FROM workflow_webhooks WHERE token_hash = ?`, tokenHash)
}

// WebhookCreatedAt returns when a workflow's secret URL was made, or nil if it has none.
func (r *Reader) WebhookCreatedAt(id inbox.WorkflowID) (*inbox.Time, error) {
	return queryValue[*inbox.Time](r, `SELECT created_at FROM workflow_webhooks WHERE workflow_id = ?`, id)
}

// WorkflowsWithoutWebhook returns the workflows that are published for webhooks and have no secret URL. There should be none.
func (r *Reader) WorkflowsWithoutWebhook() ([]inbox.WorkflowID, error) {
	return query(r, scanValue[inbox.WorkflowID], `SELECT id FROM workflows WHERE trigger_on = 'webhook' AND status = 'PUBLISHED'
		AND id NOT IN (SELECT workflow_id FROM workflow_webhooks) ORDER BY id`)
}

// SetWebhook stores a workflow's secret URL in place of the one it had.
func (tx *Tx) SetWebhook(id inbox.WorkflowID, tokenHash []byte, at inbox.Time) error {
	return tx.change(`INSERT INTO workflow_webhooks (workflow_id, token_hash, created_at) VALUES (?, ?, ?)
		ON CONFLICT (workflow_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`, id, tokenHash, at)
}

// PublishedVersion returns the newest version of a workflow that is published with a trigger, or nil.
func (r *Reader) PublishedVersion(id inbox.WorkflowID, trigger string) (*Version, error) {
	return versionRows.one(r, `FROM workflows w WHERE w.id = ? AND w.trigger_on = ? AND w.status = 'PUBLISHED'`, id, trigger)
}

// ContactsWithEmail returns at most limit contacts with this email, in its normal form, oldest first.
func (r *Reader) ContactsWithEmail(email string, limit int) ([]inbox.ContactID, error) {
	return query(r, scanValue[inbox.ContactID], `SELECT id FROM contacts WHERE email = ? ORDER BY id`+limited, email, limit)
}

// ContactsWithPhone returns at most limit contacts with this phone number, in its normal form, oldest first.
func (r *Reader) ContactsWithPhone(phone string, limit int) ([]inbox.ContactID, error) {
	return query(r, scanValue[inbox.ContactID], `SELECT id FROM contacts WHERE phone = ? ORDER BY id`+limited, phone, limit)
}

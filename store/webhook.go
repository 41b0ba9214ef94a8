package store

import (
	"foyer/inbox"
)

// WebhookWorkflow returns the workflow whose secret URL has a token with this hash, or zero.
func (r *Reader) WebhookWorkflow(tokenHash []byte) (inbox.WorkflowID, error) {
	id, err := queryOne(r, scanPointer[inbox.WorkflowID], `SELECT workflow_id FROM workflow_webhooks WHERE token_hash = ?`, tokenHash)
	if err != nil || id == nil {
		return 0, err
	}
	return *id, nil
}

// WebhookCreatedAt tells when a workflow was given the secret URL it has; nil where it has none.
func (r *Reader) WebhookCreatedAt(id inbox.WorkflowID) (*inbox.Time, error) {
	return queryOne(r, scanPointer[inbox.Time], `SELECT created_at FROM workflow_webhooks WHERE workflow_id = ?`, id)
}

// WorkflowsWithoutWebhook returns the workflows that are published for webhooks and have no secret URL: none, ever.
func (r *Reader) WorkflowsWithoutWebhook() ([]inbox.WorkflowID, error) {
	return query(r, scanValue[inbox.WorkflowID], `SELECT id FROM workflows WHERE trigger_on = 'webhook' AND status = 'PUBLISHED'
		AND id NOT IN (SELECT workflow_id FROM workflow_webhooks) ORDER BY id`)
}

// SetWebhook returns a workflow a secret URL, in place of the one it had.
func (tx *Tx) SetWebhook(id inbox.WorkflowID, tokenHash []byte, at inbox.Time) error {
	_, err := tx.exec(`INSERT INTO workflow_webhooks (workflow_id, token_hash, created_at) VALUES (?, ?, ?)
		ON CONFLICT (workflow_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`, id, tokenHash, at)
	return err
}

// PublishedVersion returns the newest version of a workflow that is published with a trigger, or nil.
func (r *Reader) PublishedVersion(id inbox.WorkflowID, trigger string) (*Version, error) {
	return queryOne(r, func(r row) (*Version, error) {
		var v Version
		return &v, r.Scan(&v.ID, &v.WorkflowID, &v.Number)
	}, `SELECT version_id, id, version FROM workflows WHERE id = ? AND trigger_on = ? AND status = 'PUBLISHED'`, id, trigger)
}

// HadContact reports whether a workflow that runs once per contact has had this one.
func (r *Reader) HadContact(workflow inbox.WorkflowID, contact inbox.ContactID) (bool, error) {
	n, err := queryCount(r, `SELECT COUNT(*) FROM workflow_contacts WHERE workflow_id = ? AND contact_id = ?`, workflow, contact)
	return n > 0, err
}

// ContactsWithEmail returns at most limit contacts with this email, in its normal form, oldest first.
func (r *Reader) ContactsWithEmail(email string, limit int) ([]inbox.ContactID, error) {
	return query(r, scanValue[inbox.ContactID], `SELECT id FROM contacts WHERE email = ? ORDER BY id`+limited, email, limit)
}

// ContactsWithPhone returns at most limit contacts with this phone number, in its normal form, oldest first.
func (r *Reader) ContactsWithPhone(phone string, limit int) ([]inbox.ContactID, error) {
	return query(r, scanValue[inbox.ContactID], `SELECT id FROM contacts WHERE phone = ? ORDER BY id`+limited, phone, limit)
}

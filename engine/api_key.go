package engine

import (
	"context"

	"foyer/account"
	"foyer/inbox"
)

// NewAPIKey is a key for an integration.
type NewAPIKey struct {
	Name           string
	Role           inbox.Role
	IdempotencyKey *string
}

// APIKeyCreated is a new key. The secret is shown once: a repeated call returns the key without it.
type APIKeyCreated struct {
	Key    *inbox.APIKey
	Secret string
}

// APIKeyCreate creates a key for an integration. It fails with FORBIDDEN, REQUIRED, LIMIT_EXCEEDED and
// IDEMPOTENCY_MISMATCH.
func (e *Engine) APIKeyCreate(ctx context.Context, caller inbox.Caller, in NewAPIKey) (*APIKeyCreated, error) {
	if err := account.RefuseKey(caller); err != nil {
		return nil, err
	}
	if !caller.Manages() || in.Role.Rank() > caller.Role.Rank() {
		return nil, inbox.Forbidden("Only managers can create API keys, with at most their own role.")
	}
	if err := checkName(&in.Name, e.limits.Name); err != nil {
		return nil, err
	}
	secret, hash := account.NewKey()
	return changeAccounts(ctx, e, caller, func(w *work) (*APIKeyCreated, error) {
		return once(w, in.IdempotencyKey, "apiKeyCreate", in, func(first *firstResult) (*APIKeyCreated, error) {
			if first != nil {
				k, err := w.flushed().APIKey(first.Key)
				return &APIKeyCreated{Key: k}, err
			}
			k := &inbox.APIKey{Name: in.Name, Role: in.Role, CreatedAt: w.now}
			return &APIKeyCreated{Key: k, Secret: secret}, w.flushed().InsertAPIKey(k, hash)
		}, func(c *APIKeyCreated) firstResult { return firstResult{Key: c.Key.ID} })
	})
}

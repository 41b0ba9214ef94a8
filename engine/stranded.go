package engine

import (
	"context"

	"foyer/store"
)

// StrandedConversations counts the conversations that nobody takes care of: open and awake, without an assignee, a place in
// a queue or an active run.
func (e *Engine) StrandedConversations(ctx context.Context) (int, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) (int, error) { return r.StrandedCount() })
}

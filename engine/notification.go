package engine

import (
	"context"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// maxNotifications is how many notifications an agent keeps: the newest.
	maxNotifications = 1000
	// notificationsKept is how long they are kept.
	notificationsKept = 90 * 24 * time.Hour
)

// NotificationsReadInput says which of their notifications an agent has read.
type NotificationsReadInput struct {
	IDs            []inbox.NotificationID
	UpToID         *inbox.NotificationID
	ConversationID *inbox.ConversationID
	All            *bool
}

// NotificationsRead marks an agent's own notifications as read, and returns how many are still unread. Those that are not
// there, or not theirs, change nothing. It fails with FORBIDDEN (an API key) and REQUIRED.
func (e *Engine) NotificationsRead(ctx context.Context, caller inbox.Caller, in NotificationsReadInput) (int, error) {
	if !caller.Actor.IsPerson() {
		return 0, inbox.Forbidden("Only agents have notifications.")
	}
	if in.IDs == nil && in.UpToID == nil && in.ConversationID == nil && (in.All == nil || !*in.All) {
		return 0, inbox.Errorf(inbox.CodeRequired, "ids", "Say which notifications were read: in ids, upToId, conversationId or all.")
	}
	agent := caller.Actor.Agent()
	return change(ctx, e, caller, func(w *work) (int, error) {
		which := store.NotificationChoice{IDs: in.IDs, UpTo: in.UpToID, Conversation: in.ConversationID}
		if err := w.flushed().ReadNotifications(agent, which, w.now); err != nil {
			return 0, err
		}
		return w.flushed().UnreadNotifications(agent)
	})
}

// forgetNotifications removes old notifications, and those that agents have too many of.
func (e *Engine) forgetNotifications(ctx context.Context) error {
	before := e.now().Add(-notificationsKept)
	err := e.sweep(ctx, func(tx *store.Tx) (int64, error) { return tx.SweepNotifications(before, sweepChunk) })
	if err != nil {
		return err
	}
	crowded, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]inbox.AgentID, error) { return r.CrowdedAgents(maxNotifications) })
	if err != nil {
		return err
	}
	for _, agent := range crowded {
		err := e.sweep(ctx, func(tx *store.Tx) (int64, error) { return tx.SweepNotificationsOf(agent, maxNotifications, sweepChunk) })
		if err != nil {
			return err
		}
	}
	return nil
}

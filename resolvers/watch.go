package resolvers

import (
	"context"

	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// watched loads whether the caller watches conversations.
func (l *loaders) watched() *gatherer[inbox.ConversationID, bool] {
	return loader(l, &l.watchedIn, func(r *store.Reader, ids []inbox.ConversationID) (map[inbox.ConversationID]bool, error) {
		watched, err := r.WatchedBy(l.scope.caller.Actor.Agent(), ids)
		return setOf(watched), err
	})
}

// Watched reports whether the caller watches a conversation.
func (conversationResolver) Watched(ctx context.Context, v *inbox.Conversation) (bool, error) {
	s := scopeOf(ctx)
	if v.Watchers == 0 || !s.caller.Actor.IsPerson() {
		return false, nil
	}
	return s.watched().Load(ctx, v.ID)
}

// ConversationWatch makes the caller watch a conversation.
func (m mutationResolver) ConversationWatch(ctx context.Context, input graph.ConversationWatchInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationWatch(ctx, callerOf(ctx), input.ConversationID.Conversation())
	return conversationPayload(ctx, change, err)
}

// ConversationUnwatch ends that the caller watches a conversation.
func (m mutationResolver) ConversationUnwatch(ctx context.Context, input graph.ConversationUnwatchInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationUnwatch(ctx, callerOf(ctx), input.ConversationID.Conversation())
	return conversationPayload(ctx, change, err)
}

package resolvers

import (
	"context"

	"foyer/graph"
	"foyer/inbox"
)

type conversationActivityResolver struct{}

// ConversationActivity resolves the fields of ConversationActivity.
func (r *Resolver) ConversationActivity() graph.ConversationActivityResolver {
	return conversationActivityResolver{}
}

// Conversation returns the conversation.
func (conversationActivityResolver) Conversation(ctx context.Context, a *inbox.ConversationActivity) (*inbox.Conversation, error) {
	return scopeOf(ctx).conversations().Load(ctx, a.ConversationID)
}

// Who returns whose activity it is.
func (conversationActivityResolver) Who(ctx context.Context, a *inbox.ConversationActivity) (inbox.Author, error) {
	return scopeOf(ctx).author(ctx, a.Who)
}

package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
)

// ActivitySet notes what the caller does in a conversation.
func (m mutationResolver) ActivitySet(ctx context.Context, input engine.ActivitySetInput) (*graph.ActivitySetPayload, error) {
	if err := m.engine.ActivitySet(ctx, callerOf(ctx), input); err != nil {
		return nil, err
	}
	v, err := reread(ctx, scopeOf(ctx).conversations(), "conversation", input.ConversationID)
	return &graph.ActivitySetPayload{Conversation: v}, err
}

// Viewers returns who else views a conversation.
func (r conversationResolver) Viewers(ctx context.Context, v *inbox.Conversation) ([]*inbox.Activity, error) {
	return r.engine.ViewersOf(scopeOf(ctx).caller, v.ID), nil
}

type activityResolver struct{}

// Activity resolves the fields of activities.
func (r *Resolver) Activity() graph.ActivityResolver { return activityResolver{} }

// Who returns whose activity it is.
func (activityResolver) Who(ctx context.Context, a *inbox.Activity) (inbox.Author, error) {
	return scopeOf(ctx).author(ctx, a.Who)
}

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

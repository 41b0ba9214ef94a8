package resolvers

import (
	"context"

	"foyer/inbox"
)

// WorkflowRun returns a run by its id.
func (queryResolver) WorkflowRun(ctx context.Context, id inbox.ID) (*inbox.WorkflowRun, error) {
	return scopeOf(ctx).visibleRun(ctx, id.WorkflowRun())
}

// Workflow returns the workflow of a run.
func (runResolver) Workflow(ctx context.Context, r *inbox.WorkflowRun) (*inbox.Workflow, error) {
	return scopeOf(ctx).workflows().Load(ctx, r.WorkflowID)
}

// Contact returns the contact of a run: that of the conversation through which the run was reached.
func (runResolver) Contact(ctx context.Context, r *inbox.WorkflowRun) (*inbox.Contact, error) {
	return scopeOf(ctx).contacts().Load(ctx, r.ContactID)
}

// Conversation returns the conversation of a run, which may not be the visible one that the run acted in.
func (runResolver) Conversation(ctx context.Context, r *inbox.WorkflowRun) (*inbox.Conversation, error) {
	if r.ConversationID == nil {
		return nil, nil
	}
	return scopeOf(ctx).visibleConversation(ctx, *r.ConversationID)
}

// EndedBy returns the actor who ended a run, or nil if it ended by itself.
func (runResolver) EndedBy(ctx context.Context, r *inbox.WorkflowRun) (inbox.Actor, error) {
	if r.EndedBy == nil {
		return nil, nil
	}
	return scopeOf(ctx).actor(ctx, *r.EndedBy)
}

package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Shortcuts returns the workflows that can be started from a conversation.
func (r conversationResolver) Shortcuts(ctx context.Context, v *inbox.Conversation) ([]*engine.Shortcut, error) {
	return read(ctx, func(reader *store.Reader) ([]*engine.Shortcut, error) {
		return r.engine.Shortcuts(reader, scopeOf(ctx).caller, v)
	})
}

// Workflow returns the workflow that a shortcut starts.
func (shortcutResolver) Workflow(ctx context.Context, s *engine.Shortcut) (*inbox.Workflow, error) {
	return scopeOf(ctx).workflows().Load(ctx, s.WorkflowID)
}

// ShortcutRun starts a workflow from a conversation.
func (m mutationResolver) ShortcutRun(ctx context.Context, input engine.ShortcutRunInput) (*graph.ShortcutRunPayload, error) {
	started, err := m.engine.ShortcutRun(ctx, callerOf(ctx), input)
	if err != nil {
		return nil, err
	}
	s := scopeOf(ctx)
	payload := &graph.ShortcutRunPayload{Cursor: position(started.Cursor)}
	if payload.Run, err = reread(ctx, s.runs(), "run", started.Run.ID); err != nil {
		return nil, err
	}
	payload.Conversation, err = mutatedConversation(ctx, "conversation", started.Conversation)
	return payload, err
}

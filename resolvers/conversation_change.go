package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
)

// ConversationOpen opens a conversation, or returns the one that is open.
func (m mutationResolver) ConversationOpen(ctx context.Context, input engine.ConversationOpenInput) (*graph.ConversationOpenPayload, error) {
	opened, err := m.engine.ConversationOpen(ctx, callerOf(ctx), input)
	if err != nil {
		return nil, err
	}
	v, err := mutatedConversation(ctx, "conversation", opened.Conversation)
	return &graph.ConversationOpenPayload{Conversation: v, Opened: opened.Opened, Cursor: opened.Cursor}, err
}

// ConversationAssign assigns to an agent, or by the team's policy.
func (m mutationResolver) ConversationAssign(ctx context.Context, input engine.ConversationAssignInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationAssign(ctx, callerOf(ctx), input)
	return conversationPayload(ctx, change, err)
}

// ConversationUnassign takes a conversation from its assignee.
func (m mutationResolver) ConversationUnassign(ctx context.Context, input graph.ConversationUnassignInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationUnassign(ctx, callerOf(ctx), input.ConversationID.Conversation())
	return conversationPayload(ctx, change, err)
}

// ConversationRoute sets team and priority.
func (m mutationResolver) ConversationRoute(ctx context.Context, input graph.ConversationRouteInput) (*graph.ConversationPayload, error) {
	var bad uncleared
	route := engine.RoutePatch{
		ConversationID: input.ConversationID.Conversation(),
		Team:           patchID(input.TeamID, inbox.ID.Team),
		Priority:       required(&bad, "priority", input.Priority),
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.ConversationRoute(ctx, callerOf(ctx), route)
	return conversationPayload(ctx, change, err)
}

// ConversationSnooze snoozes a conversation.
func (m mutationResolver) ConversationSnooze(ctx context.Context, input engine.ConversationSnoozeInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationSnooze(ctx, callerOf(ctx), input)
	return conversationPayload(ctx, change, err)
}

// ConversationWake ends a snooze.
func (m mutationResolver) ConversationWake(ctx context.Context, input graph.ConversationWakeInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationWake(ctx, callerOf(ctx), input.ConversationID.Conversation())
	return conversationPayload(ctx, change, err)
}

// ConversationSeen stores how far the caller has seen.
func (m mutationResolver) ConversationSeen(ctx context.Context, input engine.ConversationSeenInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationSeen(ctx, callerOf(ctx), input)
	return conversationPayload(ctx, change, err)
}

// ConversationRead stores how far the assignee has read.
func (m mutationResolver) ConversationRead(ctx context.Context, input graph.ConversationReadInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationRead(ctx, callerOf(ctx), input.ConversationID.Conversation(), input.MessageID.Message())
	return conversationPayload(ctx, change, err)
}

// ConversationClose closes a conversation.
func (m mutationResolver) ConversationClose(ctx context.Context, input engine.ConversationCloseInput) (*graph.ConversationPayload, error) {
	change, err := m.engine.ConversationClose(ctx, callerOf(ctx), input)
	return conversationPayload(ctx, change, err)
}

func conversationPayload(ctx context.Context, change *engine.ConversationChange, err error) (*graph.ConversationPayload, error) {
	if err != nil {
		return nil, err
	}
	v, err := mutatedConversation(ctx, "conversation", change.Conversation)
	return &graph.ConversationPayload{Conversation: v, Decision: change.Decision, Cursor: position(change.Cursor),
		UserErrors: refused(change.Refused)}, err
}

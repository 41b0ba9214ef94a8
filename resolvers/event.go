package resolvers

import (
	"context"

	"foyer/graph"
	"foyer/inbox"
)

// An event itself says what happened. The objects in it are as they are now, and never older than the event: the scope's
// snapshot is taken after the event was read.

// eventFields resolves the fields that every event has.
type eventFields[E inbox.Event] struct{}

// Actor returns the actor who caused an event.
func (eventFields[E]) Actor(ctx context.Context, e E) (inbox.Actor, error) {
	return scopeOf(ctx).actor(ctx, e.Meta().Actor)
}

// conversationEventFields resolves the fields that every event of a conversation has.
type conversationEventFields[E inbox.ConversationEvent] struct{ eventFields[E] }

// Conversation returns the conversation of an event.
func (conversationEventFields[E]) Conversation(ctx context.Context, e E) (*inbox.Conversation, error) {
	return scopeOf(ctx).conversations().Load(ctx, e.Where().ConversationID)
}

type (
	messageReceivedResolver struct {
		conversationEventFields[*inbox.MessageReceived]
	}
	messageSentResolver struct {
		conversationEventFields[*inbox.MessageSent]
	}
	messageStatusChangedResolver struct {
		conversationEventFields[*inbox.MessageStatusChanged]
	}
	noteAddedResolver struct {
		conversationEventFields[*inbox.NoteAdded]
	}
	noteChangedResolver struct {
		conversationEventFields[*inbox.NoteChanged]
	}
	conversationRoutedResolver struct {
		conversationEventFields[*inbox.ConversationRouted]
	}
	conversationAssignedResolver struct {
		conversationEventFields[*inbox.ConversationAssigned]
	}
	conversationUnassignedResolver struct {
		conversationEventFields[*inbox.ConversationUnassigned]
	}
	conversationQueuedResolver struct {
		conversationEventFields[*inbox.ConversationQueued]
	}
	conversationClosedResolver struct {
		conversationEventFields[*inbox.ConversationClosed]
	}
	contactChangedResolver struct {
		eventFields[*inbox.ContactChanged]
	}
	agentChangedResolver struct {
		eventFields[*inbox.AgentChanged]
	}
	teamChangedResolver struct {
		eventFields[*inbox.TeamChanged]
	}
	presenceChangedResolver struct {
		eventFields[*inbox.PresenceChanged]
	}
	workflowRunChangedResolver struct {
		eventFields[*inbox.WorkflowRunChanged]
	}
)

// Message returns the message.
func (messageReceivedResolver) Message(ctx context.Context, e *inbox.MessageReceived) (*inbox.Message, error) {
	return scopeOf(ctx).messages().Load(ctx, e.MessageID)
}

// Message returns the message.
func (messageSentResolver) Message(ctx context.Context, e *inbox.MessageSent) (*inbox.Message, error) {
	return scopeOf(ctx).messages().Load(ctx, e.MessageID)
}

// Message returns the message.
func (messageStatusChangedResolver) Message(ctx context.Context, e *inbox.MessageStatusChanged) (*inbox.Message, error) {
	return scopeOf(ctx).messages().Load(ctx, e.MessageID)
}

// Note returns the note.
func (noteAddedResolver) Note(ctx context.Context, e *inbox.NoteAdded) (*inbox.Note, error) {
	return scopeOf(ctx).notes().Load(ctx, e.NoteID)
}

// Note returns the note.
func (noteChangedResolver) Note(ctx context.Context, e *inbox.NoteChanged) (*inbox.Note, error) {
	return scopeOf(ctx).notes().Load(ctx, e.NoteID)
}

// Team returns the team after the event, or nil if there is none.
func (conversationRoutedResolver) Team(ctx context.Context, e *inbox.ConversationRouted) (*inbox.Team, error) {
	return maybe(ctx, scopeOf(ctx).teams(), e.TeamID)
}

// PreviousTeam returns the team before the event, or nil if there was none.
func (conversationRoutedResolver) PreviousTeam(ctx context.Context, e *inbox.ConversationRouted) (*inbox.Team, error) {
	return maybe(ctx, scopeOf(ctx).teams(), e.PreviousTeamID)
}

// Assignee returns the assignee after the event.
func (conversationAssignedResolver) Assignee(ctx context.Context, e *inbox.ConversationAssigned) (*inbox.Agent, error) {
	return scopeOf(ctx).agents().Load(ctx, e.AssigneeID)
}

// PreviousAssignee returns the assignee before the event, or nil if there was none.
func (conversationAssignedResolver) PreviousAssignee(ctx context.Context, e *inbox.ConversationAssigned) (*inbox.Agent, error) {
	return maybe(ctx, scopeOf(ctx).agents(), e.PreviousAssigneeID)
}

// Decision returns the decision for the assignee, or nil if a person chose.
func (conversationAssignedResolver) Decision(ctx context.Context, e *inbox.ConversationAssigned) (*inbox.AssignmentDecision, error) {
	return maybe(ctx, scopeOf(ctx).decisions(), e.DecisionID)
}

// PreviousAssignee returns the assignee before the event, or nil if there was none.
func (conversationUnassignedResolver) PreviousAssignee(ctx context.Context, e *inbox.ConversationUnassigned) (*inbox.Agent, error) {
	return maybe(ctx, scopeOf(ctx).agents(), e.PreviousAssigneeID)
}

// Team returns the team of the queue.
func (conversationQueuedResolver) Team(ctx context.Context, e *inbox.ConversationQueued) (*inbox.Team, error) {
	return maybe(ctx, scopeOf(ctx).teams(), e.TeamID)
}

// Decision returns the decision that found no agent, or nil if there was none.
func (conversationQueuedResolver) Decision(ctx context.Context, e *inbox.ConversationQueued) (*inbox.AssignmentDecision, error) {
	return maybe(ctx, scopeOf(ctx).decisions(), e.DecisionID)
}

// Summary returns the summary of the conversation. The conversation has it and not the event, because it is a text.
func (r conversationClosedResolver) Summary(ctx context.Context, e *inbox.ConversationClosed) (*string, error) {
	v, err := r.Conversation(ctx, e)
	if err != nil || v == nil {
		return nil, err
	}
	return v.Summary, nil
}

// Contact returns the contact.
func (contactChangedResolver) Contact(ctx context.Context, e *inbox.ContactChanged) (*inbox.Contact, error) {
	return scopeOf(ctx).contacts().Load(ctx, e.ContactID)
}

// Agent returns the agent.
func (agentChangedResolver) Agent(ctx context.Context, e *inbox.AgentChanged) (*inbox.Agent, error) {
	return scopeOf(ctx).agents().Load(ctx, e.AgentID)
}

// ChangedTeam returns the team.
func (teamChangedResolver) ChangedTeam(ctx context.Context, e *inbox.TeamChanged) (*inbox.Team, error) {
	return scopeOf(ctx).teams().Load(ctx, e.TeamID)
}

// Agent returns the agent of the presence.
func (presenceChangedResolver) Agent(ctx context.Context, e *inbox.PresenceChanged) (*inbox.Agent, error) {
	return scopeOf(ctx).agents().Load(ctx, e.AgentID)
}

// Run returns the run.
func (workflowRunChangedResolver) Run(ctx context.Context, e *inbox.WorkflowRunChanged) (*inbox.WorkflowRun, error) {
	return scopeOf(ctx).runs().Load(ctx, e.RunID)
}

// MessageReceived resolves the fields of MessageReceived.
func (r *Resolver) MessageReceived() graph.MessageReceivedResolver { return messageReceivedResolver{} }

// MessageSent resolves the fields of MessageSent.
func (r *Resolver) MessageSent() graph.MessageSentResolver { return messageSentResolver{} }

// MessageStatusChanged resolves the fields of MessageStatusChanged.
func (r *Resolver) MessageStatusChanged() graph.MessageStatusChangedResolver {
	return messageStatusChangedResolver{}
}

// NoteAdded resolves the fields of NoteAdded.
func (r *Resolver) NoteAdded() graph.NoteAddedResolver { return noteAddedResolver{} }

// NoteChanged resolves the fields of NoteChanged.
func (r *Resolver) NoteChanged() graph.NoteChangedResolver { return noteChangedResolver{} }

// ConversationOpened resolves the fields of ConversationOpened.
func (r *Resolver) ConversationOpened() graph.ConversationOpenedResolver {
	return conversationEventFields[*inbox.ConversationOpened]{}
}

// ConversationRouted resolves the fields of ConversationRouted.
func (r *Resolver) ConversationRouted() graph.ConversationRoutedResolver {
	return conversationRoutedResolver{}
}

// ConversationAssigned resolves the fields of ConversationAssigned.
func (r *Resolver) ConversationAssigned() graph.ConversationAssignedResolver {
	return conversationAssignedResolver{}
}

// ConversationUnassigned resolves the fields of ConversationUnassigned.
func (r *Resolver) ConversationUnassigned() graph.ConversationUnassignedResolver {
	return conversationUnassignedResolver{}
}

// ConversationQueued resolves the fields of ConversationQueued.
func (r *Resolver) ConversationQueued() graph.ConversationQueuedResolver {
	return conversationQueuedResolver{}
}

// ConversationSnoozed resolves the fields of ConversationSnoozed.
func (r *Resolver) ConversationSnoozed() graph.ConversationSnoozedResolver {
	return conversationEventFields[*inbox.ConversationSnoozed]{}
}

// ConversationWoken resolves the fields of ConversationWoken.
func (r *Resolver) ConversationWoken() graph.ConversationWokenResolver {
	return conversationEventFields[*inbox.ConversationWoken]{}
}

// ConversationRead resolves the fields of ConversationRead.
func (r *Resolver) ConversationRead() graph.ConversationReadResolver {
	return conversationEventFields[*inbox.ConversationRead]{}
}

// ConversationClosed resolves the fields of ConversationClosed.
func (r *Resolver) ConversationClosed() graph.ConversationClosedResolver {
	return conversationClosedResolver{}
}

// ContactChanged resolves the fields of ContactChanged.
func (r *Resolver) ContactChanged() graph.ContactChangedResolver { return contactChangedResolver{} }

// AgentChanged resolves the fields of AgentChanged.
func (r *Resolver) AgentChanged() graph.AgentChangedResolver { return agentChangedResolver{} }

// TeamChanged resolves the fields of TeamChanged.
func (r *Resolver) TeamChanged() graph.TeamChangedResolver { return teamChangedResolver{} }

// PresenceChanged resolves the fields of PresenceChanged.
func (r *Resolver) PresenceChanged() graph.PresenceChangedResolver { return presenceChangedResolver{} }

// WorkflowRunChanged resolves the fields of WorkflowRunChanged.
func (r *Resolver) WorkflowRunChanged() graph.WorkflowRunChangedResolver {
	return workflowRunChangedResolver{}
}

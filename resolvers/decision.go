package resolvers

import (
	"context"

	"foyer/inbox"
)

// Conversation returns the conversation of a decision.
func (decisionResolver) Conversation(ctx context.Context, d *inbox.AssignmentDecision) (*inbox.Conversation, error) {
	return scopeOf(ctx).conversations().Load(ctx, d.ConversationID)
}

// Team returns the team whose policy decided.
func (decisionResolver) Team(ctx context.Context, d *inbox.AssignmentDecision) (*inbox.Team, error) {
	return maybe(ctx, scopeOf(ctx).teams(), d.TeamID)
}

// Assignee returns the winner.
func (decisionResolver) Assignee(ctx context.Context, d *inbox.AssignmentDecision) (*inbox.Agent, error) {
	return maybe(ctx, scopeOf(ctx).agents(), d.AssigneeID)
}

// Agent returns the candidate.
func (candidateResolver) Agent(ctx context.Context, c *inbox.AssignmentCandidate) (*inbox.Agent, error) {
	return scopeOf(ctx).agents().Load(ctx, c.AgentID)
}

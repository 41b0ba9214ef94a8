package resolvers

import (
	"context"

	"foyer/account"
	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Agents lists the agents.
func (queryResolver) Agents(ctx context.Context, first int32, after *string) (*graph.AgentConnection, error) {
	return listByID(ctx, first, after, (*store.Reader).AgentList, func(a *inbox.Agent) inbox.AgentID { return a.ID })
}

// Teams returns the teams an agent is in.
func (agentResolver) Teams(ctx context.Context, a *inbox.Agent) ([]*inbox.Team, error) {
	s := scopeOf(ctx)
	ids, err := s.memberships().Load(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	return all(ctx, s.teams(), ids)
}

// PresenceHistory lists an agent's presence over time, for managers and for the agent.
func (r agentResolver) PresenceHistory(ctx context.Context, a *inbox.Agent, first int32, after *string) (*graph.PresenceSpanConnection, error) {
	s := scopeOf(ctx)
	if !s.caller.Manages() && s.caller.Actor.Agent() != a.ID {
		return nil, nil
	}
	page, err := forward(first, after)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, func(reader *store.Reader) ([]*inbox.PresenceSpan, error) {
		return reader.PresenceSpans(a.ID, page.After, r.engine.Now(), page.Limit)
	})
	return list(page, found, func(s *inbox.PresenceSpan) int64 { return s.ID }), err
}

// Revision returns an agent's newest event.
func (r agentResolver) Revision(ctx context.Context, a *inbox.Agent) (inbox.Cursor, error) {
	return r.revision(ctx, inbox.SubjectAgent, int64(a.ID))
}

// AgentCreate adds an agent.
func (m mutationResolver) AgentCreate(ctx context.Context, input engine.AgentCreateInput) (*graph.AgentPayload, error) {
	change, err := m.engine.AgentCreate(ctx, callerOf(ctx), input)
	return agentPayload(ctx, change, err)
}

// AgentUpdate changes an agent.
func (m mutationResolver) AgentUpdate(ctx context.Context, input graph.AgentUpdateInput) (*graph.AgentPayload, error) {
	var bad uncleared
	agent := engine.AgentPatch{
		ID:         input.ID.Agent(),
		Name:       required(&bad, "name", input.Name),
		Role:       required(&bad, "role", input.Role),
		Visibility: required(&bad, "visibility", input.Visibility),
		MaxOpen:    patch(input.MaxOpen),
		Skills:     clearedList(input.Skills),
		Languages:  clearedList(input.Languages),
		Disabled:   required(&bad, "disabled", input.Disabled),
	}
	if password := required(&bad, "password", input.Password); password != nil {
		agent.Password = &account.PasswordChange{New: *password, Session: tokenOf(ctx)}
		if current := input.CurrentPassword.Value(); current != nil {
			agent.Password.Current = *current
		}
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.AgentUpdate(ctx, callerOf(ctx), agent)
	return agentPayload(ctx, change, err)
}

// PresenceSet sets an agent's presence.
func (m mutationResolver) PresenceSet(ctx context.Context, input engine.PresenceSetInput) (*graph.AgentPayload, error) {
	change, err := m.engine.PresenceSet(ctx, callerOf(ctx), input)
	return agentPayload(ctx, change, err)
}

func agentPayload(ctx context.Context, change *engine.AgentChange, err error) (*graph.AgentPayload, error) {
	if err != nil {
		return nil, err
	}
	agent, err := reread(ctx, scopeOf(ctx).agents(), "agent", change.Agent.ID)
	return &graph.AgentPayload{Agent: agent, Cursor: position(change.Cursor)}, err
}

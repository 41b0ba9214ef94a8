package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
)

// WorkflowSimulate returns what a run would do.
func (m mutationResolver) WorkflowSimulate(ctx context.Context, input engine.WorkflowSimulateInput) (*graph.WorkflowSimulatePayload, error) {
	done, err := m.engine.WorkflowSimulate(ctx, callerOf(ctx), input)
	if err != nil {
		return nil, err
	}
	payload := &graph.WorkflowSimulatePayload{
		Matches: &done.Matches, Status: &done.Status, Error: done.Error, WouldSend: done.Sent, Reason: done.Reason,
		Steps: make([]*inbox.WorkflowRunStep, len(done.Steps)),
	}
	for i := range done.Steps {
		payload.Steps[i] = &done.Steps[i]
	}
	for i := range done.Candidates {
		payload.Candidates = append(payload.Candidates, &done.Candidates[i])
	}
	if payload.WouldSend == nil {
		payload.WouldSend = []string{} // null means that the simulation was refused
	}
	if payload.WouldRouteTo, err = maybe(ctx, scopeOf(ctx).teams(), done.TeamID); err != nil {
		return nil, err
	}
	payload.WouldAssign, err = maybe(ctx, scopeOf(ctx).agents(), done.AssigneeID)
	return payload, err
}

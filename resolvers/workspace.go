package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Workspace returns the workspace.
func (queryResolver) Workspace(ctx context.Context) (*inbox.Workspace, error) {
	return read(ctx, (*store.Reader).Workspace)
}

// DefaultTeam returns the team of conversations that no workflow routed.
func (workspaceResolver) DefaultTeam(ctx context.Context, w *inbox.Workspace) (*inbox.Team, error) {
	return maybe(ctx, scopeOf(ctx).teams(), w.DefaultTeamID)
}

// WorkspaceUpdate changes the workspace.
func (m mutationResolver) WorkspaceUpdate(ctx context.Context, input graph.WorkspaceUpdateInput) (*graph.WorkspacePayload, error) {
	var bad uncleared
	change := engine.WorkspacePatch{
		Name:             required(&bad, "name", input.Name),
		TimeZone:         required(&bad, "timeZone", input.TimeZone),
		PresenceGrace:    required(&bad, "presenceGrace", input.PresenceGrace),
		DefaultTeam:      patchID(input.DefaultTeamID, inbox.ID.Team),
		Acknowledgements: clearedList(input.Acknowledgements),
		LifecycleStages:  clearedList(input.LifecycleStages),
		AutoClose:        patch(input.AutoClose),
	}
	if bad != nil {
		return nil, bad
	}
	workspace, err := m.engine.WorkspaceUpdate(ctx, callerOf(ctx), change)
	if err != nil {
		return nil, err
	}
	return &graph.WorkspacePayload{Workspace: workspace}, nil
}

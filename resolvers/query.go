package resolvers

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// Viewer returns the agent or the key behind the token.
func (queryResolver) Viewer(ctx context.Context) (inbox.Viewer, error) {
	s := scopeOf(ctx)
	ref := s.caller.Actor
	if ref.Kind == inbox.ActorAPIKey {
		return existing[inbox.Viewer](s.keys().Load(ctx, inbox.APIKeyID(ref.ID)))(ref)
	}
	return existing[inbox.Viewer](s.agents().Load(ctx, ref.Agent()))(ref)
}

// Me returns the agent behind the token.
func (queryResolver) Me(ctx context.Context) (*inbox.Agent, error) {
	s := scopeOf(ctx)
	if s.caller.IsKey() {
		return nil, nil
	}
	return s.agents().Load(ctx, s.caller.Actor.Agent())
}

// Head returns the position of the newest event in the query's snapshot.
func (queryResolver) Head(ctx context.Context) (inbox.Cursor, error) {
	return read(ctx, (*store.Reader).Head)
}

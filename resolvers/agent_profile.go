package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/file"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Avatar returns the link to an agent's picture, which depends on the file and the time alone, or nil if they have none.
func (r agentResolver) Avatar(ctx context.Context, a *inbox.Agent) (*inbox.URL, error) {
	s := scopeOf(ctx)
	profile, err := s.profiles().Load(ctx, a.ID)
	if err != nil || profile == nil || profile.AvatarID == nil {
		return nil, err
	}
	picture, err := s.files().Load(ctx, *profile.AvatarID)
	if err != nil || picture == nil {
		return nil, err
	}
	return new(r.links.SignedThumbnail(picture.ID, picture.Name, file.LinkLifetime)), nil
}

// Preferences returns what front ends keep for the agent who asks, and nil about others.
func (agentResolver) Preferences(ctx context.Context, a *inbox.Agent) (inbox.JSON, error) {
	if !isOneself(ctx, a) {
		return nil, nil
	}
	kept, err := read(ctx, func(r *store.Reader) (*inbox.Preferences, error) { return r.Preferences(a.ID) })
	if err != nil || kept == nil {
		return inbox.JSON(`{}`), err
	}
	return kept.Settings, nil
}

// Signature returns the signature of the agent who asks, and nil about others.
func (agentResolver) Signature(ctx context.Context, a *inbox.Agent) (*string, error) {
	profile, err := ownProfile(ctx, a)
	return profile.Signature, err
}

// TimeZone returns the time zone of the agent who asks, and nil about others.
func (agentResolver) TimeZone(ctx context.Context, a *inbox.Agent) (*string, error) {
	profile, err := ownProfile(ctx, a)
	return profile.TimeZone, err
}

// ownProfile returns the profile of the agent who asks. It is empty for others.
func ownProfile(ctx context.Context, a *inbox.Agent) (inbox.AgentProfile, error) {
	if !isOneself(ctx, a) {
		return inbox.AgentProfile{}, nil
	}
	profile, err := scopeOf(ctx).profiles().Load(ctx, a.ID)
	if err != nil || profile == nil {
		return inbox.AgentProfile{}, err
	}
	return *profile, nil
}

// isOneself reports whether an agent is the one who asks.
func isOneself(ctx context.Context, a *inbox.Agent) bool {
	return a.ID != 0 && scopeOf(ctx).caller.Actor.Agent() == a.ID
}

// ViewerUpdate changes the agent who asks.
func (m mutationResolver) ViewerUpdate(ctx context.Context, input graph.ViewerUpdateInput) (*graph.AgentPayload, error) {
	var bad uncleared
	viewer := engine.ViewerPatch{
		Name:      required(&bad, "name", input.Name),
		Avatar:    patchID(input.AvatarFileID, inbox.ID.File),
		Signature: patch(input.Signature),
		Languages: clearedList(input.Languages),
		TimeZone:  patch(input.TimeZone),
	}
	if bad != nil {
		return nil, bad
	}
	change, err := m.engine.ViewerUpdate(ctx, callerOf(ctx), viewer)
	return agentPayload(ctx, change, err)
}

// PreferencesSet keeps something for the agent who asks.
func (m mutationResolver) PreferencesSet(ctx context.Context, input graph.PreferencesSetInput) (*graph.AgentPayload, error) {
	value, given := input.Value.ValueOK()
	if !given {
		return nil, inbox.Errorf(inbox.CodeRequired, "value", "Give a value, or null to remove what is kept under the namespace.")
	}
	change, err := m.engine.PreferencesSet(ctx, callerOf(ctx), engine.Preference{Namespace: input.Namespace, Value: value})
	return agentPayload(ctx, change, err)
}

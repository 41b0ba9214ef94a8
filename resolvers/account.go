package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
)

// Login exchanges email and password for a token.
func (m mutationResolver) Login(ctx context.Context, input graph.LoginInput) (*graph.LoginPayload, error) {
	in, err := m.engine.Login(ctx, input.Email, input.Password)
	if err != nil {
		problems, err := refusal(err)
		return &graph.LoginPayload{UserErrors: problems}, err
	}
	s := scopeOf(ctx)
	s.caller = engine.CallerOf(in.Agent) // the rest of the answer is theirs; nothing has been read as anybody else
	s.agents().Prime(in.Agent.ID, in.Agent)
	return &graph.LoginPayload{Token: &in.Token, Agent: in.Agent, ExpiresAt: &in.ExpiresAt}, nil
}

// APIKeyCreate makes a key for an integration.
func (m mutationResolver) APIKeyCreate(ctx context.Context, input graph.APIKeyCreateInput) (*graph.APIKeyCreatePayload, error) {
	created, err := m.engine.APIKeyCreate(ctx, callerOf(ctx), input.Name, input.Role)
	if err != nil {
		problems, err := refusal(err)
		return &graph.APIKeyCreatePayload{UserErrors: problems}, err
	}
	return &graph.APIKeyCreatePayload{APIKey: created.Key, Secret: &created.Secret}, nil
}

// APIKeyRevoke ends a key.
func (m mutationResolver) APIKeyRevoke(ctx context.Context, input graph.APIKeyRevokeInput) (*graph.APIKeyRevokePayload, error) {
	key, err := m.engine.APIKeyRevoke(ctx, callerOf(ctx), input.ID.APIKey())
	if err != nil {
		problems, err := refusal(err)
		return &graph.APIKeyRevokePayload{UserErrors: problems}, err
	}
	return &graph.APIKeyRevokePayload{APIKey: key}, nil
}

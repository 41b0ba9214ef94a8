package resolvers

import (
	"context"

	"foyer/account"
	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
	"foyer/transport"
)

// Login exchanges email and password for a token.
func (m mutationResolver) Login(ctx context.Context, input account.LoginInput) (*graph.LoginPayload, error) {
	input.From = transport.Address(ctx)
	in, err := m.engine.Accounts().Login(ctx, input)
	if err != nil {
		return nil, err
	}
	s := scopeOf(ctx)
	s.caller = in.Agent.Caller() // the rest of the answer is for them; nothing was read for anybody else
	s.agents().Prime(in.Agent.ID, in.Agent)
	return &graph.LoginPayload{Token: &in.Token, Agent: in.Agent, ExpiresAt: &in.ExpiresAt}, nil
}

// Logout ends the caller's session.
func (m mutationResolver) Logout(ctx context.Context, input graph.LogoutInput) (*graph.LogoutPayload, error) {
	return &graph.LogoutPayload{}, m.engine.Logout(ctx, callerOf(ctx), tokenOf(ctx), input.Everywhere)
}

// APIKeys lists the API keys, for managers.
func (queryResolver) APIKeys(ctx context.Context, first int32, after *string) (*graph.APIKeyConnection, error) {
	if !scopeOf(ctx).caller.Manages() {
		return nil, requestError(codeForbidden, "Only managers list API keys.")
	}
	return listByID(ctx, first, after, (*store.Reader).APIKeyList, func(k *inbox.APIKey) inbox.APIKeyID { return k.ID })
}

// APIKeyCreate makes a key for an integration.
func (m mutationResolver) APIKeyCreate(ctx context.Context, input graph.APIKeyCreateInput) (*graph.APIKeyCreatePayload, error) {
	created, err := m.engine.APIKeyCreate(ctx, callerOf(ctx), engine.NewAPIKey{Name: input.Name, Role: input.Role, IdempotencyKey: input.IdempotencyKey.Value()})
	if err != nil {
		return nil, err
	}
	payload := &graph.APIKeyCreatePayload{APIKey: created.Key}
	if created.Secret != "" {
		payload.Secret = &created.Secret
	}
	return payload, nil
}

// APIKeyRevoke ends a key.
func (m mutationResolver) APIKeyRevoke(ctx context.Context, input graph.APIKeyRevokeInput) (*graph.APIKeyRevokePayload, error) {
	key, err := m.engine.Accounts().RevokeKey(ctx, callerOf(ctx), input.ID.APIKey())
	if err != nil {
		return nil, err
	}
	return &graph.APIKeyRevokePayload{APIKey: key}, nil
}

// Details returns the details of a key, for managers and for the key itself.
func (apiKeyResolver) Details(ctx context.Context, k *inbox.APIKey) (*inbox.APIKey, error) {
	if !scopeOf(ctx).seesInto(k.ID) {
		return nil, nil
	}
	return k, nil
}

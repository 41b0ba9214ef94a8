package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

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

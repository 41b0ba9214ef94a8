package resolvers

import (
	"context"

	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
	"foyer/vault"
)

// Secrets lists the names of secrets, for managers.
func (queryResolver) Secrets(ctx context.Context) ([]*inbox.Secret, error) {
	if !scopeOf(ctx).caller.Manages() {
		return nil, requestError(codeForbidden, "Only managers list secrets.")
	}
	secrets, err := read(ctx, (*store.Reader).SecretList)
	if secrets == nil && err == nil {
		secrets = []*inbox.Secret{} // an empty list, not null
	}
	return secrets, err
}

// SecretSet stores a secret.
func (m mutationResolver) SecretSet(ctx context.Context, input vault.SetInput) (*graph.SecretPayload, error) {
	secret, err := m.engine.Secrets().Set(ctx, callerOf(ctx), input)
	if err != nil {
		return nil, err
	}
	return &graph.SecretPayload{Secret: secret}, nil
}

// SecretDelete removes a secret.
func (m mutationResolver) SecretDelete(ctx context.Context, input graph.SecretDeleteInput) (*graph.SecretDeletePayload, error) {
	if err := m.engine.Secrets().Delete(ctx, callerOf(ctx), input.Name); err != nil {
		return nil, err
	}
	return &graph.SecretDeletePayload{Name: &input.Name}, nil
}

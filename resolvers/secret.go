package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Secrets lists the names of secrets, for managers.
func (queryResolver) Secrets(ctx context.Context, first int32, after *string) (*graph.SecretConnection, error) {
	if !scopeOf(ctx).caller.Manages() {
		return nil, requestError(codeForbidden, "Only managers list secrets.")
	}
	page, err := forward(first, after)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, func(r *store.Reader) ([]*inbox.Secret, error) { return r.SecretList(page.After, page.Limit) })
	if err != nil {
		return nil, err
	}
	l := list(page, found, func(s *inbox.Secret) int64 { return s.ID })
	return &graph.SecretConnection{Nodes: l.nodes, PageInfo: l.info,
		Edges: edges(l, func(cursor string, s *inbox.Secret) *graph.SecretEdge {
			return &graph.SecretEdge{Cursor: cursor, Node: s}
		}),
	}, nil
}

// SecretSet keeps a secret.
func (m mutationResolver) SecretSet(ctx context.Context, input engine.SecretSetInput) (*graph.SecretPayload, error) {
	secret, err := m.engine.SecretSet(ctx, callerOf(ctx), input)
	if err != nil {
		problems, err := refusal(err)
		return &graph.SecretPayload{UserErrors: problems}, err
	}
	return &graph.SecretPayload{Secret: secret}, nil
}

// SecretDelete forgets a secret.
func (m mutationResolver) SecretDelete(ctx context.Context, input graph.SecretDeleteInput) (*graph.SecretDeletePayload, error) {
	if err := m.engine.SecretDelete(ctx, callerOf(ctx), input.Name); err != nil {
		problems, err := refusal(err)
		return &graph.SecretDeletePayload{UserErrors: problems}, err
	}
	return &graph.SecretDeletePayload{Name: &input.Name}, nil
}

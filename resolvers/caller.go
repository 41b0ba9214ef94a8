package resolvers

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/engine"
	"foyer/inbox"
	"foyer/transport"
)

type (
	tokenKey  struct{}
	callerKey struct{}
)

// Authenticate is for transport.Config: the context it gives carries the token, and ends when its session does. Without
// a token it stays as it is: the caller is anonymous. It fails with transport.ErrUnauthenticated for what is no token of ours
// by its form, and with transport.ErrEnded for any that is nobody's, whether it ever was somebody's or not.
func (r *Resolver) Authenticate(ctx context.Context, token string) (context.Context, error) {
	if token == "" {
		return ctx, nil
	}
	held, release, err := r.engine.HoldUntil(ctx, token)
	if errors.Is(err, engine.ErrUnauthenticated) {
		if engine.IsToken(token) {
			return nil, transport.ErrEnded
		}
		return nil, transport.ErrUnauthenticated
	}
	if err != nil {
		return nil, fmt.Errorf("authenticate: %w", err)
	}
	if !transport.AtEnd(ctx, release) {
		context.AfterFunc(held, release)
	}
	return context.WithValue(held, tokenKey{}, token), nil
}

// Account returns the id of whoever's request ctx belongs to, an agent's or an API key's, for logs. It is "" where the
// request has no token, and where that is nobody's any more.
func (r *Resolver) Account(ctx context.Context) string {
	caller := callerOf(ctx)
	if token := tokenOf(ctx); caller.Actor.ID == 0 && token != "" {
		caller, _ = r.engine.Authenticate(context.WithoutCancel(ctx), token) // whose it was cannot be told
	}
	switch id := caller.Actor.ID; caller.Actor.Kind {
	case inbox.ActorAgent:
		return inbox.AgentID(id).String()
	case inbox.ActorAPIKey:
		return inbox.APIKeyID(id).String()
	default:
		return ""
	}
}

func tokenOf(ctx context.Context) string {
	token, _ := ctx.Value(tokenKey{}).(string)
	return token
}

// withCaller lets somebody ask for what is resolved in the context.
func withCaller(ctx context.Context, caller inbox.Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// callerOf gives who asks: for an anonymous caller the zero value, who sees and may do nothing.
func callerOf(ctx context.Context) inbox.Caller {
	caller, _ := ctx.Value(callerKey{}).(inbox.Caller)
	return caller
}

// callers finds out for each operation who is behind its token.
type callers struct{ *Resolver }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
	graphql.OperationInterceptor
} = callers{}

func (callers) ExtensionName() string { return "Callers" }

func (callers) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses anonymous callers everything but a log-in. Whether the others may look at the schema is
// seen when it is known who they are.
func (callers) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	if tokenOf(ctx) != "" {
		operation.DisableIntrospection = false
		return nil
	}
	if !anonymous(operation.Operation.SelectionSet, make(map[string]bool)) {
		return requestError(codeUnauthenticated, "Log in first.")
	}
	return nil
}

// anonymous tells whether a selection of root fields is for everybody.
func anonymous(selections ast.SelectionSet, visited map[string]bool) bool {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name != "login" && s.Name != "__typename" {
				return false
			}
		case *ast.InlineFragment:
			if !anonymous(s.SelectionSet, visited) {
				return false
			}
		case *ast.FragmentSpread:
			if visited[s.Name] {
				continue
			}
			visited[s.Name] = true
			if !anonymous(s.Definition.SelectionSet, visited) {
				return false
			}
		}
	}
	return true
}

// InterceptOperation puts the caller as of now into the context.
func (c callers) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	token := tokenOf(ctx)
	if token == "" {
		return next(ctx)
	}
	caller, err := c.engine.Authenticate(ctx, token)
	price := costOf(graphql.GetOperationContext(ctx))
	var shown *gqlerror.Error
	switch {
	case errors.Is(err, engine.ErrUnauthenticated):
		shown = requestError(codeUnauthenticated, "The token is unknown, expired or revoked.")
	case err != nil:
		shown = c.present(ctx, fmt.Errorf("authenticate: %w", err))
	case price.introspects && !c.limits.Introspection(caller):
		shown = requestError(codeForbidden, "Introspection is not for your role.")
	default:
		return next(withCaller(ctx, caller))
	}
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{shown}, Extensions: map[string]any{costExtension: price}})
}

package resolvers

import (
	"context"
	"errors"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/account"
	"foyer/inbox"
	"foyer/store"
	"foyer/transport"
)

type callerKey struct{}

// Authenticate is for transport.Config: the context that it returns has the token and its account, and ends when its session
// does. Without a token it returns ctx: the caller is anonymous. It fails with transport.ErrUnauthenticated for a malformed
// token, and with transport.ErrEnded for one that is unknown, expired or revoked.
func (r *Resolver) Authenticate(ctx context.Context, token string) (context.Context, error) {
	if token == "" {
		return ctx, nil
	}
	bound, caller, release, err := r.engine.Accounts().Bind(ctx, token)
	switch {
	case err == nil:
	case !errors.Is(err, account.ErrUnauthenticated):
		return nil, fmt.Errorf("authenticate: %w", err)
	case account.IsToken(token):
		return nil, transport.ErrEnded
	default:
		return nil, transport.ErrUnauthenticated
	}
	if !transport.AtEnd(ctx, release) {
		context.AfterFunc(bound, release)
	}
	return withIdentity(bound, token, caller.Actor), nil
}

// Opened is for transport.Config: it counts a connection of an agent's session until closed is called. It does not count
// connections of API keys.
func (r *Resolver) Opened(ctx context.Context) (closed func()) {
	agent := inbox.ID(accountOf(ctx)).Agent()
	if agent == 0 {
		return func() {}
	}
	return r.engine.Connect(ctx, agent)
}

// Account is for transport.Config: it names the account that a context of Authenticate belongs to, "" for a stranger.
func (r *Resolver) Account(ctx context.Context) string { return accountOf(ctx) }

// withCaller returns a context in which resolvers run for a caller.
func withCaller(ctx context.Context, caller inbox.Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}

// callerOf returns the caller, or the zero value, which sees and may do nothing, for an anonymous one.
func callerOf(ctx context.Context) inbox.Caller {
	caller, _ := ctx.Value(callerKey{}).(inbox.Caller)
	return caller
}

// checkCaller refuses everything but a login to anonymous callers. The document need not be valid.
func checkCaller(ctx context.Context, document *ast.QueryDocument, operation *ast.OperationDefinition) *gqlerror.Error {
	if accountOf(ctx) != "" || forStrangers(document, operation) {
		return nil
	}
	return requestError(codeUnauthenticated, "Log in first, and send the token: Authorization: Bearer TOKEN.")
}

// forStrangers reports whether everybody may run an operation: it asks for one login at most, and for nothing else. The
// document need not be valid.
func forStrangers(document *ast.QueryDocument, operation *ast.OperationDefinition) bool {
	visited, logins := make(map[string]bool), 0
	var allowed func(selections ast.SelectionSet) bool
	allowed = func(selections ast.SelectionSet) bool {
		for _, selection := range selections {
			switch s := selection.(type) {
			case *ast.Field:
				if s.Name == "login" {
					logins++
				} else if s.Name != "__typename" {
					return false
				}
			case *ast.InlineFragment:
				if !allowed(s.SelectionSet) {
					return false
				}
			case *ast.FragmentSpread:
				if visited[s.Name] {
					continue
				}
				visited[s.Name] = true
				if found := document.Fragments.ForName(s.Name); found != nil && !allowed(found.SelectionSet) {
					return false
				}
			}
		}
		return true
	}
	return operation.Operation != ast.Subscription && allowed(operation.SelectionSet) && logins <= 1
}

// findCaller runs an operation with the caller as of now in its context.
func (r *Resolver) findCaller(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	token := tokenOf(ctx)
	if token == "" {
		return next(ctx)
	}
	caller, err := r.engine.Accounts().Authenticate(ctx, token)
	operation := graphql.GetOperationContext(ctx)
	price := costOf(operation)
	var shown *gqlerror.Error
	switch {
	case errors.Is(err, account.ErrUnauthenticated):
		shown = requestError(codeUnauthenticated, "The token is unknown, expired or revoked.")
	case err != nil:
		shown = r.present(ctx, fmt.Errorf("authenticate: %w", err))
	case price.introspects && !r.limits.Introspection(caller):
		shown = requestError(codeForbidden, "Your role cannot use introspection.")
	case isSubscription(operation):
		return next(withCaller(ctx, caller)) // what its items use is counted item by item
	default:
		return next(store.WithWaits(withCaller(ctx, caller), &price.waits))
	}
	price.setHeaders(ctx)
	return graphql.OneShot(&graphql.Response{Errors: gqlerror.List{shown}, Extensions: map[string]any{costExtension: price}})
}

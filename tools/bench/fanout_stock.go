package main

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql/executor"
	stock "github.com/99designs/gqlgen/graphql/handler/transport"

	"foyer/graph"
	"foyer/inbox"
	"foyer/resolvers"
)

// plainRoot is the resolvers with a subscription that only sends what a hub publishes.
type plainRoot struct {
	*resolvers.Resolver
	hub *hub
}

// Subscription resolves the subscriptions.
func (r plainRoot) Subscription() graph.SubscriptionResolver { return r }

// Events returns what the hub publishes.
func (r plainRoot) Events(ctx context.Context, _ *inbox.Cursor, _ *graph.EventFilter) (<-chan inbox.StreamItem, error) {
	return r.hub.subscribe(ctx), nil
}

// stockHandler serves with gqlgen's own executor and websocket transport, and resolvers that read nothing.
func stockHandler(r *resolvers.Resolver, h *hub) http.Handler {
	executes := executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: plainRoot{r, h}}))
	websocket := stock.Websocket{
		InitFunc: func(ctx context.Context, _ stock.InitPayload) (context.Context, *stock.InitPayload, error) {
			ctx, err := r.Authenticate(ctx, token)
			return ctx, nil, err
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) { websocket.Do(w, request, executes) })
}

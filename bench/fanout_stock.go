//go:build stock

package main

import (
	"context"
	"net/http"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	stock "github.com/99designs/gqlgen/graphql/handler/transport"

	"foyer/graph"
	"foyer/inbox"
	"foyer/resolvers"
)

// withStock tells whether stock gqlgen is measured too.
const withStock = true

// plainRoot is the resolvers with a subscription that hands on what a hub publishes, and nothing else.
type plainRoot struct {
	*resolvers.Resolver
	hub *hub
}

// Subscription resolves the subscriptions.
func (r plainRoot) Subscription() graph.SubscriptionResolver { return r }

// Events gives what the hub publishes.
func (r plainRoot) Events(ctx context.Context, _ *inbox.Cursor, _ *graph.EventFilter) (<-chan inbox.StreamItem, error) {
	return r.hub.subscribe(ctx), nil
}

// serveStock serves with gqlgen's own websocket: the same resolvers, or those that read nothing.
func serveStock(mux *http.ServeMux, mode string, r *resolvers.Resolver, p *publisher) error {
	websocket := stock.Websocket{
		InitFunc: func(ctx context.Context, payload stock.InitPayload) (context.Context, *stock.InitPayload, error) {
			ctx, err := r.Authenticate(ctx, token)
			return ctx, nil, err
		},
	}
	websocket.Implementation = stock.CoderWebsocketImplementation{}
	var executes graphql.GraphExecutor = r.Executor()
	if mode == "stock" {
		p.plain = &hub{channels: make(map[chan inbox.StreamItem]struct{})}
		executes = executor.New(graph.NewExecutableSchema(graph.Config{Resolvers: plainRoot{r, p.plain}}))
	}
	mux.HandleFunc("/graphql", func(w http.ResponseWriter, request *http.Request) { websocket.Do(w, request, executes) })
	return nil
}

package main

import (
	"context"
	"log/slog"

	"github.com/99designs/gqlgen/graphql"

	"foyer/engine"
	"foyer/live"
	"foyer/resolvers"
	"foyer/store"
)

// wiring is what answers operations, and what works behind it.
type wiring struct {
	executor     graphql.GraphExecutor
	authenticate func(ctx context.Context, token string) (context.Context, error)
	workers      map[string]worker
}

// wire puts the layers together, without starting anything.
func wire(e *engine.Engine, db *store.DB, config Config, log *slog.Logger) wiring {
	events := live.New(db, live.Options{Logger: log})
	limits := config.Limits
	r := resolvers.New(e, db, events, log).WithLimits(resolvers.Limits{
		MaxDepth: limits.MaxDepth, MaxAliases: limits.MaxAliases, MaxCost: limits.MaxCost, MaxTokens: limits.MaxTokens,
		Sessions: limits.Sessions, Keys: limits.Keys, Introspection: limits.introspection(),
	})
	w := wiring{
		executor:     r.Executor(),
		authenticate: r.Authenticate,
		workers:      map[string]worker{"timers": e.Run, "tasks": e.RunTasks, "live events": events.Run},
	}
	if keep := config.LogRetention; keep > 0 {
		w.workers["log retention"] = func(ctx context.Context) error { return e.Retain(ctx, keep) }
	}
	return w
}

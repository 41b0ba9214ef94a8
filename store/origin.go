package store

import (
	"context"
	"strconv"
	"strings"

	"foyer/inbox"
)

// Origin says on whose account something reads or writes, and for what.
type Origin struct {
	Account Account
	// Operation names what is done: a field of a mutation, a kind of timer or task. Slow functions are logged and counted
	// by it, so that there must be few of them.
	Operation string
}

// Account is whose turn it is when several wait: all that one account asks for shares its turns. The zero value is the
// server itself, and whoever it does not know.
type Account struct {
	Kind string
	ID   int64
}

// AccountOf returns the account of an actor.
func AccountOf(a inbox.ActorRef) Account {
	if a.Kind == inbox.ActorSystem {
		return Account{}
	}
	return Account{Kind: string(a.Kind), ID: a.ID}
}

// String returns the account as logs show it: an agent and an API key by their ids.
func (a Account) String() string {
	switch inbox.ActorKind(a.Kind) {
	case "":
		return "system"
	case inbox.ActorAgent:
		return inbox.AgentID(a.ID).String()
	case inbox.ActorAPIKey:
		return inbox.APIKeyID(a.ID).String()
	default:
		return strings.ToLower(a.Kind) + " " + strconv.FormatInt(a.ID, 10)
	}
}

type originKey struct{}

// WithOrigin returns a context whose Views and Updates are served in the turns of an account.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, &o)
}

// originOf returns the origin in the context, or the server's own if there is none.
func originOf(ctx context.Context) *Origin {
	if o, ok := ctx.Value(originKey{}).(*Origin); ok {
		return o
	}
	return &Origin{}
}

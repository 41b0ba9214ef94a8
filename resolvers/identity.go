package resolvers

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

type identityKey struct{}

// identity is the token of a request, and the account behind it.
type identity struct{ token, account string }

// withIdentity returns a context for requests with a token of an actor.
func withIdentity(ctx context.Context, token string, actor inbox.ActorRef) context.Context {
	return context.WithValue(ctx, identityKey{}, identity{token: token, account: store.AccountOf(actor).String()})
}

// isKey reports whether an account is an API key.
func isKey(account string) bool { return inbox.ID(account).APIKey() != 0 }

// tokenOf returns the token that the request came with, or "" if there was none.
func tokenOf(ctx context.Context) string {
	shown, _ := ctx.Value(identityKey{}).(identity)
	return shown.token
}

// accountOf returns the name of the account that ctx belongs to, such as "agt_5" or "key_3", or "" if the caller is
// anonymous. All sessions of an agent are one account, so logging in again does not multiply what is limited by account.
func accountOf(ctx context.Context) string {
	shown, _ := ctx.Value(identityKey{}).(identity)
	return shown.account
}

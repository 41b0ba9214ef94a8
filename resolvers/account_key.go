package resolvers

import (
	"context"
	"strconv"

	"foyer/inbox"
)

// identity is what is known of a caller from the moment their token was read: it never becomes somebody else's.
type identity struct {
	token   string
	account string // as accountKey returns it
}

func identityOf(ctx context.Context) identity {
	known, _ := ctx.Value(tokenKey{}).(identity)
	return known
}

func tokenOf(ctx context.Context) string { return identityOf(ctx).token }

// accountOf returns the key of the account whose token the context carries, such as "agent 5" or "key 3", or "" where it
// carries none. All sessions of an agent are one account.
func accountOf(ctx context.Context) string { return identityOf(ctx).account }

// keyAccounts is what the keys of accounts begin with that are API keys.
const keyAccounts = "key "

func accountKey(actor inbox.ActorRef) string {
	kind := "agent "
	if actor.Kind == inbox.ActorAPIKey {
		kind = keyAccounts
	}
	return kind + strconv.FormatInt(actor.ID, 10)
}

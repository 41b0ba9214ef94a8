package transport

import (
	"context"
	"errors"
	"hash/maphash"
	"math"
	"time"

	"foyer/internal/ratelimit"
)

const (
	// maxStrangerBody is how large the body of a request without a token may be, in bytes: it can only be a
	// login.
	maxStrangerBody = 16 << 10
	// manyNetworks is how many networks of strangers are remembered.
	manyNetworks = 10_000
	// manyTokens is how many valid tokens are remembered.
	manyTokens = 10_000
)

// mayAsk reports whether a request may be answered and, if not, how long to wait: its token was valid lately, or its network
// has a request left. That is used up if there is no token, or if the token turns out to be unknown: see identify.
func (h *Handler) mayAsk(ctx context.Context, token string) (wait time.Duration, ok bool) {
	if _, known := h.goodTokens.Get(maphash.String(h.seed, token)); known {
		return 0, true
	}
	from := ratelimit.NetworkAddr(Address(ctx)).String()
	if token == "" {
		level, ok := h.strangers.Take(from, 1)
		return level.Wait, ok
	}
	wait = h.strangers.Peek(from).Wait
	return wait, wait == 0
}

// identify authenticates the sender of a request by its token, and remembers whether the token
// was valid.
func (h *Handler) identify(ctx context.Context, token string) (context.Context, error) {
	session, err := h.config.Authenticate(ctx, token)
	switch {
	case err == nil && token != "":
		account, _ := h.accountOf(session)
		h.goodTokens.Put(account, maphash.String(h.seed, token), struct{}{}, 1)
	case errors.Is(err, ErrUnauthenticated), errors.Is(err, ErrEnded):
		h.strangers.Charge(ratelimit.NetworkAddr(Address(ctx)).String(), 1)
	}
	return session, err
}

// accountOf returns the name of the account that a context belongs to, and reports whether it belongs to a stranger.
func (h *Handler) accountOf(ctx context.Context) (name string, stranger bool) {
	if h.config.Account == nil {
		return "", false
	}
	name = h.config.Account(ctx)
	return name, name == ""
}

// wholeSeconds returns a time in the form of Retry-After: in seconds, rounded up, and
// at least one.
func wholeSeconds(wait time.Duration) int { return int(math.Ceil(max(1, wait.Seconds()))) }

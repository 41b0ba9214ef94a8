package transport

import (
	"context"
	"hash/maphash"
	"math"
	"net/netip"
	"time"

	"foyer/internal/cache"
	"foyer/internal/ratelimit"
)

const (
	// maxStrangerBody is how large the body of a request without a token may be, in bytes: it asks for a log-in.
	maxStrangerBody = 16 << 10
	// manyNetworks is how many networks are remembered that strangers came from.
	manyNetworks = 10_000
	// manyTokens is how many tokens are remembered as good.
	manyTokens = 10_000
)

// strangers limits, by network, the requests without a token or with an unknown one. Requests with a token that was good
// lately are not limited by those of their neighbours.
type strangers struct {
	limits *ratelimit.Limits
	seed   maphash.Seed
	good   *cache.Cache[uint64, struct{}] // hashes of tokens
}

func newStrangers(rate ratelimit.Rate, clock func() time.Time) *strangers {
	return &strangers{limits: ratelimit.New(rate, manyNetworks, clock), seed: maphash.MakeSeed(),
		good: cache.New[uint64, struct{}](manyTokens)}
}

// ask takes one of the requests that a network has left, and reports whether there was one; if not, it returns how long to wait.
func (s *strangers) ask(from netip.Addr) (wait time.Duration, ok bool) {
	level, ok := s.limits.Take(from.String(), 1)
	return level.Wait, ok
}

// mayTry reports whether a token may be looked up: it was good lately, or its network has a request left, which is taken if the
// token turns out to be unknown.
func (s *strangers) mayTry(token string, from netip.Addr) (wait time.Duration, ok bool) {
	if _, known := s.good.Get(maphash.String(s.seed, token)); known {
		return 0, true
	}
	wait = s.limits.Peek(from.String()).Wait
	return wait, wait == 0
}

// tried notes whether a token was good.
func (s *strangers) tried(token, account string, from netip.Addr, good bool) {
	if good {
		s.good.Put(account, maphash.String(s.seed, token), struct{}{}, 1)
	} else {
		s.limits.Charge(from.String(), 1)
	}
}

// accountOf returns the name of the account that a context belongs to, and reports whether it belongs to a stranger.
func (h *Handler) accountOf(ctx context.Context) (name string, stranger bool) {
	if h.config.Account == nil {
		return "", false
	}
	name = h.config.Account(ctx)
	return name, name == ""
}

// wholeSeconds returns a time as Retry-After has it: at least one second, rounded up.
func wholeSeconds(wait time.Duration) int { return int(math.Ceil(max(1, wait.Seconds()))) }

package resolvers

import (
	"cmp"
	"time"

	"foyer/inbox"
	"foyer/internal/ratelimit"
)

// Limits say what callers may ask for. The zero value has the documented limits, without a limit on points per second.
type Limits struct {
	// MaxDepth is how deep an operation may go: 12 if it is zero. Introspection may always go 16 deep, as the usual
	// query for the whole schema does.
	MaxDepth int
	// MaxAliases is how many fields may have an alias: 30 if it is zero.
	MaxAliases int
	// MaxCost is how many points an operation may cost: 5,000 if it is zero.
	MaxCost int
	// MaxAnswer is how large the answer to a query or a mutation may be, in bytes: 16 MiB if it is zero.
	MaxAnswer int
	// MaxTokens is how many tokens a document may have: 1,000 if it is zero.
	MaxTokens int

	// Sessions is how many points each agent may spend in all sessions, and each address that is not logged in; Keys, how
	// many each API key may spend. Whoever has spent more must wait until it has come back. A Burst is at least MaxCost.
	Sessions, Keys ratelimit.Rate

	// Introspection reports whether a caller may read the schema; nil: everybody who is logged in may.
	Introspection func(inbox.Caller) bool

	// Clock returns the time; nil: time.Now.
	Clock func() time.Time
}

func (l Limits) withDefaults() Limits {
	l.MaxDepth = cmp.Or(l.MaxDepth, 12)
	l.MaxAliases = cmp.Or(l.MaxAliases, 30)
	l.MaxCost = cmp.Or(l.MaxCost, 5_000)
	l.MaxAnswer = cmp.Or(l.MaxAnswer, 16<<20)
	l.MaxTokens = cmp.Or(l.MaxTokens, 1_000)
	for _, r := range []*ratelimit.Rate{&l.Sessions, &l.Keys} {
		r.Burst = max(r.Burst, l.MaxCost)
	}
	if l.Introspection == nil {
		l.Introspection = func(inbox.Caller) bool { return true }
	}
	if l.Clock == nil {
		l.Clock = time.Now
	}
	return l
}

// WithLimits returns resolvers with these limits. They share everything else.
func (r *Resolver) WithLimits(l Limits) *Resolver {
	limited := *r
	limited.limits = l.withDefaults()
	limited.budgets = newBudgets(limited.limits)
	limited.counts = newViewCounts(limited.limits.Clock)
	return &limited
}

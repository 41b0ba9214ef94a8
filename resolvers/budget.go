package resolvers

import (
	"context"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"golang.org/x/time/rate"

	"foyer/engine"
	"foyer/transport"
)

// maxBudgets bounds how many callers' budgets are remembered.
const maxBudgets = 10_000

// budgets knows what each caller has left to spend. A budget nobody has drawn on for long is full, and forgetting it
// changes nothing.
type budgets struct {
	sessions, keys Rate
	clock          func() time.Time

	mu    sync.Mutex
	known map[string]*rate.Limiter // by token, or by the address of whoever has none
}

func newBudgets(l Limits) *budgets {
	return &budgets{sessions: l.Sessions, keys: l.Keys, clock: l.Clock, known: make(map[string]*rate.Limiter)}
}

// of gives the caller's budget; nil where none is kept.
func (b *budgets) of(ctx context.Context, now time.Time) *rate.Limiter {
	name, allowed := tokenOf(ctx), b.sessions
	switch {
	case name == "":
		name = "from " + network(transport.Address(ctx)).String()
	case engine.IsAPIKey(name):
		allowed = b.keys
	}
	if allowed.PerSecond <= 0 {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	budget, ok := b.known[name]
	if !ok {
		if len(b.known) >= maxBudgets {
			b.forget(now)
		}
		budget = rate.NewLimiter(rate.Limit(allowed.PerSecond), allowed.Burst)
		b.known[name] = budget
	}
	return budget
}

// forget makes room: what is full goes first and, where that is not enough, half of the others, whichever. The caller
// holds mu.
func (b *budgets) forget(now time.Time) {
	for name, budget := range b.known {
		if budget.TokensAt(now) >= float64(budget.Burst()) {
			delete(b.known, name)
		}
	}
	for name := range b.known {
		if len(b.known) <= maxBudgets/2 {
			return
		}
		delete(b.known, name)
	}
}

// network is what an address is limited by: whoever has an IPv6 address has 64 bits of them.
func network(address netip.Addr) netip.Addr {
	address = address.Unmap()
	if !address.Is6() {
		return address
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.Addr()
}

// cost is what an answer says of its price, in extensions.cost.
type cost struct {
	// Requested is how many points the operation costs, Maximum how many one may.
	Requested int `json:"requested"`
	Maximum   int `json:"maximum"`
	*allowance

	introspects bool // whether the operation looks at the schema
	told        bool // whether the header of the response has the allowance as it is
}

// AppendJSON appends what extensions.cost shows: it is in every answer, and encoding/json takes longer.
func (c *cost) AppendJSON(out []byte) []byte {
	number := func(name string, n int) {
		out = append(append(append(out, '"'), name...), `":`...)
		out = append(strconv.AppendInt(out, int64(n), 10), ',')
	}
	out = append(out, '{')
	number("requested", c.Requested)
	number("maximum", c.Maximum)
	if c.allowance != nil {
		number("limit", c.Limit)
		number("remaining", c.Remaining)
		number("restoreRate", c.RestoreRate)
	}
	out[len(out)-1] = '}'
	return out
}

// allowance is what a caller has left, where that is limited.
type allowance struct {
	// Limit is how many points there may be, Remaining how many there are, RestoreRate how many come back per second.
	Limit       int `json:"limit"`
	Remaining   int `json:"remaining"`
	RestoreRate int `json:"restoreRate"`

	reset float64 // in how many seconds all of them are there
}

// costExtension is where an operation keeps its cost, and an answer shows it.
const costExtension = "cost"

// costOf gives what an operation is known to cost so far; nil where nothing is known.
func costOf(operation *graphql.OperationContext) *cost {
	known, _ := operation.Stats.GetExtension(costExtension).(*cost)
	return known
}

// spend takes points from the caller's budget, and refuses where there are too few.
func (l limits) spend(ctx context.Context, c *cost, points int) *gqlerror.Error {
	now := l.budgets.clock()
	budget := l.budgets.of(ctx, now)
	if budget == nil {
		return nil
	}
	allowed := budget.AllowN(now, points)
	left := max(0, budget.TokensAt(now))
	perSecond := float64(budget.Limit())
	if c.allowance == nil {
		c.allowance = &allowance{Limit: budget.Burst(), RestoreRate: int(perSecond)}
	}
	c.Remaining, c.reset, c.told = int(left), (float64(budget.Burst())-left)/perSecond, false
	if allowed {
		return nil
	}
	wait := seconds(max(1, (float64(points)-left)/perSecond))
	transport.SetHeader(ctx, "Retry-After", wait)
	refused := requestError(codeRateLimited, "The operation costs %d points and %d are left; %d come back per second.",
		c.Requested, int(left), int(perSecond))
	retryAfter, _ := strconv.Atoi(wait)
	refused.Extensions["retryAfter"] = retryAfter
	refused.Extensions[costExtension] = c
	return refused
}

// tell says in the header of the response what is left, where that is limited and not said yet.
func (c *cost) tell(ctx context.Context) {
	if c.allowance == nil || c.told {
		return
	}
	c.told = true
	transport.SetHeader(ctx, "Ratelimit-Limit", strconv.Itoa(c.Limit))
	transport.SetHeader(ctx, "Ratelimit-Remaining", strconv.Itoa(c.Remaining))
	transport.SetHeader(ctx, "Ratelimit-Reset", seconds(c.reset))
}

// seconds gives a time as headers have it: whole seconds, rounded up.
func seconds(n float64) string { return strconv.Itoa(int(math.Ceil(n))) }

package resolvers

import (
	"context"
	"math"
	"strconv"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/internal/ratelimit"
	"foyer/store"
	"foyer/transport"
)

// maxBudgets bounds how many budgets of each kind are remembered.
const maxBudgets = 10_000

// What an operation has used is charged at these rates: a field that is there in memory takes about a point of time, and
// half a kilobyte about as long to write and to send.
const (
	pointOfTime  = 20 * time.Microsecond
	pointOfBytes = 512
)

// pointsFor returns what it costs to be at work for so long and to send so many bytes.
func pointsFor(work time.Duration, bytes int) int {
	return int(max(work, 0)/pointOfTime) + bytes/pointOfBytes
}

// budgets knows what each account has left to spend, and each network that nobody is logged in from.
type budgets struct{ agents, keys *ratelimit.Limits }

func newBudgets(l Limits) budgets {
	return budgets{agents: ratelimit.New(l.Sessions, maxBudgets, l.Clock), keys: ratelimit.New(l.Keys, maxBudgets, l.Clock)}
}

// budget is what one caller may spend.
type budget struct {
	*ratelimit.Limits
	key string
}

// of returns the budget of the caller in ctx.
func (b budgets) of(ctx context.Context) budget {
	account := accountOf(ctx)
	switch {
	case isKey(account):
		return budget{b.keys, account}
	case account == "" && !b.agents.Unlimited():
		account = "from " + ratelimit.Network(transport.Address(ctx))
	}
	return budget{b.agents, account}
}

// cost is what an operation costs. Answers show it in extensions.cost.
type cost struct {
	// Requested is how many points the operation was estimated to cost, Maximum how many one may.
	Requested int `json:"requested"`
	Maximum   int `json:"maximum"`
	// Charged is what it has cost, where that turned out to be more.
	Charged int `json:"charged,omitempty"`
	*allowance

	introspects bool      // whether the operation looks at the schema
	told        bool      // whether the header of the response has the allowance as it is
	began       time.Time // when it was taken up
	waits       store.Waits
	paid        int // how many points were taken for it
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
	if c.Charged > 0 {
		number("charged", c.Charged)
	}
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
	// Remaining is below zero while more has been spent than there was.
	Limit       int `json:"limit"`
	Remaining   int `json:"remaining"`
	RestoreRate int `json:"restoreRate"`

	reset float64 // in how many seconds all of them are there
}

// costExtension is where an operation keeps its cost, and an answer shows it.
const costExtension = "cost"

// costOf returns what an operation is known to cost so far, or nil if nothing is known.
func costOf(operation *graphql.OperationContext) *cost {
	known, _ := operation.Stats.GetExtension(costExtension).(*cost)
	return known
}

// note takes down what the caller has left.
func (c *cost) note(b budget, level ratelimit.Level) {
	if c.allowance == nil {
		c.allowance = &allowance{Limit: b.Rate().Burst, RestoreRate: int(b.Rate().PerSecond)}
	}
	c.Remaining, c.reset, c.told = int(math.Floor(level.Tokens)), level.Full.Seconds(), false
}

// spend takes points from the caller's budget before they are used, and refuses where there are too few.
func (r *Resolver) spend(ctx context.Context, c *cost, points int) *gqlerror.Error {
	budget := r.budgets.of(ctx)
	if budget.Unlimited() {
		return nil
	}
	level, ok := budget.Take(budget.key, points)
	c.note(budget, level)
	if ok {
		c.paid += points
		return nil
	}
	return r.refuse(ctx, c, level.Wait)
}

func (r *Resolver) refuse(ctx context.Context, c *cost, after time.Duration) *gqlerror.Error {
	wait := seconds(max(1, after.Seconds()))
	transport.SetHeader(ctx, "Retry-After", wait)
	refused := requestError(codeRateLimited, "The operation costs %d points, and %d are left; %d are added per second. "+
		"Try again in %s s, or ask for less at once.", c.Requested, c.Remaining, c.RestoreRate, wait)
	retryAfter, _ := strconv.Atoi(wait)
	refused.Extensions["retryAfter"] = retryAfter
	refused.Extensions[costExtension] = c
	return refused
}

// settle charges the caller what the operation has used beyond what was taken for it, when its answer has so many bytes.
// The account may owe that: what it does next has to wait until it is paid.
func (r *Resolver) settle(ctx context.Context, c *cost, bytes int) {
	budget := r.budgets.of(ctx)
	if budget.Unlimited() {
		return
	}
	var worked time.Duration
	if accountOf(ctx) != "" { // a log-in takes its turn to hash, and is limited otherwise
		worked = r.limits.Clock().Sub(c.began) - c.waits.Waited()
	}
	if used := pointsFor(worked, bytes); used > c.paid {
		c.note(budget, budget.Charge(budget.key, used-c.paid))
		c.paid, c.Charged = used, used
	}
}

// tell says in the header of the response what is left, where that is limited and not said yet.
func (c *cost) tell(ctx context.Context) {
	if c.allowance == nil || c.told {
		return
	}
	c.told = true
	transport.SetHeader(ctx, "Ratelimit-Limit", strconv.Itoa(c.Limit))
	transport.SetHeader(ctx, "Ratelimit-Remaining", strconv.Itoa(max(0, c.Remaining)))
	transport.SetHeader(ctx, "Ratelimit-Reset", seconds(c.reset))
}

// seconds returns a time as headers have it: whole seconds, rounded up.
func seconds(n float64) string { return strconv.Itoa(int(math.Ceil(n))) }

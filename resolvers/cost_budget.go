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

// maxBudgets is how many budgets of each kind are remembered at most.
const maxBudgets = 10_000

// An operation is charged at these rates for what it used: a field that is in memory takes about a point of time, and half a
// kilobyte takes about as long to write and to send.
const (
	pointOfTime  = 20 * time.Microsecond
	pointOfBytes = 512
)

// pointsFor returns how many points an amount of work and a number of bytes cost.
func pointsFor(work time.Duration, bytes int) int {
	return int(max(work, 0)/pointOfTime) + bytes/pointOfBytes
}

// budgets have the points that are left to each account, and to each network of anonymous callers.
type budgets struct{ agents, keys *ratelimit.Limits }

func newBudgets(l Limits) budgets {
	return budgets{agents: ratelimit.New(l.Sessions, maxBudgets, l.Clock), keys: ratelimit.New(l.Keys, maxBudgets, l.Clock)}
}

// budget is the points of one caller.
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

// cost is how many points an operation costs. Answers show it in extensions.cost.
type cost struct {
	// Requested is how many points the operation was estimated to cost, Maximum how many one operation may cost.
	Requested int `json:"requested"`
	Maximum   int `json:"maximum"`
	// Charged is how many points it was charged, if that was more.
	Charged int `json:"charged,omitempty"`
	*allowance

	introspects bool      // whether the operation looks at the schema
	told        bool      // whether the headers of the response have the allowance
	began       time.Time // when work on it began
	waits       store.Waits
	paid        int // how many points were taken for it before it ran
	more        int // how many points it costs besides what it used
}

// add adds to what the operation costs besides what it used.
func (c *cost) add(points int) {
	if c != nil {
		c.more += points
	}
}

// AppendJSON appends the cost as JSON. It is in every answer, and encoding/json takes longer.
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

// allowance is how many points a caller has left, if that is limited.
type allowance struct {
	// Limit is how many points there may be, Remaining how many there are, RestoreRate how many come back per second.
	// Remaining is below zero after more was spent than there was.
	Limit       int `json:"limit"`
	Remaining   int `json:"remaining"`
	RestoreRate int `json:"restoreRate"`

	reset float64 // the number of seconds until all of them are back
}

// costExtension is the name of the extension of operations and answers that has the cost.
const costExtension = "cost"

// costOf returns the cost of an operation as far as it is known, or nil if it is not.
func costOf(operation *graphql.OperationContext) *cost {
	known, _ := operation.Stats.GetExtension(costExtension).(*cost)
	return known
}

// setAllowance sets how many points the caller has left.
func (c *cost) setAllowance(b budget, level ratelimit.Level) {
	if c.allowance == nil {
		c.allowance = &allowance{Limit: b.Rate().Burst, RestoreRate: int(b.Rate().PerSecond)}
	}
	c.Remaining, c.reset, c.told = int(math.Floor(level.Tokens)), level.Full.Seconds(), false
}

// spend takes points from the caller's budget before they are used, and fails if there are too few.
func (r *Resolver) spend(ctx context.Context, c *cost, points int) *gqlerror.Error {
	budget := r.budgets.of(ctx)
	if budget.Unlimited() {
		return nil
	}
	level, ok := budget.Take(budget.key, points)
	c.setAllowance(budget, level)
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

// chargeUse charges the caller for what the operation used beyond the points that were taken for it. bytes is the size of its
// answer. The account may go into debt, and its next operation must then wait until it is out of debt.
func (r *Resolver) chargeUse(ctx context.Context, c *cost, bytes int) {
	budget := r.budgets.of(ctx)
	if budget.Unlimited() {
		return
	}
	var worked time.Duration
	if accountOf(ctx) != "" { // logins wait for each other, and have limits of their own
		worked = r.limits.Clock().Sub(c.began) - c.waits.Waited()
	}
	if used := pointsFor(worked, bytes) + c.more; used > c.paid {
		c.setAllowance(budget, budget.Charge(budget.key, used-c.paid))
		c.paid, c.Charged = used, used
	}
}

// setHeaders sets the headers that say how many points are left, if the caller is limited and the headers are not set
// yet.
func (c *cost) setHeaders(ctx context.Context) {
	if c.allowance == nil || c.told {
		return
	}
	c.told = true
	transport.SetHeader(ctx, "Ratelimit-Limit", strconv.Itoa(c.Limit))
	transport.SetHeader(ctx, "Ratelimit-Remaining", strconv.Itoa(max(0, c.Remaining)))
	transport.SetHeader(ctx, "Ratelimit-Reset", seconds(c.reset))
}

// seconds formats seconds for headers: whole ones, rounded up.
func seconds(n float64) string { return strconv.Itoa(int(math.Ceil(n))) }

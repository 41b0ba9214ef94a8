package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/inbox"
	"foyer/live"
	"foyer/store"
	"foyer/transport"
)

// Subscriptions that ask for the same thing share what they are shown: of an event nothing depends on who asks, except by
// role.

// alike is what subscriptions have in common that share their items.
type alike struct {
	text      string // in normal form
	variables string // as JSON, by the order in which the text uses them
	role      inbox.Role
}

// alikeTo returns what a subscription has in common with others.
func (e *Executor) alikeTo(operation *graphql.OperationContext, role inbox.Role) (alike, error) {
	form := e.documents.normalForm(operation.RawQuery, operation.Operation)
	values := make([][]any, len(form.variables)) // an empty one where there is none, which is not null
	for i, name := range form.variables {
		if value, given := operation.Variables[name]; given {
			values[i] = []any{value}
		}
	}
	text, err := json.Marshal(values)
	return alike{form.text, string(text), role}, err
}

// share lets a sink have the items of a subscription, together with all others like it. The channel it returns is closed.
func (r subscriptionResolver) share(ctx context.Context, sub live.Subscription, sink transport.Sink) (<-chan inbox.StreamItem, error) {
	operation := graphql.GetOperationContext(ctx)
	role := callerOf(ctx).Role
	key, err := ctx.Value(executorKey{}).(*Executor).alikeTo(operation, role)
	if err != nil {
		return nil, fmt.Errorf("compare subscriptions: %w", err)
	}
	leave, ok := r.following.begin(accountOf(ctx), key)
	if !ok {
		return nil, requestError(codeRateLimited, "An account follows %d different subscriptions at most. "+
			"Those that ask for the same, with the same variables, count as one. End one of the others first.", maxFollowed)
	}
	member, err := r.live.Join(ctx, sub, key, r.shows(ctx, operation, role))
	if err != nil {
		leave()
		if ended, ok := errors.AsType[*live.EndError](err); ok {
			return nil, r.endOf(ctx, ended)
		}
		return nil, err
	}
	shared := &shared{r: r.Resolver, Member: member, Sink: sink, leave: leave,
		meter: meter{budget: r.budgets.of(ctx), after: r.after, resume: member.Pull}}
	if sink.Attach(shared) {
		member.Start(shared)
	} else {
		leave()
	}
	return none(), nil
}

// shared stands between a member and the sink of a socket.
type shared struct {
	transport.Sink
	meter meter
	*live.Member
	r     *Resolver
	leave func()
}

var (
	_ transport.Source = (*shared)(nil)
	_ live.Sink        = (*shared)(nil)
)

// Offer sends an item, unless the account owes too much for those before it.
func (f *shared) Offer(item live.Shown, place int64) live.Reception {
	if f.meter.paused.Load() {
		return live.Later
	}
	if !f.Sink.Offer(item.Payload, place) {
		return live.Full
	}
	f.meter.deliver(item)
	return live.Taken
}

// Leave ends the subscription.
func (f *shared) Leave() {
	f.meter.ended.Store(true)
	f.Member.Leave()
	f.leave()
}

// End tells the client why the stream ended.
func (f *shared) End(end *live.EndError) {
	f.Sink.End(f.r.endOf(context.Background(), end))
}

// TooSlow closes the socket.
func (f *shared) TooSlow() { f.Sink.TooSlow() }

// TooSlowAt returns what the client is told whose socket is too slow.
func (f *shared) TooSlowAt(place int64) *gqlerror.Error {
	return f.r.endOf(context.Background(), f.EndAt(place, live.ErrTooSlow))
}

// showers is how many items of a stretch are shown at a time: their loaders read for all of them at once.
const showers = 64

type itemsKey struct{}

// none returns a channel without items.
func none() <-chan inbox.StreamItem {
	channel := make(chan inbox.StreamItem)
	close(channel)
	return channel
}

// shows returns what shows items as the subscription in ctx does. It keeps nothing of who subscribed but the role.
func (r *Resolver) shows(ctx context.Context, operation *graphql.OperationContext, role inbox.Role) live.Show {
	executor := ctx.Value(executorKey{}).(*Executor)
	common := &graphql.OperationContext{
		RawQuery:               operation.RawQuery,
		Variables:              operation.Variables,
		OperationName:          operation.OperationName,
		Doc:                    operation.Doc,
		Operation:              operation.Operation,
		DisableIntrospection:   operation.DisableIntrospection,
		RecoverFunc:            operation.RecoverFunc,
		ResolverMiddleware:     operation.ResolverMiddleware,
		RootResolverMiddleware: operation.RootResolverMiddleware,
	}
	return func(ctx context.Context, items []inbox.StreamItem) []live.Shown {
		var waits store.Waits
		began := time.Now()
		ctx, end := r.withScope(store.WithWaits(withCaller(ctx, inbox.Caller{Role: role}), &waits))
		defer end()
		shown := make([]live.Shown, len(items))
		var working sync.WaitGroup
		var next atomic.Int64
		show := func() {
			d := display{ctx: ctx, executor: executor, operation: common}
			for i := int(next.Add(1)) - 1; i < len(items); i = int(next.Add(1)) - 1 {
				shown[i] = d.show(items[i])
			}
		}
		for range min(showers, len(items)) - 1 {
			working.Go(show)
		}
		show()
		working.Wait()
		scopeOf(ctx).date(shown)
		took := max(0, time.Since(began)-waits.Waited()) / time.Duration(max(1, len(items)))
		for i := range shown {
			shown[i].Took = took
		}
		return shown
	}
}

// date tells of items from which snapshot they were read.
func (s *scope) date(shown []live.Shown) {
	if s.view == nil || s.view.Statements() == 0 {
		return
	}
	asOf, err := s.view.HeadNumber()
	for i := range shown {
		if shown[i].AsOf = asOf; err != nil && shown[i].Err == nil {
			shown[i].Err = fmt.Errorf("date an item: %w", err)
		}
	}
}

// display is a subscription that is executed once for many items, one after another: to begin with an execution takes a
// good part of what an item takes.
type display struct {
	ctx       context.Context //nolint:containedctx // that of the call of live.Show it works for
	executor  graphql.GraphExecutor
	operation *graphql.OperationContext
	items     chan inbox.StreamItem // what is shown next
	next      graphql.ResponseHandler
	running   context.Context //nolint:containedctx // what next is called with
}

// show executes the subscription for one item.
func (d *display) show(item inbox.StreamItem) (shown live.Shown) {
	defer func() {
		if value := recover(); value != nil {
			shown.Err = recovered(d.ctx, value)
		}
		if shown.Err != nil {
			d.next = nil // it may not have come to the item, and ends with an error
		}
	}()
	if d.next == nil {
		d.items = make(chan inbox.StreamItem, 1)
		d.next, d.running = d.executor.DispatchOperation(context.WithValue(d.ctx, itemsKey{}, d.items), d.operation)
	}
	d.items <- item
	response := d.next(d.running)
	switch {
	case response == nil:
		return live.Shown{Err: fmt.Errorf("the executor gave no response: %w", context.Cause(d.ctx))}
	case isUnshown(response), len(response.Data) == 0 && len(response.Errors) > 0:
		return live.Shown{Err: response.Errors[0]}
	}
	payload, err := transport.EncodeResponse(response)
	return live.Shown{Payload: payload, Err: err}
}

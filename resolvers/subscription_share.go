package resolvers

import (
	"bytes"
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

// Subscriptions that ask for the same share their encoded items: nothing in an item depends on the viewer, except by role.

// alike is what subscriptions that share their items have in common.
type alike struct {
	text      string // in normal form
	variables string // as JSON, by the order in which the text uses them
	role      inbox.Role
}

// alikeTo returns what a subscription has in common with those that share its items.
func (e *Executor) alikeTo(operation *graphql.OperationContext, role inbox.Role) (alike, error) {
	form := e.documents.normalForm(operation.RawQuery, operation.Operation)
	values := make([][]any, len(form.variables)) // an empty list if there are none, not null
	for i, name := range form.variables {
		if value, given := operation.Variables[name]; given {
			values[i] = []any{value}
		}
	}
	text, err := json.Marshal(values)
	return alike{form.text, string(text), role}, err
}

// share makes the transport's sink a member of the subscriptions that are alike. It returns a closed channel: items go to the
// sink. It fails outside of package transport, such as under gqlgen's own websockets.
func (r subscriptionResolver) share(ctx context.Context, sub live.Subscription) (<-chan inbox.StreamItem, error) {
	sink := transport.SinkOf(ctx)
	executor, ok := ctx.Value(executorKey{}).(*Executor)
	if sink == nil || !ok {
		return nil, errors.New("subscriptions are served by package transport alone")
	}
	operation := graphql.GetOperationContext(ctx)
	role := callerOf(ctx).Role
	key, err := executor.alikeTo(operation, role)
	if err != nil {
		return nil, fmt.Errorf("compare subscriptions: %w", err)
	}
	leave, ok := r.following.begin(accountOf(ctx), key)
	if !ok {
		return nil, requestError(codeRateLimited, "An account can have at most %d different subscriptions. "+
			"Equal ones with equal variables count as one. End one first.", maxFollowed)
	}
	member, err := r.live.Join(ctx, sub, key, r.shows(executor, operation, role))
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
	closed := make(chan inbox.StreamItem)
	close(closed)
	return closed, nil
}

// shared stands between a member and the sink of the transport.
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

// Offer sends an item, unless the account owes too much for earlier ones.
func (s *shared) Offer(item live.Shown, place int64) live.Reception {
	if s.meter.paused.Load() {
		return live.Later
	}
	if !s.Sink.Offer(item.Payload, place) {
		return live.Full
	}
	s.meter.deliver(item)
	return live.Taken
}

// Leave ends the subscription.
func (s *shared) Leave() {
	s.meter.ended.Store(true)
	s.Member.Leave()
	s.leave()
}

// End sends the client the reason why the subscription ended.
func (s *shared) End(end *live.EndError) {
	s.Sink.End(s.r.endOf(context.Background(), end))
}

// TooSlowAt returns the error for a client that is too slow.
func (s *shared) TooSlowAt(place int64) *gqlerror.Error {
	return s.r.endOf(context.Background(), s.EndAt(place, live.ErrTooSlow))
}

// maxShowing is how many items are executed at a time: their loaders read for all of them at once.
const maxShowing = 64

type itemsKey struct{}

// shows returns a Show that executes a subscription for each item. It keeps nothing of the subscriber but the role.
func (r *Resolver) shows(executor *Executor, operation *graphql.OperationContext, role inbox.Role) live.Show {
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
		for range min(maxShowing, len(items)) - 1 {
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

// date sets the snapshot that items were read from.
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

// display is one execution of a subscription that shows many items, one after another: beginning an execution takes a
// considerable part of the time for an item.
type display struct {
	ctx       context.Context //nolint:containedctx // that of the call of live.Show for which it works
	executor  *Executor
	operation *graphql.OperationContext
	items     chan inbox.StreamItem // the next item to show
	next      graphql.ResponseHandler
	running   context.Context //nolint:containedctx // the context that next is called with
}

// show executes the subscription for one item.
func (d *display) show(item inbox.StreamItem) (shown live.Shown) {
	defer func() {
		if value := recover(); value != nil {
			shown.Err = recovered(d.ctx, value)
		}
		if shown.Err != nil {
			d.next = nil // it may not have got to the item, and ends with an error
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

// isUnshown reports whether a response is for an item that could not be shown at all.
func isUnshown(response *graphql.Response) bool {
	return len(response.Errors) > 0 && bytes.HasSuffix(response.Data, []byte(`:null}`))
}

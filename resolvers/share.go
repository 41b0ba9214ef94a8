package resolvers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/inbox"
	"foyer/live"
	"foyer/transport"
)

// Subscriptions that ask for the same thing share what they are shown: of an event nothing depends on who asks, except by
// role.

// alike is what subscriptions have in common that share their items.
type alike struct {
	query, operation string
	variables        string // as JSON, without the cursor
	role             inbox.Role
}

// alikeTo gives what the subscription that runs in ctx has in common with others.
func alikeTo(operation *graphql.OperationContext, role inbox.Role) (alike, error) {
	variables := operation.Variables
	if name := cursorVariable(operation); name != "" {
		others := make(map[string]any, len(variables))
		for key, value := range variables {
			if key != name {
				others[key] = value
			}
		}
		variables = others
	}
	text, err := json.Marshal(variables)
	return alike{operation.RawQuery, operation.OperationName, string(text), role}, err
}

// cursorVariable names the variable that says where to begin, and nothing else; empty where there is none.
func cursorVariable(operation *graphql.OperationContext) string {
	for _, field := range graphql.CollectFields(operation, operation.Operation.SelectionSet, []string{"Subscription"}) {
		argument := field.Arguments.ForName("after")
		if argument == nil || argument.Value.Kind != ast.Variable {
			continue
		}
		name := argument.Value.Raw
		uses := countUses(name, operation.Operation.SelectionSet)
		for _, fragment := range operation.Doc.Fragments {
			uses += countUses(name, fragment.SelectionSet)
		}
		if uses == 1 {
			return name
		}
	}
	return ""
}

// countUses counts how often a variable is used in arguments and directives.
func countUses(name string, selections ast.SelectionSet) int {
	uses := 0
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			uses += usesOf(name, s.Arguments, s.Directives) + countUses(name, s.SelectionSet)
		case *ast.InlineFragment:
			uses += usesOf(name, nil, s.Directives) + countUses(name, s.SelectionSet)
		case *ast.FragmentSpread:
			uses += usesOf(name, nil, s.Directives)
		}
	}
	return uses
}

func usesOf(name string, arguments ast.ArgumentList, directives ast.DirectiveList) int {
	uses := 0
	for _, argument := range arguments {
		uses += usesIn(name, argument.Value)
	}
	for _, directive := range directives {
		uses += usesOf(name, directive.Arguments, nil)
	}
	return uses
}

func usesIn(name string, value *ast.Value) int {
	if value == nil {
		return 0
	}
	if value.Kind == ast.Variable && value.Raw == name {
		return 1
	}
	uses := 0
	for _, child := range value.Children {
		uses += usesIn(name, child.Value)
	}
	return uses
}

// share lets a sink have the items of a subscription, together with all others like it. The channel it gives is closed.
func (r subscriptionResolver) share(ctx context.Context, sub live.Subscription, sink transport.Sink) (<-chan inbox.StreamItem, error) {
	operation := graphql.GetOperationContext(ctx)
	role := callerOf(ctx).Role
	key, err := alikeTo(operation, role)
	if err != nil {
		return nil, fmt.Errorf("compare subscriptions: %w", err)
	}
	member, err := r.live.Join(ctx, sub, key, r.shows(ctx, operation, role))
	if ended, ok := errors.AsType[*live.EndError](err); ok {
		return nil, r.endOf(ctx, ended)
	}
	if err != nil {
		return nil, err
	}
	shared := &shared{r: r.Resolver, Member: member, Sink: sink}
	if sink.Attach(shared) {
		member.Start(shared)
	}
	return none(), nil
}

// shared stands between a member and the sink of a socket.
type shared struct {
	r *Resolver
	*live.Member
	transport.Sink
}

var (
	_ transport.Source = (*shared)(nil)
	_ live.Sink        = (*shared)(nil)
)

// End tells the client why the stream ended.
func (f *shared) End(end *live.EndError) {
	f.Sink.End(f.r.endOf(context.Background(), end))
}

// TooSlow closes the socket.
func (f *shared) TooSlow() { f.Sink.TooSlow() }

// TooSlowAt gives what the client is told whose socket is too slow.
func (f *shared) TooSlowAt(place int64) *gqlerror.Error {
	return f.r.endOf(context.Background(), f.EndAt(place, live.ErrTooSlow))
}

// showers is how many items of a stretch are shown at a time: their loaders read for all of them at once.
const showers = 64

type itemsKey struct{}

// none gives a channel without items.
func none() <-chan inbox.StreamItem {
	channel := make(chan inbox.StreamItem)
	close(channel)
	return channel
}

// shows gives what shows items as the subscription in ctx does. It keeps nothing of who subscribed but the role.
func (r *Resolver) shows(ctx context.Context, operation *graphql.OperationContext, role inbox.Role) live.Show {
	executor := ctx.Value(executorKey{}).(graphql.GraphExecutor)
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
		ctx, end := r.withScope(withCaller(ctx, inbox.Caller{Role: role}))
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

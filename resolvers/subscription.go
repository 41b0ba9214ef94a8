package resolvers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/live"
	"foyer/store"
	"foyer/transport"
)

// The values of extensions.code that end streams.
const (
	codeCursorInvalid = "CURSOR_INVALID"
	codeCursorExpired = "CURSOR_EXPIRED"
	codeScopeChanged  = "SCOPE_CHANGED"
	codeTooSlow       = "CONSUMER_TOO_SLOW"
)

type subscriptionResolver struct{ *Resolver }

// Subscription resolves the subscriptions.
func (r *Resolver) Subscription() graph.SubscriptionResolver { return subscriptionResolver{r} }

// Events follows what the caller sees.
func (r subscriptionResolver) Events(ctx context.Context, after *inbox.Cursor, filter *graph.EventFilter) (<-chan inbox.StreamItem, error) {
	if items, ok := ctx.Value(itemsKey{}).(chan inbox.StreamItem); ok {
		return items, nil
	}
	caller := callerOf(ctx)
	sub := live.Subscription{After: after, Sight: func(reader *store.Reader) (inbox.Sight, error) { return sightNow(reader, caller) }}
	var err error
	if sub.Filter, err = eventFilter(filter); err != nil {
		return nil, err
	}
	if sink := transport.SinkOf(ctx); sink != nil {
		return r.share(ctx, sub, sink)
	}
	stream, err := r.live.Subscribe(ctx, sub)
	if ended, ok := errors.AsType[*live.EndError](err); ok {
		return nil, r.endOf(ctx, ended)
	}
	if err != nil {
		return nil, err
	}
	if p, ok := ctx.Value(progressKey{}).(*progress); ok {
		p.stream = stream
	}
	return stream.Items(ctx, func(end *live.EndError) { transport.EndStream(ctx, r.endOf(ctx, end)) }), nil
}

// sightNow gives what a caller sees as of the snapshot. What the caller may do has been decided before the snapshot was
// taken: an agent who has changed in between must ask again.
func sightNow(r *store.Reader, caller inbox.Caller) (inbox.Sight, error) {
	if id := caller.Actor.Agent(); id != 0 {
		a, err := r.Agent(id)
		if err != nil {
			return inbox.Sight{}, err
		}
		if a == nil || engine.CallerOf(a) != caller {
			return inbox.Sight{}, live.ErrScopeChanged
		}
	}
	return engine.SightOf(r, caller)
}

// eventFilter takes over what a subscriber asked for.
func eventFilter(in *graph.EventFilter) (filter live.Filter, err error) {
	if in == nil {
		return filter, nil
	}
	var conversations, teams, assignees []inbox.ID
	for _, part := range []struct {
		name string
		from graphql.Omittable[[]inbox.ID]
		to   *[]inbox.ID
	}{
		{"conversationIds", in.ConversationIds, &conversations},
		{"teamIds", in.TeamIds, &teams},
		{"assigneeIds", in.AssigneeIds, &assignees},
	} {
		if *part.to, err = named(part.name, part.from.Value()); err != nil {
			return filter, err
		}
	}
	filter.Types, err = named("types", in.Types.Value())
	filter.Conversations = narrowed(conversations, inbox.ID.Conversation)
	filter.Teams = narrowed(teams, inbox.ID.Team)
	filter.Assignees = narrowed(assignees, inbox.ID.Agent)
	return filter, err
}

// endOf gives what a client sees of a stream's end.
func (r *Resolver) endOf(ctx context.Context, end *live.EndError) *gqlerror.Error {
	var shown, unshown *gqlerror.Error
	switch {
	case errors.Is(end, store.ErrCursorInvalid):
		shown = requestError(codeCursorInvalid, "This is not a cursor.")
	case errors.Is(end, store.ErrCursorExpired):
		shown = requestError(codeCursorExpired, "The cursor is no place in this log. Read again, and follow from there.")
	case errors.Is(end, live.ErrScopeChanged):
		shown = requestError(codeScopeChanged, "You see other things now. Read again, and follow from there.")
	case errors.Is(end, live.ErrTooSlow):
		shown = requestError(codeTooSlow, "The items were taken too slowly. Follow on from the last one.")
	case errors.As(end, &unshown):
		shown = requestError(codeInternal, "%s", unshown.Message)
		maps.Copy(shown.Extensions, unshown.Extensions)
		shown.Path, shown.Locations = unshown.Path, unshown.Locations
	case errors.Is(end, live.ErrStopped):
		shown = requestError(codeInternal, "The server is stopping.")
	default:
		shown = r.present(ctx, fmt.Errorf("follow events: %w", end.Cause))
	}
	return withPlace(shown, end)
}

// withPlace tells in an error where a stream ended.
func withPlace(shown *gqlerror.Error, end *live.EndError) *gqlerror.Error {
	for name, cursor := range map[string]inbox.Cursor{"cursor": end.Cursor, "oldest": end.Oldest, "head": end.Head} {
		if cursor != "" {
			shown.Extensions[name] = cursor
		}
	}
	return shown
}

// streams ends a stream at an item that cannot be shown: nothing is left out in silence.
type streams struct{ executor graphql.GraphExecutor }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationInterceptor
	graphql.ResponseInterceptor
} = streams{}

// progress is how far one subscription got.
type progress struct {
	executor graphql.GraphExecutor // what runs it
	stream   *live.Stream          // nil where its items are shared
	shown    int                   // items
}

type progressKey struct{}

// isUnshown tells whether a response is of an item that could not be shown at all.
func isUnshown(response *graphql.Response) bool {
	return len(response.Errors) > 0 && bytes.HasSuffix(response.Data, []byte(`:null}`))
}

func (streams) ExtensionName() string { return "Streams" }

func (streams) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation remembers for a subscription how far it got.
func (s streams) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	if graphql.GetOperationContext(ctx).Operation.Operation == ast.Subscription {
		ctx = context.WithValue(ctx, progressKey{}, &progress{executor: s.executor})
	}
	return next(ctx)
}

// InterceptResponse runs around each item.
func (streams) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	response := next(ctx)
	p, ok := ctx.Value(progressKey{}).(*progress)
	if !ok || p.stream == nil || response == nil {
		return response
	}
	if !isUnshown(response) {
		p.shown++
		return response
	}
	shown := *response.Errors[0]
	shown.Extensions = map[string]any{"code": codeInternal}
	maps.Copy(shown.Extensions, response.Errors[0].Extensions)
	transport.EndStream(ctx, withPlace(&shown, p.stream.Unshown(p.shown)))
	return nil
}

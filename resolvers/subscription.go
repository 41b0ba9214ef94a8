package resolvers

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/live"
	"foyer/store"
)

// The values of extensions.code that end subscriptions.
const (
	codeCursorInvalid = "CURSOR_INVALID"
	codeCursorExpired = "CURSOR_EXPIRED"
	codeScopeChanged  = "SCOPE_CHANGED"
	codeTooSlow       = "CONSUMER_TOO_SLOW"
)

type subscriptionResolver struct{ *Resolver }

// Subscription resolves the subscriptions.
func (r *Resolver) Subscription() graph.SubscriptionResolver { return subscriptionResolver{r} }

// Events follows the events that the caller sees.
func (r subscriptionResolver) Events(ctx context.Context, after *inbox.Cursor, filter *graph.EventFilter) (<-chan inbox.StreamItem, error) {
	if items, ok := ctx.Value(itemsKey{}).(chan inbox.StreamItem); ok {
		return items, nil
	}
	caller := callerOf(ctx)
	sub := live.Subscription{After: after, Filter: eventFilter(filter),
		Access: func(reader *store.Reader) (inbox.Access, error) { return accessNow(reader, caller) }}
	return r.share(ctx, sub)
}

// accessNow returns what a caller sees as of the snapshot. The caller was looked up before the snapshot began: it fails with
// live.ErrScopeChanged if an agent has changed in between.
func accessNow(r *store.Reader, caller inbox.Caller) (inbox.Access, error) {
	if id := caller.Actor.Agent(); id != 0 {
		a, err := r.Agent(id)
		if err != nil {
			return inbox.Access{}, err
		}
		if a == nil || a.Caller() != caller {
			return inbox.Access{}, live.ErrScopeChanged
		}
	}
	return engine.AccessOf(r, caller)
}

// eventFilter returns the filter of a subscriber.
func eventFilter(in *graph.EventFilter) live.Filter {
	if in == nil {
		return live.Filter{}
	}
	return live.Filter{
		Types:         distinct(in.Types.Value()),
		Conversations: distinct(idsOf(in.ConversationIds.Value(), inbox.ID.Conversation)),
		Teams:         distinct(idsOf(in.TeamIds.Value(), inbox.ID.Team)),
		Assignees:     distinct(idsOf(in.AssigneeIds.Value(), inbox.ID.Agent)),
	}
}

// endOf returns the error to show to the client at the end of a subscription.
func (r *Resolver) endOf(ctx context.Context, end *live.EndError) *gqlerror.Error {
	var shown, unshown *gqlerror.Error
	switch {
	case errors.Is(end, store.ErrCursorInvalid):
		shown = requestError(codeCursorInvalid, "This is not a cursor.")
	case errors.Is(end, store.ErrCursorExpired):
		shown = requestError(codeCursorExpired, "The cursor does not belong to this event log. Read everything again, then subscribe after the new head.")
	case errors.Is(end, live.ErrScopeChanged):
		shown = requestError(codeScopeChanged, "What you may see has changed. Read everything again, then subscribe after the new head.")
	case errors.Is(end, live.ErrTooSlow):
		shown = requestError(codeTooSlow, "You read the stream too slowly. Subscribe again after the last cursor.")
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

// withPlace adds the place where a subscription ended to an error.
func withPlace(shown *gqlerror.Error, end *live.EndError) *gqlerror.Error {
	for name, cursor := range map[string]inbox.Cursor{"cursor": end.Cursor, "oldest": end.Oldest, "head": end.Head} {
		if cursor != "" {
			shown.Extensions[name] = cursor
		}
	}
	return shown
}

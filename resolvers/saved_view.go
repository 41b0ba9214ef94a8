package resolvers

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// SavedViews lists the views that the caller sees, in the caller's order.
func (queryResolver) SavedViews(ctx context.Context) ([]*inbox.SavedView, error) {
	views, err := scopeOf(ctx).views()
	return append([]*inbox.SavedView{}, views...), err // a list without views is not null
}

// views returns the views that the caller sees, in the caller's order. They are read once.
func (s *scope) views() ([]*inbox.SavedView, error) {
	s.arranged.Do(func() {
		r, err := s.reader()
		if err != nil {
			s.disarranged = err
			return
		}
		s.inOrder, s.disarranged = r.SavedViews(s.caller.Actor.Agent())
	})
	return s.inOrder, s.disarranged
}

// savedView finds a view that the caller sees.
func (s *scope) savedView(id inbox.SavedViewID) (*inbox.SavedView, error) {
	views, err := s.views()
	if i := slices.IndexFunc(views, func(v *inbox.SavedView) bool { return v.ID == id }); i >= 0 {
		return views[i], err
	}
	return nil, err
}

// CreatedBy returns the agent who created a view.
func (savedViewResolver) CreatedBy(ctx context.Context, v *inbox.SavedView) (*inbox.Agent, error) {
	if onlyID(ctx, "Agent") {
		return &inbox.Agent{ID: v.AgentID}, nil
	}
	return scopeOf(ctx).agents().Load(ctx, v.AgentID)
}

// Position returns the position of a view in the caller's list, or nil if it is not in it any more.
func (savedViewResolver) Position(ctx context.Context, v *inbox.SavedView) (*int32, error) {
	views, err := scopeOf(ctx).views()
	if i := slices.IndexFunc(views, func(other *inbox.SavedView) bool { return other.ID == v.ID }); i >= 0 {
		return new(int32(i + 1)), err
	}
	return nil, err
}

// SavedViewCreate adds a view.
func (m mutationResolver) SavedViewCreate(ctx context.Context, input graph.SavedViewCreateInput) (*graph.SavedViewPayload, error) {
	filter, err := storedFilter(input.Filter)
	if err != nil {
		return nil, err
	}
	v, err := m.engine.SavedViewCreate(ctx, callerOf(ctx), engine.NewSavedView{Name: input.Name, Filter: filter, Order: input.Order,
		Shared: input.Shared, IdempotencyKey: input.IdempotencyKey.Value()})
	return viewPayload(ctx, v, err)
}

// SavedViewUpdate changes a view.
func (m mutationResolver) SavedViewUpdate(ctx context.Context, input graph.SavedViewUpdateInput) (*graph.SavedViewPayload, error) {
	var bad uncleared
	patch := engine.SavedViewPatch{
		ID:     input.ID.SavedView(),
		Name:   required(&bad, "name", input.Name),
		Order:  required(&bad, "order", input.Order),
		Shared: required(&bad, "shared", input.Shared),
	}
	if position := required(&bad, "position", input.Position); position != nil {
		patch.Position = new(int(*position))
	}
	if filter := required(&bad, "filter", input.Filter); filter != nil {
		var err error
		if patch.Filter, err = storedFilter(filter); err != nil {
			return nil, err
		}
	}
	if bad != nil {
		return nil, bad
	}
	v, err := m.engine.SavedViewUpdate(ctx, callerOf(ctx), patch)
	return viewPayload(ctx, v, err)
}

// SavedViewDelete removes a view.
func (m mutationResolver) SavedViewDelete(ctx context.Context, input graph.SavedViewDeleteInput) (*graph.SavedViewPayload, error) {
	v, err := m.engine.SavedViewDelete(ctx, callerOf(ctx), input.ID.SavedView())
	return viewPayload(ctx, v, err)
}

// viewPayload answers with a view as the use case has left it. A manager who makes another's view private does not see it any
// more.
func viewPayload(ctx context.Context, v *inbox.SavedView, err error) (*graph.SavedViewPayload, error) {
	if err != nil {
		return nil, err
	}
	if !v.VisibleTo(callerOf(ctx)) {
		v = nil
	}
	return &graph.SavedViewPayload{SavedView: v}, nil
}

// A view keeps its filter as JSON that clients can pass on as it is: what narrows nothing is left out.

// storedFilter returns a filter as views keep it. Equal filters are equal texts.
func storedFilter(filter *graph.ConversationFilter) (inbox.JSON, error) {
	written, err := json.Marshal(filter)
	if err != nil {
		return nil, fmt.Errorf("encode a filter: %w", err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(written, &parts); err != nil {
		return nil, fmt.Errorf("decode a filter: %w", err)
	}
	maps.DeleteFunc(parts, func(_ string, part json.RawMessage) bool { return string(part) == "null" })
	return json.Marshal(parts)
}

// filterOf returns the filter of a view for a caller.
func filterOf(caller inbox.Caller, v *inbox.SavedView) (store.ConversationFilter, error) {
	var filter graph.ConversationFilter
	if err := json.Unmarshal(v.Filter, &filter); err != nil {
		return store.ConversationFilter{}, fmt.Errorf("decode the filter of view %s: %w", v.ID, err)
	}
	return conversationFilter(caller, &filter), nil
}

package engine

import (
	"context"
	"slices"

	"foyer/inbox"
)

const (
	// maxOwnViews is how many saved views an agent may have, and maxSharedViews how many may be shared.
	maxOwnViews    = 100
	maxSharedViews = 100
)

// NewSavedView is a saved view to create. Its filter is an input ConversationFilter of the API, which was validated.
type NewSavedView struct {
	Name   string
	Filter inbox.JSON
	Order  inbox.ConversationOrder
	Shared bool

	IdempotencyKey *string
}

// SavedViewCreate adds a view of the caller's. It fails with FORBIDDEN (for keys; shared, for those who do not manage), REQUIRED,
// LIMIT_EXCEEDED, IDEMPOTENCY_MISMATCH and, repeated once the view is gone or out of sight, NOT_FOUND.
func (e *Engine) SavedViewCreate(ctx context.Context, caller inbox.Caller, in NewSavedView) (*inbox.SavedView, error) {
	if err := firstError(mayKeepViews(caller), mayShare(caller, in.Shared), checkName(&in.Name, e.limits.Name)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.SavedView, error) {
		return once(w, in.IdempotencyKey, "savedViewCreate", in, func(first *firstResult) (*inbox.SavedView, error) {
			if first != nil {
				return w.visibleView(first.View, "idempotencyKey")
			}
			v := &inbox.SavedView{AgentID: caller.Actor.Agent(), Name: in.Name, Filter: in.Filter, Order: in.Order, Shared: in.Shared,
				CreatedAt: w.now, UpdatedAt: w.now}
			if err := w.roomForView(v.AgentID, 1, in.Shared); err != nil {
				return nil, err
			}
			return v, w.flushed().InsertSavedView(v)
		}, func(v *inbox.SavedView) firstResult { return firstResult{View: v.ID} })
	})
}

// SavedViewPatch is a change of a saved view. Nil parts stay as they are.
type SavedViewPatch struct {
	ID       inbox.SavedViewID
	Name     *string
	Filter   inbox.JSON
	Order    *inbox.ConversationOrder
	Shared   *bool
	Position *int // in the caller's own list, from 1; for others nothing changes
}

// changes reports whether the view itself changes, and not only its position.
func (p SavedViewPatch) changes() bool {
	return p.Name != nil || p.Filter != nil || p.Order != nil || p.Shared != nil
}

// SavedViewUpdate changes a view. Private views are changed by their agent, shared ones by managers; everybody arranges what
// they see. It fails with NOT_FOUND, FORBIDDEN, REQUIRED, INVALID (the position) and LIMIT_EXCEEDED.
func (e *Engine) SavedViewUpdate(ctx context.Context, caller inbox.Caller, in SavedViewPatch) (*inbox.SavedView, error) {
	if err := firstError(mayKeepViews(caller), checkNewName(&in.Name, e.limits.Name)); err != nil {
		return nil, err
	}
	if in.Position != nil && *in.Position < 1 {
		return nil, inbox.Errorf(inbox.CodeInvalid, "position", "The first position is 1.")
	}
	return change(ctx, e, caller, func(w *work) (*inbox.SavedView, error) {
		v, err := w.visibleView(in.ID, "id")
		if err != nil {
			return nil, err
		}
		if in.changes() {
			if err := w.changeView(v, in); err != nil {
				return nil, err
			}
		}
		if in.Position != nil {
			err = w.arrangeView(v.ID, *in.Position)
		}
		return v, err
	})
}

func (w *work) changeView(v *inbox.SavedView, in SavedViewPatch) error {
	if err := firstError(mayShare(w.caller, v.Shared), mayShare(w.caller, in.Shared != nil && *in.Shared)); err != nil {
		return err
	}
	if in.Shared != nil && *in.Shared && !v.Shared {
		if err := w.roomForView(v.AgentID, 0, true); err != nil {
			return err
		}
	}
	set(&v.Name, in.Name)
	set(&v.Order, in.Order)
	set(&v.Shared, in.Shared)
	if in.Filter != nil {
		v.Filter = in.Filter
	}
	v.UpdatedAt = w.now
	return w.flushed().UpdateSavedView(v)
}

// arrangeView moves a view to a position in the caller's list, or to its end.
func (w *work) arrangeView(id inbox.SavedViewID, position int) error {
	views, err := w.flushed().SavedViews(w.caller.Actor.Agent())
	if err != nil {
		return err
	}
	ids := make([]inbox.SavedViewID, 0, len(views))
	for _, v := range views {
		if v.ID != id {
			ids = append(ids, v.ID)
		}
	}
	ids = slices.Insert(ids, min(position-1, len(ids)), id)
	return w.flushed().SetViewOrder(w.caller.Actor.Agent(), ids)
}

// SavedViewDelete removes a view and returns it as it was. It fails with NOT_FOUND and FORBIDDEN.
func (e *Engine) SavedViewDelete(ctx context.Context, caller inbox.Caller, id inbox.SavedViewID) (*inbox.SavedView, error) {
	if err := mayKeepViews(caller); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*inbox.SavedView, error) {
		v, err := w.visibleView(id, "id")
		if err != nil {
			return nil, err
		}
		if err := mayShare(caller, v.Shared); err != nil {
			return nil, err
		}
		return v, w.flushed().DeleteSavedView(id)
	})
}

// visibleView loads a view that the caller sees. It fails with NOT_FOUND.
func (w *work) visibleView(id inbox.SavedViewID, field string) (*inbox.SavedView, error) {
	v, err := find(w.flushed().SavedView, id, field, "view")
	if err == nil && !v.VisibleTo(w.caller) {
		return nil, inbox.NotFound(field, "view")
	}
	return v, err
}

// roomForView checks that an agent may have so many more views, and that one more may be shared. It fails with LIMIT_EXCEEDED.
func (w *work) roomForView(agent inbox.AgentID, more int, shared bool) error {
	own, all, err := w.flushed().CountSavedViews(agent)
	switch {
	case err != nil:
		return err
	case own+more > maxOwnViews:
		return inbox.Errorf(inbox.CodeLimitExceeded, "", "You may have at most {limit} views. Delete one first.", inbox.Named("limit", maxOwnViews))
	case shared && all >= maxSharedViews:
		return inbox.Errorf(inbox.CodeLimitExceeded, "shared", "At most {limit} views may be shared. Delete one first.", inbox.Named("limit", maxSharedViews))
	}
	return nil
}

func mayKeepViews(caller inbox.Caller) error {
	if caller.IsKey() {
		return inbox.Forbidden("Only people have views of their own.")
	}
	return nil
}

// mayShare checks that a caller may do something with a view that is shared, or is to be.
func mayShare(caller inbox.Caller, shared bool) error {
	if shared && !caller.Manages() {
		return inbox.Forbidden("Only managers can share views, and change or delete shared ones.")
	}
	return nil
}

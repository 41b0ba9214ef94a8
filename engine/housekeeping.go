package engine

import (
	"context"
	"errors"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// housekeepingInterval is how often Foyer looks for what it need not keep any longer.
const housekeepingInterval = time.Hour

// RunHousekeeping removes what need not be kept any longer, at once and then every hour until the context ends: notifications and
// drafts that are too old, notifications beyond the number that an agent may have, and finished jobs. It returns nil. The log
// has a retention of its own: see Retain.
func (e *Engine) RunHousekeeping(ctx context.Context) error {
	ctx = store.WithOrigin(ctx, store.Origin{Operation: "housekeeping"})
	ticker := time.NewTicker(housekeepingInterval)
	defer ticker.Stop()
	for {
		if err := e.Housekeep(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
			e.log.ErrorContext(ctx, "remove what need not be kept", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Housekeep does what RunHousekeeping does every hour, once.
func (e *Engine) Housekeep(ctx context.Context) error {
	return errors.Join(e.forgetNotifications(ctx), e.forgetDrafts(ctx), e.forgetJobs(ctx, inbox.ActorRef{}))
}

// sweep calls fn, in transactions that nobody waits for, until it removes nothing more.
func (e *Engine) sweep(ctx context.Context, fn func(*store.Tx) (int64, error)) error {
	for {
		if n, err := store.UpdateLater(ctx, e.db, fn); err != nil || n == 0 {
			return err
		}
	}
}

// forgetDrafts removes the drafts that nobody has changed for too long, and releases their files.
func (e *Engine) forgetDrafts(ctx context.Context) error {
	for {
		n, err := changeLater(ctx, e, func(w *work) (int, error) {
			old, err := w.flushed().OldDrafts(draftsSince(w.now), sweptDrafts)
			for _, d := range old {
				if err == nil {
					err = w.dropDraft(d)
				}
			}
			return len(old), err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

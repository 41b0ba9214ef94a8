package engine

import (
	"context"
	"errors"
	"time"

	"foyer/store"
)

const (
	// retentionInterval is how often old events are looked for.
	retentionInterval = time.Hour
	// sweepChunk is how many events one transaction looks at.
	sweepChunk = 200
)

// Retain forgets old events until the context ends: at once, and every hour. It returns nil. A failure is logged, and
// tried again.
func (e *Engine) Retain(ctx context.Context, keep time.Duration) error {
	ctx = store.WithOrigin(ctx, store.Origin{Operation: "retention"})
	ticker := time.NewTicker(retentionInterval)
	defer ticker.Stop()
	for {
		removed, err := e.Forget(ctx, keep)
		switch {
		case err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrClosed):
			e.log.ErrorContext(ctx, "forget old events", "error", err)
		case removed > 0:
			e.log.InfoContext(ctx, "forgot old events", "removed", removed, "keep", keep)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// forgetPresences removes spans from the history of presences that ended longer ago than keep.
func (e *Engine) forgetPresences(ctx context.Context, keep time.Duration) error {
	ended := e.now().Add(-keep)
	for last := int64(0); ; {
		next, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) (int64, error) { return tx.SweepPresences(last, ended, sweepChunk) })
		if err != nil || next == 0 {
			return err
		}
		last = next
	}
}

// Forget expires the cursors that are older than a time, and removes events before it that no timeline shows and nothing
// else needs; store.Tx.SweepLog says which. Agents lose the history of their presence before that time. It returns how
// many events it removed. If it is interrupted, the next call continues.
func (e *Engine) Forget(ctx context.Context, keep time.Duration) (removed int64, err error) {
	if err := e.forgetPresences(ctx, keep); err != nil {
		return 0, err
	}
	floor, err := store.View(ctx, e.db, func(r *store.ReadTx) (int64, error) { return r.LastBefore(e.now().Add(-keep)) })
	if err != nil {
		return 0, err
	}
	if floor > e.db.Floor() {
		_, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.RaiseFloor(floor) })
		if err != nil {
			return 0, err
		}
	}
	type swept struct {
		removed int64
		done    bool
	}
	for {
		s, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) (s swept, err error) {
			s.removed, s.done, err = tx.SweepLog(sweepChunk)
			return s, err
		})
		removed += s.removed
		if err != nil || s.done {
			return removed, err
		}
	}
}

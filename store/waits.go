package store

import (
	"context"
	"sync/atomic"
	"time"
)

// Waits adds up how long the work in a context has waited for the database: for a connection to read, for the writer, and for
// the commit. The time that a function has the writer is not counted. The zero value is ready for use. Waits is safe for
// concurrent use.
type Waits struct{ total atomic.Int64 }

// Waited returns how long the work has waited so far.
func (w *Waits) Waited() time.Duration { return time.Duration(w.total.Load()) }

func (w *Waits) add(d time.Duration) { w.total.Add(int64(max(d, 0))) }

// NoteWait adds to the Waits of a context, if it has one. It is for callers that let others go first before they use the
// database.
func NoteWait(ctx context.Context, d time.Duration) {
	if w := waitsOf(ctx); w != nil {
		w.add(d)
	}
}

type waitsKey struct{}

// WithWaits returns a context in which waiting for the database is added to w.
func WithWaits(ctx context.Context, w *Waits) context.Context {
	return context.WithValue(ctx, waitsKey{}, w)
}

// waitsOf returns the Waits of ctx, or nil if it has none.
func waitsOf(ctx context.Context) *Waits {
	w, _ := ctx.Value(waitsKey{}).(*Waits)
	return w
}

package store

import (
	"context"
	"sync/atomic"
	"time"
)

// Waits adds up how long the work in a context has waited for its turn with the database: for a place to read, for the
// writer, and for the commit. The time that a function has the writer is none of it. The zero value is ready for use, also
// by several goroutines at a time.
type Waits struct{ total atomic.Int64 }

// Waited returns the sum so far.
func (w *Waits) Waited() time.Duration { return time.Duration(w.total.Load()) }

func (w *Waits) add(d time.Duration) { w.total.Add(int64(max(d, 0))) }

// NoteWait adds to how long the work in a context has waited, where somebody asks for that. It is for those who let others
// go first before they turn to the database.
func NoteWait(ctx context.Context, d time.Duration) {
	if w := waitsOf(ctx); w != nil {
		w.add(d)
	}
}

type waitsKey struct{}

// WithWaits returns a context whose work adds to w how long it waits.
func WithWaits(ctx context.Context, w *Waits) context.Context {
	return context.WithValue(ctx, waitsKey{}, w)
}

// waitsOf returns where the work in ctx adds how long it waits, or nil if nobody asks.
func waitsOf(ctx context.Context) *Waits {
	w, _ := ctx.Value(waitsKey{}).(*Waits)
	return w
}

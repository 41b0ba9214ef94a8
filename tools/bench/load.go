package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// latencies are how long operations took, shortest first.
type latencies []time.Duration

// at returns a percentile.
func (l latencies) at(percent int) time.Duration {
	if len(l) == 0 {
		return 0
	}
	return l[min(len(l)-1, len(l)*percent/100)]
}

// load runs do n times, callers at a time, and returns how many ran per second, how long each took and how much it used of
// what cpu counts. It stops at the first error.
func load(ctx context.Context, cpu func() time.Duration, callers, n int, do func(ctx context.Context, i int) error) (measured, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		next  atomic.Int64
		wait  sync.WaitGroup
		took  = make([]latencies, callers)
		used  = cpu()
		start = time.Now()
	)
	for c := range callers {
		wait.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				begun := time.Now()
				if err := do(ctx, i); err != nil {
					cancel(err)
					return
				}
				took[c] = append(took[c], time.Since(begun))
			}
		})
	}
	wait.Wait()
	elapsed := time.Since(start)
	if err := context.Cause(ctx); err != nil {
		return measured{}, err
	}
	row := measured{perSecond: float64(n) / elapsed.Seconds(), latencies: slices.Concat(took...), cpu: (cpu() - used) / time.Duration(n)}
	slices.Sort(row.latencies)
	return row, nil
}

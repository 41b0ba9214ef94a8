package main

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
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

// over returns the ratio of a percentile to that of others.
func (l latencies) over(others latencies, percent int) float64 {
	return float64(l.at(percent)) / float64(others.at(percent))
}

// load runs do n times, callers at a time, and returns how many ran per second, how long each took and how much it used of
// what cpu measures. It stops at the first error.
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

// schedule is the times at which calls are due: at a rate per second, from a moment on.
type schedule struct {
	begin     time.Time
	perSecond int
}

// due returns when the i-th call is due.
func (s schedule) due(i int) time.Time {
	return s.begin.Add(time.Duration(i) * time.Second / time.Duration(s.perSecond))
}

// run calls do n times, each when it is due, whether earlier calls have returned or not. It returns how long after it was due
// each call returned.
func (s schedule) run(n int, do func(i int) error) (latencies, error) {
	runtime.LockOSThread() // it sleeps by the system call: the runtime sleeps for whole milliseconds
	defer runtime.UnlockOSThread()
	took, errs := make(latencies, n), make([]error, n)
	var running sync.WaitGroup
	for i := range n {
		for wait := time.Until(s.due(i)); wait > 0; wait = time.Until(s.due(i)) {
			pause := syscall.NsecToTimespec(wait.Nanoseconds())
			if err := syscall.Nanosleep(&pause, nil); err != nil && !errors.Is(err, syscall.EINTR) {
				return nil, err
			}
		}
		running.Go(func() {
			errs[i] = do(i)
			took[i] = time.Since(s.due(i))
		})
	}
	running.Wait()
	slices.Sort(took)
	return took, errors.Join(errs...)
}

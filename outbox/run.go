package outbox

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"foyer/store"
)

const (
	// maxLanes is how many lanes are worked on at once.
	maxLanes = 32
	// lease is how long an attempt has a lane for itself: longer than performing and recording it take.
	lease = time.Minute
	// checkInterval is how often lanes are read although nothing was added.
	checkInterval = 30 * time.Second
	// retryInterval is how soon lanes are read again after a failure.
	retryInterval = time.Second
	// stopGrace is how long attempts under way may go on when the server stops.
	stopGrace = 3 * time.Second
)

// Run performs tasks until the context ends. Attempts under way may then go on for a moment. Those that do not end in it are
// repeated, with the same idempotency key, by the next Run, as are those of a process that was killed. It returns nil; a
// failure is logged and tried again.
func (o *Outbox[Outcome]) Run(ctx context.Context) error {
	attempts, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	var working sync.WaitGroup
	slots, ended := make(chan struct{}, maxLanes), make(chan struct{}, 1)
	start := func(t *store.Task, token string) {
		slots <- struct{}{} // at once: startDue asks for no more tasks than there are slots
		working.Go(func() {
			o.attempt(attempts, t, token)
			<-slots
			signal(ended)
		})
	}
	released := false
	for ctx.Err() == nil {
		next := retryInterval
		if !released {
			released = o.releaseLanes(ctx)
		}
		if released {
			next = o.startDue(ctx, slots, start)
		}
		select {
		case <-ctx.Done():
		case <-o.added:
		case <-ended:
		case <-time.After(next):
		}
	}
	defer time.AfterFunc(stopGrace, cut).Stop()
	working.Wait()
	return nil
}

// startDue starts tasks that are due while there are slots, and returns how long to wait for the next.
func (o *Outbox[Outcome]) startDue(ctx context.Context, slots chan struct{}, start func(*store.Task, string)) time.Duration {
	for len(slots) < cap(slots) {
		claimed, token, next, err := o.claim(ctx, cap(slots)-len(slots))
		if err != nil {
			o.logUnlessEnding(ctx, "claim lanes", err)
			return retryInterval
		}
		if len(claimed) == 0 {
			return next
		}
		for _, t := range claimed {
			start(t, token)
		}
	}
	return checkInterval // the end of an attempt wakes Run
}

// PerformDue performs all tasks that are due, one after the other, until there are none. Run does this each time it
// wakes.
func (o *Outbox[Outcome]) PerformDue(ctx context.Context) error {
	for {
		claimed, token, _, err := o.claim(ctx, 1)
		if err != nil || len(claimed) == 0 {
			return err
		}
		o.attempt(ctx, claimed[0], token)
	}
}

// releaseLanes ends the leases of an earlier process, and reports whether it succeeded.
func (o *Outbox[Outcome]) releaseLanes(ctx context.Context) bool {
	_, err := store.UpdateLater(ctx, o.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.ReleaseLanes(o.now()) })
	if err != nil {
		o.logUnlessEnding(ctx, "release lanes", err)
	}
	return err == nil
}

// claim leases lanes that are due. It returns the first task of each and the token of the leases, or how long to wait until a
// lane is due.
func (o *Outbox[Outcome]) claim(ctx context.Context, limit int) (tasks []*store.Task, token string, next time.Duration, err error) {
	now := o.now()
	first, err := store.View(ctx, o.db, func(r *store.ReadTx) ([]store.Lane, error) { return r.LaneList(1) })
	switch {
	case err != nil || len(first) == 0:
		return nil, "", checkInterval, err
	case first[0].Due > now:
		return nil, "", min(time.Duration(first[0].Due-now)*time.Millisecond, checkInterval), nil
	}
	token = rand.Text()
	tasks, err = store.UpdateLater(ctx, o.db, func(tx *store.Tx) ([]*store.Task, error) {
		return tx.ClaimLanes(token, now, now.Add(lease), limit)
	})
	return tasks, token, 0, err
}

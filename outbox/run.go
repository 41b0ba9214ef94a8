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
	// checkInterval is how often lanes are looked at though nothing was added.
	checkInterval = 30 * time.Second
	// retryInterval is how soon lanes are looked at again where that failed.
	retryInterval = time.Second
	// stopGrace is how long attempts under way may go on when the server stops.
	stopGrace = 3 * time.Second
)

// Run performs tasks until the context ends. Attempts under way may then go on for a moment; those that do not end in it are
// made again, with the same idempotency key, by the next Run. So are those of a process that was killed. It returns nil; what
// fails is logged and tried again.
func (o *Outbox[Outcome]) Run(ctx context.Context) error {
	attempts, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	r := runner[Outcome]{Outbox: o, attempts: attempts, ended: make(chan struct{}, 1)}
	released := false
	for ctx.Err() == nil {
		next := retryInterval
		if !released {
			released = o.releaseLanes(ctx)
		}
		if released {
			next = r.startDue(ctx)
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-o.added:
		case <-r.ended:
		case <-timer.C:
		}
		timer.Stop()
	}
	defer time.AfterFunc(stopGrace, cut).Stop()
	r.working.Wait()
	return nil
}

// PerformDue performs all tasks that are due, one after the other, until there is none: what Run does each time it wakes.
func (o *Outbox[Outcome]) PerformDue(ctx context.Context) error {
	for {
		claimed, token, err := o.claim(ctx, 1)
		if err != nil || len(claimed) == 0 {
			return err
		}
		o.attempt(ctx, claimed[0], token)
	}
}

// runner performs tasks side by side.
type runner[Outcome any] struct {
	*Outbox[Outcome]
	attempts context.Context //nolint:containedctx // it ends later than that of Run
	working  sync.WaitGroup
	ended    chan struct{} // wakes Run when there is room again

	mu   sync.Mutex
	busy int
}

// startDue starts with the lanes that are due, as far as there is room, and returns how long to wait for the next.
func (r *runner[Outcome]) startDue(ctx context.Context) time.Duration {
	for {
		r.mu.Lock()
		room := maxLanes - r.busy
		r.mu.Unlock()
		if room == 0 {
			return checkInterval // the end of an attempt wakes Run
		}
		claimed, token, err := r.claim(ctx, room)
		if err != nil {
			r.logUnlessEnding(ctx, "claim lanes", err)
			return retryInterval
		}
		for _, t := range claimed {
			r.start(t, token)
		}
		if len(claimed) < room {
			return r.untilDue(ctx)
		}
	}
}

func (r *runner[Outcome]) start(t *store.Task, token string) {
	r.mu.Lock()
	r.busy++
	r.mu.Unlock()
	r.working.Go(func() {
		r.attempt(r.attempts, t, token)
		r.mu.Lock()
		r.busy--
		r.mu.Unlock()
		signal(r.ended)
	})
}

// releaseLanes ends the leases of an earlier process, and reports whether it could.
func (o *Outbox[Outcome]) releaseLanes(ctx context.Context) bool {
	_, err := store.UpdateLater(ctx, o.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.ReleaseLanes(o.now()) })
	if err != nil {
		o.logUnlessEnding(ctx, "release lanes", err)
	}
	return err == nil
}

// claim leases lanes that are due. It returns the first task of each, and the token of the leases.
func (o *Outbox[Outcome]) claim(ctx context.Context, limit int) ([]*store.Task, string, error) {
	now := o.now()
	due, err := o.firstLane(ctx)
	if err != nil || len(due) == 0 || due[0].Due > now {
		return nil, "", err
	}
	token := rand.Text()
	claimed, err := store.UpdateLater(ctx, o.db, func(tx *store.Tx) ([]*store.Task, error) {
		return tx.ClaimLanes(token, now, now.Add(lease), limit)
	})
	return claimed, token, err
}

// untilDue returns how long to wait until a lane is due.
func (o *Outbox[Outcome]) untilDue(ctx context.Context) time.Duration {
	next, err := o.firstLane(ctx)
	if err != nil {
		o.logUnlessEnding(ctx, "load lanes", err)
		return retryInterval
	}
	if len(next) == 0 {
		return checkInterval
	}
	return min(max(time.Duration(next[0].Due-o.now())*time.Millisecond, 0), checkInterval)
}

// firstLane returns the lane that is due first, if there is one.
func (o *Outbox[Outcome]) firstLane(ctx context.Context) ([]store.Lane, error) {
	return store.View(ctx, o.db, func(r *store.ReadTx) ([]store.Lane, error) { return r.LaneList(1) })
}

package outbox

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"foyer/store"
)

const (
	// firstBackoff is how long to wait before the second attempt; it doubles with each attempt, up to maxBackoff.
	firstBackoff = time.Second
	maxBackoff   = time.Minute
	// maxFaults is how many attempts at a task the server itself may fail before it gives the task up, because the fault does
	// not pass.
	maxFaults = 5
)

// attempt performs a task once and records the outcome.
func (o *Outbox[Outcome]) attempt(ctx context.Context, t *store.Task, token string) {
	start := o.clock()
	ctx = store.WithOrigin(ctx, store.Origin{Operation: string(t.Kind)})
	outcome, err := o.try(ctx, t, token)
	if err != nil {
		o.logUnlessEnding(ctx, "record task", err, "task", t.ID, "kind", t.Kind)
		outcome = AttemptInterrupted // its lane is due again when the lease ends
	}
	o.onAttempt(Attempt{Kind: t.Kind, Outcome: outcome, Took: o.clock().Sub(start)})
}

func (o *Outbox[Outcome]) try(ctx context.Context, t *store.Task, token string) (AttemptOutcome, error) {
	if t.Faults >= maxFaults {
		existed, err := o.handler.GiveUp(context.WithoutCancel(ctx), t, o.finish(t, token))
		return unlessDropped(existed, AttemptFailed), err
	}
	attempt, done := o.begin(ctx, t)
	defer done()
	result, err := o.perform(attempt, t)
	switch {
	case errors.Is(context.Cause(attempt), errDropped), errors.Is(err, errDropped):
		return AttemptDropped, nil
	case ctx.Err() != nil && (err != nil || result.Retry || result.Failed):
		// The server stops: the attempt does not count.
		return AttemptInterrupted, o.release(ctx, t, token)
	case err != nil:
		return AttemptInterrupted, o.fault(ctx, t, token, fmt.Errorf("perform task: %w", err))
	}
	outcome, err := o.record(context.WithoutCancel(ctx), t, token, result)
	if err != nil {
		return AttemptInterrupted, o.fault(ctx, t, token, fmt.Errorf("record what came of a task: %w", err))
	}
	return outcome, nil
}

// begin returns the context of an attempt, which ends when the task is dropped. done ends it and must be called.
func (o *Outbox[Outcome]) begin(ctx context.Context, t *store.Task) (attempt context.Context, done func()) {
	attempt, cancel := context.WithCancelCause(ctx)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.attempts[t] = cancel
	return attempt, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.attempts, t)
		cancel(nil)
	}
}

// cut ends the attempts at a task.
func (o *Outbox[Outcome]) cut(id int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for t, cancel := range o.attempts {
		if t.ID == id {
			cancel(errDropped)
		}
	}
}

// perform lets the handler perform a task, unless it was dropped between its claim and begin.
func (o *Outbox[Outcome]) perform(ctx context.Context, t *store.Task) (result Result[Outcome], err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	stored, err := store.View(ctx, o.db, func(r *store.ReadTx) (*store.Task, error) { return r.Task(t.ID) })
	if err == nil && stored == nil {
		err = errDropped
	}
	if err != nil {
		return result, err
	}
	return o.handler.Perform(ctx, t)
}

// record stores the outcome of an attempt, unless the task was dropped or its lane leased to another attempt meanwhile.
func (o *Outbox[Outcome]) record(ctx context.Context, t *store.Task, token string, result Result[Outcome]) (AttemptOutcome, error) {
	if result.Retry {
		wait := max(result.After, backoff(t.Attempts))
		existed, err := store.UpdateLater(ctx, o.db, func(tx *store.Tx) (bool, error) {
			return tx.RetryTask(t, token, o.now().Add(wait))
		})
		return unlessDropped(existed, AttemptRetry), err
	}
	outcome := AttemptDone
	if result.Failed {
		outcome = AttemptFailed
	}
	existed, err := o.handler.Complete(ctx, t, result.Outcome, o.finish(t, token))
	return unlessDropped(existed, outcome), err
}

func unlessDropped(existed bool, outcome AttemptOutcome) AttemptOutcome {
	if !existed {
		return AttemptDropped
	}
	return outcome
}

func (o *Outbox[Outcome]) finish(t *store.Task, token string) Finish {
	return func(tx *store.Tx) (bool, error) { return tx.FinishTask(t, token, o.now()) }
}

// release ends the lease of a task's lane, as if the task had not been tried.
func (o *Outbox[Outcome]) release(ctx context.Context, t *store.Task, token string) error {
	_, err := store.UpdateLater(context.WithoutCancel(ctx), o.db, func(tx *store.Tx) (bool, error) {
		return tx.ReleaseLane(t.Lane, token, o.now())
	})
	return err
}

// fault logs and counts an attempt that the server itself failed. The task is tried again later, or given up after maxFaults.
func (o *Outbox[Outcome]) fault(ctx context.Context, t *store.Task, token string, cause error) error {
	o.logUnlessEnding(ctx, "a task failed", cause, "task", t.ID, "kind", t.Kind, "faults", t.Faults+1)
	after := maxBackoff
	if t.Faults+1 >= maxFaults {
		after = 0
	}
	_, err := store.UpdateLater(context.WithoutCancel(ctx), o.db, func(tx *store.Tx) (bool, error) {
		return tx.FaultTask(t, token, o.now().Add(after))
	})
	return err
}

// backoff returns how long to wait before the attempt that follows n failed ones. Half of it is random, so that requests
// that fail together are not repeated together.
func backoff(attempts int) time.Duration {
	whole := min(firstBackoff<<min(attempts, 16), maxBackoff)
	return whole/2 + mathrand.N(whole/2)
}

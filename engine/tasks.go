package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
	"time"

	"foyer/engine/workflow"
	"foyer/store"
)

const (
	// maxWorking is how many lanes are worked on at once.
	maxWorking = 32
	// taskLease is how long a lane is held: longer than any attempt, and what is recorded of it, takes.
	taskLease = time.Minute
	// taskInterval is how often lanes are looked at though nobody was told of one.
	taskInterval = 30 * time.Second
	// taskGrace is how long attempts under way may go on when the server stops.
	taskGrace = 3 * time.Second
	// firstBackoff is what passes before the second attempt; it doubles with each, up to maxBackoff.
	firstBackoff = time.Second
	maxBackoff   = time.Minute
	// maxFaults is how many attempts at a task the server itself may fail. It is given up then: what is wrong does not pass.
	maxFaults = 5
)

// errDropped is why an attempt is cut off whose outcome nobody needs any more.
var errDropped = errors.New("nobody needs it any more")

// tasks wakes who executes tasks when one is added, and cuts those off that are dropped.
type tasks struct {
	added chan struct{}

	mu       sync.Mutex
	underWay map[*store.Task]context.CancelCauseFunc // by attempt
}

func newTasks() *tasks {
	return &tasks{added: make(chan struct{}, 1), underWay: make(map[*store.Task]context.CancelCauseFunc)}
}

// begin makes the context of an attempt, which ends when the task is dropped. Done ends it and must be called.
func (t *tasks) begin(ctx context.Context, task *store.Task) (attempt context.Context, done func()) {
	attempt, cut := context.WithCancelCause(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.underWay[task] = cut
	return attempt, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.underWay, task)
		cut(nil)
	}
}

// cut ends the attempts at a task.
func (t *tasks) cut(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for task, cut := range t.underWay {
		if task.ID == id {
			cut(errDropped)
		}
	}
}

// Attempt is one attempt at a task that is over, for whoever counts them.
type Attempt struct {
	Kind    store.TaskKind
	Outcome AttemptOutcome
	Took    time.Duration
}

// AttemptOutcome is what came of an attempt.
type AttemptOutcome string

// What comes of an attempt.
const (
	AttemptDone        AttemptOutcome = "done"
	AttemptRetry       AttemptOutcome = "retry"       // it failed, and there will be another
	AttemptFailed      AttemptOutcome = "failed"      // it failed, and there will be none
	AttemptDropped     AttemptOutcome = "dropped"     // nobody needed it any more
	AttemptInterrupted AttemptOutcome = "interrupted" // the server stopped, or failed itself; there will be another
)

// attempted is what an attempt brought about, before it is recorded.
type attempted struct {
	again   bool          // it failed, and is to be tried again
	after   time.Duration // not before that much time has passed
	failed  bool
	outcome workflow.Outcome // where there will be no other attempt
}

// addTask adds a task and wakes who executes it once it is durable. It returns the task's id.
func (w *work) addTask(t store.Task) (int64, error) {
	t.Key, t.CreatedAt = rand.Text(), w.now
	w.tx.AfterCommit(func() {
		select {
		case w.engine.tasks.added <- struct{}{}:
		default:
		}
	})
	err := w.tx.InsertTask(&t)
	return t.ID, err
}

// dropTask removes a task whose outcome nobody needs any more. An attempt under way is cut off; what receives it may have
// done it by then.
func (w *work) dropTask(id int64) error {
	w.tx.AfterCommit(func() { w.engine.tasks.cut(id) })
	return w.tx.DropTask(id)
}

// RunTasks executes tasks until the context ends. Attempts under way may then go on for a moment; those that do not end
// in it are executed again, with the same idempotency key, by whoever runs next. So is what a process did that was killed:
// only one at a time may run on a database. It returns nil; what fails is logged and tried again.
func (e *Engine) RunTasks(ctx context.Context) error {
	attempts, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	r := taskRunner{engine: e, attempts: attempts, ended: make(chan struct{}, 1)}
	released := false
	for ctx.Err() == nil {
		next := retryInterval
		if !released {
			released = e.releaseLanes(ctx)
		}
		if released {
			next = r.start(ctx)
		}
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
		case <-e.tasks.added:
		case <-r.ended:
		case <-timer.C:
		}
		timer.Stop()
	}
	defer time.AfterFunc(taskGrace, cut).Stop()
	r.working.Wait()
	e.requests.Close()
	return nil
}

// releaseLanes takes the lanes from whoever held them before this process.
func (e *Engine) releaseLanes(ctx context.Context) bool {
	_, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.ReleaseLanes(e.now()) })
	if err != nil {
		e.logUnlessEnding(ctx, "release lanes", err)
	}
	return err == nil
}

// taskRunner is what executes tasks at once.
type taskRunner struct {
	engine   *Engine
	attempts context.Context //nolint:containedctx // it ends later than that of RunTasks
	working  sync.WaitGroup
	ended    chan struct{} // told when there is room again

	mu   sync.Mutex
	busy int
}

// start begins with the lanes that are due, as far as there is room, and returns how long to wait for the next.
func (r *taskRunner) start(ctx context.Context) time.Duration {
	for {
		r.mu.Lock()
		room := maxWorking - r.busy
		r.mu.Unlock()
		if room == 0 {
			return taskInterval // told when an attempt ends
		}
		claimed, token, err := r.engine.claim(ctx, room)
		if err != nil {
			r.engine.logUnlessEnding(ctx, "claim lanes", err)
			return retryInterval
		}
		for _, t := range claimed {
			r.begin(t, token)
		}
		if len(claimed) < room {
			return r.engine.nextTask(ctx)
		}
	}
}

func (r *taskRunner) begin(t *store.Task, token string) {
	r.mu.Lock()
	r.busy++
	r.mu.Unlock()
	r.working.Go(func() {
		r.engine.attempt(r.attempts, t, token)
		r.mu.Lock()
		r.busy--
		r.mu.Unlock()
		select {
		case r.ended <- struct{}{}:
		default:
		}
	})
}

// PerformTasks executes all tasks that are due, one after the other, until there is none: what RunTasks does when it is
// woken.
func (e *Engine) PerformTasks(ctx context.Context) error {
	for {
		claimed, token, err := e.claim(ctx, 1)
		if err != nil || len(claimed) == 0 {
			return err
		}
		e.attempt(ctx, claimed[0], token)
	}
}

// claim takes lanes that are due, and returns the first task of each, and what tells that they are taken.
func (e *Engine) claim(ctx context.Context, limit int) ([]*store.Task, string, error) {
	now := e.now()
	due, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]store.Lane, error) { return r.LaneList(1) })
	if err != nil || len(due) == 0 || due[0].Due > now {
		return nil, "", err
	}
	token := rand.Text()
	claimed, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) ([]*store.Task, error) {
		return tx.ClaimLanes(token, now, now.Add(taskLease), limit)
	})
	return claimed, token, err
}

// nextTask returns how long to wait until a lane is due.
func (e *Engine) nextTask(ctx context.Context) time.Duration {
	next, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]store.Lane, error) { return r.LaneList(1) })
	if err != nil {
		e.logUnlessEnding(ctx, "load lanes", err)
		return retryInterval
	}
	if len(next) == 0 {
		return taskInterval
	}
	return min(max(time.Duration(next[0].Due-e.now())*time.Millisecond, 0), taskInterval)
}

// attempt executes a task once and records what came of it.
func (e *Engine) attempt(ctx context.Context, t *store.Task, token string) {
	start := e.clock()
	ctx = store.WithOrigin(ctx, store.Origin{Operation: string(t.Kind)})
	recorded, err := e.try(ctx, t, token)
	if err != nil {
		e.logUnlessEnding(ctx, "record task", err, "task", t.ID, "kind", t.Kind)
		recorded = AttemptInterrupted // its lane is due again when the lease ends
	}
	if e.onAttempt != nil {
		e.onAttempt(Attempt{Kind: t.Kind, Outcome: recorded, Took: e.clock().Sub(start)})
	}
}

func (e *Engine) try(ctx context.Context, t *store.Task, token string) (AttemptOutcome, error) {
	if t.Faults >= maxFaults {
		return e.giveUp(ctx, t, token)
	}
	attempt, done := e.tasks.begin(ctx, t)
	defer done()
	result, err := e.execute(attempt, t)
	switch {
	case errors.Is(context.Cause(attempt), errDropped), errors.Is(err, errDropped):
		return AttemptDropped, nil // it went with its task
	case ctx.Err() != nil && (err != nil || result.again || result.failed):
		// Not the task's fault: it is as if this attempt had not been.
		return AttemptInterrupted, e.giveBack(ctx, t, token)
	case err != nil:
		return AttemptInterrupted, e.fault(ctx, t, token, fmt.Errorf("execute task: %w", err))
	}
	recorded, err := e.record(ctx, t, token, result)
	if err != nil {
		return AttemptInterrupted, e.fault(ctx, t, token, fmt.Errorf("record what came of a task: %w", err))
	}
	return recorded, nil
}

// execute does what a task says, outside any transaction. An error is one of ours: nothing was found out.
func (e *Engine) execute(ctx context.Context, t *store.Task) (done attempted, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	there, err := store.View(ctx, e.db, func(r *store.ReadTx) (*store.Task, error) { return r.Task(t.ID) })
	if err != nil {
		return attempted{}, err
	}
	if there == nil {
		return attempted{}, errDropped // between the claim and now; from now on it is told
	}
	switch t.Kind {
	case store.TaskHTTP:
		return e.request(ctx, t)
	default:
		return attempted{}, fmt.Errorf("task %d is of the unknown kind %s", t.ID, t.Kind)
	}
}

// record stores what came of an attempt, and lets follow what follows; unless the task is no longer there, or its lane
// another's by now.
func (e *Engine) record(ctx context.Context, t *store.Task, token string, done attempted) (AttemptOutcome, error) {
	wait := max(done.after, backoff(t.Attempts))
	return changeLater(context.WithoutCancel(ctx), e, func(w *work) (AttemptOutcome, error) {
		if done.again {
			there, err := w.flushed().RetryTask(t, token, w.now.Add(wait))
			if err != nil || there {
				return AttemptRetry, err
			}
			return AttemptDropped, nil
		}
		there, err := w.flushed().FinishTask(t, token, w.now)
		if err != nil {
			return "", err
		}
		if !there {
			return AttemptDropped, nil
		}
		outcome := AttemptDone
		if done.failed {
			outcome = AttemptFailed
		}
		return outcome, w.performed(t, done)
	})
}

// performed lets follow what follows from a task that is over.
func (w *work) performed(t *store.Task, done attempted) error {
	switch t.Kind {
	case store.TaskHTTP:
		return w.requested(t, done.outcome)
	default:
		return fmt.Errorf("task %d is of the unknown kind %s", t.ID, t.Kind)
	}
}

// giveBack lets a task be executed again, as if it had not been tried.
func (e *Engine) giveBack(ctx context.Context, t *store.Task, token string) error {
	_, err := store.UpdateLater(context.WithoutCancel(ctx), e.db, func(tx *store.Tx) (bool, error) {
		return tx.ReleaseLane(t.Lane, token, e.now())
	})
	return err
}

// fault logs and counts an attempt that failed for a reason of our own, and lets the task be executed again later; after
// maxFaults it is given up.
func (e *Engine) fault(ctx context.Context, t *store.Task, token string, cause error) error {
	e.logUnlessEnding(ctx, "a task failed", cause, "task", t.ID, "kind", t.Kind, "faults", t.Faults+1)
	after := maxBackoff
	if t.Faults+1 >= maxFaults {
		after = 0
	}
	_, err := store.UpdateLater(context.WithoutCancel(ctx), e.db, func(tx *store.Tx) (bool, error) {
		return tx.FaultTask(t, token, e.now().Add(after))
	})
	return err
}

// giveUp ends a task that is executed no more, and what waits for it, visibly.
func (e *Engine) giveUp(ctx context.Context, t *store.Task, token string) (AttemptOutcome, error) {
	return changeLater(context.WithoutCancel(ctx), e, func(w *work) (AttemptOutcome, error) {
		there, err := w.flushed().FinishTask(t, token, w.now)
		if err != nil || !there {
			return AttemptDropped, err
		}
		switch t.Kind {
		case store.TaskHTTP:
			return AttemptFailed, w.requestLost(t)
		default:
			return "", fmt.Errorf("task %d is of the unknown kind %s", t.ID, t.Kind)
		}
	})
}

// backoff returns how long to wait after so many attempts before the one that has just failed: half of it is certain, half
// left to chance, so that what failed together does not come back together.
func backoff(attempts int) time.Duration {
	whole := min(firstBackoff<<min(attempts, 16), maxBackoff)
	return whole/2 + mathrand.N(whole/2)
}

// TasksWaiting tells how many tasks there are.
func (e *Engine) TasksWaiting(ctx context.Context) (int, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) (int, error) { return r.TaskCount() })
}

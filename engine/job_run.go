package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// jobChunk is how many conversations of a job are changed before another job has its turn.
	jobChunk = 50
	// forgetChunk is how many items of jobs that need not be kept any longer one transaction removes.
	forgetChunk = 500
	// maxTries is how often a conversation is tried that fails for a reason of the server's.
	maxTries = 3
	// tellInterval is how often an agent is told at most that their job got further.
	tellInterval = 300 * time.Millisecond
)

// jobs wakes the loop that does jobs.
type jobs struct {
	started chan struct{}

	mu    sync.Mutex
	told  map[inbox.JobID]time.Time // when it was last told that a job got further
	tries map[inbox.JobID]int       // how often in a row a job has failed for a reason of the server's
}

func newJobs() *jobs {
	return &jobs{started: make(chan struct{}, 1), told: make(map[inbox.JobID]time.Time), tries: make(map[inbox.JobID]int)}
}

// tells reports whether it is time again to tell that a job got further.
func (j *jobs) tells(of inbox.JobID, now time.Time) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if last, known := j.told[of]; known && now.Sub(last) < tellInterval {
		return false
	}
	j.told[of] = now
	return true
}

// ended forgets what is known of a job.
func (j *jobs) ended(of inbox.JobID) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.told, of)
	delete(j.tries, of)
}

// tried notes whether a job failed for a reason of the server's, and returns how often in a row it has.
func (j *jobs) tried(of inbox.JobID, failed bool) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !failed {
		delete(j.tries, of)
		return 0
	}
	j.tries[of]++
	return j.tries[of]
}

// wake lets the loop look now.
func (j *jobs) wake() {
	select {
	case j.started <- struct{}{}:
	default:
	}
}

// RunJobs does the jobs that are started, until the context ends. It returns nil. After a restart it goes on where it was.
func (e *Engine) RunJobs(ctx context.Context) error {
	for {
		timer := time.NewTimer(e.DoJobs(ctx))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-e.jobs.started:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// DoJobs does what there is to do, and returns how long to wait for more. Each account has one job at a time, its oldest; the
// accounts' jobs take turns. What fails for a reason that is not the conversation's is logged and tried again.
func (e *Engine) DoJobs(ctx context.Context) time.Duration {
	for ctx.Err() == nil {
		due, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]*inbox.Job, error) { return r.JobsToDo() })
		if err != nil {
			e.logUnlessEnding(ctx, "load jobs", err)
			return retryInterval
		}
		if len(due) == 0 {
			return sweepInterval
		}
		failed := false
		for _, j := range due {
			if err := e.doChunk(ctx, j); err != nil {
				e.logUnlessEnding(ctx, "do a job", err, "job", j.ID.String())
				failed = true
			}
		}
		if failed {
			return retryInterval
		}
	}
	return sweepInterval
}

// doChunk changes some conversations of a job, each in a function of its own, and then counts them. A conversation that is
// refused has changed nothing: why is stored with the count.
func (e *Engine) doChunk(ctx context.Context, j *inbox.Job) error {
	ctx = store.WithOrigin(ctx, store.Origin{Account: store.AccountOf(j.Starter), Operation: "conversationsChange"})
	var action JobAction
	if err := json.Unmarshal(j.Action, &action); err != nil {
		return fmt.Errorf("decode the action of a job: %w", err)
	}
	items, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]store.JobItem, error) { return r.JobItemsToDo(j.ID, j.Position, jobChunk) })
	if err != nil {
		return err
	}
	refused, broken := make(map[int32]*inbox.Error), make(map[int32]error)
	for i, err := range changeEachLater(ctx, e, len(items), func(w *work, i int) error { return w.doItem(j, items[i].Position, &action) }) {
		own, ok := errors.AsType[*inbox.Error](err)
		_, panicked := errors.AsType[*store.PanicError](err)
		switch {
		case err == nil:
		case ok:
			refused[items[i].Position] = own
		case panicked: // it would again, and the log says why
			refused[items[i].Position] = brokenItem()
		default:
			broken[items[i].Position] = err
		}
	}
	failure := errors.Join(slices.Collect(maps.Values(broken))...)
	if e.jobs.tried(j.ID, failure != nil && ctx.Err() == nil) >= maxTries { // so that the jobs behind it have their turn
		for position := range broken {
			refused[position] = brokenItem()
		}
	}
	due := e.jobs.tells(j.ID, e.clock())
	finished, err := changeLater(ctx, e, func(w *work) (bool, error) { return w.countItems(j.ID, refused, due) })
	if finished {
		e.jobs.ended(j.ID)
		err = errors.Join(err, e.forgetJobs(ctx, j.Starter))
	}
	return errors.Join(failure, err)
}

// brokenItem returns why a conversation is left as it is that the server cannot change; its log says more.
func brokenItem() *inbox.Error {
	return inbox.Errorf(inbox.CodeConflict, "", "The conversation cannot be changed in this way: the server failed when it tried.")
}

// doItem changes one conversation of a job, as who started it. Nothing happens if the conversation has an outcome already, or
// if the job has ended. If they may do nothing any more, the job ends.
func (w *work) doItem(j *inbox.Job, position int32, action *JobAction) error {
	item, err := w.flushed().JobItem(j.ID, position)
	if err != nil || item == nil {
		return err
	}
	starter, err := w.starter(j.Starter)
	if err != nil {
		return err
	}
	if starter == nil {
		now, err := w.flushed().Job(j.ID)
		if err != nil {
			return err
		}
		return w.cancelJob(now)
	}
	w.caller, w.actor = *starter, starter.Actor
	c, err := w.visible(item.ConversationID, "")
	if err != nil {
		return err
	}
	head := j.Head
	if item.Head != nil {
		head = *item.Head
	}
	if changed, err := w.flushed().ChangedSince(c.ID, head); err != nil {
		return err
	} else if changed {
		return changedSince()
	}
	was, err := c.standing(action)
	if err != nil {
		return err
	}
	if j.UndoesID == nil {
		err = within("action", action.do(c))
	} else {
		var former undo
		if former, err = decodeUndo(item.Undo); err == nil {
			err = c.restore(action, former)
		}
	}
	if err != nil {
		return err
	}
	w.tx.AtEnd(func(head int64) error { // what has followed from it counts as part of it
		is, err := c.standing(action)
		if err != nil {
			return err
		}
		undo, err := undo{was, is}.encode()
		if err != nil {
			return err
		}
		return w.flushed().SetJobItemDone(j.ID, position, head, undo)
	})
	return nil
}

// starter returns who started a job with the rights that they have now, or nil if they may do nothing any more: an agent who is
// disabled, a key that is revoked.
func (w *work) starter(of inbox.ActorRef) (*inbox.Caller, error) {
	if of.Kind == inbox.ActorAPIKey {
		key, err := w.flushed().APIKey(inbox.APIKeyID(of.ID))
		if err != nil || key == nil || key.RevokedAt != nil {
			return nil, err
		}
		return new(key.Caller()), nil
	}
	agent, err := w.read.Agent(of.Agent())
	if err != nil || agent == nil || agent.DisabledAt != nil {
		return nil, err
	}
	return new(agent.Caller()), nil
}

// countItems stores why conversations of a job were refused, and how far the job is, and reports whether the job has finished. It
// changes nothing of a job that has. It tells that the job got further if that is due.
func (w *work) countItems(id inbox.JobID, refused map[int32]*inbox.Error, due bool) (finished bool, err error) {
	j, err := w.flushed().Job(id)
	if err != nil || j == nil || j.FinishedAt != nil {
		return true, err
	}
	for position, why := range refused {
		if err := w.flushed().SetJobItemFailed(id, position, why); err != nil {
			return false, err
		}
	}
	if err := w.flushed().CountJob(j, false); err != nil {
		return false, err
	}
	if j.Position == j.Total {
		j.FinishedAt = &w.now
	}
	return j.FinishedAt != nil, w.saveJob(j, due)
}

// forgetJobs removes the jobs that finished too long ago, and those of one account that are beyond the number that is kept.
func (e *Engine) forgetJobs(ctx context.Context, of inbox.ActorRef) error {
	for {
		more, err := store.UpdateLater(ctx, e.db, func(tx *store.Tx) (bool, error) {
			return tx.ForgetJobs(of, keptJobs, e.now().Add(-jobLifetime), forgetChunk)
		})
		if err != nil || !more {
			return err
		}
	}
}

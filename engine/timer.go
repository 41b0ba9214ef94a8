package engine

import (
	"context"
	"errors"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// timers wakes the loop that fires timers when one is set.
type timers struct{ set chan struct{} }

func newTimers() timers { return timers{set: make(chan struct{}, 1)} }

// Intervals of the timer loop.
const (
	// sweepInterval is how often the loop reads the table without being woken, and ends expired sessions.
	sweepInterval = 30 * time.Second
	// retryInterval is how soon a timer that failed is fired again.
	retryInterval = time.Second
	// timerChunk is how many due timers are read at once.
	timerChunk = 100
	// silenceChunk is how many silent conversations close at once.
	silenceChunk = 50
)

// setTimer sets a timer, and wakes the loop after the commit.
func (w *work) setTimer(t store.Timer) {
	w.tx.AfterCommit(w.engine.timers.wake)
	w.putTimer(t)
}

// wake lets the loop look now.
func (t timers) wake() {
	select {
	case t.set <- struct{}{}:
	default:
	}
}

// clearTimer removes a timer, if there is one.
func (w *work) clearTimer(kind store.TimerKind, subject int64) {
	w.putTimer(store.Timer{Kind: kind, SubjectID: subject})
}

// Run fires timers until the context ends, each in a transaction of its own that also removes it. It returns nil. A timer
// that fails is logged and fired again.
func (e *Engine) Run(ctx context.Context) error {
	for {
		next := e.FireDue(ctx)
		e.accounts.EndExpired(ctx)
		timer := time.NewTimer(next)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-e.timers.set:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// FireDue fires the timers that are due, and returns how long to wait for the next. Run calls it each time it wakes. A timer
// that fails is logged and does not hold up the others.
func (e *Engine) FireDue(ctx context.Context) time.Duration {
	failed := make(map[store.Timer]struct{})
	for ctx.Err() == nil {
		timers, silent, err := e.nextTimers(ctx, len(failed))
		if err != nil {
			e.logUnlessEnding(ctx, "load timers", err)
			return retryInterval
		}
		due, next := e.dueOf(timers, failed)
		silence, _ := e.dueOf(silent, failed)
		due = append(due, silence...)
		if len(due) == 0 {
			return wait(len(failed) > 0, next)
		}
		for i, err := range e.fire(ctx, due) {
			if err != nil {
				e.logUnlessEnding(ctx, "fire timer", err, "kind", due[i].Kind, "subject", due[i].SubjectID)
				failed[due[i]] = struct{}{}
			}
		}
	}
	return sweepInterval
}

// nextTimers returns the timers that are due next, and those of conversations in which the contact has been silent for too
// long. failed is how many of them may have failed already.
func (e *Engine) nextTimers(ctx context.Context, failed int) (timers, silent []store.Timer, err error) {
	_, err = store.View(ctx, e.db, func(r *store.ReadTx) (struct{}, error) {
		if timers, err = r.Timers(timerChunk + failed); err != nil {
			return struct{}{}, err
		}
		ids, err := r.SilentConversations(e.now(), silenceChunk+failed)
		for _, id := range ids {
			silent = append(silent, store.Timer{Kind: store.TimerSilence, SubjectID: int64(id)})
		}
		return struct{}{}, err
	})
	return timers, silent, err
}

// dueOf returns which of the next timers are due and have not failed, and how long to wait for the first that is not due.
func (e *Engine) dueOf(timers []store.Timer, failed map[store.Timer]struct{}) (due []store.Timer, next time.Duration) {
	now := e.now()
	for _, t := range timers {
		if t.Due > now {
			return due, time.Duration(t.Due-now) * time.Millisecond
		}
		if _, twice := failed[t]; !twice {
			due = append(due, t)
		}
	}
	return due, sweepInterval
}

// wait returns how long the loop waits, which is shorter if something failed and must be tried again.
func wait(failed bool, next time.Duration) time.Duration {
	if failed {
		return min(next, retryInterval)
	}
	return min(next, sweepInterval)
}

func (e *Engine) logUnlessEnding(ctx context.Context, message string, err error, args ...any) {
	if ctx.Err() == nil && !errors.Is(err, store.ErrClosed) {
		e.log.ErrorContext(ctx, message, append(args, "error", err)...)
	}
}

// fire does what timers are for, in order, each once and in a function of its own.
func (e *Engine) fire(ctx context.Context, due []store.Timer) []error {
	return changeEachLater(ctx, e, len(due), func(w *work, i int) error {
		w.tx.Does(string(due[i].Kind))
		if due[i].Kind == store.TimerSilence { // there is no row to claim: closeSilent checks again itself
			return w.fired(due[i])
		}
		taken, err := w.flushed().ClaimTimer(due[i], w.now)
		if err != nil || !taken {
			return err
		}
		if err := w.fired(due[i]); err != nil || due[i].Kind == store.TimerDrain {
			return err
		}
		return w.drainWithTheLast()
	})
}

func (w *work) fired(t store.Timer) error {
	switch t.Kind {
	case store.TimerWake:
		c, err := w.conversation(inbox.ConversationID(t.SubjectID))
		if err != nil {
			return err
		}
		return c.wake()
	case store.TimerRun:
		return w.runDue(inbox.WorkflowRunID(t.SubjectID))
	case store.TimerDrain:
		var team *inbox.TeamID
		if t.SubjectID != 0 {
			team = new(inbox.TeamID(t.SubjectID))
		}
		w.drain(team, cause{trigger: inbox.TriggerCapacity})
	case store.TimerOpening:
		return w.drainAll(new(inbox.TeamID(t.SubjectID)), cause{trigger: inbox.TriggerOpenedHours})
	case store.TimerAttend:
		return w.attend(inbox.ConversationID(t.SubjectID))
	case store.TimerSilence:
		return w.closeSilent(inbox.ConversationID(t.SubjectID))
	case store.TimerTrigger:
		return w.triggerDue(t.SubjectID)
	case store.TimerField:
		return w.clearField(inbox.ContactFieldID(t.SubjectID))
	case store.TimerRetire:
		return w.retireFurther(inbox.AgentID(t.SubjectID))
	case store.TimerAway:
		return w.awayDue(inbox.AgentID(t.SubjectID))
	case store.TimerPresence:
		return w.presenceDue(inbox.AgentID(t.SubjectID))
	case store.TimerCancel:
		return w.cancelSome(inbox.WorkflowID(t.SubjectID), t.Due)
	}
	return nil
}

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// maxJobItems is how many conversations a job may have.
	maxJobItems = 10_000
	// maxJobs is how many jobs of one account may wait or run.
	maxJobs = 20
	// keptJobs is how many finished jobs of an account are kept, and jobLifetime for how long.
	keptJobs    = 50
	jobLifetime = 30 * 24 * time.Hour
)

// ConversationsChange is one action on many conversations.
type ConversationsChange struct {
	IDs            []inbox.ConversationID    // each once; not with Filter
	Filter         *store.ConversationFilter // nil: IDs
	Head           *inbox.Cursor             // conversations that have changed after it are left as they are; nil: now
	Action         JobAction
	IdempotencyKey *string
}

// ConversationsChange starts a job. The conversations that pass a filter and that the caller sees are found now. It fails with
// INVALID (the action, the head), REQUIRED, NOT_FOUND (no conversation passes the filter; what the action names), FORBIDDEN,
// LIMIT_EXCEEDED (too many conversations or jobs) and IDEMPOTENCY_MISMATCH.
func (e *Engine) ConversationsChange(ctx context.Context, caller inbox.Caller, in ConversationsChange) (*inbox.Job, error) {
	if err := in.Action.check(caller, e.limits); err != nil {
		return nil, within("action", err)
	}
	ids, head := in.IDs, int64(-1)
	var tooMany error
	if in.Filter != nil {
		ids, head, tooMany = e.passing(ctx, caller, *in.Filter)
	}
	return change(ctx, e, caller, func(w *work) (*inbox.Job, error) {
		return w.startOnce(in.IdempotencyKey, "conversationsChange", in, func() (*inbox.Job, error) {
			switch {
			case tooMany != nil: // of a repeated call the first job is the answer, whatever passes the filter by now
				return nil, tooMany
			case len(ids) > maxJobItems:
				return nil, inbox.Errorf(inbox.CodeLimitExceeded, "ids", "A job may have at most {limit} conversations.", inbox.Named("limit", maxJobItems))
			case len(ids) == 0 && in.Filter != nil:
				return nil, inbox.Errorf(inbox.CodeNotFound, "filter", "No conversation passes the filter.")
			case len(ids) == 0:
				return nil, inbox.Errorf(inbox.CodeRequired, "ids", "Name at least one conversation.")
			}
			if err := within("action", in.Action.checkIn(w)); err != nil {
				return nil, err
			}
			since, err := w.position(in.Head, head)
			if err != nil {
				return nil, err
			}
			return w.startJob(in.Action, since, func(j *inbox.Job) error { return w.flushed().InsertJob(j, ids) })
		})
	})
}

// passing returns the conversations that pass a filter and that the caller sees, and the head of the log as of then.
func (e *Engine) passing(ctx context.Context, caller inbox.Caller, f store.ConversationFilter) (ids []inbox.ConversationID, head int64, err error) {
	_, err = store.View(ctx, e.db, func(r *store.ReadTx) (struct{}, error) {
		access, err := AccessOf(&r.Reader, caller)
		if err != nil {
			return struct{}{}, err
		}
		var all bool
		if ids, all, err = r.ConversationIDs(access, f, maxJobItems); err != nil {
			return struct{}{}, err
		}
		if !all {
			return struct{}{}, inbox.Errorf(inbox.CodeLimitExceeded, "filter",
				"More than {limit} conversations pass the filter, or have to be searched for it. Narrow it.", inbox.Named("limit", maxJobItems))
		}
		head, err = r.HeadNumber()
		return struct{}{}, err
	})
	return ids, head, err
}

// position returns the number of the event that the input's head stands after. Without one it is the given number or, if that is
// negative, the newest event's.
func (w *work) position(head *inbox.Cursor, otherwise int64) (int64, error) {
	if head == nil {
		if otherwise >= 0 {
			return otherwise, nil
		}
		return w.flushed().HeadNumber()
	}
	number, err := w.flushed().ParseCursor(*head)
	switch {
	case errors.Is(err, store.ErrCursorInvalid):
		return 0, inbox.Errorf(inbox.CodeInvalid, "head", "This is no cursor. Use the head that was read with the list.")
	case errors.Is(err, store.ErrCursorExpired):
		return 0, inbox.Errorf(inbox.CodeInvalid, "head", "The log does not go back to this cursor, or never got to it. Read the list and its head again.")
	default:
		return number, err
	}
}

// startOnce starts a job once per caller and key, and returns the first one again.
func (w *work) startOnce(key *string, operation string, input any, start func() (*inbox.Job, error)) (*inbox.Job, error) {
	return once(w, key, operation, input, func(first *firstResult) (*inbox.Job, error) {
		if first != nil {
			return find(w.flushed().Job, first.Job, "idempotencyKey", "job")
		}
		return start()
	}, func(j *inbox.Job) firstResult { return firstResult{Job: j.ID} })
}

// startJob adds a job of the caller, whose row and items insert stores.
func (w *work) startJob(action JobAction, head int64, insert func(*inbox.Job) error) (*inbox.Job, error) {
	n, err := w.flushed().UnfinishedJobs(w.caller.Actor)
	if err != nil {
		return nil, err
	}
	if n >= maxJobs {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "You have {limit} jobs that have not finished. Wait until one has, or cancel one.", inbox.Named("limit", n))
	}
	text, err := json.Marshal(action)
	if err != nil {
		return nil, fmt.Errorf("encode the action of a job: %w", err)
	}
	j := &inbox.Job{Starter: w.caller.Actor, Action: text, Head: head, CreatedAt: w.now}
	if err := insert(j); err != nil {
		return nil, err
	}
	w.tx.AfterCommit(w.engine.jobs.wake)
	return j, nil
}

// visibleJob loads a job that the caller may see: their own or, for managers, any. It fails with NOT_FOUND.
func (w *work) visibleJob(id inbox.JobID) (*inbox.Job, error) {
	j, err := find(w.flushed().Job, id, "id", "job")
	if err == nil && !SeesJob(w.caller, j) {
		return nil, inbox.NotFound("id", "job")
	}
	return j, err
}

// SeesJob reports whether a caller may see a job: who started it does, and so do managers.
func SeesJob(caller inbox.Caller, j *inbox.Job) bool {
	return caller.Manages() || caller.Actor == j.Starter
}

// JobCancel ends a job before its next conversation. It does nothing to one that has finished. It fails with NOT_FOUND.
func (e *Engine) JobCancel(ctx context.Context, caller inbox.Caller, id inbox.JobID) (*inbox.Job, error) {
	return change(ctx, e, caller, func(w *work) (*inbox.Job, error) {
		j, err := w.visibleJob(id)
		if err != nil || j.FinishedAt != nil {
			return j, err
		}
		return j, w.cancelJob(j)
	})
}

// cancelJob ends a job that has not finished.
func (w *work) cancelJob(j *inbox.Job) error {
	if err := w.flushed().CountJob(j, true); err != nil {
		return err
	}
	j.FinishedAt, j.CancelledAt = &w.now, &w.now
	w.tx.AfterCommit(w.engine.jobs.wake) // for the next job
	return w.saveJob(j, true)
}

// saveJob stores how far a job is, and tells the agent who started it if that is due or the job has ended.
func (w *work) saveJob(j *inbox.Job, due bool) error {
	if id := j.Starter.Agent(); id != 0 && (due || j.FinishedAt != nil) {
		w.signal(&inbox.JobChanged{JobID: j.ID}, id)
	}
	return w.flushed().UpdateJob(j)
}

// JobUndoInput names a job whose changes are to be taken back.
type JobUndoInput struct {
	ID             inbox.JobID
	IdempotencyKey *string
}

// JobUndo starts a job of the caller that brings back the conversations that another job has changed. It fails with NOT_FOUND,
// CONFLICT (the other job has not finished), INVALID (it has changed nothing that can be brought back), LIMIT_EXCEEDED and
// IDEMPOTENCY_MISMATCH.
func (e *Engine) JobUndo(ctx context.Context, caller inbox.Caller, in JobUndoInput) (*inbox.Job, error) {
	return change(ctx, e, caller, func(w *work) (*inbox.Job, error) {
		return w.startOnce(in.IdempotencyKey, "jobUndo", in, func() (*inbox.Job, error) {
			undone, err := w.visibleJob(in.ID)
			if err != nil {
				return nil, err
			}
			if undone.FinishedAt == nil {
				return nil, inbox.Errorf(inbox.CodeConflict, "id", "The job has not finished. Wait until it has, or cancel it.")
			}
			var action JobAction
			if err := json.Unmarshal(undone.Action, &action); err != nil {
				return nil, fmt.Errorf("decode the action of job %d: %w", undone.ID, err)
			}
			j, err := w.startJob(action, undone.Head, func(j *inbox.Job) error { return w.flushed().InsertUndoingJob(j, undone.ID) })
			if err == nil && j.Total == 0 {
				return nil, inbox.Errorf(inbox.CodeInvalid, "id", "The job has changed nothing that can be brought back.")
			}
			return j, err
		})
	})
}

// within returns an error about a part of the input as one about that part within a larger one. The conversation is no part of
// that: it is not named in it.
func within(place string, err error) error {
	own, ok := errors.AsType[*inbox.Error](err)
	if !ok {
		return err
	}
	moved := *own
	moved.Field = nil
	if len(own.Field) > 0 && own.Field[0] != "conversationId" {
		moved.Field = append([]string{place}, own.Field...)
	}
	return &moved
}

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/outbox"
	"foyer/outbox/fetch"
	"foyer/store"
	"foyer/vault"
)

const (
	// requestInterval is how often a run that waits for a request checks that it still exists. The outbox brings the outcome;
	// the timer is there so that every run that waits has one.
	requestInterval = time.Hour
	// maxRequestTime is how long one attempt may take at most, whatever the document says: it must end before its lease
	// does.
	maxRequestTime = 30 * time.Second
	// maxRetryAfter is the longest Retry-After that the server waits for.
	maxRetryAfter = 5 * time.Minute
)

// HTTP makes the run wait for a request that is sent after this transaction.
func (h *host) HTTP(e workflow.HTTP) (*workflow.Outcome, error) {
	w, r := h.w, h.r
	payload, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode the request of run %d: %w", r.ID, err)
	}
	r.progress.Task, err = w.engine.outbox.Add(w.tx, store.Task{
		Lane: r.ID.String(), Kind: store.TaskHTTP, SubjectID: int64(r.ID), Payload: string(payload), CreatedAt: w.now,
	})
	if err != nil {
		return nil, err
	}
	r.await(w.now.Add(requestInterval))
	return nil, nil
}

// dropRequest drops the request that a run waits for, if it waits for one.
func (r *run) dropRequest() error {
	id := r.progress.Task
	r.progress.Task = 0
	if id == 0 {
		return nil
	}
	return r.w.engine.outbox.Drop(r.w.tx, id)
}

// checkRequest lets a run wait on while its request exists, and go on by the exit failure if it does not.
func (r *run) checkRequest() error {
	task, err := r.w.read.Task(r.progress.Task)
	if err != nil {
		return err
	}
	if task != nil {
		r.setTimer(r.w.now.Add(requestInterval))
		return nil
	}
	r.progress.Task = 0
	return r.resume(workflow.Outcome{Exit: workflow.ExitFailure, Error: "The request was lost when the server stopped."})
}

// handler performs the tasks of the outbox. Every task is the request of a run: HTTP is the only kind.
type handler struct{ engine *Engine }

// Complete lets the run go on with the outcome of its request.
func (h handler) Complete(ctx context.Context, t *store.Task, outcome workflow.Outcome, finish outbox.Finish) (bool, error) {
	return h.after(ctx, t, finish, func(w *work, r *run) error { return r.resume(outcome) })
}

// GiveUp ends the run whose request the server could not send.
func (h handler) GiveUp(ctx context.Context, t *store.Task, finish outbox.Finish) (bool, error) {
	return h.after(ctx, t, finish, func(w *work, r *run) error {
		return r.finish(inbox.RunFailed, fmt.Sprintf("Internal error in the request of step %q. The server's log has more, as task %d.", r.progress.State.Step, t.ID))
	})
}

// after finishes a task and calls follow with the run, if one still waits for the task.
func (h handler) after(ctx context.Context, t *store.Task, finish outbox.Finish, follow func(*work, *run) error) (bool, error) {
	return changeLater(ctx, h.engine, func(w *work) (bool, error) {
		if existed, err := finish(w.flushed()); err != nil || !existed {
			return false, err
		}
		r, err := w.run(inbox.WorkflowRunID(t.SubjectID))
		if err != nil || r.Status != inbox.RunWaiting || r.progress.Task != t.ID {
			return true, err
		}
		r.progress.Task = 0
		return true, follow(w, r)
	})
}

// requestResult is the result of sending a request.
type requestResult = outbox.Result[workflow.Outcome]

// Perform sends a request once.
func (h handler) Perform(ctx context.Context, t *store.Task) (requestResult, error) {
	e := h.engine
	var effect workflow.HTTP
	if err := json.Unmarshal([]byte(t.Payload), &effect); err != nil {
		return requestResult{}, fmt.Errorf("decode task %d: %w", t.ID, err)
	}
	secrets, err := e.secrets.Open(ctx, effect.Secrets())
	if unreadable, ok := errors.AsType[*vault.UnreadableError](err); ok {
		e.log.ErrorContext(ctx, "a secret cannot be opened with the server's key", "secret", unreadable.Name, "error", unreadable.Err)
		return failedRequest(t, err.Error()), nil
	}
	if err != nil {
		return requestResult{}, err
	}
	filled, err := effect.Fill(secrets)
	if err != nil {
		return failedRequest(t, err.Error()), nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(effect.Timeout, maxRequestTime))
	defer cancel()
	response, err := e.requests.Do(ctx, fetch.Request{
		Method: filled.Method, URL: filled.URL, Header: headerOf(t, filled, effect.JSON), Body: filled.Body, MaxResponse: workflow.MaxResponse,
	})
	mayRetry := t.Attempts < effect.Retries
	if err != nil {
		failure, _ := errors.AsType[*fetch.Error](err)
		if failure != nil && failure.Temporary && mayRetry {
			return requestResult{Retry: true}, nil
		}
		return failedRequest(t, err.Error()), nil
	}
	if mayRetry && (response.Status == http.StatusTooManyRequests || response.Status >= http.StatusInternalServerError) {
		if after := retryAfter(response.Header.Get("Retry-After"), e.clock()); after <= maxRetryAfter {
			return requestResult{Retry: true, After: after}, nil
		}
	}
	return requestResult{Outcome: workflow.Outcome{
		Response: &workflow.Response{Status: response.Status, Body: vault.Mask(string(response.Body), secrets)}, Detail: attemptDetail(t),
	}}, nil
}

// failedRequest returns the result of a request that got no response.
func failedRequest(t *store.Task, reason string) requestResult {
	return requestResult{Failed: true, Outcome: workflow.Outcome{Exit: workflow.ExitFailure, Error: reason, Detail: attemptDetail(t)}}
}

// attemptDetail returns how often a request was sent, for the run's log, or nil if it was sent once.
func attemptDetail(t *store.Task) map[string]any {
	if t.Attempts == 0 {
		return nil
	}
	return map[string]any{"attempts": float64(t.Attempts + 1)}
}

// headerOf returns the header of a request, with defaults for what the document left out.
func headerOf(t *store.Task, filled workflow.Request, isJSON bool) http.Header {
	header := make(http.Header, len(filled.Headers)+2)
	for _, one := range filled.Headers {
		header.Add(one.Name, one.Value)
	}
	if header.Get("Idempotency-Key") == "" {
		header.Set("Idempotency-Key", t.Key)
	}
	if filled.Body != "" && header.Get("Content-Type") == "" {
		kind := "text/plain; charset=utf-8"
		if isJSON || json.Valid([]byte(filled.Body)) {
			kind = "application/json"
		}
		header.Set("Content-Type", kind)
	}
	if header.Get("Accept") == "" {
		header.Set("Accept", "application/json, */*;q=0.5")
	}
	return header
}

// retryAfter reads how long a response asks to wait: in seconds or until a date (RFC 9110). Zero: it does not say.
func retryAfter(written string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(written); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, 1<<30)) * time.Second
	}
	if at, err := http.ParseTime(written); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

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
	"foyer/outbox/fetch"
	"foyer/store"
	"foyer/vault"
)

const (
	// requestInterval is how often a run looks after the request it waits for. It is told of the outcome; the timer is
	// there so that every run that waits has one.
	requestInterval = time.Hour
	// maxRequestTime is how long one attempt may take, whatever a task says: it ends before the lease of its lane.
	maxRequestTime = 30 * time.Second
	// maxRetryAfter is how long a response can put off the next attempt.
	maxRetryAfter = 5 * time.Minute
)

// HTTP lets the run wait for a request that is sent after this transaction.
func (h *host) HTTP(e workflow.HTTP) (*workflow.Outcome, error) {
	w, r := h.w, h.r
	payload, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode the request of run %d: %w", r.ID, err)
	}
	r.progress.Task, err = w.addTask(store.Task{
		Lane: r.ID.String(), Kind: store.TaskHTTP, SubjectID: int64(r.ID), Payload: string(payload),
	})
	if err != nil {
		return nil, err
	}
	w.await(r, w.now.Add(requestInterval))
	return nil, nil
}

// dropRequest forgets the request that a run waits for, and cuts it off where it is under way.
func (w *work) dropRequest(r *run) error {
	id := r.progress.Task
	r.progress.Task = 0
	if id == 0 {
		return nil
	}
	return w.dropTask(id)
}

// lookAfterRequest keeps a run waiting as long as there is its request.
func (w *work) lookAfterRequest(r *run) error {
	task, err := w.read.Task(r.progress.Task)
	if err != nil {
		return err
	}
	if task != nil {
		w.setRunTimer(r, w.now.Add(requestInterval))
		return nil
	}
	r.progress.Task = 0
	return w.resume(r, workflow.Outcome{Exit: workflow.ExitFailure, Error: "The request was lost."})
}

// requested lets a run go on whose request has its outcome.
func (w *work) requested(t *store.Task, outcome workflow.Outcome) error {
	r, err := w.run(inbox.WorkflowRunID(t.SubjectID))
	if err != nil || r.Status != inbox.RunWaiting || r.progress.Task != t.ID {
		return err
	}
	r.progress.Task = 0
	return w.resume(r, outcome)
}

// requestLost ends a run whose request the server could not make.
func (w *work) requestLost(t *store.Task) error {
	r, err := w.run(inbox.WorkflowRunID(t.SubjectID))
	if err != nil || r.Status != inbox.RunWaiting || r.progress.Task != t.ID {
		return err
	}
	r.progress.Task = 0
	return w.finish(r, inbox.RunFailed, fmt.Sprintf("Internal error in the request of step %q. The server's log has more, as task %d.", r.progress.State.Step, t.ID))
}

// request sends the request of a task, once.
func (e *Engine) request(ctx context.Context, t *store.Task) (attempted, error) {
	var effect workflow.HTTP
	if err := json.Unmarshal([]byte(t.Payload), &effect); err != nil {
		return attempted{}, fmt.Errorf("decode task %d: %w", t.ID, err)
	}
	secrets, err := e.secrets.Open(ctx, effect.Secrets())
	if unreadable, ok := errors.AsType[*vault.UnreadableError](err); ok {
		e.log.ErrorContext(ctx, "a secret cannot be opened", "secret", unreadable.Name, "error", unreadable.Err)
		return gaveUp(t, err.Error()), nil
	}
	if err != nil {
		return attempted{}, err
	}
	filled, err := effect.Fill(secrets)
	if err != nil {
		return gaveUp(t, err.Error()), nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(effect.Timeout, maxRequestTime))
	defer cancel()
	response, err := e.requests.Do(ctx, fetch.Request{
		Method: filled.Method, URL: filled.URL, Header: headerOf(t, filled, effect.JSON), Body: filled.Body, MaxResponse: workflow.MaxResponse,
	})
	again := t.Attempts < effect.Retries
	if err != nil {
		failure, _ := errors.AsType[*fetch.Error](err)
		if failure != nil && failure.Temporary && again {
			return attempted{again: true}, nil
		}
		return gaveUp(t, err.Error()), nil
	}
	if again && (response.Status == http.StatusTooManyRequests || response.Status >= http.StatusInternalServerError) {
		if after := retryAfter(response.Header.Get("Retry-After"), e.clock()); after <= maxRetryAfter {
			return attempted{again: true, after: after}, nil
		}
	}
	return attempted{outcome: workflow.Outcome{
		Response: &workflow.Response{Status: response.Status, Body: vault.Mask(string(response.Body), secrets)}, Detail: attemptDetail(t),
	}}, nil
}

// gaveUp is the outcome of a request that got no response.
func gaveUp(t *store.Task, reason string) attempted {
	return attempted{failed: true, outcome: workflow.Outcome{Exit: workflow.ExitFailure, Error: reason, Detail: attemptDetail(t)}}
}

// attemptDetail tells in the log how often a request was sent, where it was more than once.
func attemptDetail(t *store.Task) map[string]any {
	if t.Attempts == 0 {
		return nil
	}
	return map[string]any{"attempts": float64(t.Attempts + 1)}
}

// headerOf returns the header of a request, with what the document left out.
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

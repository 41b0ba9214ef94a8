package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"foyer/internal/client"
)

// worker answers and closes the conversations of one agent, one after another in the order they were assigned.
type worker struct {
	client *client.Client
	more   chan struct{} // signalled when pending gets longer

	mu      sync.Mutex
	pending []string
}

func newWorker(c *client.Client) *worker { return &worker{client: c, more: make(chan struct{}, 1)} }

// add adds a conversation. It does not wait.
func (w *worker) add(conversation string) {
	w.mu.Lock()
	w.pending = append(w.pending, conversation)
	w.mu.Unlock()
	select {
	case w.more <- struct{}{}:
	default:
	}
}

// next removes and returns the conversation that was added first.
func (w *worker) next() (conversation string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending) == 0 {
		return "", false
	}
	conversation, w.pending = w.pending[0], w.pending[1:]
	return conversation, true
}

// work answers and closes until ctx ends.
func (w *worker) work(ctx context.Context, o Options) {
	for {
		conversation, ok := w.next()
		if !ok {
			select {
			case <-w.more:
				continue
			case <-ctx.Done():
				return
			}
		}
		if err := w.serve(ctx, o, conversation); err != nil && ctx.Err() == nil {
			o.Logger.WarnContext(ctx, "an agent could not go on", "conversation", conversation, "error", err)
		}
	}
}

// serve answers a conversation and closes it.
func (w *worker) serve(ctx context.Context, o Options, conversation string) error {
	if !think(ctx, o.Think) {
		return nil
	}
	answers := []string{
		"Thank you for asking. I have looked into it and sent you the steps.",
		"This is sorted now. Please try again and write to us if it does not work.",
		"You can do this in the settings. Is there anything else?",
	}
	err := w.client.Mutate(ctx, "messageSend", object{"conversationId": conversation, "text": answers[rand.IntN(len(answers))]}, "", nil)
	if isClosed(err) || err == nil && !think(ctx, o.Think) {
		return nil
	}
	if err != nil {
		return err
	}
	err = w.client.Mutate(ctx, "conversationClose", object{"conversationId": conversation, "category": "Question",
		"summary": "Asked and answered."}, "", nil)
	if isClosed(err) {
		return nil
	}
	return err
}

// isClosed reports whether somebody else closed the conversation first, as a visitor of the demo may.
func isClosed(err error) bool {
	refused, ok := errors.AsType[client.UserErrors](err)
	return ok && refused[0].Code == "CLOSED"
}

// think waits for about the given time, and reports whether ctx still goes on.
func think(ctx context.Context, about time.Duration) bool {
	select {
	case <-time.After(about/2 + rand.N(about+1)):
		return true
	case <-ctx.Done():
		return false
	}
}

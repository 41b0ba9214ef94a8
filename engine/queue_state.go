package engine

import (
	"time"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// QueueState says why a conversation waits in a queue, and what would end that.
type QueueState struct {
	Since         inbox.Time
	Position      int32
	Estimate      *inbox.Duration // how long it will probably wait; nil: not known
	EstimateError *inbox.Duration // about how far off that is
	Sentence      string
	PassedOver    []inbox.PassedOverCount
}

// QueueState returns the state of a queued conversation as of a snapshot, or nil if it is not in a queue.
func (e *Engine) QueueState(r *store.Reader, c *inbox.Conversation) (*QueueState, error) {
	if c.QueuedAt == nil {
		return nil, nil
	}
	position, err := r.QueuePosition(c)
	if err != nil {
		return nil, err
	}
	state := &QueueState{Since: *c.QueuedAt, Position: int32(position)}
	account, err := newWorld(e, r, e.now()).waiting(c)
	if err != nil {
		return nil, err
	}
	account.Before = state.Position - 1
	state.PassedOver, state.Sentence = account.PassedOver, account.Sentence()
	history, err := r.TakenFromQueue(c.TeamID)
	if err != nil {
		return nil, err
	}
	if wait, off, ok := assign.Estimate(history, state.Position); ok && account.Strategy != inbox.StrategyManual {
		if account.Opens != nil {
			wait += *account.Opens
		}
		state.Estimate, state.EstimateError = new(inbox.Duration(wait/time.Second)), new(inbox.Duration(off/time.Second))
	}
	return state, nil
}

// waiting returns what a queued conversation waits for.
func (w world) waiting(c *inbox.Conversation) (waiting assign.Waiting, err error) {
	request, err := queuedAssignment(c, cause{})
	if err != nil {
		return waiting, err
	}
	by, until, err := w.choosing(c, request)
	if err != nil {
		return waiting, err
	}
	waiting.Strategy, waiting.Closed = by.Policy.Strategy, by.Closed
	choice, err := w.read.Choose(by)
	if err != nil {
		return waiting, err
	}
	waiting.PassedOver, waiting.Available = choice.PassedOver, choice.Winner != nil
	if by.Alone != nil && passedOver(choice.PassedOver, inbox.PassedOverNotOwner) {
		owner, err := w.read.Agent(*by.Alone)
		if err != nil {
			return waiting, err
		}
		waiting.WaitsFor, waiting.WaitsUntil = owner.Name, new(time.Duration(until-w.now)*time.Millisecond)
	}
	if by.Closed {
		rules, err := w.rules(c.TeamID)
		if err != nil {
			return waiting, err
		}
		if next, ok := rules.schedule.Next(w.now.Std()); ok {
			waiting.Opens = new(next.Sub(w.now.Std()))
		}
	}
	return waiting, nil
}

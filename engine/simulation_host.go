package engine

import (
	"errors"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// dryHost lets a run act in a trial: it does what a host does, sends no requests, and notes what an author wants to know.
type dryHost struct {
	*host
	s *simulation
}

var _ workflow.Host = dryHost{}

// Look counts the effects.
func (h dryHost) Look(outcome workflow.Outcome) (*workflow.Input, error) {
	if h.s.effects++; h.s.effects > maxEffects {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "definition", "A simulation does at most %s things; this one goes on.", inbox.Thousands(maxEffects))
	}
	return h.host.Look(outcome)
}

// Record forgets the question that the run has left.
func (h dryHost) Record(state workflow.State, result workflow.Result) error {
	delete(h.s.replies, h.r.ID)
	return h.host.Record(state, result)
}

// Send notes the text.
func (h dryHost) Send(e workflow.Send) (*workflow.Outcome, error) {
	outcome, err := h.host.Send(e)
	if err == nil && e.Text != "" {
		h.s.sent = append(h.s.sent, e.Text)
	}
	return outcome, err
}

// Ask notes the text, and takes the next of the answers for it.
func (h dryHost) Ask(e workflow.Ask) (*workflow.Outcome, error) {
	outcome, err := h.host.Ask(e)
	if err != nil || h.r.progress.Queued {
		return outcome, err
	}
	h.s.sent = append(h.s.sent, e.Message())
	answer := &reply{unknown: len(h.s.answers) == 0}
	if !answer.unknown {
		answer.text, h.s.answers = h.s.answers[0], h.s.answers[1:]
	}
	h.s.replies[h.r.ID] = answer
	return outcome, nil
}

// Route notes that a step has routed the conversation, be it to where it was.
func (h dryHost) Route(e workflow.Route) (*workflow.Outcome, error) {
	outcome, err := h.host.Route(e)
	if err == nil {
		h.s.routed[h.c.ID] = true
	}
	return outcome, err
}

// Assign notes why somebody, or nobody, was assigned.
func (h dryHost) Assign(e workflow.Assign) (*workflow.Outcome, error) {
	h.s.decision, h.s.reason = nil, ""
	outcome, err := h.host.Assign(e)
	if refused, ok := errors.AsType[*inbox.Error](err); ok {
		h.s.reason = refused.Message
	}
	if outcome != nil && err == nil {
		h.s.given[h.c.ID] = true
		if h.s.reason == "" {
			h.s.reason = "Somebody has the conversation already."
		}
	}
	return outcome, err
}

// Unassign notes that nobody has the conversation, be it as before.
func (h dryHost) Unassign(e workflow.Unassign) (*workflow.Outcome, error) {
	outcome, err := h.host.Unassign(e)
	if err == nil {
		h.s.given[h.c.ID] = true
	}
	return outcome, err
}

// Start starts another workflow, or has somebody else do so.
func (h dryHost) Start(e workflow.Start) (*workflow.Outcome, error) {
	if h.s.outside.Start == nil {
		return h.host.Start(e)
	}
	return new(h.s.outside.Start(e)), nil
}

// HTTP sends no request.
func (h dryHost) HTTP(e workflow.HTTP) (*workflow.Outcome, error) {
	if h.s.outside.Respond == nil {
		return &workflow.Outcome{Exit: workflow.ExitFailure, Error: "A simulation sends no requests."}, nil
	}
	return new(h.s.outside.Respond(e)), nil
}

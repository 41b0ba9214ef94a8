package engine

import (
	"errors"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// dryHost is the host of a run in a simulation. It sends no requests and records what an author wants to see. It decides
// about each kind of effect itself, rather than embed the host of real runs: an effect that leaves the process must not
// reach a simulation unseen.
type dryHost struct {
	host *host // it only changes rows, in a transaction that is undone
	s    *simulation
}

var _ workflow.Host = dryHost{}

// Look bounds what a simulation does.
func (h dryHost) Look(outcome workflow.Outcome) (*workflow.Input, error) {
	if h.s.effects++; h.s.effects > maxEffects {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "definition", "A simulation may have at most {limit} effects, and this one has more.", inbox.Named("limit", maxEffects))
	}
	return h.host.Look(outcome)
}

// Record drops the reply to a question that is over.
func (h dryHost) Record(state workflow.State, result workflow.Result) error {
	delete(h.s.replies, h.host.r.ID)
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

// Ask notes the text, and that the next answer is the reply.
func (h dryHost) Ask(e workflow.Ask) (*workflow.Outcome, error) {
	outcome, err := h.host.Ask(e)
	if err != nil || h.host.r.progress.Queued {
		return outcome, err
	}
	h.s.sent = append(h.s.sent, e.Message())
	next := reply{missing: len(h.s.answers) == 0}
	if !next.missing {
		next.text, h.s.answers = h.s.answers[0], h.s.answers[1:]
	}
	h.s.replies[h.host.r.ID] = next
	return outcome, nil
}

// Route notes the routing, even if nothing changes.
func (h dryHost) Route(e workflow.Route) (*workflow.Outcome, error) {
	outcome, err := h.host.Route(e)
	if err == nil {
		h.s.routed[h.host.c.ID] = true
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
		h.s.assigned[h.host.c.ID] = true
		if h.s.reason == "" {
			h.s.reason = "The conversation already has an assignee."
		}
	}
	return outcome, err
}

// Unassign notes the unassignment, even if nothing changes.
func (h dryHost) Unassign(e workflow.Unassign) (*workflow.Outcome, error) {
	outcome, err := h.host.Unassign(e)
	if err == nil {
		h.s.assigned[h.host.c.ID] = true
	}
	return outcome, err
}

// Start leaves starting workflows to Outside, if that is set.
func (h dryHost) Start(e workflow.Start) (*workflow.Outcome, error) {
	if h.s.outside.Start == nil {
		return h.host.Start(e)
	}
	return new(h.s.outside.Start(e)), nil
}

// HTTP fails unless Outside answers the request.
func (h dryHost) HTTP(e workflow.HTTP) (*workflow.Outcome, error) {
	if h.s.outside.Respond == nil {
		return &workflow.Outcome{Exit: workflow.ExitFailure, Error: "A simulation sends no requests."}, nil
	}
	return new(h.s.outside.Respond(e)), nil
}

// The remaining methods do in a simulation what they do in a run: they only change rows.

// Active reports whether the run has not ended.
func (h dryHost) Active() bool { return h.host.Active() }

// SetField sets a field of the contact.
func (h dryHost) SetField(e workflow.SetField) (*workflow.Outcome, error) { return h.host.SetField(e) }

// SetLifecycle moves the contact to a lifecycle stage.
func (h dryHost) SetLifecycle(e workflow.SetLifecycle) (*workflow.Outcome, error) {
	return h.host.SetLifecycle(e)
}

// Tag adds tags to the contact and removes others.
func (h dryHost) Tag(e workflow.Tag) (*workflow.Outcome, error) { return h.host.Tag(e) }

// Open opens a conversation.
func (h dryHost) Open(e workflow.Open) (*workflow.Outcome, error) { return h.host.Open(e) }

// Close closes the conversation.
func (h dryHost) Close(e workflow.Close) (*workflow.Outcome, error) { return h.host.Close(e) }

// Snooze snoozes the conversation.
func (h dryHost) Snooze(e workflow.Snooze) (*workflow.Outcome, error) { return h.host.Snooze(e) }

// Note adds an internal note.
func (h dryHost) Note(e workflow.Note) (*workflow.Outcome, error) { return h.host.Note(e) }

// Wait lets time pass.
func (h dryHost) Wait(e workflow.Wait) (*workflow.Outcome, error) { return h.host.Wait(e) }

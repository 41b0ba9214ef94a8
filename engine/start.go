package engine

import (
	"slices"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

const (
	// maxNested is how many runs may start each other by a step, one inside the other.
	maxNested = 10
	// childInterval is how often a run checks the run that it waits for. The end of that run resumes it; the timer is there
	// so that every run that waits has one.
	childInterval = 24 * time.Hour
)

// Start starts another workflow for the same contact. The new run goes first, as far as it gets. If it may not start, the
// step fails.
func (h *host) Start(e workflow.Start) (*workflow.Outcome, error) {
	w, r := h.w, h.r
	contact, err := w.contact(r.ContactID)
	if err != nil {
		return nil, err
	}
	if r.progress.Nested >= maxNested {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "", "Workflows can start each other at most {limit} levels deep.", inbox.Named("limit", maxNested))
	}
	if contact.Blocked {
		return nil, blockedContact()
	}
	version, variables, err := w.startable(e)
	if err != nil {
		return nil, err
	}
	o := triggerEvent{trigger: workflow.TriggerWorkflow, contact: r.ContactID, conversation: h.c, cause: w.actor,
		data: map[string]any{"variables": variables}, depth: r.progress.Depth, nested: r.progress.Nested + 1}
	if e.WaitForEnd {
		o.parent = r.ID
	}
	started, err := w.start(version, o)
	if err != nil {
		return nil, err
	}
	if started == nil {
		return nil, inbox.Errorf(inbox.CodeConflict, "", "The workflow does not start: its condition does not hold, or it runs or has run for this contact.")
	}
	if !e.WaitForEnd {
		return new(startedOutcome(started)), nil
	}
	r.progress.Child = started.ID
	r.await(w.now.Add(childInterval))
	return nil, nil
}

func blockedContact() error { return inbox.Errorf(inbox.CodeBlocked, "", "The contact is blocked.") }

// startable returns the version of the workflow that a step starts, and the variables in the form that it accepts. It fails
// with INVALID.
func (w *work) startable(e workflow.Start) (version store.Version, variables map[string]any, err error) {
	versions, err := w.triggeredBy(workflow.TriggerWorkflow)
	if err != nil {
		return version, nil, err
	}
	at := slices.IndexFunc(versions, func(v store.Version) bool { return v.WorkflowID == e.Workflow })
	if at < 0 {
		return version, nil, inbox.Errorf(inbox.CodeInvalid, "", "The workflow is not published with the trigger {trigger}.", inbox.Named("trigger", workflow.TriggerWorkflow))
	}
	def, err := w.definition(versions[at].ID)
	if err != nil {
		return version, nil, err
	}
	if variables, err = def.Accept(e.Variables); err != nil {
		return version, nil, inbox.Errorf(inbox.CodeInvalid, "", "The workflow cannot start: {cause}.", inbox.Named("cause", err))
	}
	return versions[at], variables, nil
}

// resumeParents resumes the runs that waited for runs that have ended.
func (w *work) resumeParents() error {
	for len(w.ended) > 0 {
		child := w.ended[0]
		w.ended = w.ended[1:]
		parent, err := w.run(child.progress.Parent)
		if err != nil {
			return err
		}
		if parent.Status != inbox.RunWaiting || parent.progress.Child != child.ID {
			continue
		}
		if err := parent.resume(endedOutcome(child)); err != nil {
			return err
		}
	}
	return nil
}

// checkChild resumes a run if the run that it waits for has ended.
func (r *run) checkChild() error {
	child, err := r.w.run(r.progress.Child)
	if err != nil {
		return err
	}
	if child.Status.Active() {
		r.setTimer(r.w.now.Add(childInterval))
		return nil
	}
	return r.resume(endedOutcome(child))
}

func startedOutcome(r *run) workflow.Outcome {
	return workflow.Outcome{Detail: map[string]any{"run": r.ID.String()}}
}

func endedOutcome(r *run) workflow.Outcome {
	outcome := startedOutcome(r)
	if r.Status != inbox.RunCompleted {
		outcome.Exit, outcome.Error = workflow.ExitFailure, "The workflow it started ended as "+string(r.Status)+"."
	}
	return outcome
}

// isSpared reports whether a run goes on when the actor closes its conversation: the run that closes it does, and so do those
// that wait for that run.
func (r *run) isSpared() (bool, error) {
	for id := r.w.actor.Run(); id != 0; {
		if id == r.ID {
			return true, nil
		}
		child, err := r.w.run(id)
		if err != nil {
			return false, err
		}
		id = child.progress.Parent
	}
	return false, nil
}

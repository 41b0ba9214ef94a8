package engine

import (
	"encoding/json"
	"fmt"

	"foyer/inbox"
	"foyer/store"
)

// finish ends a run. message says why it failed; it is empty if the run did not fail.
func (r *run) finish(status inbox.WorkflowRunStatus, message string) error {
	w := r.w
	waiting := r.Status == inbox.RunWaiting || r.progress.Pending != nil
	asked := r.asks()
	r.Status, r.EndedAt, r.CurrentStep = status, &w.now, nil
	if message != "" {
		r.Error = &message
	}
	w.updateRun(r)
	if err := r.dropRequest(); err != nil {
		return err
	}
	c, err := r.inConversation() // loaded, so that the end of the use case takes care of it if nothing else does
	if err != nil {
		return err
	}
	if c != nil {
		c.left = true
	}
	w.over = append(w.over, r.over(message))
	if r.progress.Parent != 0 {
		w.ended = append(w.ended, r)
	}
	if asked && c != nil {
		w.unasked = append(w.unasked, c)
	}
	if !waiting {
		return nil
	}
	w.clearTimer(store.TimerRun, int64(r.ID))
	return nil
}

// RunEnd is a run that has ended.
type RunEnd struct {
	WorkflowID inbox.WorkflowID
	RunID      inbox.WorkflowRunID
	Status     inbox.WorkflowRunStatus
	Step       string // the last one in its log; empty if there is none
	Error      string // why it failed; empty if it did not
}

type runEnds []RunEnd

// over returns the report of a run that has ended.
func (r *run) over(message string) RunEnd {
	end := RunEnd{WorkflowID: r.WorkflowID, RunID: r.ID, Status: r.Status, Error: message}
	if n := len(r.Steps); n > 0 {
		end.Step = r.Steps[n-1].Key
	}
	return end
}

// report passes the runs that have ended to OnRunEnd, and logs those that failed. The message of a failed run contains no text
// of a contact.
func (e *Engine) report(ended runEnds) {
	for _, end := range ended {
		if end.Status == inbox.RunFailed {
			e.log.Warn("workflow run failed", "workflow", end.WorkflowID.String(), "run", end.RunID.String(), "step", end.Step, "reason", end.Error)
		}
		e.onRunEnd(end)
	}
}

// The reasons why somebody ended a run.
const (
	endedByClose = "The conversation was closed."
	endedByBlock = "The contact was blocked."
	endedByStop  = "The workflow was stopped."
)

// end ends a run in the name of an actor. The run and its log say who and why.
func (r *run) end(status inbox.WorkflowRunStatus, reason string) error {
	r.EndedBy, r.EndReason = new(r.w.actor), &reason
	detail, err := json.Marshal(map[string]any{"status": status, "reason": reason})
	if err != nil {
		return fmt.Errorf("encode run log: %w", err)
	}
	key, kind := r.def.StepAt(r.progress.State)
	r.Steps = append(r.Steps, inbox.WorkflowRunStep{Key: key, Type: kind, At: r.w.now, Detail: detail})
	return r.finish(status, "")
}

// takeOver ends the runs of a conversation that give way when a person acts. did says what the person did: "sent a
// message".
func (c *conversation) takeOver(did string) error {
	runs, err := c.activeRuns()
	if err != nil {
		return err
	}
	for _, r := range runs {
		if !r.def.ExitOnAgentAction() {
			continue
		}
		agent, err := c.w.read.Agent(c.w.actor.Agent())
		if err != nil {
			return err
		}
		if agent == nil {
			return fmt.Errorf("agent %d takes over and is missing", c.w.actor.Agent())
		}
		if err := r.end(inbox.RunTakenOver, agent.Name+" "+did+"."); err != nil {
			return err
		}
	}
	return nil
}

// cancelRuns ends the runs of a conversation that closes, except the run that closes it and those that wait for that run.
func (c *conversation) cancelRuns(reason string) error {
	runs, err := c.activeRuns()
	if err != nil {
		return err
	}
	for _, r := range runs {
		spared, err := r.isSpared()
		if err != nil {
			return err
		}
		if spared {
			c.w.updateRun(r) // its event says that it goes on
			continue
		}
		if err := r.end(inbox.RunCancelled, reason); err != nil {
			return err
		}
	}
	return nil
}

// cancelRunsOf ends all runs of a contact, including those in no conversation.
func (w *work) cancelRunsOf(contact inbox.ContactID, reason string) error {
	runs, err := w.activeRunsOf(contact)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if !r.Status.Active() {
			continue
		}
		if err := r.end(inbox.RunCancelled, reason); err != nil {
			return err
		}
	}
	return nil
}

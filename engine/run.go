package engine

import (
	"encoding/json"
	"fmt"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// run is a run of a workflow that the use case has loaded or started. Its methods are what can happen to it.
type run struct {
	inbox.WorkflowRun
	w        *work
	def      *workflow.Definition
	progress progress
	isNew    bool // it has no row yet
	dirty    bool
	changed  bool // its event must be appended
}

// progress is what a run needs to go on. It is stored as JSON.
type progress struct {
	State    workflow.State      `json:"state"`
	Trigger  map[string]any      `json:"trigger,omitempty"`
	Assigns  bool                `json:"assigns,omitempty"`  // it waits for an assignee
	Depth    int                 `json:"depth,omitempty"`    // its place in a chain of workflows that start each other, from 1
	Queued   bool                `json:"queued,omitempty"`   // it waits until it may ask its question
	Deadline inbox.Time          `json:"deadline,omitempty"` // of its question, or of its turn
	Nested   int                 `json:"nested,omitempty"`   // how many runs contain it, each of which was started by a step of the one before
	Parent   inbox.WorkflowRunID `json:"parent,omitempty"`   // the run that waits for its end
	Child    inbox.WorkflowRunID `json:"child,omitempty"`    // the run whose end it waits for
	Task     int64               `json:"task,omitempty"`     // the request whose outcome it waits for
	Pending  *workflow.Outcome   `json:"pending,omitempty"`  // of an effect, if the run was interrupted before it used it
}

// waitsForAssignee reports whether the run waits for an agent to be assigned.
func (r *run) waitsForAssignee() bool { return r.Status == inbox.RunWaiting && r.progress.Assigns }

// assignedOutcome returns the outcome of a step whose conversation has an assignee: who it is, and the reason if the step's
// own decision chose them.
// own decision chose them.
func (w world) assignedOutcome(id inbox.AgentID, decided *decision) (*workflow.Outcome, error) {
	if decided != nil {
		return &workflow.Outcome{Detail: map[string]any{"assignee": id.String(), "assigneeName": decided.name, "reason": decided.Reason}}, nil
	}
	agent, err := w.read.Agent(id)
	if err != nil {
		return nil, err
	}
	return &workflow.Outcome{Detail: map[string]any{"assignee": id.String(), "assigneeName": agent.Name}}, nil
}

// start starts a run of a workflow, or returns nil if the conditions of its trigger do not hold or it may not start.
func (w *work) start(version store.Version, o triggerEvent) (*run, error) {
	def, err := w.definition(version.ID)
	if err != nil {
		return nil, err
	}
	if holds, err := w.triggers(version.WorkflowID, def, o); err != nil || !holds {
		return nil, err
	}
	r := &run{def: def, WorkflowRun: inbox.WorkflowRun{
		WorkflowID: version.WorkflowID, VersionID: version.ID, Version: version.Number, Status: inbox.RunRunning,
		ContactID: o.contact, StartedAt: w.now,
	}, progress: progress{State: workflow.State{Variables: o.variables}, Trigger: o.data, Depth: o.depth, Nested: o.nested, Parent: o.parent}}
	if o.conversation != nil {
		r.ConversationID = &o.conversation.ID
	}
	if may, err := w.mayRun(r); err != nil || !may {
		return nil, err
	}
	w.insertRun(r)
	r.announceStart(o)
	return r, r.begin()
}

// mayRun reports whether a run may start: the contact has no active run of its workflow, in any version or
// conversation, and has had none if the workflow runs once per contact.
func (w *work) mayRun(r *run) (bool, error) {
	if active, err := w.activeRun(r.WorkflowID, r.ContactID); err != nil || active != nil {
		return false, err
	}
	if !r.def.OncePerContact() {
		return true, nil
	}
	had, err := w.hasRun(r.WorkflowID, r.ContactID)
	return !had, err
}

// begin executes a new run as far as possible.
func (r *run) begin() error {
	if r.progress.Depth > maxDepth {
		return r.finish(inbox.RunFailed, fmt.Sprintf("This is run %d of a chain of workflows that start each other, which may have at most %d.",
			r.progress.Depth, maxDepth))
	}
	if r.w.budget.starts++; r.w.budget.starts > maxStarts {
		r.interrupt(workflow.Outcome{})
		return nil
	}
	return r.advance(workflow.Outcome{})
}

// advance executes a run as far as possible in this transaction.
func (r *run) advance(outcome workflow.Outcome) error {
	w := r.w
	return w.as(inbox.ByRun(r.ID), func() error {
		h := &host{w: w, r: r}
		if w.trial != nil {
			return workflow.Drive(r.def, r.progress.State, outcome, dryHost{h, w.trial})
		}
		return workflow.Drive(r.def, r.progress.State, outcome, h)
	})
}

// Look returns the facts as they are now. If the budget is spent, the run goes on in another transaction.
func (h *host) Look(outcome workflow.Outcome) (*workflow.Input, error) {
	w, r := h.w, h.r
	if w.budget.stepsSpent() {
		r.interrupt(outcome)
		return nil, nil
	}
	var err error
	if h.c, err = r.inConversation(); err != nil {
		return nil, err
	}
	facts, err := w.facts(r.def.Needs(), r.ContactID, h.c.plain(), r.progress.Trigger)
	if err != nil {
		return nil, err
	}
	now, err := w.localNow(r.def.Needs())
	return &workflow.Input{Now: now, Facts: facts, Outcome: outcome, Steps: sureSteps}, err
}

// Record stores in the run how far it has got.
func (h *host) Record(state workflow.State, result workflow.Result) error {
	w, r, c := h.w, h.r, h.c
	if result.Panic != "" {
		w.engine.log.Error("workflow run panicked", "run", r.ID.String(), "error", result.Panic)
	}
	asked := r.asks()
	r.progress.State, r.progress.Assigns, r.progress.Queued, r.progress.Child, r.progress.Pending = state, false, false, 0, nil
	r.progress.Task = 0
	if asked && c != nil && !r.asks() {
		w.unasked = append(w.unasked, c)
	}
	w.budget.steps += len(result.Steps)
	if c != nil {
		c.depth = max(c.depth, r.progress.Depth)
	}
	if err := r.record(result.Steps); err != nil {
		return err
	}
	w.updateRun(r)
	if !result.Ended {
		return nil
	}
	message := ""
	if result.Err != nil {
		message = result.Err.Error()
	}
	return r.finish(result.Status, message)
}

// Active reports whether the run has yet to end.
func (h *host) Active() bool { return h.r.Status.Active() }

// record adds steps to the run log.
func (r *run) record(steps []workflow.StepRecord) error {
	for _, s := range steps {
		step := inbox.WorkflowRunStep{Key: s.Key, Type: s.Type, At: inbox.At(s.At)}
		if s.Exit != "" {
			step.Exit = &s.Exit
		}
		if s.Error != "" {
			step.Error = &s.Error
		}
		if len(s.Detail) > 0 {
			detail, err := json.Marshal(s.Detail)
			if err != nil {
				return fmt.Errorf("encode run log: %w", err)
			}
			step.Detail = detail
		}
		r.Steps = append(r.Steps, step)
	}
	return nil
}

// await makes a run wait for the outcome of an effect until a time. It does nothing if the effect has ended the run.
func (r *run) await(due inbox.Time) {
	if r.Status.Active() {
		r.Status, r.CurrentStep = inbox.RunWaiting, &r.progress.State.Step
		r.w.updateRun(r)
		r.setTimer(due)
	}
}

func (r *run) setTimer(due inbox.Time) {
	r.w.setTimer(store.Timer{Kind: store.TimerRun, SubjectID: int64(r.ID), Due: due})
}

// interrupt leaves the rest of a run to a transaction of its own.
func (r *run) interrupt(outcome workflow.Outcome) {
	r.Status, r.progress.Pending = inbox.RunRunning, &outcome
	r.w.updateRun(r)
	r.setTimer(r.w.now)
}

// resume continues a waiting run with the outcome that it waited for.
func (r *run) resume(outcome workflow.Outcome) error {
	r.w.clearTimer(store.TimerRun, int64(r.ID))
	r.Status, r.CurrentStep = inbox.RunRunning, nil
	return r.advance(outcome)
}

// runDue continues a run whose timer has fired.
func (w *work) runDue(id inbox.WorkflowRunID) error {
	r, err := w.run(id)
	if err != nil {
		return err
	}
	switch {
	case !r.Status.Active():
		return nil
	case r.progress.Pending != nil:
		outcome := *r.progress.Pending
		return r.resume(outcome)
	case r.progress.Child != 0:
		return r.checkChild()
	case r.progress.Task != 0:
		return r.checkRequest()
	case r.waitsForTurn():
		return r.resume(workflow.Outcome{Exit: workflow.ExitAgain})
	default:
		return r.resume(workflow.Outcome{Exit: workflow.ExitTimeout})
	}
}

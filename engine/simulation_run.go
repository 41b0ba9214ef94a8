package engine

import (
	"fmt"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// maxEffects is how many effects a simulation applies. A document that starts others can ask for more than anybody reads.
const maxEffects = 2 * workflow.MaxExecuted

// play runs a workflow until it ends, or waits for an answer that is not given.
func (s *simulation) play(r *simulatedRun) error {
	if err := s.start(r, s.latest()); err != nil {
		return err
	}
	for going := true; going; {
		if err := s.settle(); err != nil {
			return err
		}
		var err error
		if going, err = s.next(r); err != nil {
			return err
		}
	}
	return nil
}

func (s *simulation) start(r *simulatedRun, c *simulatedConversation) error {
	s.runs = append(s.runs, r)
	r.ID, r.Status, r.ContactID, r.ConversationID = inbox.WorkflowRunID(len(s.runs)), inbox.RunRunning, s.scene.who.ID, &c.ID
	return s.advance(r, workflow.Outcome{})
}

// advanceSafely makes a panic in the step function an error.
func advanceSafely(r *run, in workflow.Input) (state workflow.State, result workflow.Result, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	state, result = workflow.Advance(r.def, r.progress.State, in)
	return state, result, nil
}

// advance takes a run as far as it gets now.
func (s *simulation) advance(r *simulatedRun, outcome workflow.Outcome) error {
	for {
		effect, err := s.step(r, outcome)
		if err != nil || effect == nil {
			return err
		}
		if s.effects++; s.effects > maxEffects {
			return inbox.Errorf(inbox.CodeLimitExceeded, "definition", "A simulation does at most %s things; this one goes on.", inbox.Thousands(maxEffects))
		}
		var waits bool
		if outcome, waits, err = s.apply(r, effect); err != nil || !r.Status.Active() {
			return err
		}
		if waits {
			return s.wait(r, effect)
		}
	}
}

// step asks the workflow what comes next; nil where the run has ended.
func (s *simulation) step(r *simulatedRun, outcome workflow.Outcome) (workflow.Effect, error) {
	facts, now, err := s.look(r.def.Needs(), s.in(r), r.progress.Trigger)
	if err != nil {
		return nil, err
	}
	state, result, err := advanceSafely(&r.run, workflow.Input{Now: now, Facts: facts, Outcome: outcome})
	if err != nil {
		s.engine.log.Error("workflow simulation panicked", "error", err)
		s.finish(r, inbox.RunFailed)
		r.Error = new("Internal error in this step.")
		return nil, nil
	}
	r.progress.State, r.progress.Assigns, r.progress.Queued, r.progress.Child = state, false, false, 0
	if err := r.record(result.Steps); err != nil || !result.Ended {
		return result.Effect, err
	}
	s.finish(r, result.Status)
	if result.Err != nil {
		r.Error = new(result.Err.Error())
	}
	return nil, nil
}

func (s *simulation) finish(r *simulatedRun, status inbox.WorkflowRunStatus) {
	r.Status, r.CurrentStep = status, nil
	r.due, r.answer, r.stuck = 0, nil, false
	s.in(r).left = true
	if r.progress.Parent != 0 {
		s.ended = append(s.ended, r)
	}
}

// wait lets a run wait for the outcome of an effect.
func (s *simulation) wait(r *simulatedRun, effect workflow.Effect) error {
	r.Status, r.CurrentStep = inbox.RunWaiting, &r.progress.State.Step
	switch e := effect.(type) {
	case workflow.Assign:
		r.progress.Assigns, r.due, r.waitsIn = true, s.now.Add(e.Timeout), "assign"
	case workflow.Wait:
		r.due, r.waitsIn = inbox.At(e.Until), "wait"
	case workflow.Start:
		r.waitsIn = "start"
	case workflow.Ask:
		if r.waitsIn = "ask"; !r.progress.Queued {
			s.promise(r)
		}
	default:
		return fmt.Errorf("a simulated run waits for %T", effect)
	}
	return nil
}

// promise takes the next of the answers for a question that has been put: it comes at once, or not in time. Without one
// the run waits, and any run that waits for it.
func (s *simulation) promise(r *simulatedRun) {
	r.due = r.progress.Deadline
	if r.stuck = len(s.answers) == 0; !r.stuck {
		r.answer, s.answers = s.answers[0], s.answers[1:]
	}
}

func (s *simulation) resume(r *simulatedRun, outcome workflow.Outcome) error {
	r.Status, r.CurrentStep = inbox.RunRunning, nil
	r.due, r.answer, r.stuck = 0, nil, false
	return s.advance(r, outcome)
}

// next lets happen what comes next: what is due, an answer, or what is due later. False where the run that the simulation
// is about has ended, or waits for an answer that is not given.
func (s *simulation) next(main *simulatedRun) (bool, error) {
	due, happens := s.nextDue()
	if happens != nil && due <= s.now {
		return true, happens()
	}
	if !main.Status.Active() {
		return false, nil
	}
	stuck := false
	for _, r := range s.runs {
		if r.answer != nil {
			return true, s.receive(r)
		}
		stuck = stuck || r.stuck
	}
	if happens == nil || stuck && (main.waitsIn == "ask" || main.waitsIn == "start") {
		return false, nil
	}
	s.now = due
	return true, happens()
}

// nextDue returns the timer that fires first, and what happens then; nil where there is none. Of those at the same time, runs go
// on before conversations wake, as the store has them.
func (s *simulation) nextDue() (due inbox.Time, happens func() error) {
	for _, r := range s.runs {
		if r.due != 0 && (happens == nil || r.due < due) {
			due, happens = r.due, func() error { return s.resume(r, workflow.Outcome{Exit: workflow.ExitTimeout}) }
		}
	}
	for _, c := range s.scene.conversations {
		if c.IsOpen() && c.SnoozedUntil != nil && (happens == nil || *c.SnoozedUntil < due) {
			due, happens = *c.SnoozedUntil, func() error { return s.wake(c) }
		}
	}
	return due, happens
}

// receive takes the contact's answer to an open question.
func (s *simulation) receive(r *simulatedRun) error {
	answer := *r.answer
	if err := s.hear(s.in(r), &answer); err != nil {
		return err
	}
	return s.resume(r, workflow.Outcome{Answer: &workflow.Answer{Text: answer}})
}

// hear lets the contact write.
func (s *simulation) hear(c *simulatedConversation, text *string) error {
	c.said[inbox.Inbound] = text
	if c.WaitingSince == nil {
		c.WaitingSince = new(s.now)
	}
	return s.wake(c)
}

// settle lets everything follow from what has happened so far, as it does after each use case.
func (s *simulation) settle() error {
	for more := true; more; more = len(s.assigned)+len(s.ended) > 0 || s.drains {
		if err := s.resumeAssigned(); err != nil {
			return err
		}
		if err := s.resumeParents(); err != nil {
			return err
		}
		if err := s.askNext(); err != nil {
			return err
		}
		if len(s.assigned)+len(s.ended) > 0 {
			continue
		}
		if err := s.leaveNobodyStranded(); err != nil {
			return err
		}
		if err := s.drainQueues(); err != nil {
			return err
		}
	}
	for _, c := range s.scene.conversations {
		c.left = false
	}
	return nil
}

// resumeAssigned lets the runs go on that waited for an assignee.
func (s *simulation) resumeAssigned() error {
	for len(s.assigned) > 0 {
		c := s.assigned[0]
		s.assigned = s.assigned[1:]
		for _, r := range s.active(c) {
			if c.AssigneeID != nil && r.waitsForAssignee() {
				if err := s.resume(r, *assignedOutcome(*c.AssigneeID)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// resumeParents lets the runs go on that waited for runs that have ended.
func (s *simulation) resumeParents() error {
	for len(s.ended) > 0 {
		child := s.ended[0]
		s.ended = s.ended[1:]
		parent := s.runs[child.progress.Parent-1]
		if parent.Status != inbox.RunWaiting || parent.progress.Child != child.ID {
			continue
		}
		if err := s.resume(parent, simulatedEnd(child)); err != nil {
			return err
		}
	}
	return nil
}

// askNext lets the runs put their questions that waited for one that is over.
func (s *simulation) askNext() error {
	for _, c := range s.scene.conversations {
		for _, r := range s.active(c) {
			if c.IsOpen() && r.waitsForTurn() && s.asking(c, r) == nil {
				if err := s.resume(r, workflow.Outcome{Exit: workflow.ExitAgain}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// active returns the runs in a conversation that have yet to end.
func (s *simulation) active(c *simulatedConversation) []*simulatedRun {
	var active []*simulatedRun
	for _, r := range s.runs {
		if r.isIn(&c.conversation) && r.Status.Active() {
			active = append(active, r)
		}
	}
	return active
}

// asking returns the run with the open question of a conversation, other than one; nil where there is none.
func (s *simulation) asking(c *simulatedConversation, other *simulatedRun) *simulatedRun {
	for _, r := range s.active(c) {
		if r != other && r.asks() {
			return r
		}
	}
	return nil
}

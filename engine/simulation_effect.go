package engine

import (
	"errors"
	"fmt"
	"slices"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// apply does to the simulation what work.apply does to the inbox.
func (s *simulation) apply(r *simulatedRun, effect workflow.Effect) (outcome workflow.Outcome, waits bool, err error) {
	c := s.in(r)
	switch e := effect.(type) {
	case workflow.Wait:
		return outcome, true, nil
	case workflow.Assign:
		outcome, waits, err = s.assign(c, e)
	case workflow.Ask:
		waits, err = s.ask(r, c, e)
	case workflow.Start:
		waits, err = s.startOther(r, c, e)
	case workflow.HTTP:
		outcome = workflow.Outcome{Exit: workflow.ExitFailure, Error: "A simulation sends no requests."}
	case workflow.SetField:
		in, wrong := s.patchOf(r.ContactID, e)
		if wrong == nil {
			wrong = s.patch(in)
		}
		outcome, err = settled(fieldOutcome(wrong))
	case workflow.SetLifecycle:
		err = s.patch(ContactPatch{ID: r.ContactID, LifecycleStage: Patch[string]{Set: true, Value: e.Stage}})
	case workflow.Tag:
		outcome, err = settled(s.engine.limits.tagOutcome(e, s.patch(ContactPatch{ID: r.ContactID, AddTags: e.Add, RemoveTags: e.Remove})))
	case workflow.Open:
		err = s.open(r, c)
	case workflow.Note:
		_, err = s.mentioned(e.Mentions)
	default:
		err = s.applyToOpen(r, c, effect)
	}
	if err != nil {
		waits = false
		outcome, err = refusal(err)
	}
	return outcome, waits, err
}

// applyToOpen does what takes an open conversation.
func (s *simulation) applyToOpen(r *simulatedRun, c *simulatedConversation, effect workflow.Effect) error {
	if err := mustBeOpen(&c.conversation); err != nil {
		return err
	}
	switch e := effect.(type) {
	case workflow.Send:
		var channel *inbox.ChannelID
		if e.Channel != 0 {
			channel = &e.Channel
		}
		return s.send(c, e.Text, channel)
	case workflow.Route:
		team, priority := c.TeamID, c.Priority
		if e.SetTeam {
			team = e.Team
		}
		if e.Priority != nil {
			priority = *e.Priority
		}
		s.route(c, team, priority)
	case workflow.Unassign:
		s.unassign(c)
	case workflow.Snooze:
		s.snooze(c, inbox.At(e.Until))
	case workflow.Close:
		return s.close(r, c, e)
	default:
		return fmt.Errorf("unknown workflow effect %T", effect)
	}
	return nil
}

// settled returns an outcome that is known.
func settled(outcome *workflow.Outcome, err error) (workflow.Outcome, error) {
	if outcome == nil || err != nil {
		return workflow.Outcome{}, err
	}
	return *outcome, nil
}

// refusal makes what a caller could act on the failure of a step; everything else stays an error.
func refusal(err error) (workflow.Outcome, error) {
	if own, ok := errors.AsType[*inbox.Error](err); ok {
		return workflow.Outcome{Exit: workflow.ExitFailure, Error: own.Message}, nil
	}
	return workflow.Outcome{}, err
}

// patch changes the contact of the simulation alone.
func (s *simulation) patch(in ContactPatch) error {
	patched := *s.scene.who
	patched.Tags = slices.Clone(patched.Tags)
	if _, err := s.patchContact(&patched, in); err != nil {
		return err
	}
	s.scene.who = &patched
	return nil
}

// send keeps what would be sent.
func (s *simulation) send(c *simulatedConversation, text string, channel *inbox.ChannelID) error {
	if _, err := s.outbound(c, channel); err != nil {
		return err
	}
	if text != "" {
		s.sent = append(s.sent, text)
		c.said[inbox.Outbound] = &text
	}
	return nil
}

// outbound returns the channel a message goes out on. Before a workspace has channels its workflows can be tried all the same.
func (s *simulation) outbound(c *simulatedConversation, asked *inbox.ChannelID) (*inbox.ChannelID, error) {
	if s.scene.who.ID == 0 && asked == nil && c.ChannelID == nil {
		return nil, nil
	}
	channel, err := s.outboundChannel(s.scene.who, asked, c.ChannelID)
	if err != nil {
		return nil, err
	}
	return &channel.ID, nil
}

// ask puts a question, or lets the run wait for its turn.
func (s *simulation) ask(r *simulatedRun, c *simulatedConversation, e workflow.Ask) (waits bool, err error) {
	if err := mustBeOpen(&c.conversation); err != nil {
		return false, err
	}
	if r.progress.Queued = s.asking(c, r) != nil; r.progress.Queued {
		return true, nil
	}
	r.progress.Deadline = inbox.At(e.Deadline)
	err = s.send(c, e.Message(), nil)
	return err == nil, err
}

// open lets a run go on in the contact's open conversation, and makes one up where there is none.
func (s *simulation) open(r *simulatedRun, last *simulatedConversation) error {
	open, err := s.openConversation()
	if err != nil {
		return err
	}
	if open == nil {
		if s.scene.who.Blocked {
			return blockedContact()
		}
		channel, err := s.outbound(last, nil)
		if err != nil {
			return err
		}
		open = s.newConversation(inbox.SourceWorkflow, channel)
		open.opened = true
		s.scene.conversations = append(s.scene.conversations, open)
	}
	r.ConversationID = &open.ID
	return nil
}

// openConversation returns the contact's open conversation, or nil.
func (s *simulation) openConversation() (*simulatedConversation, error) {
	if c := s.latest(); c.IsOpen() {
		return c, nil
	}
	found, err := s.findConversation("")
	if err != nil || found == nil || slices.ContainsFunc(s.scene.conversations, func(c *simulatedConversation) bool { return c.ID == found.ID }) {
		return nil, err
	}
	s.scene.conversations = append(s.scene.conversations, found)
	return found, nil
}

func (s *simulation) snooze(c *simulatedConversation, until inbox.Time) {
	if same(c.SnoozedUntil, &until) {
		return
	}
	s.vacate(c)
	c.QueuedAt, c.QueueKey, c.SnoozedUntil = nil, nil, &until
}

// close ends the cycle, and the runs that wait in it but for those that wait for the one that closes it.
func (s *simulation) close(closer *simulatedRun, c *simulatedConversation, e workflow.Close) error {
	s.vacate(c)
	c.Status, c.ClosedAt, c.ClosedSource = inbox.Closed, &s.now, new(inbox.CloseWorkflow)
	c.Category, c.Summary = blankToNil(&e.Category), blankToNil(&e.Summary)
	c.SnoozedUntil, c.WaitingSince, c.WaitsSince, c.QueuedAt, c.QueueKey, c.QueuePolicy = nil, nil, nil, nil, nil, nil
	spared := map[inbox.WorkflowRunID]bool{}
	for id := closer.ID; id != 0; id = s.runs[id-1].progress.Parent {
		spared[id] = true
	}
	for _, r := range s.active(c) {
		if spared[r.ID] {
			continue
		}
		if err := r.recordEnd(s.now, inbox.RunCancelled, endedByClose); err != nil {
			return err
		}
		s.finish(r, inbox.RunCancelled)
	}
	return nil
}

// startOther starts another workflow for the contact. That run goes on first, as far as it gets.
func (s *simulation) startOther(r *simulatedRun, c *simulatedConversation, e workflow.Start) (waits bool, err error) {
	if err := mayStart(&r.run, s.scene.who); err != nil {
		return false, err
	}
	versions, err := s.VersionsTriggeredBy(workflow.TriggerWorkflow)
	if err != nil {
		return false, err
	}
	version, def, accepted, err := startable(versions, e, func(id inbox.WorkflowVersionID) (*workflow.Definition, error) {
		return s.engine.definition(s.Reader, id)
	})
	if err != nil {
		return false, err
	}
	child := &simulatedRun{run: run{def: def, WorkflowRun: inbox.WorkflowRun{WorkflowID: version.WorkflowID}, progress: progress{
		Trigger: map[string]any{"variables": accepted}, Depth: r.progress.Depth, Nested: r.progress.Nested + 1}}}
	if e.WaitForEnd {
		child.progress.Parent = r.ID
	}
	starts, err := s.starts(child, c)
	if err == nil && !starts {
		err = notStarted()
	}
	if err != nil {
		return false, err
	}
	if err := s.start(child, c); err != nil {
		return false, err
	}
	if e.WaitForEnd {
		r.progress.Child = child.ID
	}
	return e.WaitForEnd, nil
}

// starts reports whether a workflow would start: its trigger's conditions hold, and the contact has no other run of it.
func (s *simulation) starts(r *simulatedRun, c *simulatedConversation) (bool, error) {
	if holds, err := s.matches(r.WorkflowID, r.def, c, r.progress.Trigger); err != nil || !holds {
		return false, err
	}
	for _, other := range s.runs {
		if other.WorkflowID == r.WorkflowID && (other.Status.Active() || r.def.OncePerContact()) {
			return false, nil
		}
	}
	if r.def.OncePerContact() {
		if had, err := s.HasMarked(r.WorkflowID, s.scene.who.ID); err != nil || had {
			return false, err
		}
	}
	active, err := s.ActiveRuns(s.scene.who.ID)
	return !slices.ContainsFunc(active, func(a *inbox.WorkflowRun) bool { return a.WorkflowID == r.WorkflowID }), err
}

// simulatedEnd is endedOutcome without the id of a run that there is not.
func simulatedEnd(r *simulatedRun) workflow.Outcome {
	outcome := endedOutcome(&r.run)
	outcome.Detail = nil
	return outcome
}

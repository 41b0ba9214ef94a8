package engine

import (
	"foyer/engine/workflow"
	"foyer/inbox"
)

// assign finds an agent or queues the conversation, as applyAssign does.
func (s *simulation) assign(c *simulatedConversation, e workflow.Assign) (workflow.Outcome, bool, error) {
	s.decision, s.reason = nil, ""
	outcome, waits, err := s.tryAssign(c, e)
	if refused, _ := refusal(err); refused.Exit != "" {
		s.reason = refused.Error
	}
	return outcome, waits, err
}

func (s *simulation) tryAssign(c *simulatedConversation, e workflow.Assign) (workflow.Outcome, bool, error) {
	if err := mustBeOpen(&c.conversation); err != nil {
		return workflow.Outcome{}, false, err
	}
	if e.By == workflow.AssignByAgent || e.By == workflow.AssignByOwner {
		outcome, err := s.assignOne(c, e)
		return outcome, false, err
	}
	request, err := requestOf(c.TeamID, e)
	if err != nil {
		return workflow.Outcome{}, false, err
	}
	if c.AssigneeID != nil {
		c.given, s.reason = true, "Somebody has the conversation already."
		return *assignedOutcome(*c.AssigneeID), false, nil
	}
	if c.SnoozedUntil != nil {
		return workflow.Outcome{}, true, s.waitAsleep(c, request)
	}
	decided, err := s.decide(&c.conversation, request)
	if err != nil {
		return workflow.Outcome{}, false, err
	}
	s.decision, s.reason = decided, decided.Reason
	if err := nobodyThere(decided); err != nil {
		return workflow.Outcome{}, false, err
	}
	if err := s.carryOut(c, request, decided); err != nil || decided.AssigneeID == nil {
		return workflow.Outcome{}, true, err
	}
	return *assignedOutcome(*decided.AssigneeID), false, nil
}

// assignOne assigns to the one agent the step names, as applyAssignOne does.
func (s *simulation) assignOne(c *simulatedConversation, e workflow.Assign) (workflow.Outcome, error) {
	decided, id, err := s.decideOne(&c.conversation, e)
	if err != nil {
		return workflow.Outcome{}, err
	}
	if decided == nil {
		c.given, s.reason = true, "The agent has the conversation already."
		return *assignedOutcome(id), nil
	}
	s.decision, s.reason = decided, decided.Reason
	if decided.AssigneeID == nil {
		return workflow.Outcome{}, inbox.Errorf(inbox.CodeInvalid, "", "%s", decided.Reason)
	}
	s.give(c, id)
	return *assignedOutcome(id), nil
}

// carryOut does what was decided: it assigns, or it queues.
func (s *simulation) carryOut(c *simulatedConversation, request assignment, decided *decision) error {
	if decided.AssigneeID != nil {
		s.give(c, *decided.AssigneeID)
		return nil
	}
	if c.QueuedAt == nil {
		return s.enqueue(c, request)
	}
	var err error
	c.QueuePolicy, err = encodePolicy(request.policy)
	return err
}

// give makes an agent the assignee, who was chosen and so has room. One that is asleep takes none.
func (s *simulation) give(c *simulatedConversation, id inbox.AgentID) {
	s.vacate(c)
	if c.SnoozedUntil == nil {
		s.scene.supposition.Occupy(id, c.TeamID, s.now)
	}
	c.QueuedAt, c.QueueKey, c.QueuePolicy, c.WaitsSince = nil, nil, nil, nil
	c.AssigneeID, c.given = &id, true
	owned := *s.scene.who
	owned.OwnerID = &id
	s.scene.who = &owned
	s.assigned = append(s.assigned, c)
}

// vacate counts a conversation off whoever has it.
func (s *simulation) vacate(c *simulatedConversation) {
	if c.Occupies() {
		s.scene.supposition.AddOpen(*c.AssigneeID, -1)
		s.drains = true
	}
}

func (s *simulation) unassign(c *simulatedConversation) {
	s.vacate(c)
	c.AssigneeID, c.given = nil, true
}

// route sets team and priority. A place in a queue moves along.
func (s *simulation) route(c *simulatedConversation, team *inbox.TeamID, priority inbox.Priority) {
	c.routed = true
	if same(c.TeamID, team) && c.Priority == priority {
		return
	}
	previous := c.TeamID
	c.TeamID, c.Priority = team, priority
	if !same(previous, team) {
		c.QueuePolicy = nil
	}
	if c.QueuedAt != nil && team == nil && previous != nil {
		c.QueuedAt, c.QueueKey, c.QueuePolicy = nil, nil, nil
	}
	s.drains = s.drains || c.QueuedAt != nil
}

// wake puts a snoozed conversation back into capacity or queue.
func (s *simulation) wake(c *simulatedConversation) error {
	if c.SnoozedUntil == nil {
		return nil
	}
	c.SnoozedUntil = nil
	if c.AssigneeID != nil {
		s.scene.supposition.AddOpen(*c.AssigneeID, 1)
		return nil
	}
	if c.WaitsSince != nil {
		c.QueuedAt, s.drains = c.WaitsSince, true
	}
	return nil
}

func (s *simulation) enqueue(c *simulatedConversation, request assignment) (err error) {
	if c.WaitsSince == nil {
		c.WaitsSince = new(s.now)
	}
	c.QueuedAt = c.WaitsSince
	c.QueuePolicy, err = encodePolicy(request.policy)
	return err
}

// waitAsleep lets a snoozed conversation wait for an agent from when it wakes.
func (s *simulation) waitAsleep(c *simulatedConversation, request assignment) (err error) {
	if c.WaitsSince == nil {
		c.WaitsSince = new(s.now)
	}
	c.QueuePolicy, err = encodePolicy(request.policy)
	return err
}

// leaveNobodyStranded takes care of conversations that no agent, queue or run takes care of.
func (s *simulation) leaveNobodyStranded() error {
	for _, c := range s.scene.conversations {
		if len(s.active(c)) > 0 || !stranded(&c.conversation) {
			continue
		}
		if err := s.rescue(c); err != nil {
			return err
		}
	}
	return nil
}

// rescue lets the policy of a conversation's team, or of the default team, take it.
func (s *simulation) rescue(c *simulatedConversation) error {
	if c.TeamID == nil {
		workspace, err := s.Workspace()
		if err != nil || workspace.DefaultTeamID == nil {
			return err
		}
		s.route(c, workspace.DefaultTeamID, c.Priority)
	}
	request := assignment{team: c.TeamID}
	if c.SnoozedUntil != nil {
		return s.waitAsleep(c, request)
	}
	decided, err := s.decide(&c.conversation, request)
	if err != nil {
		return err
	}
	if decided.AssigneeID != nil || s.reason == "" { // else why a step assigned nobody says more
		s.decision, s.reason = decided, decided.Reason
	}
	return s.carryOut(c, request, decided)
}

// drainQueues hands out the conversation, where it is queued and somebody can take it by now.
func (s *simulation) drainQueues() error {
	s.drains = false
	for _, c := range s.scene.conversations {
		if c.QueuedAt == nil {
			continue
		}
		request, err := queuedAssignment(&c.conversation)
		if err != nil {
			return err
		}
		decided, err := s.decide(&c.conversation, request)
		if err != nil {
			return err
		}
		if decided.AssigneeID != nil {
			s.decision, s.reason = decided, decided.Reason
			s.give(c, *decided.AssigneeID)
		}
	}
	return nil
}

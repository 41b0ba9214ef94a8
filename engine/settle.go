package engine

import (
	"foyer/inbox"
	"foyer/store"
)

// maxDepth is how many workflows may start each other in a chain.
const maxDepth = 8

// settle lets everything happen that follows from what has happened so far, until nothing more follows: workflows start and go
// on, queues drain, and the default team gets the conversations that nobody routed. Then it writes what is pending.
func (w *work) settle() error {
	for more := true; more; more = w.unmatched() || len(w.freed)+len(w.drains) > 0 {
		for _, follow := range [...]func(*work) error{
			(*work).matchTriggers, (*work).resumeAssigned, (*work).resumeParents, (*work).askNext,
		} {
			if err := follow(w); err != nil {
				return err
			}
		}
		if w.unmatched() {
			continue
		}
		if err := w.leaveNobodyStranded(); err != nil {
			return err
		}
		if err := w.drainQueues(); err != nil {
			return err
		}
	}
	if err := w.announceRuns(); err != nil {
		return err
	}
	return w.flush()
}

// unmatched reports whether something has happened that may start a workflow, or that a run waits for.
func (w *work) unmatched() bool {
	return w.seen < len(w.tx.Appended()) || len(w.assigned)+len(w.ended)+len(w.unasked) > 0
}

// matchTriggers starts the workflows that the new events trigger. In a trial it starts none.
func (w *work) matchTriggers() error {
	if w.trial != nil {
		w.seen = len(w.tx.Appended())
	}
	for w.seen < len(w.tx.Appended()) {
		event := w.tx.Appended()[w.seen]
		w.seen++
		triggerEvents, err := w.triggerEvents(event)
		if err != nil {
			return err
		}
		for _, o := range triggerEvents {
			if err := w.startAll(o); err != nil {
				return err
			}
		}
	}
	return nil
}

// resumeAssigned resumes the runs that waited for an assignee.
func (w *work) resumeAssigned() error {
	for len(w.assigned) > 0 {
		c := w.assigned[0]
		w.assigned = w.assigned[1:]
		if c.AssigneeID == nil {
			continue
		}
		runs, err := c.activeRuns()
		if err != nil {
			return err
		}
		for _, r := range runs {
			if r.waitsForAssignee() {
				outcome, err := w.assignedOutcome(*c.AssigneeID, nil)
				if err != nil {
					return err
				}
				if err := r.resume(*outcome); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// leaveNobodyStranded routes the conversations that no agent, queue or run takes care of: those without a team to the default
// team, those that a run has left in a team to the queue of that team.
func (w *work) leaveNobodyStranded() error {
	for _, c := range w.touched {
		if !stranded(c) {
			continue
		}
		runs, err := c.activeRuns()
		if err != nil {
			return err
		}
		if len(runs) > 0 {
			continue
		}
		if err := c.rescue(); err != nil {
			return err
		}
	}
	return nil
}

// stranded reports whether nobody takes care of a conversation, provided that no run is active in it.
func stranded(c *conversation) bool {
	if !c.IsOpen() || c.AssigneeID != nil || c.QueuedAt != nil || c.TeamID != nil && !c.left {
		return false
	}
	return c.SnoozedUntil == nil || c.TeamID != nil && c.WaitsSince == nil // else it queues when it wakes
}

// rescue assigns a conversation by the policy of its team or, if it has none, of the default team. It does nothing if there is
// no default team, or if some triggers have yet to be tested: they may start a run that takes care of it.
func (c *conversation) rescue() error {
	team := c.TeamID
	if team == nil {
		var err error
		if team, err = c.w.read.DefaultTeam(); err != nil || team == nil {
			return err
		}
	}
	if later, err := c.w.read.HasTriggerEvents(c.ID); err != nil || later {
		return err
	}
	return c.w.as(inbox.BySystem(), func() error {
		if err := c.route(team, c.Priority); err != nil {
			return err
		}
		return c.assignByPolicy(assignment{team: team})
	})
}

// drainQueues assigns queued conversations to the agents who may take more than before.
func (w *work) drainQueues() error {
	return w.as(inbox.BySystem(), func() error {
		for len(w.freed) > 0 {
			agent := w.freed[0]
			w.freed = w.freed[1:]
			if err := w.drainFor(agent); err != nil {
				return err
			}
		}
		for len(w.drains) > 0 {
			team := w.drains[0]
			w.drains = w.drains[1:]
			if err := w.drainQueue(team); err != nil {
				return err
			}
		}
		return nil
	})
}

// drainFor assigns to an agent what waits in the queues they serve, the longest wait first, until they have no room.
func (w *work) drainFor(agent inbox.AgentID) error {
	for {
		queues, err := w.flushed().QueuesOf(agent)
		if err != nil {
			return err
		}
		taken := false
		for _, team := range queues {
			if taken, err = w.assignNext(team); err != nil {
				return err
			}
			if taken {
				break
			}
		}
		if !taken {
			return nil
		}
	}
}

// drainQueue assigns what waits in one queue as long as somebody has room.
func (w *work) drainQueue(team *inbox.TeamID) error {
	for {
		if taken, err := w.assignNext(team); err != nil || !taken {
			return err
		}
	}
}

// assignNext assigns the first conversation of a queue that somebody has room for, and reports whether there was one.
// Conversations that wait by the same policy are assigned to the same agents: if the first of them cannot be, none can.
func (w *work) assignNext(team *inbox.TeamID) (bool, error) {
	if w.budget.drained >= maxDrains {
		w.drainLater(team)
		return false, nil
	}
	var passed []string // the policies by which nobody has room
	for range maxSteps {
		front, err := w.flushed().QueueFront(team, passed)
		if err != nil || front == nil {
			return false, err
		}
		c, err := w.conversation(*front)
		if err != nil {
			return false, err
		}
		request, err := queuedAssignment(c)
		if err != nil {
			return false, err
		}
		taken, err := c.assignFromQueue(request)
		if err != nil {
			return false, err
		}
		if taken {
			w.budget.drained++
			return true, nil
		}
		passed = append(passed, string(c.QueuePolicy))
	}
	return false, nil
}

// drainLater leaves the rest of a queue to a transaction of its own.
func (w *work) drainLater(team *inbox.TeamID) {
	subject := int64(0)
	if team != nil {
		subject = int64(*team)
	}
	w.setTimer(store.Timer{Kind: store.TimerDrain, SubjectID: subject, Due: w.now})
}

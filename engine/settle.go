package engine

import "foyer/inbox"

// maxDepth is how many workflows may start each other in a chain.
const maxDepth = 8

// settle lets everything happen that follows from what has happened so far, until nothing more follows: workflows start and go
// on, queues drain, and the default team gets the conversations that nobody routed. Then it writes what is pending.
func (w *work) settle() error {
	for more := true; more; more = w.unmatched() || len(w.freed)+len(w.due) > 0 {
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
	if err := w.explainWaits(); err != nil {
		return err
	}
	if err := w.setLapses(); err != nil {
		return err
	}
	if err := w.flush(); err != nil {
		return err
	}
	return w.keepAttention()
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
	return c.SnoozedUntil == nil || c.TeamID != nil && c.WaitsSince == nil // otherwise it queues when it wakes
}

// rescue assigns a conversation by the policy of its team or, if it has none, of the default team. It does nothing if there is
// no default team, or if some triggers are still to be tested: they may start a run that takes care of it.
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
		return c.assignByPolicy(assignment{team: team, cause: cause{trigger: inbox.TriggerDefaultTeam}})
	})
}

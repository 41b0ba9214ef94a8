package engine

import (
	"slices"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// queue is a queue to drain: a team's or, without a team, the workspace's.
type queue struct {
	team  *inbox.TeamID
	cause cause
}

// enqueue puts a conversation, whose demand is stored, into the queue of its team or, if it has none, of the workspace. Its place
// is by when it first began to wait.
func (c *conversation) enqueue(decision *inbox.DecisionID) error {
	rules, err := c.w.rules(c.TeamID)
	if err != nil {
		return err
	}
	c.beginWait()
	c.QueuedAt = c.WaitsSince
	c.QueueKey = new(c.WaitsSince.Add(-rules.policy.HeadStarts.Of(c.Priority)))
	c.QueueOwner, c.dirty = nil, true
	c.queuing = &inbox.ConversationQueued{ConversationMeta: c.about(c.Scope()), TeamID: c.TeamID, QueueKey: *c.QueueKey,
		Class: assign.Class(c.QueuePolicy), DecisionID: decision}
	c.w.tx.Append(c.queuing)
	return nil
}

// demand stores what decides who can take a queued conversation.
func (c *conversation) demand(request assignment) error {
	contact, err := c.w.contact(c.ContactID)
	if err != nil {
		return err
	}
	c.QueuePolicy, err = assign.Demand{Override: request.override, Language: languageOf(contact)}.Encode()
	c.dirty = true
	return err
}

func (c *conversation) beginWait() {
	if c.WaitsSince == nil {
		c.WaitsSince, c.dirty = &c.w.now, true
	}
}

// waitFor notes what a queued conversation waits for besides an agent with capacity: for the contact's owner, until a time,
// or for the team to open.
func (c *conversation) waitFor(request assignment, decided *decision) error {
	w := c.w
	if !same(c.QueueOwner, decided.owner) {
		c.QueueOwner, c.dirty = decided.owner, true
	}
	if decided.owner != nil {
		c.lookAt(decided.until)
	}
	if c.queuing != nil {
		c.queuing.OwnerID, c.queuing.OwnerUntil = decided.owner, decided.until
	}
	if decided.opening {
		return w.drainAtOpening(request.team)
	}
	return nil
}

// drainAtOpening sets a timer that drains a team's queue when the team next opens. A team that never opens has none.
func (w *work) drainAtOpening(team *inbox.TeamID) error {
	rules, err := w.rules(team)
	if err != nil {
		return err
	}
	if next, ok := rules.schedule.Next(w.now.Std()); ok {
		w.setTimer(store.Timer{Kind: store.TimerOpening, SubjectID: store.QueueSubject(team), Due: inbox.At(next)})
	}
	return nil
}

// leaveQueue takes a conversation out of its queue. When it began to wait stays stored.
func (c *conversation) leaveQueue() {
	if c.QueuedAt != nil {
		c.QueuedAt, c.QueueKey, c.QueuePolicy, c.QueueOwner = nil, nil, nil, nil
		c.dirty = true
	}
}

// requeue puts a conversation back into its queue, by when it first began to wait, and drains the queue.
func (c *conversation) requeue(request assignment) error {
	if err := c.demand(request); err != nil {
		return err
	}
	if err := c.enqueue(nil); err != nil {
		return err
	}
	c.w.drain(c.TeamID, request.cause)
	return nil
}

// queueAnew makes the queued conversation of a contact, if there is one, wait for what the contact needs now.
func (w *work) queueAnew(contact inbox.ContactID) error {
	c, err := w.openConversation(contact)
	if err != nil || c == nil || c.QueuedAt == nil {
		return err
	}
	request, err := queuedAssignment(&c.Conversation, cause{trigger: inbox.TriggerCapacity})
	if err != nil {
		return err
	}
	return c.requeue(request)
}

// waitAsleep makes a snoozed conversation queue when it wakes, as if it had waited from now on.
func (c *conversation) waitAsleep(request assignment) error {
	c.beginWait()
	return c.demand(request)
}

// queuedAssignment returns the assignment that the conversation waits for.
func queuedAssignment(c *inbox.Conversation, because cause) (assignment, error) {
	demand, err := assign.DecodeDemand(c.QueuePolicy)
	return assignment{team: c.TeamID, override: demand.Override, cause: because}, err
}

// freeAgent remembers that an agent may take more than before.
func (w *work) freeAgent(id inbox.AgentID, trigger inbox.DecisionTrigger) {
	w.freed = append(w.freed, cause{trigger, id})
}

// drain remembers that a queue may go on.
func (w *work) drain(team *inbox.TeamID, because cause) {
	if !slices.ContainsFunc(w.due, func(q queue) bool { return same(q.team, team) }) {
		w.due = append(w.due, queue{team, because})
	}
}

// drains reports whether this use case has left a queue to be drained further.
func (s *rows) drains(team *inbox.TeamID) bool {
	return slices.ContainsFunc(s.timers, func(t store.Timer) bool {
		return t.Kind == store.TimerDrain && t.SubjectID == store.QueueSubject(team) && t.Due != 0
	})
}

// drainQueues assigns queued conversations to the agents who may take more than before.
func (w *work) drainQueues() error {
	if len(w.freed)+len(w.due) == 0 {
		return nil
	}
	return w.as(inbox.BySystem(), func() error {
		for len(w.freed) > 0 {
			freed := w.freed[0]
			w.freed = w.freed[1:]
			if err := w.drainFor(freed); err != nil {
				return err
			}
		}
		for len(w.due) > 0 {
			due := w.due[0]
			w.due = w.due[1:]
			if err := w.drainQueue(due); err != nil {
				return err
			}
		}
		return nil
	})
}

// drainFor assigns conversations from the queues that an agent serves to the agent, the longest wait first, until they
// have no capacity left.
func (w *work) drainFor(freed cause) error {
	return w.drainFronts(freed, func() ([]store.Front, error) { return w.flushed().FrontsFor(freed.agent) })
}

// drainQueue assigns conversations from one queue as long as somebody has capacity.
func (w *work) drainQueue(due queue) error {
	return w.drainFronts(due.cause, func() ([]store.Front, error) { return w.flushed().QueueFronts(due.team) })
}

// drainFronts assigns the first of the fronts that somebody has capacity for, and reads them again, until there is none.
// Conversations of a team that wait by the same policy can be taken by the same agents: if the first of them cannot be, none
// can.
func (w *work) drainFronts(because cause, read func() ([]store.Front, error)) error {
	type class struct {
		team   inbox.TeamID
		policy string
		alone  bool
	}
	passed, effective := make(map[class]struct{}), make(map[class]string)
	for {
		fronts, err := read()
		if err != nil {
			return err
		}
		moved := false
		for _, front := range fronts {
			class := class{policy: string(front.QueuePolicy), alone: front.QueueOwner != nil}
			if front.TeamID != nil {
				class.team = *front.TeamID
			}
			policy, known := effective[class]
			if !known {
				if policy, err = w.effective(front, len(fronts)); err != nil {
					return err
				}
				effective[class] = policy
			}
			class.policy = policy
			if _, blocked := passed[class]; blocked {
				continue
			}
			if w.budget.drained >= maxDrains {
				w.drainLater(front.TeamID)
				if front.QueueOwner != nil {
					if err := w.forgetOwner(*front.QueueOwner); err != nil {
						return err
					}
				}
				continue
			}
			c := w.loaded(front.Conversation)
			w.loadedContact(front.Contact)
			alone := c.QueueOwner
			if moved, err = c.assignFromQueue(because); err != nil {
				return err
			}
			if moved = moved || !same(alone, c.QueueOwner); moved { // assigned, or left to wait for its owner
				w.budget.drained++
				break
			}
			passed[class] = struct{}{}
		}
		if !moved {
			return nil
		}
	}
}

// manyFronts is from how many fronts on it pays to ask which languages are spoken at all.
const manyFronts = 10

// effective returns the policy that a front waits by, without a language that makes no difference: fronts that have the same can
// be taken by the same agents.
func (w *work) effective(front store.Front, fronts int) (string, error) {
	if len(front.QueuePolicy) == 0 {
		return "", nil
	}
	demand, err := assign.DecodeDemand(front.QueuePolicy)
	if err != nil || demand.Language == "" {
		return string(front.QueuePolicy), err
	}
	rules, err := w.rules(front.TeamID)
	if err != nil {
		return "", err
	}
	matters := demand.Over(rules.policy).MatchLanguage
	if matters && fronts >= manyFronts {
		if matters, err = w.flushed().AnySpeaks(front.TeamID, demand.Language); err != nil {
			return "", err
		}
	}
	if matters {
		return string(front.QueuePolicy), nil
	}
	demand.Language = ""
	kept, err := demand.Encode()
	return string(kept), err
}

// assignFromQueue assigns a conversation that is the first of its queue, and reports whether somebody had capacity.
func (c *conversation) assignFromQueue(because cause) (bool, error) {
	request, err := queuedAssignment(&c.Conversation, because)
	if err != nil {
		return false, err
	}
	request.turn = true
	decided, err := c.w.decide(c, request)
	if err != nil {
		return false, err
	}
	if decided.AssigneeID == nil {
		return false, c.waitFor(request, decided)
	}
	c.recordDecision(decided)
	return true, c.assignChosen(decided, request.override)
}

// drainLater leaves the rest of a queue to a transaction of its own.
func (w *work) drainLater(team *inbox.TeamID) {
	w.setTimer(store.Timer{Kind: store.TimerDrain, SubjectID: store.QueueSubject(team), Due: w.now})
}

// drainWithTheLast leaves the queues that other timers are about to put conversations into to the last of those timers. Drained at
// once, a queue would let what one timer puts there pass what the next does, which may be ahead. Should that timer fail, the queue
// drains without it.
func (w *work) drainWithTheLast() error {
	for _, q := range slices.Clone(w.due) {
		more, err := w.flushed().FillsQueue(q.team, w.now)
		if err != nil {
			return err
		}
		if more {
			w.due = slices.DeleteFunc(w.due, func(other queue) bool { return same(other.team, q.team) })
			w.drainLater(q.team)
		}
	}
	return nil
}

// drainAll has all conversations in a queue decided about anew, including those that wait for their contact's owner.
func (w *work) drainAll(team *inbox.TeamID, because cause) error {
	w.drain(team, because)
	err := w.flushed().ForgetQueueOwners(team)
	w.forget(func(c *conversation) bool { return same(c.TeamID, team) })
	return err
}

// forgetOwner has the conversations that wait for an agent alone decided about when their queues drain further.
func (w *work) forgetOwner(id inbox.AgentID) error {
	err := w.flushed().ForgetQueueOwner(id)
	w.forget(func(c *conversation) bool { return same(c.QueueOwner, &id) })
	return err
}

// forget makes the loaded conversations no longer wait for one agent alone, as they are stored now.
func (w *work) forget(of func(*conversation) bool) {
	for _, c := range w.touched {
		if of(c) {
			c.QueueOwner, c.stored.QueueOwner = nil, nil
		}
	}
}

// explainWaits records why conversations wait that have lost their agent, and that nobody else could take.
func (w *work) explainWaits() error {
	for _, c := range w.touched {
		if !c.unexplained || c.QueuedAt == nil {
			continue
		}
		c.unexplained = false
		request, err := queuedAssignment(&c.Conversation, cause{trigger: inbox.TriggerReassign})
		if err != nil {
			return err
		}
		decided, err := w.decide(c, request)
		if err != nil {
			return err
		}
		if decided.AssigneeID == nil {
			c.recordDecision(decided)
		}
	}
	return nil
}

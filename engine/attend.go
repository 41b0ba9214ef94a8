package engine

import (
	"slices"
	"time"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// behindDrain is how soon a conversation is looked at again that is to be taken from its agent while the queue drains.
const behindDrain = time.Second

// lapse is the end of the time in which a conversation's agent was to be back, or was to answer.
type lapse struct {
	at      inbox.Time     // when the time is over
	since   inbox.Time     // when the agent went offline, or the contact began to wait for this agent
	length  inbox.Duration // of the team's hours, where it has them
	offline bool           // the agent was to be back
}

// lapse returns the first lapse of a conversation that has an assignee and is awake, or nil if none will come. No time before
// another moment counts.
func (r rules) lapse(c *inbox.Conversation, assignee *inbox.Agent, from inbox.Time) *lapse {
	if c.AssignedAt != nil {
		from = max(from, *c.AssignedAt)
	}
	var first *lapse
	count := func(length *inbox.Duration, since inbox.Time, offline bool) {
		if length == nil {
			return
		}
		since = max(since, from)
		at, ok := r.schedule.After(since.Std(), length.Std())
		if ok && (first == nil || inbox.At(at) < first.at) {
			first = &lapse{at: inbox.At(at), since: since, length: *length, offline: offline}
		}
	}
	if c.WaitingSince != nil {
		count(r.policy.ReassignWhenNoReply, *c.WaitingSince, false)
	}
	if assignee.Presence == inbox.PresenceOffline {
		count(r.policy.ReassignWhenOffline, assignee.PresenceSince, true)
	}
	return first
}

// reassigns reports whether time alone takes a conversation from its agent.
func (r rules) reassigns() bool {
	return r.policy.ReassignWhenOffline != nil || r.policy.ReassignWhenNoReply != nil
}

// lapse returns the first lapse of the conversation, with its assignee, or nil if none will come.
func (c *conversation) lapse(from inbox.Time) (*lapse, *inbox.Agent, error) {
	if !c.Occupies() {
		return nil, nil, nil
	}
	rules, err := c.w.rules(c.TeamID)
	if err != nil || !rules.reassigns() {
		return nil, nil, err
	}
	assignee, err := c.w.read.Agent(*c.AssigneeID)
	if err != nil || assignee.DisabledAt != nil { // they lose all they have
		return nil, nil, err
	}
	return rules.lapse(&c.Conversation, assignee, from), assignee, nil
}

// timing has the parts of a conversation that decide when time alone takes it from its agent.
type timing struct {
	inbox.Scope
	open, asleep      bool
	assigned, waiting inbox.Time
	taken             int
}

func timingOf(c *inbox.Conversation) timing {
	t := timing{Scope: c.Scope(), open: c.IsOpen(), asleep: c.SnoozedUntil != nil, taken: len(c.TakenFrom)}
	if c.AssignedAt != nil {
		t.assigned = *c.AssignedAt
	}
	if c.WaitingSince != nil {
		t.waiting = *c.WaitingSince
	}
	return t
}

// setLapses sets the timers of the conversations in which the next lapse comes at another time than before. In a simulation
// nobody is away or silent.
func (w *work) setLapses() error {
	if w.trial != nil {
		return nil
	}
	for _, c := range w.touched {
		before, now := c.timing, timingOf(&c.Conversation)
		c.timing = now
		if now.waiting == 0 {
			before.waiting = 0 // an answer takes nothing from anybody: a timer that is set finds that out
		}
		if before == now || before.Assignee == 0 && now.Assignee == 0 {
			continue
		}
		rules, err := w.rules(c.TeamID)
		if err != nil {
			return err
		}
		if !rules.reassigns() {
			continue
		}
		from := inbox.Time(0)
		if before.asleep {
			from = w.now // else its agent would lose it before they see that it woke
		}
		next, _, err := c.lapse(from)
		switch {
		case err != nil:
			return err
		case next != nil:
			c.lookAt(next.at)
		case c.QueueOwner == nil: // else the timer ends the wait for the owner
			w.clearTimer(store.TimerAttend, int64(c.ID))
		}
	}
	return nil
}

// lookAtTeam sets the timers of a team's conversations if there is another time from now on after which they are taken from
// their agents.
func (w *work) lookAtTeam(before, now *inbox.Team, hours bool) error {
	if !hours && same(before.Policy.ReassignWhenOffline, now.Policy.ReassignWhenOffline) &&
		same(before.Policy.ReassignWhenNoReply, now.Policy.ReassignWhenNoReply) || !(rules{policy: now.Policy}).reassigns() {
		return nil
	}
	w.tx.AfterCommit(w.engine.timers.wake)
	return w.flushed().AttendTeam(now.ID)
}

// lookAtConversationsOf sets the timers of the conversations of an agent who goes OFFLINE now. One who is disabled loses them anyway.
func (w *work) lookAtConversationsOf(a *inbox.Agent) error {
	if a.DisabledAt != nil {
		return nil
	}
	w.tx.AfterCommit(w.engine.timers.wake)
	return w.flushed().AttendAgent(a.ID, w.now)
}

// lookAt has attend look at the conversation at a time.
func (c *conversation) lookAt(due inbox.Time) {
	c.w.setTimer(store.Timer{Kind: store.TimerAttend, SubjectID: int64(c.ID), Due: due})
}

// attend looks at what time alone does to a conversation, and does what is due.
func (w *work) attend(id inbox.ConversationID) error {
	c, err := w.conversation(id)
	if err != nil {
		return err
	}
	if c.QueueOwner != nil {
		c.QueueOwner, c.dirty = nil, true // the decision that follows looks whether the wait for the owner is over
		w.drain(c.TeamID, cause{trigger: inbox.TriggerOwnerWaitOver})
		return nil
	}
	due, assignee, err := c.lapse(0)
	if err != nil || due == nil {
		return err
	}
	if due.at > w.now {
		c.lookAt(due.at)
		return nil
	}
	rules, err := w.rules(c.TeamID)
	if err != nil {
		return err
	}
	if now := w.now.Std(); !rules.schedule.Open(now) {
		if opens, ok := rules.schedule.Next(now); ok {
			c.lookAt(inbox.At(opens))
		}
		return nil
	}
	return c.reassign(due, assignee, rules)
}

// reassign takes the conversation from its agent if somebody else can take it now. Where people assign by hand, it goes back to
// the queue. Else it stays, says so once, and is looked at again after the same time; not if it has been taken too often.
func (c *conversation) reassign(because *lapse, from *inbox.Agent, rules rules) error {
	w := c.w
	holder := assign.Holder{Name: from.Name, Offline: because.offline, For: time.Duration(w.now-because.since) * time.Millisecond}
	request, err := queuedAssignment(&c.Conversation, cause{trigger: inbox.TriggerReassign})
	if err != nil {
		return err
	}
	request.holder = &holder
	if len(c.TakenFrom) >= assign.MaxTaken {
		holder.Taken = len(c.TakenFrom)
		return c.stay(w.decideNothing(c, request, rules.policy.Strategy))
	}
	decided, err := w.decide(c, request)
	switch {
	case err != nil:
		return err
	case decided.linesUp:
		c.lookAt(w.now.Add(behindDrain))
		return nil
	case decided.AssigneeID == nil && rules.policy.Strategy != inbox.StrategyManual:
		if again, ok := rules.schedule.After(w.now.Std(), because.length.Std()); ok {
			c.lookAt(inbox.At(again))
		}
		return c.stay(decided)
	}
	c.TakenFrom = append(slices.Clip(c.TakenFrom), from.ID)
	if err := c.unassign(); err != nil {
		return err
	}
	if err := c.notifyManagers(inbox.NotificationTakenBack); err != nil {
		return err
	}
	if decided.AssigneeID == nil {
		c.waitAgain()
	}
	return c.carryOut(request, decided)
}

// decideNothing returns the decision that a conversation stays with its agent, even if others are available.
func (w *work) decideNothing(c *conversation, request assignment, strategy inbox.AssignmentStrategy) *decision {
	return &decision{AssignmentDecision: inbox.AssignmentDecision{At: w.now, ConversationID: c.ID, TeamID: request.team,
		Strategy: &strategy, Trigger: &request.cause.trigger, Reason: assign.Account{Holder: request.holder}.Reason()}}
}

// stay records why a conversation stays with its agent, once while the contact waits for this agent.
func (c *conversation) stay(decided *decision) error {
	t := timingOf(&c.Conversation)
	said, err := c.w.flushed().HasStayed(c.ID, max(t.assigned, t.waiting))
	if err != nil || said {
		return err
	}
	c.recordDecision(decided)
	if len(c.TakenFrom) < assign.MaxTaken {
		return nil
	}
	return c.notifyManagers(inbox.NotificationTakenBack)
}

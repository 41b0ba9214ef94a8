package engine

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// ConversationSnoozeInput says how long to snooze a conversation: either until a time, or until its team opens.
type ConversationSnoozeInput struct {
	ConversationID inbox.ConversationID
	Until          *inbox.Time
	UntilTeamOpens *bool
}

// ConversationSnooze snoozes a conversation until a time: it leaves its queue and does not count against its assignee's
// capacity. It fails with NOT_FOUND, CLOSED, REQUIRED (no time) and INVALID (a time that has passed, or a team that does not
// open or is open).
func (e *Engine) ConversationSnooze(ctx context.Context, caller inbox.Caller, in ConversationSnoozeInput) (*ConversationChange, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	return e.changeOpen(ctx, caller, in.ConversationID, in.change)
}

func (in ConversationSnoozeInput) opens() bool { return in.UntilTeamOpens != nil && *in.UntilTeamOpens }

// check returns what is wrong with the input whatever the conversation, or nil.
func (in ConversationSnoozeInput) check() error {
	switch opens := in.opens(); {
	case opens && in.Until != nil:
		return inbox.Errorf(inbox.CodeInvalid, "untilTeamOpens", "Choose a time in until, or untilTeamOpens, not both.")
	case !opens && in.Until == nil:
		return inbox.Errorf(inbox.CodeRequired, "until", "Say when the conversation is to wake.")
	default:
		return nil
	}
}

// change snoozes a conversation.
func (in ConversationSnoozeInput) change(c *conversation) error {
	until := in.Until
	if in.opens() {
		opening, err := c.teamOpens()
		if err != nil {
			return err
		}
		until = &opening
	}
	if err := inFuture(until, c.w.now); err != nil {
		return err
	}
	return c.snooze(*until)
}

// inFuture fails with INVALID if there is a time to snooze until that has passed.
func inFuture(until *inbox.Time, now inbox.Time) error {
	if until != nil && *until <= now {
		return inbox.Errorf(inbox.CodeInvalid, "until", "This time has passed. Choose one in the future.")
	}
	return nil
}

// teamOpens returns when the conversation's team opens, for an input with untilTeamOpens. It fails with INVALID if the
// conversation has no team, and if the team is open or never opens.
func (c *conversation) teamOpens() (inbox.Time, error) {
	if c.TeamID == nil {
		return 0, inbox.Errorf(inbox.CodeInvalid, "untilTeamOpens", "The conversation has no team. Choose a time in until.")
	}
	t, err := c.w.team(*c.TeamID)
	if err != nil {
		return 0, err
	}
	refuse := func(template string) (inbox.Time, error) {
		return 0, inbox.Errorf(inbox.CodeInvalid, "untilTeamOpens", template, inbox.Named("team", t.Name))
	}
	schedule, err := c.w.engine.schedule(t)
	if err != nil {
		return 0, err
	}
	if schedule == nil {
		return refuse("{team} has no business hours. Choose a time in until.")
	}
	opening := openingAt(schedule, c.w.now.Std())
	if opening.Open {
		return refuse("{team} is open now. Choose a time in until.")
	}
	if opening.Next == nil {
		return refuse("{team} never opens. Choose a time in until.")
	}
	return *opening.Next, nil
}

func (c *conversation) snooze(until inbox.Time) error {
	if same(c.SnoozedUntil, &until) {
		return nil
	}
	if c.Occupies() {
		if err := c.w.release(*c.AssigneeID); err != nil {
			return err
		}
	}
	if c.QueuedAt == nil && c.TeamID == nil {
		c.WaitsSince = nil // it has left the queue, and must not queue when it wakes
	}
	policy := c.QueuePolicy
	c.leaveQueue()
	c.QueuePolicy = policy // for when it wakes
	c.SnoozedUntil, c.dirty = &until, true
	c.w.tx.Append(&inbox.ConversationSnoozed{ConversationMeta: c.about(c.Scope()), Until: until})
	c.w.setTimer(store.Timer{Kind: store.TimerWake, SubjectID: int64(c.ID), Due: until})
	return nil
}

// ConversationWake ends a snooze early. It does nothing to a conversation that is not snoozed. It fails with NOT_FOUND and
// CLOSED.
func (e *Engine) ConversationWake(ctx context.Context, caller inbox.Caller, id inbox.ConversationID) (*ConversationChange, error) {
	return e.changeOpen(ctx, caller, id, (*conversation).wake)
}

// wake ends a snooze: the conversation counts against its assignee's capacity again or, if it has none, queues by when it
// began to wait.
func (c *conversation) wake() error {
	if c.SnoozedUntil == nil {
		return nil
	}
	c.SnoozedUntil, c.dirty, c.forsaken = nil, true, !c.w.actor.IsPerson()
	if c.AnsweredAt != nil {
		c.AnsweredAt = &c.w.now // otherwise it could close before the agent who snoozed it sees it
	}
	c.w.clearTimer(store.TimerWake, int64(c.ID))
	c.w.tx.Append(&inbox.ConversationWoken{ConversationMeta: c.about(c.Scope())})
	if c.AssigneeID != nil {
		return c.w.tx.AddOpen(*c.AssigneeID, 1)
	}
	if c.WaitsSince == nil {
		return nil
	}
	request, err := queuedAssignment(&c.Conversation, cause{trigger: inbox.TriggerWoken})
	if err != nil {
		return err
	}
	return c.requeue(request)
}

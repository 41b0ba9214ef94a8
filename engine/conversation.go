package engine

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// ConversationOpenInput says which contact to open a conversation with, and how.
type ConversationOpenInput struct {
	ContactID      inbox.ContactID
	ChannelID      *inbox.ChannelID // nil: the channel of the contact's only identity
	TeamID         *inbox.TeamID
	AssigneeID     *inbox.AgentID
	IdempotencyKey *string
}

// ConversationOpened is an open conversation. Opened reports whether the call opened it.
type ConversationOpened struct {
	Conversation *inbox.Conversation
	Opened       bool
	Cursor       *inbox.Cursor // nil if nothing happened
}

// ConversationOpen opens a conversation with a contact, or returns the open one. It fails with NOT_FOUND, BLOCKED,
// AT_CAPACITY, INVALID, CONFLICT (one is open that the caller does not see) and IDEMPOTENCY_MISMATCH.
func (e *Engine) ConversationOpen(ctx context.Context, caller inbox.Caller, in ConversationOpenInput) (*ConversationOpened, error) {
	source := inbox.SourceAPI
	if caller.Actor.IsPerson() {
		source = inbox.SourceAgent
	}
	return change(ctx, e, caller, func(w *work) (*ConversationOpened, error) {
		return once(w, in.IdempotencyKey, "conversationOpen", in, func(first *firstResult) (*ConversationOpened, error) {
			if first != nil {
				c, err := w.visible(first.Conversation, "contactId")
				if err != nil {
					return nil, err
				}
				return &ConversationOpened{Conversation: &c.Conversation, Opened: first.Opened, Cursor: first.Cursor}, nil
			}
			return w.openFor(in, source)
		}, func(o *ConversationOpened) firstResult {
			return firstResult{Conversation: o.Conversation.ID, Opened: o.Opened, Cursor: o.Cursor}
		})
	})
}

func (w *work) openFor(in ConversationOpenInput, source inbox.ConversationSource) (*ConversationOpened, error) {
	contact, err := w.visibleContact(in.ContactID, "contactId")
	if err != nil {
		return nil, err
	}
	if contact.Blocked {
		return nil, inbox.Errorf(inbox.CodeBlocked, "contactId", "The contact is blocked.")
	}
	open, err := w.openConversation(contact.ID)
	if err != nil {
		return nil, err
	}
	if open != nil {
		if seen, err := w.sees(open); err != nil || seen {
			return &ConversationOpened{Conversation: &open.Conversation}, err
		}
		return nil, inbox.Errorf(inbox.CodeConflict, "contactId", "The contact has an open conversation that you may not see.")
	}
	channel, err := w.outboundChannel(contact, in.ChannelID, nil)
	if err != nil {
		return nil, err
	}
	c, err := w.open(contact, source, &channel.ID)
	if err != nil {
		return nil, err
	}
	if in.TeamID != nil {
		if err := c.routeTo(in.TeamID, c.Priority, "teamId"); err != nil {
			return nil, err
		}
	}
	if in.AssigneeID != nil {
		if err := c.assignByHand(*in.AssigneeID, false, "assigneeId"); err != nil {
			return nil, err
		}
	}
	return &ConversationOpened{Conversation: &c.Conversation, Opened: true, Cursor: w.cursor()}, nil
}

// open opens a conversation with a contact who has no open one.
func (w *work) open(contact *inbox.Contact, source inbox.ConversationSource, channel *inbox.ChannelID) (*conversation, error) {
	c := w.insertConversation(inbox.Conversation{
		Status: inbox.Open, Source: source, OpenedBy: w.actor, Priority: inbox.PriorityNormal,
		ContactID: contact.ID, ChannelID: channel, OpenedAt: w.now, LastActivityAt: w.now,
	})
	w.tx.Append(&inbox.ConversationOpened{ConversationMeta: c.about(c.Scope()), ContactID: contact.ID, Source: source})
	return c, nil
}

// RoutePatch has the new team and priority of a conversation.
type RoutePatch struct {
	ConversationID inbox.ConversationID
	Team           Patch[inbox.TeamID]
	Priority       *inbox.Priority
}

// ConversationRoute sets the team and the priority of a conversation. It fails with NOT_FOUND and CLOSED.
func (e *Engine) ConversationRoute(ctx context.Context, caller inbox.Caller, in RoutePatch) (*ConversationChange, error) {
	return e.changeOpen(ctx, caller, in.ConversationID, in.change)
}

// change routes a conversation.
func (in RoutePatch) change(c *conversation) error {
	team, priority := c.TeamID, c.Priority
	apply(&team, in.Team)
	set(&priority, in.Priority)
	return c.routeTo(team, priority, "teamId")
}

// routeTo is route to a team that a field of the input names. It fails with NOT_FOUND.
func (c *conversation) routeTo(team *inbox.TeamID, priority inbox.Priority, field string) error {
	if team != nil {
		if _, err := find(c.w.team, *team, field, "team"); err != nil {
			return err
		}
	}
	return c.route(team, priority)
}

// route sets the team and the priority; the assignee stays. A queued conversation moves to the queue of the new team, placed
// by when it began to wait; without a team it leaves the queue.
func (c *conversation) route(team *inbox.TeamID, priority inbox.Priority) error {
	if same(c.TeamID, team) && c.Priority == priority {
		return nil
	}
	before := c.Scope()
	event := &inbox.ConversationRouted{TeamID: team, PreviousTeamID: c.TeamID, Priority: priority, PreviousPriority: c.Priority}
	c.TeamID, c.Priority, c.dirty = team, priority, true
	event.ConversationMeta = c.about(before)
	c.w.tx.Append(event)
	if !same(event.PreviousTeamID, team) {
		c.QueuePolicy = nil // the step's policy was meant for the other team
	}
	if team == nil && event.PreviousTeamID != nil { // without a team nobody can be chosen
		c.leaveQueue()
		if c.SnoozedUntil != nil {
			c.WaitsSince = nil // so that it does not queue when it wakes
		}
	}
	if c.QueuedAt == nil {
		return nil
	}
	trigger := inbox.TriggerAsked
	if c.w.actor.Run() != 0 {
		trigger = inbox.TriggerStep
	}
	request, err := queuedAssignment(&c.Conversation, cause{trigger: trigger})
	if err != nil {
		return err
	}
	return c.requeue(request)
}

// ConversationCloseInput says how a conversation ended.
type ConversationCloseInput struct {
	ConversationID inbox.ConversationID
	Category       *string
	Summary        *string
}

// ConversationClose closes a conversation. It fails with NOT_FOUND, CLOSED and INVALID.
func (e *Engine) ConversationClose(ctx context.Context, caller inbox.Caller, in ConversationCloseInput) (*ConversationChange, error) {
	if err := in.check(e.limits); err != nil {
		return nil, err
	}
	return e.changeOpen(ctx, caller, in.ConversationID, in.change)
}

// check returns what is wrong with the input whatever the conversation, or nil.
func (in ConversationCloseInput) check(l Limits) error {
	return firstError(atMost("category", in.Category, l.Category), atMost("summary", in.Summary, l.Summary))
}

// change closes a conversation.
func (in ConversationCloseInput) change(c *conversation) error {
	source := inbox.CloseAPI
	if c.w.caller.Actor.IsPerson() {
		source = inbox.CloseAgent
	}
	if err := c.w.touch(); err != nil {
		return err
	}
	return c.close(source, in.Category, in.Summary)
}

// closeSilent closes a conversation whose contact has not answered an agent's message within the workspace's auto-close time.
// It does nothing if the conversation has changed since that was read.
func (w *work) closeSilent(id inbox.ConversationID) error {
	c, err := w.conversation(id)
	if err != nil {
		return err
	}
	workspace, err := w.read.Workspace()
	if err != nil {
		return err
	}
	if workspace.AutoClose == nil || c.AnsweredAt == nil || c.SnoozedUntil != nil || c.WaitsSince != nil ||
		c.AnsweredAt.Add(workspace.AutoClose.Std()) > w.now {
		return nil
	}
	return c.close(inbox.CloseAuto, nil, nil)
}

// close closes a conversation: it leaves its queue, no longer counts against its assignee's capacity, and its waiting
// runs end.
func (c *conversation) close(source inbox.CloseSource, category, summary *string) error {
	w := c.w
	if c.Occupies() {
		if err := w.release(*c.AssigneeID); err != nil {
			return err
		}
	}
	if c.SnoozedUntil != nil {
		w.clearTimer(store.TimerWake, int64(c.ID))
	}
	c.leaveQueue()
	c.Status, c.ClosedAt, c.ClosedBy, c.ClosedSource = inbox.Closed, &w.now, new(w.actor), &source
	c.Category, c.Summary = blankToNil(category), blankToNil(summary)
	c.SnoozedUntil, c.WaitingSince, c.WaitsSince, c.QueuePolicy, c.AnsweredAt, c.TakenFrom = nil, nil, nil, nil, nil, nil
	c.watchedUntilNow, c.Watchers = c.Watchers > 0, 0
	c.LastActivityAt, c.dirty = w.now, true
	w.tx.Append(&inbox.ConversationClosed{ConversationMeta: c.about(c.Scope()), ClosedSource: source, Category: c.Category})
	if err := c.releaseOwner(); err != nil {
		return err
	}
	reason := endedByClose
	if source == inbox.CloseBlock {
		reason = endedByBlock
	}
	return c.cancelRuns(reason)
}

// releaseOwner clears the owner of a contact whose conversation closes in a team that does not keep owners.
func (c *conversation) releaseOwner() error {
	rules, err := c.w.rules(c.TeamID)
	if err != nil || rules.policy.KeepOwner {
		return err
	}
	contact, err := c.w.contact(c.ContactID)
	if err == nil && contact.OwnerID != nil {
		contact.OwnerID = nil
		c.w.updateContact(contact.ID)
	}
	return err
}

package engine

import (
	"context"

	"foyer/engine/assign"
	"foyer/inbox"
)

// assignment says who automation may choose, how, and why now.
type assignment struct {
	team     *inbox.TeamID   // nil: all agents of the workspace
	override assign.Override // of the team's policy
	cause    cause
	turn     bool           // the conversation is the first of its queue that may go
	holder   *assign.Holder // the assignee that the conversation is to be taken from; nil: it has none
}

// cause is what makes automation decide.
type cause struct {
	trigger inbox.DecisionTrigger
	agent   inbox.AgentID // the agent who came online, joined or has capacity again; zero: nobody in particular
}

// ConversationAssignInput says who a conversation should be assigned to.
type ConversationAssignInput struct {
	ConversationID inbox.ConversationID
	AgentID        *inbox.AgentID // nil: the team's policy chooses, or the conversation queues
	OnlyIfUnassigned,
	OverCapacity bool
}

// ConversationChange is a conversation after a change.
type ConversationChange struct {
	Conversation *inbox.Conversation
	Decision     *inbox.AssignmentDecision // if the change made automation decide
	Refused      *inbox.Error              // CONFLICT: nothing has changed
	Cursor       inbox.Cursor
}

// changed returns the change of a conversation. The decision and the cursor are filled in at the end of the use case.
func (c *conversation) changed() *ConversationChange {
	change := &ConversationChange{Conversation: &c.Conversation}
	c.w.tx.FillCursor(&change.Cursor)
	c.w.complete = func() { change.Decision = c.decided.plain() }
	return change
}

// ConversationAssign assigns by hand or, without an agent, by the policy of the conversation's team. It fails with
// NOT_FOUND, CLOSED, AT_CAPACITY, INVALID (a disabled agent), REQUIRED (no agent and no team) and FORBIDDEN.
func (e *Engine) ConversationAssign(ctx context.Context, caller inbox.Caller, in ConversationAssignInput) (*ConversationChange, error) {
	if err := in.check(caller); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) { return w.assignConversation(in) })
}

// check returns what is wrong with the input whatever the conversation, or nil.
func (in ConversationAssignInput) check(caller inbox.Caller) error {
	if in.OverCapacity && caller.IsKey() {
		return inbox.Forbidden("Only people can assign over capacity.")
	}
	return nil
}

// assignConversation is ConversationAssign with input that was checked.
func (w *work) assignConversation(in ConversationAssignInput) (*ConversationChange, error) {
	c, err := w.visibleOpen(in.ConversationID)
	if err != nil {
		return nil, err
	}
	if in.OnlyIfUnassigned && c.AssigneeID != nil {
		holder, err := w.read.Agent(*c.AssigneeID)
		if err != nil {
			return nil, err
		}
		return &ConversationChange{Conversation: &c.Conversation,
			Refused: inbox.Errorf(inbox.CodeConflict, "onlyIfUnassigned", "The conversation already has an assignee: {name}.",
				inbox.Named("name", holder.Name), inbox.Named("agentId", holder.ID))}, nil
	}
	if in.AgentID != nil {
		return c.changed(), c.assignByHand(*in.AgentID, in.OverCapacity, "agentId")
	}
	if c.TeamID == nil {
		return nil, inbox.Errorf(inbox.CodeRequired, "agentId", "The conversation has no team whose policy could choose an agent. Name an agent or route it first.")
	}
	if c.AssigneeID != nil {
		if err := c.unassign(); err != nil {
			return nil, err
		}
	}
	return c.changed(), c.assignByPolicy(assignment{team: c.TeamID, cause: cause{trigger: inbox.TriggerAsked}})
}

// ConversationUnassign takes a conversation from its assignee. It fails with NOT_FOUND and CLOSED.
func (e *Engine) ConversationUnassign(ctx context.Context, caller inbox.Caller, id inbox.ConversationID) (*ConversationChange, error) {
	return e.changeOpen(ctx, caller, id, (*conversation).unassign)
}

// assignByHand assigns to the agent that a person, an integration or a step names, in this field of the input. It fails with
// NOT_FOUND, INVALID (a disabled agent) and AT_CAPACITY.
func (c *conversation) assignByHand(id inbox.AgentID, overCapacity bool, field string) error {
	if _, err := c.w.assignable(id, field); err != nil {
		return err
	}
	if c.w.actor.IsPerson() {
		if err := c.takeOver("assigned the conversation"); err != nil {
			return err
		}
	}
	if c.AssigneeID != nil && *c.AssigneeID == id {
		return nil
	}
	rules, err := c.w.rules(c.TeamID)
	if err != nil {
		return err
	}
	given, err := c.assignTo(id, capacity{limit: rules.policy.MaxOpen, over: overCapacity}, nil)
	if err == nil && !given {
		return atCapacity(field)
	}
	return err
}

func atCapacity(field string) error {
	return inbox.Errorf(inbox.CodeAtCapacity, field, "The agent is at capacity: they have as many open conversations as they may.")
}

// assignable returns the agent that a field of the input names. It fails with NOT_FOUND and INVALID (a disabled agent).
func (w world) assignable(id inbox.AgentID, field string) (*inbox.Agent, error) {
	agent, err := find(w.read.Agent, id, field, "agent")
	if err != nil {
		return nil, err
	}
	if agent.DisabledAt != nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, field, "The agent is disabled. Choose another.")
	}
	return agent, nil
}

// capacity is how many open conversations an agent without a limit of their own may have.
type capacity struct {
	limit *int32 // nil: no limit
	over  bool   // a person assigns beyond any limit on purpose
}

// assignTo makes an agent the assignee. It returns false if the agent is disabled or has no capacity left. Nothing else sets
// an assignee. By is the decision to do so, or nil.
func (c *conversation) assignTo(id inbox.AgentID, room capacity, by *decision) (bool, error) {
	w := c.w
	before, previous := c.Scope(), c.AssigneeID
	if taken, err := c.occupy(id, room); err != nil || !taken {
		return false, err
	}
	c.leaveQueue()
	c.WaitsSince, c.QueuePolicy = nil, nil
	c.AssigneeID, c.AssignedAt = &id, &w.now
	c.AssigneeReadAt = nil
	if c.FirstAssignedAt == nil {
		c.FirstAssignedAt = &w.now
	}
	c.dirty = true
	contact, err := w.contact(c.ContactID)
	if err != nil {
		return false, err
	}
	if !same(contact.OwnerID, &id) {
		contact.OwnerID = &id
		w.updateContact(contact.ID)
	}
	event := &inbox.ConversationAssigned{ConversationMeta: c.about(before), AssigneeID: id, PreviousAssigneeID: previous}
	if by != nil {
		event.DecisionID, event.Class = &by.ID, by.class
	}
	w.tx.Append(event)
	w.assigned = append(w.assigned, c)
	return true, nil
}

// occupy counts a conversation for the agent who gets it, and no longer for the one who had it. It reports whether the agent
// has capacity for it. A snoozed conversation needs none.
func (c *conversation) occupy(id inbox.AgentID, room capacity) (bool, error) {
	w := c.w
	if c.SnoozedUntil != nil {
		agent, err := w.read.Agent(id)
		return err == nil && agent != nil && agent.DisabledAt == nil, err
	}
	taken, err := w.tx.Occupy(id, c.TeamID, room.limit, room.over, w.now)
	if err != nil || !taken || c.AssigneeID == nil {
		return taken, err
	}
	return true, w.release(*c.AssigneeID)
}

// unassign takes a conversation from its assignee, if it has one.
func (c *conversation) unassign() error {
	if c.AssigneeID == nil {
		return nil
	}
	before, previous := c.Scope(), c.AssigneeID
	if c.Occupies() {
		if err := c.w.release(*previous); err != nil {
			return err
		}
	}
	c.AssigneeID, c.AssignedAt, c.AssigneeReadAt = nil, nil, nil
	c.dirty, c.forsaken = true, !c.w.actor.IsPerson()
	c.w.tx.Append(&inbox.ConversationUnassigned{ConversationMeta: c.about(before), PreviousAssigneeID: previous})
	return nil
}

// release counts one open conversation less for an agent, who may then take another.
func (w *work) release(id inbox.AgentID) error {
	w.freeAgent(id, inbox.TriggerClose)
	return w.tx.AddOpen(id, -1)
}

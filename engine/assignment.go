package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// assignment says among whom automation is to choose, and how.
type assignment struct {
	team   *inbox.TeamID    // nil: all agents of the workspace
	policy *assign.Override // nil: the team's own
}

// ConversationAssignInput says to whom a conversation is to be assigned.
type ConversationAssignInput struct {
	ConversationID inbox.ConversationID
	AgentID        *inbox.AgentID // nil: the team's policy chooses, or the conversation queues
	OnlyIfUnassigned,
	OverCapacity bool
}

// ConversationChange is a conversation after a change.
type ConversationChange struct {
	Conversation *inbox.Conversation
	Decision     *inbox.AssignmentDecision // where the change made automation decide
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
	if in.OverCapacity && caller.IsKey() {
		return nil, inbox.Forbidden("Only people can assign over capacity.")
	}
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) {
		c, err := w.visibleOpen(in.ConversationID)
		if err != nil {
			return nil, err
		}
		if in.OnlyIfUnassigned && c.AssigneeID != nil {
			return &ConversationChange{Conversation: &c.Conversation,
				Refused: inbox.Errorf(inbox.CodeConflict, "onlyIfUnassigned", "The conversation already has an assignee.")}, nil
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
		return c.changed(), c.assignByPolicy(assignment{team: c.TeamID})
	})
}

// ConversationUnassign takes a conversation from its assignee. It fails with NOT_FOUND and CLOSED.
func (e *Engine) ConversationUnassign(ctx context.Context, caller inbox.Caller, id inbox.ConversationID) (*ConversationChange, error) {
	return e.changeOpen(ctx, caller, id, (*conversation).unassign)
}

// assignByHand assigns to the agent whom a person, an integration or a step names. Field is the field of the input that does.
// It fails with NOT_FOUND, INVALID (a disabled agent) and AT_CAPACITY.
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
	policy, err := c.w.policy(c.TeamID)
	if err != nil {
		return err
	}
	given, err := c.assignTo(id, capacity{limit: policy.MaxOpen, over: overCapacity}, nil)
	if err == nil && !given {
		return atCapacity(field)
	}
	return err
}

func atCapacity(field string) error {
	return inbox.Errorf(inbox.CodeAtCapacity, field, "The agent is at capacity: they have as many open conversations as they may.")
}

// assignable returns the agent whom a field of the input names, who must be in use. It fails with NOT_FOUND and INVALID (a disabled agent).
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

// decision is what automation decided.
type decision struct {
	inbox.AssignmentDecision
	name  string // of the assignee; empty if there is none
	limit *int32 // how many open conversations the assignee may have; nil: no limit
}

// plain returns the decision alone, or nil if there is none.
func (d *decision) plain() *inbox.AssignmentDecision {
	if d == nil {
		return nil
	}
	return &d.AssignmentDecision
}

// assignByPolicy lets automation choose an agent. If nobody has room, the conversation queues. Nothing is decided about a
// snoozed conversation: it queues when it wakes.
func (c *conversation) assignByPolicy(request assignment) error {
	if c.SnoozedUntil != nil {
		return c.waitAsleep(request)
	}
	decided, err := c.w.decide(c, request)
	if err != nil {
		return err
	}
	return c.carryOut(request, decided)
}

// recordDecision adds a decision. Unless a run made it, the result of the use case shows it.
func (c *conversation) recordDecision(decided *decision) {
	w := c.w
	if w.actor.Run() == 0 {
		c.decided = decided
	}
	if w.trial != nil {
		w.trial.noteDecision(decided, w.actor.Run() != 0)
	}
	w.insertDecision(&decided.AssignmentDecision)
}

// carryOut assigns or queues a conversation as was decided. One that is queued keeps its place.
func (c *conversation) carryOut(request assignment, decided *decision) error {
	c.recordDecision(decided)
	if decided.AssigneeID != nil {
		return c.assignChosen(decided)
	}
	if c.QueuedAt == nil {
		return c.enqueue(request, &decided.ID)
	}
	policy, err := encodePolicy(request.policy)
	c.QueuePolicy, c.dirty = policy, true
	return err
}

// assignFromQueue assigns a queued conversation and reports whether somebody had room.
func (c *conversation) assignFromQueue(request assignment) (bool, error) {
	decided, err := c.w.decide(c, request)
	if err != nil || decided.AssigneeID == nil {
		return false, err
	}
	c.recordDecision(decided)
	return true, c.assignChosen(decided)
}

func (c *conversation) assignChosen(decided *decision) error {
	given, err := c.assignTo(*decided.AssigneeID, capacity{limit: decided.limit}, &decided.ID)
	if err == nil && !given {
		err = fmt.Errorf("agent %d was chosen and cannot take it", *decided.AssigneeID)
	}
	return err
}

// decide chooses an agent. It changes nothing.
func (w world) decide(c *conversation, request assignment) (*decision, error) {
	policy, err := w.policy(request.team)
	if err != nil {
		return nil, err
	}
	policy = request.policy.Over(policy)
	decided := &decision{limit: policy.MaxOpen, AssignmentDecision: inbox.AssignmentDecision{
		At: w.now, ConversationID: c.ID, TeamID: request.team, Strategy: &policy.Strategy,
	}}
	var choice store.Choice
	if policy.Strategy != inbox.StrategyManual {
		if choice, err = w.read.Choose(request.team, policy); err != nil {
			return nil, err
		}
		decided.AssigneeID, decided.Candidates, decided.PassedOver = choice.Winner, choice.Candidates, choice.PassedOver
	}
	decided.name = choice.WinnerName
	decided.Reason = assign.Reason(policy.Strategy, decided.name, decided.PassedOver)
	return decided, nil
}

// capacity is how many open conversations an agent may have who has no limit of their own.
type capacity struct {
	limit *int32 // nil: no limit
	over  bool   // a person assigns beyond any limit on purpose
}

// assignTo makes an agent the assignee, and reports whether it did: not if the agent is disabled or has no room. Nothing else
// sets an assignee.
func (c *conversation) assignTo(id inbox.AgentID, room capacity, decision *inbox.DecisionID) (bool, error) {
	w := c.w
	before, previous := c.Scope(), c.AssigneeID
	if taken, err := c.occupy(id, room); err != nil || !taken {
		return false, err
	}
	c.leaveQueue()
	c.WaitsSince, c.QueuePolicy = nil, nil
	c.AssigneeID = &id
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
	w.tx.Append(&inbox.ConversationAssigned{ConversationMeta: c.about(before), AssigneeID: id, PreviousAssigneeID: previous,
		DecisionID: decision})
	w.assigned = append(w.assigned, c)
	return true, nil
}

// occupy counts a conversation for the agent who is to have it, and no longer for the one who has it. It reports whether the
// agent has room. A snoozed conversation takes none.
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
	c.AssigneeID, c.AssigneeReadAt = nil, nil
	c.dirty = true
	c.w.tx.Append(&inbox.ConversationUnassigned{ConversationMeta: c.about(before), PreviousAssigneeID: previous})
	return nil
}

// release counts one open conversation less for an agent, who may then take another.
func (w *work) release(id inbox.AgentID) error {
	w.freeAgent(id)
	return w.tx.AddOpen(id, -1)
}

// enqueue puts a conversation into the queue of its team or, if it has none, of the workspace. Its place is by when it first
// began to wait.
func (c *conversation) enqueue(request assignment, decision *inbox.DecisionID) error {
	if c.WaitsSince == nil {
		c.WaitsSince = &c.w.now
	}
	var err error
	if c.QueuePolicy, err = encodePolicy(request.policy); err != nil {
		return err
	}
	c.QueuedAt = c.WaitsSince
	c.QueueKey = new(assign.QueueKey(*c.WaitsSince, c.Priority))
	c.dirty = true
	c.w.tx.Append(&inbox.ConversationQueued{ConversationMeta: c.about(c.Scope()), TeamID: c.TeamID, QueueKey: *c.QueueKey,
		DecisionID: decision})
	return nil
}

// leaveQueue takes a conversation out of its queue. When it began to wait stays known.
func (c *conversation) leaveQueue() {
	if c.QueuedAt != nil {
		c.QueuedAt, c.QueueKey, c.QueuePolicy = nil, nil, nil
		c.dirty = true
	}
}

// requeue puts a conversation back into its queue, by when it first began to wait, and drains the queue.
func (c *conversation) requeue(request assignment) error {
	if err := c.enqueue(request, nil); err != nil {
		return err
	}
	c.w.drains = append(c.w.drains, c.TeamID)
	return nil
}

// waitAsleep has a snoozed conversation queue when it wakes, as if it had waited from now on.
func (c *conversation) waitAsleep(request assignment) error {
	if c.WaitsSince == nil {
		c.WaitsSince = &c.w.now
	}
	var err error
	c.QueuePolicy, err = encodePolicy(request.policy)
	c.dirty = true
	return err
}

// queuedAssignment returns the assignment that the conversation waits for.
func queuedAssignment(c *conversation) (assignment, error) {
	request := assignment{team: c.TeamID}
	if len(c.QueuePolicy) == 0 {
		return request, nil
	}
	request.policy = &assign.Override{}
	if err := json.Unmarshal(c.QueuePolicy, request.policy); err != nil {
		return request, fmt.Errorf("decode queue policy of conversation %d: %w", c.ID, err)
	}
	return request, nil
}

func encodePolicy(policy *assign.Override) (inbox.JSON, error) {
	if policy == nil {
		return nil, nil
	}
	return json.Marshal(policy)
}

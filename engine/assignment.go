package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// assignment is what is asked of automation: among whom to choose, and how.
type assignment struct {
	team   *inbox.TeamID    // nil: all agents of the workspace
	policy *assign.Override // nil: the team's own
}

// ConversationAssignInput says to whom.
type ConversationAssignInput struct {
	ConversationID inbox.ConversationID
	AgentID        *inbox.AgentID // nil: the team's policy chooses, or it queues
	OnlyIfUnassigned,
	OverCapacity bool
}

// ConversationChange is a conversation after a change.
type ConversationChange struct {
	Conversation *inbox.Conversation
	Decision     *inbox.AssignmentDecision // where the change made automation decide
	Refused      *inbox.Error              // CONFLICT: nothing changed, and the conversation is shown as it is
	Cursor       inbox.Cursor
}

// changed returns the change of a conversation; what is decided about it until the end of the use case is filled in then.
func (w *work) changed(c *conversation) *ConversationChange {
	change := &ConversationChange{Conversation: &c.Conversation}
	w.tx.FillCursor(&change.Cursor)
	w.complete = func() { change.Decision = c.decided.told() }
	return change
}

// ConversationAssign assigns by hand or, without an agent, by the policy of the conversation's team. It fails with
// NOT_FOUND, CLOSED, AT_CAPACITY, INVALID (a disabled agent), REQUIRED (no agent and no team) and FORBIDDEN.
func (e *Engine) ConversationAssign(ctx context.Context, caller inbox.Caller, in ConversationAssignInput) (*ConversationChange, error) {
	if in.OverCapacity && caller.IsKey() {
		return nil, inbox.Forbidden("Only people may assign over capacity.")
	}
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) {
		c, err := w.visibleOpen(in.ConversationID)
		if err != nil {
			return nil, err
		}
		if in.OnlyIfUnassigned && c.AssigneeID != nil {
			return &ConversationChange{Conversation: &c.Conversation,
				Refused: inbox.Errorf(inbox.CodeConflict, "onlyIfUnassigned", "Somebody has the conversation already.")}, nil
		}
		if in.AgentID != nil {
			return w.changed(c), w.assignByHand(c, *in.AgentID, in.OverCapacity, "agentId")
		}
		if c.TeamID == nil {
			return nil, inbox.Errorf(inbox.CodeRequired, "agentId", "The conversation has no team whose policy could choose.")
		}
		if c.AssigneeID != nil {
			if err := w.unassign(c); err != nil {
				return nil, err
			}
		}
		return w.changed(c), w.assignByPolicy(c, assignment{team: c.TeamID})
	})
}

// ConversationUnassign takes a conversation from its assignee. It fails with NOT_FOUND and CLOSED.
func (e *Engine) ConversationUnassign(ctx context.Context, caller inbox.Caller, id inbox.ConversationID) (*ConversationChange, error) {
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) {
		c, err := w.visibleOpen(id)
		if err != nil {
			return nil, err
		}
		return w.changed(c), w.unassign(c)
	})
}

// assignByHand assigns to the agent that a person, an integration or a step names. Field is where the input does.
func (w *work) assignByHand(c *conversation, id inbox.AgentID, overCapacity bool, field string) error {
	if _, err := w.assignable(id, field); err != nil {
		return err
	}
	if w.actor.IsPerson() {
		if err := w.takeOver(c, "assigned the conversation"); err != nil {
			return err
		}
	}
	if c.AssigneeID != nil && *c.AssigneeID == id {
		return nil
	}
	limit, err := w.teamLimit(c)
	if err != nil {
		return err
	}
	given, err := w.give(c, id, capacity{limit: limit, over: overCapacity}, nil)
	if err == nil && !given {
		return atCapacity(field)
	}
	return err
}

func atCapacity(field string) error {
	return inbox.Errorf(inbox.CodeAtCapacity, field, "The agent has as many open conversations as they may.")
}

// assignable returns the agent whom the input names at a field. It fails with NOT_FOUND and INVALID (disabled).
func (w world) assignable(id inbox.AgentID, field string) (*inbox.Agent, error) {
	agent, err := w.read.Agent(id)
	if err != nil {
		return nil, err
	}
	if agent == nil {
		return nil, inbox.NotFound(field, "agent")
	}
	if agent.DisabledAt != nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, field, "The agent is disabled.")
	}
	return agent, nil
}

// teamLimit returns how many conversations the team of this one lets its members have; nil is no limit.
func (w world) teamLimit(c *conversation) (*int32, error) {
	if c.TeamID == nil {
		return nil, nil
	}
	policy, err := w.policy(*c.TeamID)
	return policy.MaxOpen, err
}

// decision is what automation decided, and what is stored and done with it.
type decision struct {
	inbox.AssignmentDecision
	limit *int32 // how many conversations the one chosen may have
}

// told returns the decision as callers see it, or nil if there is none.
func (d *decision) told() *inbox.AssignmentDecision {
	if d == nil {
		return nil
	}
	return &d.AssignmentDecision
}

// assignByPolicy lets automation choose. Where nobody can take the conversation, it queues. About a snoozed one nothing is
// decided: it gets its place when it wakes.
func (w *work) assignByPolicy(c *conversation, request assignment) error {
	if c.SnoozedUntil != nil {
		return w.waitAsleep(c, request)
	}
	decided, err := w.decide(c, request)
	if err != nil {
		return err
	}
	return w.carryOut(c, request, decided)
}

// keepDecision remembers what was decided about a conversation. What a run decides is no answer to what the caller did.
func (w *work) keepDecision(c *conversation, decided *decision) {
	if w.actor.Run() == 0 {
		c.decided = decided
	}
	if w.trial != nil {
		w.trial.noteDecision(decided, w.actor.Run() != 0)
	}
	w.insertDecision(&decided.AssignmentDecision)
}

// carryOut does what was decided: it assigns, or it queues. What is queued already keeps its place.
func (w *work) carryOut(c *conversation, request assignment, decided *decision) error {
	w.keepDecision(c, decided)
	if decided.AssigneeID != nil {
		return w.giveChosen(c, decided)
	}
	if c.QueuedAt == nil {
		return w.enqueue(c, request, &decided.ID)
	}
	policy, err := encodePolicy(request.policy)
	c.QueuePolicy, c.dirty = policy, true
	return err
}

// assignFromQueue returns a queued conversation to whoever can take it now; false where nobody can.
func (w *work) assignFromQueue(c *conversation, request assignment) (bool, error) {
	decided, err := w.decide(c, request)
	if err != nil || decided.AssigneeID == nil {
		return false, err
	}
	w.keepDecision(c, decided)
	return true, w.giveChosen(c, decided)
}

func (w *work) giveChosen(c *conversation, decided *decision) error {
	given, err := w.give(c, *decided.AssigneeID, capacity{limit: decided.limit}, &decided.ID)
	if err == nil && !given {
		err = fmt.Errorf("agent %d was chosen and cannot take it", *decided.AssigneeID)
	}
	return err
}

// decide chooses among the candidates. It changes nothing.
func (w world) decide(c *conversation, request assignment) (*decision, error) {
	policy := assign.Default()
	if request.team != nil {
		var err error
		if policy, err = w.policy(*request.team); err != nil {
			return nil, err
		}
	}
	policy = request.policy.Over(policy)
	decided := &decision{limit: policy.MaxOpen, AssignmentDecision: inbox.AssignmentDecision{
		At: w.now, ConversationID: c.ID, TeamID: request.team, Strategy: &policy.Strategy,
	}}
	var choice store.Choice
	if policy.Strategy != inbox.StrategyManual {
		var err error
		if choice, err = w.read.Choose(request.team, policy); err != nil {
			return nil, err
		}
		decided.AssigneeID, decided.Candidates, decided.PassedOver = choice.Winner, choice.Candidates, choice.PassedOver
	}
	decided.Reason = assign.Reason(policy.Strategy, choice.WinnerName, decided.PassedOver)
	return decided, nil
}

// capacity is how many conversations an agent without a limit of their own may have; nil is no limit. Over says that a
// person returns them more on purpose.
type capacity struct {
	limit *int32
	over  bool
}

// give is the one place that makes an agent the assignee. It answers false, and changes nothing, where the agent is
// disabled or has no capacity left.
func (w *work) give(c *conversation, id inbox.AgentID, room capacity, decision *inbox.DecisionID) (bool, error) {
	before, previous := c.Scope(), c.AssigneeID
	if taken, err := w.makeRoom(c, id, room); err != nil || !taken {
		return false, err
	}
	w.leaveQueue(c)
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
	w.tx.Append(&inbox.ConversationAssigned{ConversationMeta: w.about(c, before), AssigneeID: id, PreviousAssigneeID: previous,
		DecisionID: decision})
	w.assigned = append(w.assigned, c)
	return true, nil
}

// makeRoom counts a conversation for the agent who is to have it, and off the one who has it now. One that is asleep
// takes no room.
func (w *work) makeRoom(c *conversation, id inbox.AgentID, room capacity) (bool, error) {
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
func (w *work) unassign(c *conversation) error {
	if c.AssigneeID == nil {
		return nil
	}
	before, previous := c.Scope(), c.AssigneeID
	if c.Occupies() {
		if err := w.release(*previous); err != nil {
			return err
		}
	}
	c.AssigneeID, c.AssigneeReadAt = nil, nil
	c.dirty = true
	w.tx.Append(&inbox.ConversationUnassigned{ConversationMeta: w.about(c, before), PreviousAssigneeID: previous})
	return nil
}

// release counts one conversation off an agent, who may then take another.
func (w *work) release(id inbox.AgentID) error {
	w.freeAgent(id)
	return w.tx.AddOpen(id, -1)
}

// enqueue returns a conversation its place in the queue of its team or, where it has none, of the workspace. It keeps
// the time it began to wait.
func (w *work) enqueue(c *conversation, request assignment, decision *inbox.DecisionID) error {
	if c.WaitsSince == nil {
		c.WaitsSince = &w.now
	}
	var err error
	if c.QueuePolicy, err = encodePolicy(request.policy); err != nil {
		return err
	}
	c.QueuedAt = c.WaitsSince
	c.QueueKey = new(assign.QueueKey(*c.WaitsSince, c.Priority))
	c.dirty = true
	w.tx.Append(&inbox.ConversationQueued{ConversationMeta: w.about(c, c.Scope()), TeamID: c.TeamID, QueueKey: *c.QueueKey,
		DecisionID: decision})
	return nil
}

// leaveQueue takes a conversation's place in the queue; it keeps the time it began to wait.
func (w *work) leaveQueue(c *conversation) {
	if c.QueuedAt != nil {
		c.QueuedAt, c.QueueKey, c.QueuePolicy = nil, nil, nil
		c.dirty = true
	}
}

// requeue lets a conversation that waited before it was put to sleep, or before its agent went, wait on with its age;
// whoever can take it gets it.
func (w *work) requeue(c *conversation, request assignment) error {
	if err := w.enqueue(c, request, nil); err != nil {
		return err
	}
	w.drains = append(w.drains, c.TeamID)
	return nil
}

// waitAsleep lets a snoozed conversation wait for an agent from when it wakes, counted from now.
func (w *work) waitAsleep(c *conversation, request assignment) error {
	if c.WaitsSince == nil {
		c.WaitsSince = &w.now
	}
	var err error
	c.QueuePolicy, err = encodePolicy(request.policy)
	c.dirty = true
	return err
}

// queuedAssignment returns what was asked for when the conversation began to wait.
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

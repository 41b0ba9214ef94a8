package engine

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// decision is what automation decided.
type decision struct {
	inbox.AssignmentDecision
	name    string         // of the assignee; empty if there is none
	limit   *int32         // how many open conversations the assignee may have; nil: no limit
	owner   *inbox.AgentID // the owner, if the conversation waits for them alone; nil: it waits for anybody
	until   inbox.Time     // when that wait ends
	opening bool           // the team is closed
	nobody  bool           // there is nobody to choose from
	class   string         // of a conversation that does not wait, where its contact's language matters: see inbox.ConversationAssigned
	linesUp bool           // the queue has yet to drain further
}

// plain returns the inbox's decision, or nil if there is none.
func (d *decision) plain() *inbox.AssignmentDecision {
	if d == nil {
		return nil
	}
	return &d.AssignmentDecision
}

// decide chooses an agent. It changes nothing.
func (w *work) decide(c *conversation, request assignment) (*decision, error) {
	by, until, err := w.choosing(&c.Conversation, request)
	if err != nil {
		return nil, err
	}
	decided := &decision{limit: by.Policy.MaxOpen, opening: by.Closed, AssignmentDecision: inbox.AssignmentDecision{
		At: w.now, ConversationID: c.ID, TeamID: request.team, Strategy: &by.Policy.Strategy, Trigger: &request.cause.trigger,
	}}
	account := assign.Account{Strategy: by.Policy.Strategy, Holder: request.holder}
	if by.Language != "" && !request.turn {
		demand, err := assign.Demand{Override: request.override, Language: by.Language}.Encode()
		if err != nil {
			return nil, err
		}
		decided.class = assign.Class(demand)
	}
	if by.Policy.Strategy != inbox.StrategyManual {
		choice, err := w.read.Choose(by)
		if err != nil {
			return nil, err
		}
		decided.Candidates, decided.PassedOver, decided.nobody = choice.Candidates, choice.PassedOver, len(choice.Candidates) == 0
		switch {
		case !request.turn && (choice.Draining || w.drains(c.TeamID)):
			account.LinesUp, decided.linesUp = true, true
			decided.Candidates, decided.PassedOver = nil, nil
		case choice.Winner != nil:
			decided.AssigneeID, decided.name = choice.Winner, choice.WinnerName
			account.Winner, account.ByOwner = choice.WinnerName, by.First != nil && *by.First == *choice.Winner
		case by.Alone != nil && passedOver(choice.PassedOver, inbox.PassedOverNotOwner):
			decided.owner, decided.until = by.Alone, until
		}
	}
	account.PassedOver = decided.PassedOver
	return decided, w.explain(c, request, decided, account)
}

func passedOver(counts []inbox.PassedOverCount, reason inbox.PassedOverReason) bool {
	return slices.ContainsFunc(counts, func(c inbox.PassedOverCount) bool { return c.Reason == reason })
}

// choosing returns what an agent is chosen by for a conversation, and until when it waits for its contact's owner alone.
func (w world) choosing(c *inbox.Conversation, request assignment) (by store.Choosing, until inbox.Time, err error) {
	rules, err := w.rules(request.team)
	if err != nil {
		return by, 0, err
	}
	contact, err := w.contact(c.ContactID)
	if err != nil {
		return by, 0, err
	}
	by = store.Choosing{Team: request.team, Queue: c.TeamID, Policy: request.override.Over(rules.policy), Last: c.TakenFrom, Now: w.now, Closed: !rules.schedule.Open(w.now.Std())}
	if by.Policy.MatchLanguage {
		by.Language = languageOf(contact)
	}
	if request.holder != nil {
		by.Without = c.AssigneeID
	}
	if owner := contact.OwnerID; by.Policy.Sticky != inbox.StickyOff && owner != nil && !slices.Contains(c.TakenFrom, *owner) {
		by.First = owner
		if wait := by.Policy.StickyWait; by.Policy.Sticky == inbox.StickyRequireUntil && wait != nil && request.holder == nil {
			since := w.now
			if c.WaitsSince != nil {
				since = *c.WaitsSince
			}
			if until = since.Add(wait.Std()); until > w.now {
				by.Alone = owner
			}
		}
	}
	return by, until, nil
}

// languageOf returns the language that an agent for a contact has to speak; empty if it is not known.
func languageOf(contact *inbox.Contact) string {
	if contact.Language == nil {
		return ""
	}
	return inbox.PlainLanguage(*contact.Language)
}

// explain sets the reason of a decision, and the place in the queue that the conversation comes from.
func (w *work) explain(c *conversation, request assignment, decided *decision, account assign.Account) error {
	if decided.owner != nil {
		owner, err := w.read.Agent(*decided.owner)
		if err != nil {
			return err
		}
		account.WaitsFor, account.WaitsUntil = owner.Name, new(time.Duration(decided.until-w.now)*time.Millisecond)
	}
	if request.turn && decided.AssigneeID != nil {
		position, err := w.flushed().QueuePosition(&c.Conversation)
		if err != nil {
			return err
		}
		waited := time.Duration(w.now-*c.QueuedAt) * time.Millisecond
		decided.QueuedFor, decided.Position = new(inbox.Duration(waited/time.Second)), new(int32(position))
		account.Queue = &assign.FromQueue{For: waited, Position: int32(position), Until: request.cause.trigger}
		if request.cause.agent == *decided.AssigneeID { // what another agent did is no reason to choose this one
			account.Queue.Agent = decided.name
		}
	}
	decided.Reason = account.Reason()
	return nil
}

// assignByPolicy lets automation choose an agent. If nobody has capacity, the conversation queues. For a snoozed
// conversation nothing is decided: it queues when it wakes.
func (c *conversation) assignByPolicy(request assignment) error {
	if c.SnoozedUntil != nil {
		return c.waitAsleep(request)
	}
	if err := c.w.drainQueues(); err != nil || c.AssigneeID != nil { // agents who have capacity again first serve those who wait, maybe this one
		return err
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

// carryOut assigns or queues a conversation according to a decision. One that is already queued keeps its place.
func (c *conversation) carryOut(request assignment, decided *decision) error {
	c.recordDecision(decided)
	if decided.AssigneeID != nil {
		return c.assignChosen(decided, request.override)
	}
	before := c.QueuePolicy
	if err := c.demand(request); err != nil {
		return err
	}
	if c.QueuedAt == nil || !bytes.Equal(before, c.QueuePolicy) {
		if err := c.enqueue(&decided.ID); err != nil {
			return err
		}
	}
	if !same(request.team, c.TeamID) { // whom the workspace cannot spare, the policy of the team may
		c.w.drain(c.TeamID, request.cause)
	}
	return c.waitFor(request, decided)
}

// assignChosen assigns to the agent who was chosen. What a step asked for stays with the conversation: should it need another
// agent, that one needs the same.
func (c *conversation) assignChosen(decided *decision, override assign.Override) error {
	given, err := c.assignTo(*decided.AssigneeID, capacity{limit: decided.limit}, decided)
	if err == nil && !given {
		err = fmt.Errorf("agent %d was chosen and cannot take it", *decided.AssigneeID)
	}
	if err == nil {
		c.QueuePolicy, err = assign.Demand{Override: override}.Encode()
	}
	return err
}

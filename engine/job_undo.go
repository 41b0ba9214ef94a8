package engine

import (
	"encoding/json"
	"fmt"
	"slices"

	"foyer/inbox"
)

// undo is what brings a conversation of a job back to what it was. Only what the job's action is about counts: what followed
// from it stays.
type undo struct {
	Was, Is standing
}

// standing is what an action can change in a conversation.
type standing struct {
	Team       *inbox.TeamID  `json:",omitempty"`
	Priority   inbox.Priority `json:",omitempty"`
	Assignee   *inbox.AgentID `json:",omitempty"`
	Snoozed    *inbox.Time    `json:",omitempty"`
	Queued     bool           `json:",omitempty"`
	WaitsSince *inbox.Time    `json:",omitempty"`
	Demand     inbox.JSON     `json:",omitempty"`
	Tags       []string       `json:",omitempty"` // of the contact
}

// standing returns how the conversation stands, as far as an action is about it.
func (c *conversation) standing(a *JobAction) (standing, error) {
	switch {
	case a.Tags != nil:
		contact, err := c.w.contact(c.ContactID)
		if err != nil {
			return standing{}, err
		}
		return standing{Tags: contact.Tags}, nil
	case a.Snooze != nil, a.Wake:
		return standing{Snoozed: c.SnoozedUntil}, nil
	case a.Assign != nil, a.Unassign:
		return c.waiting(standing{Assignee: c.AssigneeID}), nil
	case a.Route != nil:
		return c.waiting(standing{Team: c.TeamID, Priority: c.Priority}), nil
	default:
		return standing{}, nil
	}
}

// waiting adds the conversation's wait in a queue to how it stands.
func (c *conversation) waiting(s standing) standing {
	if c.QueuedAt != nil {
		s.Queued, s.WaitsSince, s.Demand = true, c.WaitsSince, c.QueuePolicy
	}
	return s
}

// differs reports whether a job has something to undo. That a conversation began to wait for an agent has no opposite.
func (u undo) differs() bool {
	return !same(u.Was.Team, u.Is.Team) || u.Was.Priority != u.Is.Priority || !same(u.Was.Assignee, u.Is.Assignee) ||
		!same(u.Was.Snoozed, u.Is.Snoozed) || !slices.Equal(u.Was.Tags, u.Is.Tags)
}

// encode returns the stored form, or nil if there is nothing to undo.
func (u undo) encode() (inbox.JSON, error) {
	if !u.differs() {
		return nil, nil
	}
	text, err := json.Marshal(u)
	if err != nil {
		return nil, fmt.Errorf("encode what undoes a change: %w", err)
	}
	return text, nil
}

func decodeUndo(text inbox.JSON) (u undo, err error) {
	if err = json.Unmarshal(text, &u); err != nil {
		err = fmt.Errorf("decode what undoes a change: %w", err)
	}
	return u, err
}

// restore brings back what an action has changed in a conversation whose status, team and assignee are as it left them. It
// fails as the mutation that would do it does, and with CONFLICT if the rest is not as the action left it.
func (c *conversation) restore(a *JobAction, u undo) error {
	if a.Tags != nil {
		_, err := c.w.changeContact(ContactPatch{ID: c.ContactID, AddTags: without(u.Was.Tags, u.Is.Tags), RemoveTags: without(u.Is.Tags, u.Was.Tags)})
		return err
	}
	if !c.IsOpen() {
		return closedError("")
	}
	switch {
	case a.Snooze != nil, a.Wake:
		if !same(c.SnoozedUntil, u.Is.Snoozed) {
			return changedSince()
		}
		if u.Was.Snoozed == nil {
			return c.wake()
		}
		return ConversationSnoozeInput{Until: u.Was.Snoozed}.change(c)
	case a.Route != nil:
		if c.Priority != u.Is.Priority {
			return changedSince()
		}
		if err := c.routeTo(u.Was.Team, u.Was.Priority, ""); err != nil {
			return err
		}
	case u.Was.Assignee != nil:
		return c.assignByHand(*u.Was.Assignee, false, "")
	default:
		if err := c.unassign(); err != nil {
			return err
		}
	}
	return c.waitAsBefore(u.Was)
}

// waitAsBefore queues a conversation again that waited in a queue, by when it began to wait then.
func (c *conversation) waitAsBefore(was standing) error {
	if !was.Queued || c.QueuedAt != nil || c.AssigneeID != nil || c.SnoozedUntil != nil {
		return nil
	}
	c.WaitsSince, c.QueuePolicy, c.dirty = was.WaitsSince, was.Demand, true
	request, err := queuedAssignment(&c.Conversation, cause{trigger: inbox.TriggerAsked})
	if err != nil {
		return err
	}
	return c.requeue(request)
}

// changedSince returns the error of a conversation of a job that somebody else has changed.
func changedSince() *inbox.Error {
	return inbox.Errorf(inbox.CodeConflict, "", "Somebody has changed the conversation meanwhile, so it was left as it is.")
}

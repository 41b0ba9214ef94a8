package engine

import (
	"fmt"

	"foyer/inbox"
)

// JobAction is what a job does with each of its conversations: one of these. The ids of conversations in them are not used.
type JobAction struct {
	Assign   *ConversationAssignInput `json:",omitempty"`
	Unassign bool                     `json:",omitempty"`
	Route    *RoutePatch              `json:",omitempty"`
	Snooze   *ConversationSnoozeInput `json:",omitempty"`
	Wake     bool                     `json:",omitempty"`
	Close    *ConversationCloseInput  `json:",omitempty"`
	Tags     *TagsAction              `json:",omitempty"`
	Seen     bool                     `json:",omitempty"`
}

// TagsAction adds tags to contacts, and removes tags from them.
type TagsAction struct{ AddTags, RemoveTags []string }

// check returns what is wrong with the action whatever the conversation, or nil.
func (a *JobAction) check(caller inbox.Caller, l Limits) error {
	switch {
	case *a == JobAction{}:
		return inbox.Errorf(inbox.CodeRequired, "", "Say what to do with the conversations.")
	case a.Assign != nil:
		return within("assign", a.Assign.check(caller))
	case a.Route != nil && !a.Route.Team.Set && a.Route.Priority == nil:
		return inbox.Errorf(inbox.CodeRequired, "route", "Choose a team, null for none, or a priority.")
	case a.Snooze != nil:
		return within("snooze", a.Snooze.check())
	case a.Close != nil:
		return within("close", a.Close.check(l))
	case a.Tags != nil && len(a.Tags.AddTags)+len(a.Tags.RemoveTags) == 0:
		return inbox.Errorf(inbox.CodeRequired, "tags", "Name a tag to add or to remove.")
	case a.Tags != nil:
		_, err := l.withTags("addTags", nil, a.Tags.AddTags, a.Tags.RemoveTags)
		return within("tags", err)
	case a.Seen:
		return seesAnything(caller)
	default:
		return nil
	}
}

// checkIn returns what is wrong with the action as of the transaction, and would be for each conversation: something that it
// names is missing, or its time has passed.
func (a *JobAction) checkIn(w *work) error {
	switch {
	case a.Assign != nil && a.Assign.AgentID != nil:
		_, err := w.assignable(*a.Assign.AgentID, "assign.agentId")
		return err
	case a.Route != nil && a.Route.Team.Value != nil:
		_, err := find(w.team, *a.Route.Team.Value, "route.teamId", "team")
		return err
	case a.Snooze != nil:
		return within("snooze", inFuture(a.Snooze.Until, w.now))
	default:
		return nil
	}
}

// do does the action with a conversation that the caller sees, as the mutation for one conversation does it, and fails as that
// does.
func (a *JobAction) do(c *conversation) error {
	switch w := c.w; {
	case a.Assign != nil:
		in := *a.Assign
		in.ConversationID = c.ID
		change, err := w.assignConversation(in)
		if err == nil && change.Refused != nil {
			err = change.Refused
		}
		return within("assign", err)
	case a.Unassign:
		return w.changeEach("unassign", c, (*conversation).unassign)
	case a.Route != nil:
		return w.changeEach("route", c, a.Route.change)
	case a.Snooze != nil:
		return w.changeEach("snooze", c, a.Snooze.change)
	case a.Wake:
		return w.changeEach("wake", c, (*conversation).wake)
	case a.Close != nil:
		return w.changeEach("close", c, a.Close.change)
	case a.Tags != nil:
		_, err := w.changeContact(ContactPatch{ID: c.ContactID, AddTags: a.Tags.AddTags, RemoveTags: a.Tags.RemoveTags})
		return within("tags", err)
	case a.Seen:
		return w.seeAll(c)
	default:
		return fmt.Errorf("a job has no action")
	}
}

// changeEach is changeOpen for a conversation of a job, by the part of its action that is called name.
func (w *work) changeEach(name string, c *conversation, fn func(*conversation) error) error {
	_, err := w.changeOpen(c.ID, fn)
	return within(name, err)
}

package engine

import (
	"slices"

	"foyer/inbox"
)

// What agents have yet to see follows from what happens in a use case: who sends has seen the conversation, who is mentioned has
// not, nothing is unread in a conversation that closes, and agents are notified. It is recorded once, when everything else
// is stored, from the events.

// notice is a notification that is to be stored, for each of some agents.
type notice struct {
	inbox.Notification
	to []inbox.AgentID
}

// keepAttention records what follows from a use case for what agents have yet to see. A simulation leaves no trace of it.
func (w *work) keepAttention() error {
	if w.trial != nil {
		return nil
	}
	for _, n := range w.mentioning {
		if err := w.keepMentions(n); err != nil {
			return err
		}
	}
	for _, event := range w.tx.Appended() {
		if err := w.attendTo(event); err != nil {
			return err
		}
	}
	if err := w.findStranded(); err != nil {
		return err
	}
	return w.storeNotices()
}

// attendTo records what follows from one event.
func (w *work) attendTo(event inbox.Event) error {
	switch e := event.(type) {
	case *inbox.ConversationAssigned:
		return w.assignedTo(e)
	case *inbox.MessageReceived:
		return w.contactWrote(e)
	case *inbox.MessageSent:
		return w.sentBy(e)
	case *inbox.MessageStatusChanged:
		return w.failed(e)
	case *inbox.ConversationClosed:
		return w.closedBy(e)
	default:
		return nil
	}
}

// notify has agents notified of something in a conversation. Of what happens twice in a use case they are notified once.
func (w *work) notify(n inbox.Notification, to ...inbox.AgentID) {
	if len(to) == 0 {
		return
	}
	w.notices = slices.DeleteFunc(w.notices, func(other notice) bool {
		return other.Kind == n.Kind && other.ConversationID == n.ConversationID && slices.Equal(other.to, to)
	})
	w.notices = append(w.notices, notice{n, to})
}

// notificationOf returns the notification of an event.
func notificationOf(kind inbox.NotificationKind, e inbox.ConversationEvent) inbox.Notification {
	return inbox.Notification{Kind: kind, ConversationID: e.Where().ConversationID, Actor: e.Meta().Actor, At: e.Meta().At}
}

// notifyManagers has all managers notified of a conversation.
func (c *conversation) notifyManagers(kind inbox.NotificationKind) error {
	managers, err := c.w.flushed().Managers()
	if err == nil {
		c.w.notify(inbox.Notification{Kind: kind, ConversationID: c.ID, Actor: inbox.BySystem(), At: c.w.now}, managers...)
	}
	return err
}

// storeNotices stores the notifications, and tells the agents' streams.
func (w *work) storeNotices() error {
	for i := range w.notices {
		for _, agent := range w.notices[i].to {
			n := w.notices[i].Notification
			n.AgentID = agent
			if err := w.target.InsertNotification(&n); err != nil {
				return err
			}
			if n.ID != 0 { // else the agent is disabled
				w.signal(&inbox.NotificationAdded{Notification: &n}, agent)
			}
		}
	}
	return nil
}

// keepMentions records whom a new note mentions, and notifies those who see the conversation.
func (w *work) keepMentions(n *inbox.Note) error {
	c, err := w.conversation(n.ConversationID)
	if err != nil {
		return err
	}
	if err := w.target.InsertMentions(n, c.IsOpen()); err != nil {
		return err
	}
	others := slices.DeleteFunc(slices.Clone(n.MentionIDs), func(id inbox.AgentID) bool { return id == n.Author.Agent() })
	seeing, err := w.target.AgentsWhoSee(c.Scope(), others)
	w.notify(inbox.Notification{Kind: inbox.NotificationMention, ConversationID: c.ID, Actor: n.Author, NoteID: &n.ID, At: w.now}, seeing...)
	return err
}

// assignedTo notifies an agent of an assignment by somebody or something else.
func (w *work) assignedTo(e *inbox.ConversationAssigned) error {
	c, err := w.conversation(e.ConversationID)
	if err == nil && same(c.AssigneeID, &e.AssigneeID) && e.Actor.Agent() != e.AssigneeID {
		w.notify(notificationOf(inbox.NotificationAssigned, e), e.AssigneeID)
	}
	return err
}

// nothingUnread reports whether, as far as the row says, the assignee has seen what the contact wrote. Where the contact has
// written more since the assignee saw some of it, the row does not say which came last.
func (c *conversation) nothingUnread() bool {
	return c.WaitingSince == nil || c.AssigneeReadAt != nil && *c.AssigneeReadAt >= *c.WaitingSince
}

// contactWrote notifies the assignee of the first message that they have not seen, and those who watch of each.
func (w *work) contactWrote(e *inbox.MessageReceived) error {
	c, err := w.conversation(e.ConversationID)
	if err != nil {
		return err
	}
	if c.news != nil && same(c.news, c.AssigneeID) {
		n := notificationOf(inbox.NotificationMessage, e)
		n.MessageID = &e.MessageID
		w.notify(n, *c.news)
	}
	return c.notifyWatchers(e, &e.MessageID, c.Scope().Assignee)
}

// sentBy records that the agent who sent a message has seen the conversation up to it, and notifies those who watch.
func (w *work) sentBy(e *inbox.MessageSent) error {
	c, err := w.conversation(e.ConversationID)
	if err != nil {
		return err
	}
	sender := e.Actor.Agent()
	if sender != 0 {
		note, err := w.target.NewestNote(c.ID)
		if err != nil {
			return err
		}
		if err := c.markSeen(sender, e.MessageID, note); err != nil {
			return err
		}
	}
	return c.notifyWatchers(e, &e.MessageID, sender)
}

// failed notifies the agent who sent a message that failed or, if nobody who sees the conversation did, the assignee.
func (w *work) failed(e *inbox.MessageStatusChanged) error {
	if e.MessageStatus != inbox.StatusFailed {
		return nil
	}
	c, err := w.conversation(e.ConversationID)
	if err != nil {
		return err
	}
	m, err := w.target.Message(e.MessageID)
	if err != nil {
		return err
	}
	to, err := w.target.AgentsWhoSee(c.Scope(), []inbox.AgentID{m.Author.Agent()})
	if err != nil {
		return err
	}
	if len(to) == 0 && c.AssigneeID != nil {
		to = append(to, *c.AssigneeID)
	}
	n := notificationOf(inbox.NotificationFailed, e)
	n.MessageID = &e.MessageID
	w.notify(n, to...)
	return nil
}

// closedBy notifies those who watched a conversation of its close, and forgets what agents have seen of it.
func (w *work) closedBy(e *inbox.ConversationClosed) error {
	c, err := w.conversation(e.ConversationID)
	if err != nil {
		return err
	}
	if err := c.notifyWatchers(e, nil, e.Actor.Agent()); err != nil {
		return err
	}
	if c.watchedUntilNow {
		if err := w.target.DeleteWatches(c.ID); err != nil {
			return err
		}
	}
	return w.target.ForgetSeen(c.ID)
}

// notifyWatchers notifies the agents who watch a conversation and see it, but one.
func (c *conversation) notifyWatchers(e inbox.ConversationEvent, message *inbox.MessageID, except inbox.AgentID) error {
	if c.Watchers == 0 && !c.watchedUntilNow {
		return nil
	}
	watching, err := c.w.target.WatchersOf(c.ID)
	if err != nil {
		return err
	}
	watching, err = c.w.target.AgentsWhoSee(c.Scope(), slices.DeleteFunc(watching, func(id inbox.AgentID) bool { return id == except }))
	n := notificationOf(inbox.NotificationWatched, e)
	n.MessageID = message
	c.w.notify(n, watching...)
	return err
}

// findStranded notifies managers of the conversations that the use case has left to nobody: a run that took care of them has
// ended, or their agent was taken from them. What a person leaves like that they know.
func (w *work) findStranded() error {
	if w.caller.Actor.IsPerson() {
		return nil
	}
	for _, c := range w.touched {
		if !c.left && !c.forsaken || !c.IsOpen() || c.AssigneeID != nil || c.QueuedAt != nil || c.SnoozedUntil != nil {
			continue
		}
		later, err := w.read.HasTriggerEvents(c.ID)
		if err != nil {
			return err
		}
		runs, err := c.activeRuns()
		if err != nil {
			return err
		}
		if later || len(runs) > 0 {
			continue
		}
		if err := c.notifyManagers(inbox.NotificationStranded); err != nil {
			return err
		}
	}
	return nil
}

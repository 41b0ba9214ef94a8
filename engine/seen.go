package engine

import (
	"context"

	"foyer/inbox"
)

// ConversationSeenInput says up to which message, which note, or both an agent has seen a conversation.
type ConversationSeenInput struct {
	ConversationID inbox.ConversationID
	MessageID      *inbox.MessageID // nil: the newest one when the note was added
	NoteID         *inbox.NoteID    // nil: the newest one now
}

// ConversationSeen records how far an agent has seen a conversation; it never goes back. Of the assignee it is what
// ConversationRead records too. It fails with NOT_FOUND, FORBIDDEN (an API key) and REQUIRED (neither message nor note).
func (e *Engine) ConversationSeen(ctx context.Context, caller inbox.Caller, in ConversationSeenInput) (*ConversationChange, error) {
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) { return w.seeConversation(in) })
}

// seeConversation is ConversationSeen as part of a use case.
func (w *work) seeConversation(in ConversationSeenInput) (*ConversationChange, error) {
	c, err := w.visible(in.ConversationID, "conversationId")
	if err != nil {
		return nil, err
	}
	if err := seesAnything(w.caller); err != nil {
		return nil, err
	}
	up, err := c.upTo(in)
	if err != nil {
		return nil, err
	}
	return c.changed(), c.seenBy(w.caller.Actor.Agent(), up)
}

// seesAnything fails with FORBIDDEN for an API key.
func seesAnything(caller inbox.Caller) error {
	if !caller.Actor.IsPerson() {
		return inbox.Forbidden("Only agents see conversations: an API key has nothing unread.")
	}
	return nil
}

// seeAll records that an agent has seen everything in a conversation.
func (w *work) seeAll(c *conversation) error {
	in := ConversationSeenInput{ConversationID: c.ID, MessageID: c.LastMessageID}
	if in.MessageID == nil {
		note, err := w.flushed().NewestNote(c.ID)
		if err != nil || note == 0 {
			return err
		}
		in.NoteID = &note
	}
	_, err := w.seeConversation(in)
	return err
}

// ConversationRead records up to which message the assignee has read, like ConversationSeen. It fails with NOT_FOUND and, for
// anybody but the assignee, FORBIDDEN.
func (e *Engine) ConversationRead(ctx context.Context, caller inbox.Caller, id inbox.ConversationID, upTo inbox.MessageID) (*ConversationChange, error) {
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) {
		c, err := w.visible(id, "conversationId")
		if err != nil {
			return nil, err
		}
		if c.AssigneeID == nil || *c.AssigneeID != caller.Actor.Agent() {
			return nil, inbox.Forbidden("Only the assignee can mark a conversation as read.")
		}
		up, err := c.upTo(ConversationSeenInput{MessageID: &upTo})
		if err != nil {
			return nil, err
		}
		return c.changed(), c.seenBy(*c.AssigneeID, up)
	})
}

// sight is how far an agent has seen a conversation.
type sight struct {
	message *inbox.Message // nil: there was none
	note    inbox.NoteID   // zero: there was none
}

// upTo returns how far an agent has seen the conversation. It fails with REQUIRED, and with NOT_FOUND if the message or the note
// is in another conversation.
func (c *conversation) upTo(in ConversationSeenInput) (up sight, err error) {
	read := c.w.flushed()
	if in.MessageID == nil && in.NoteID == nil {
		return up, inbox.Errorf(inbox.CodeRequired, "messageId", "Name the newest message that was seen, or the newest note.")
	}
	if in.NoteID == nil {
		if up.note, err = read.NewestNote(c.ID); err != nil {
			return up, err
		}
	} else {
		notes, err := read.Notes([]inbox.NoteID{*in.NoteID})
		if err != nil {
			return up, err
		}
		if len(notes) == 0 || notes[0].ConversationID != c.ID {
			return up, inbox.NotFound("noteId", "note")
		}
		up.note = *in.NoteID
		if in.MessageID == nil {
			up.message, err = read.MessageAsOf(c.ID, notes[0].CreatedAt)
			return up, err
		}
	}
	up.message, err = read.Message(*in.MessageID)
	if err == nil && (up.message == nil || !same(up.message.ConversationID, &c.ID)) {
		err = inbox.NotFound("messageId", "message")
	}
	return up, err
}

// seenBy records how far an agent has seen the conversation. Nothing is unread in a closed one, so it keeps nothing there but the
// assignee's mark.
func (c *conversation) seenBy(agent inbox.AgentID, up sight) error {
	var message inbox.MessageID
	if up.message != nil {
		message = up.message.ID
	}
	if err := c.markSeen(agent, message, up.note); err != nil {
		return err
	}
	if up.message == nil || !same(c.AssigneeID, &agent) || c.AssigneeReadAt != nil && *c.AssigneeReadAt >= up.message.CreatedAt {
		return nil
	}
	c.AssigneeReadAt, c.dirty = &up.message.CreatedAt, true
	c.w.tx.Append(&inbox.ConversationRead{ConversationMeta: c.about(c.Scope()), ReadAt: up.message.CreatedAt})
	return nil
}

// markSeen stores how far an agent has seen the conversation, and that they have read what they were notified of there.
func (c *conversation) markSeen(agent inbox.AgentID, message inbox.MessageID, note inbox.NoteID) error {
	tx := c.w.flushed()
	if c.IsOpen() {
		if err := tx.MarkSeen(agent, c.ID, message, note); err != nil {
			return err
		}
	}
	return tx.ReadNotificationsUpTo(agent, c.ID, message, note, c.w.now)
}

package engine

import (
	"context"
	"errors"

	"foyer/inbox"
)

// MessageSendInput is a message to the contact of a conversation.
type MessageSendInput struct {
	ConversationID inbox.ConversationID
	Text           *string
	Attachments    []AttachmentInput
	ChannelID      *inbox.ChannelID    // nil: the channel of the last inbound message
	SavedReplyID   *inbox.SavedReplyID `json:",omitempty"` // that the text was written with, to count its use
	IdempotencyKey *string
	// IfLatest is the conversation's newest message as far as the caller knows; unset: it does not matter. A nil value stands
	// for no message.
	IfLatest Patch[inbox.MessageID] `json:",omitzero"`
}

// MessageChange is a message after a change.
type MessageChange struct {
	Message *inbox.Message // nil if the change was refused and there is none
	Cursor  *inbox.Cursor  // nil if nothing happened
	Refused *inbox.Error   // CONFLICT: nothing has changed, and Message is the conversation's newest
}

func (w *work) changedMessage(m *inbox.Message) *MessageChange {
	return &MessageChange{Message: m, Cursor: w.cursor()}
}

// overtaken is the error of a message that was written without knowing of a newer one.
type overtaken struct{ by *inbox.Message } // nil if the message that the caller knows of is none of the conversation

func (o *overtaken) Error() string { return "there is a newer message" }

// refusal returns what the caller is told.
func (o *overtaken) refusal() *MessageChange {
	return &MessageChange{Message: o.by, Refused: inbox.Errorf(inbox.CodeConflict, "ifLatestMessageId",
		"This is not the newest message of the conversation. Read what has come since, and send again with the newest.")}
}

// MessageSend sends a message to the contact. An agent who writes in an unassigned conversation becomes its assignee. It is
// refused if it was to follow a message that is not the newest one any more. It fails with NOT_FOUND, CLOSED, REQUIRED, INVALID,
// LIMIT_EXCEEDED and IDEMPOTENCY_MISMATCH.
func (e *Engine) MessageSend(ctx context.Context, caller inbox.Caller, in MessageSendInput) (*MessageChange, error) {
	if err := e.limits.content("", in.Text, in.Attachments); err != nil {
		return nil, err
	}
	sent, err := change(ctx, e, caller, func(w *work) (*MessageChange, error) {
		return once(w, in.IdempotencyKey, "messageSend", in, func(first *firstResult) (*MessageChange, error) {
			c, err := w.visible(in.ConversationID, "conversationId")
			if err != nil {
				return nil, err
			}
			if first != nil {
				m, err := w.flushed().Message(first.Message)
				return &MessageChange{Message: m, Cursor: first.Cursor}, err
			}
			if !c.IsOpen() {
				return nil, closedError("conversationId")
			}
			if err := c.follows(in.IfLatest); err != nil {
				return nil, err
			}
			return c.reply(in)
		}, func(m *MessageChange) firstResult { return firstResult{Message: m.Message.ID, Cursor: m.Cursor} })
	})
	if o, ok := errors.AsType[*overtaken](err); ok { // an error, so that the key is not used up
		return o.refusal(), nil
	}
	return sent, err
}

// follows fails with overtaken if the conversation's newest message is another than it should be.
func (c *conversation) follows(latest Patch[inbox.MessageID]) error {
	if !latest.Set || same(c.LastMessageID, latest.Value) {
		return nil
	}
	if c.LastMessageID == nil {
		return &overtaken{}
	}
	newest, err := c.w.flushed().Message(*c.LastMessageID)
	if err != nil {
		return err
	}
	return &overtaken{newest}
}

// reply sends the message of an agent or an integration.
func (c *conversation) reply(in MessageSendInput) (*MessageChange, error) {
	w := c.w
	if w.actor.IsPerson() {
		if err := c.takeOver("sent a message"); err != nil {
			return nil, err
		}
		if err := w.touch(); err != nil {
			return nil, err
		}
		if c.AssigneeID == nil {
			if _, err := c.assignTo(w.actor.Agent(), capacity{over: true}, nil); err != nil {
				return nil, err
			}
		}
		if c.FirstResponseAt == nil {
			c.FirstResponseAt = &w.now
		}
		c.AnsweredAt = &w.now
	}
	attached, err := w.attached("attachments", in.Attachments)
	if err != nil {
		return nil, err
	}
	m, err := c.send(inbox.Message{Text: blankToNil(in.Text), Attachments: attached, IdempotencyKey: in.IdempotencyKey}, in.ChannelID)
	if err != nil {
		return nil, err
	}
	if files := inbox.FilesOf(attached); len(files) > 0 {
		if err := w.useFiles(inbox.MessageFiles(m.ID), files...); err != nil {
			return nil, err
		}
	}
	c.WaitingSince, c.TakenFrom = nil, nil
	return w.changedMessage(m), w.useReply(in.SavedReplyID)
}

// send adds a message to the contact, which the channel's adapter delivers. It fails with INVALID and REQUIRED if
// there is no channel for it.
func (c *conversation) send(m inbox.Message, channelID *inbox.ChannelID) (*inbox.Message, error) {
	w := c.w
	contact, err := w.contact(c.ContactID)
	if err != nil {
		return nil, err
	}
	channel, err := w.outboundChannel(contact, channelID, c.ChannelID)
	if err != nil {
		return nil, err
	}
	m.ConversationID, m.ContactID, m.ChannelID = &c.ID, c.ContactID, channel.ID
	m.Direction, m.Author, m.Status, m.CreatedAt = inbox.Outbound, w.actor, inbox.StatusQueued, w.now
	w.insertMessage(newMessage{Message: &m})
	c.LastMessageID, c.LastActivityAt, c.dirty = &m.ID, w.now, true
	c.OutboundCount++
	w.tx.Append(&inbox.MessageSent{ConversationMeta: c.about(c.Scope()), MessageID: m.ID})
	return &m, nil
}

// outboundChannel returns the channel that a message goes out on: the requested one, otherwise the usual one, otherwise the
// only one on which the contact has an identity. It fails with INVALID and REQUIRED.
func (w world) outboundChannel(contact *inbox.Contact, asked, usual *inbox.ChannelID) (*inbox.Channel, error) {
	id := asked
	if id == nil {
		id = usual
	}
	if asked != nil || id == nil {
		identities, err := w.identities(contact.ID)
		if err != nil {
			return nil, err
		}
		if id, err = reachable(identities, asked); err != nil {
			return nil, err
		}
	}
	channel, err := w.read.Channel(*id)
	if err != nil {
		return nil, err
	}
	if channel.DisabledAt != nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, "channelId", "The channel is disabled. Enable it or use another.")
	}
	return channel, nil
}

func reachable(identities []*inbox.ContactIdentity, asked *inbox.ChannelID) (*inbox.ChannelID, error) {
	if asked == nil {
		if len(identities) != 1 {
			return nil, inbox.Errorf(inbox.CodeRequired, "channelId", "The contact has {count} identities. Name a channel in channelId.", inbox.Named("count", len(identities)))
		}
		return &identities[0].ChannelID, nil
	}
	for _, i := range identities {
		if i.ChannelID == *asked {
			return asked, nil
		}
	}
	return nil, inbox.Errorf(inbox.CodeInvalid, "channelId", "The contact has no identity on this channel. Choose one of the contact's channels.")
}

// MessageStatusReportInput is the status of an outbound message.
type MessageStatusReportInput struct {
	MessageID     inbox.MessageID
	Status        inbox.MessageStatus
	FailureReason *string
	ExternalID    *string
}

// MessageStatusReport records the status that a channel reports for an outbound message. A status that the message has
// passed already changes nothing. It fails with FORBIDDEN, NOT_FOUND, INVALID (an inbound message, or one that has failed or
// got too far to fail), REQUIRED (the reason of a failure) and TAKEN (another message has the external id).
func (e *Engine) MessageStatusReport(ctx context.Context, caller inbox.Caller, in MessageStatusReportInput) (*MessageChange, error) {
	if !caller.MayIntake() {
		return nil, inbox.Forbidden("Only managers and API keys can report the status of messages.")
	}
	if err := firstError(atMost("failureReason", in.FailureReason, maxSummary), atMost("externalId", in.ExternalID, maxExternalID)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*MessageChange, error) {
		m, err := find(w.flushed().Message, in.MessageID, "messageId", "message")
		if err != nil {
			return nil, err
		}
		advances, err := m.MayBecome(in.Status)
		if err != nil {
			return nil, err
		}
		if advances && in.Status == inbox.StatusFailed && blankToNil(in.FailureReason) == nil {
			return nil, inbox.Errorf(inbox.CodeRequired, "failureReason", "Say why the message failed.")
		}
		names := in.ExternalID != nil && *in.ExternalID != "" && !same(m.ExternalID, in.ExternalID)
		if !advances && !names {
			return &MessageChange{Message: m}, nil
		}
		if names {
			m.ExternalID = in.ExternalID
		}
		return w.report(m, in, advances)
	})
}

func (w *work) report(m *inbox.Message, in MessageStatusReportInput, advances bool) (*MessageChange, error) {
	if advances {
		m.Status = in.Status
		if in.Status == inbox.StatusFailed {
			m.FailureReason = blankToNil(in.FailureReason)
		}
	}
	err := w.flushed().UpdateMessageStatus(m)
	if err = unlessTaken(err, "externalId", "Another message has this id on the channel."); err != nil {
		return nil, err
	}
	if !advances {
		return &MessageChange{Message: m}, nil
	}
	return w.changedMessage(m), w.announceStatus(m)
}

func (w *work) announceStatus(m *inbox.Message) error {
	c, err := w.conversation(*m.ConversationID)
	if err != nil {
		return err
	}
	w.tx.Append(&inbox.MessageStatusChanged{ConversationMeta: c.about(c.Scope()), MessageID: m.ID, MessageStatus: m.Status})
	return nil
}

// failUnsent fails the messages of a conversation that have yet to be sent.
func (c *conversation) failUnsent(reason string) error {
	unsent, err := c.w.flushed().UnsentMessages(c.ID)
	if err != nil {
		return err
	}
	for _, m := range unsent {
		m.Status, m.FailureReason = inbox.StatusFailed, &reason
		if err := c.w.flushed().UpdateMessageStatus(m); err != nil {
			return err
		}
		if err := c.w.announceStatus(m); err != nil {
			return err
		}
	}
	return nil
}

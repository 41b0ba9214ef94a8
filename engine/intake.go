package engine

import (
	"context"
	"slices"

	"foyer/inbox"
	"foyer/store"
)

// MessageReceiveInput is one message of a contact. Parts of it that cannot be used are left out or cut, with a warning; the
// rest is received all the same.
type MessageReceiveInput struct {
	ChannelID inbox.ChannelID
	Contact   InboundContactInput
	Message   InboundMessageInput
	// Warnings are about parts that the caller has left out already.
	Warnings []inbox.InputWarning
}

// InboundContactInput is the contact who wrote it, as the channel knows them. For a known contact it fills empty fields; it
// replaces none.
type InboundContactInput struct {
	ExternalID string
	FirstName  *string
	LastName   *string
	Email      *string
	Phone      *string
	Language   *string
	Country    *string
	Avatar     *string
	Fields     inbox.JSON // custom ones by name; nil: none
}

// InboundMessageInput is what was written.
type InboundMessageInput struct {
	ExternalID  *string
	Text        *string
	Attachments []InboundAttachment
	SentAt      *inbox.Time
}

// InboundAttachment is a file that came with it.
type InboundAttachment struct {
	URL            string
	Name, MimeType *string
	Bytes          *int32
}

// MessageReceived is what became of a received message.
type MessageReceived struct {
	Message      *inbox.Message
	Contact      *inbox.Contact
	Conversation *inbox.Conversation // nil for a blocked contact
	Opened       bool
	Duplicate    bool
	Cursor       *inbox.Cursor        // nil if nothing happened
	Warnings     []inbox.InputWarning // what of it was left out or cut
}

// MessageReceive receives a contact's message. Repeated with the same external id it changes nothing and returns the result
// of the first call. It fails with FORBIDDEN, NOT_FOUND (the channel), INVALID (the channel is disabled), CONFLICT (the
// external id belongs to another message), and REQUIRED, INVALID and LIMIT_EXCEEDED (an external id that is empty, no text or
// too long).
func (e *Engine) MessageReceive(ctx context.Context, caller inbox.Caller, in MessageReceiveInput) (*MessageReceived, error) {
	if !caller.MayIntake() {
		return nil, inbox.Forbidden("Only managers and API keys can receive messages for a channel.")
	}
	message, err := in.normal(e.limits)
	if err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*MessageReceived, error) { return w.receive(in.ChannelID, message) })
}

// Received is what became of one message of a batch: Err says why it was refused.
type Received struct {
	*MessageReceived
	Err error
}

// MessageReceiveBatch receives at most 100 messages in order. Each succeeds or fails on its own. It fails with FORBIDDEN and
// LIMIT_EXCEEDED.
func (e *Engine) MessageReceiveBatch(ctx context.Context, caller inbox.Caller, in []MessageReceiveInput) ([]Received, error) {
	if !caller.MayIntake() {
		return nil, inbox.Forbidden("Only managers and API keys can receive messages for a channel.")
	}
	if len(in) > maxBatch {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "messages", "A batch may have at most {limit} messages.", inbox.Named("limit", maxBatch))
	}
	messages := make([]inbound, len(in))
	refused := make([]error, len(in))
	for i := range in {
		messages[i], refused[i] = in[i].normal(e.limits)
	}
	var ended runEnds
	results := store.UpdateEach(ctx, e.db, len(in), func(tx *store.Tx, i int) (*MessageReceived, error) {
		if refused[i] != nil {
			return nil, refused[i]
		}
		return perform(e, caller, &ended, func(w *work) (*MessageReceived, error) { return w.receive(in[i].ChannelID, messages[i]) })(tx)
	})
	e.report(ended)
	received := make([]Received, len(in))
	for i, r := range results {
		received[i] = Received{r.Value, outward(r.Err)}
	}
	return received, nil
}

// intake brings one message of a contact into the inbox.
type intake struct {
	*work
	in       inbound
	channel  *inbox.Channel
	before   *store.ContactState // the contact's state before; nil for a new one
	received *MessageReceived
}

// receive brings a contact's message into the inbox.
func (w *work) receive(channelID inbox.ChannelID, in inbound) (*MessageReceived, error) {
	sender, err := w.flushed().Sender(channelID, in.externalID)
	if err != nil {
		return nil, err
	}
	channel, err := w.channelOfMessage(channelID)
	if err != nil {
		return nil, err
	}
	i := &intake{work: w, in: in, channel: channel, received: &MessageReceived{}}
	i.in.warnings = slices.Clip(in.warnings) // the transaction may run more than once
	i.in.fields.leftOut = &i.in.warnings
	if sender != nil {
		if i.before, err = w.flushed().ContactState(sender.ID, channel.ID, in.message.ExternalID); err != nil {
			return nil, err
		}
		if i.before.Delivered {
			return w.firstDelivery(channel.ID, *in.message.ExternalID, sender)
		}
		if i.before.Idle {
			w.runsKnown = append(w.runsKnown, sender.ID) // there are none
		}
	}
	if i.received.Contact, err = i.contactFor(sender); err != nil {
		return nil, err
	}
	i.received.Warnings = i.in.warnings
	if !i.received.Contact.Blocked { // what a blocked contact sends is no event
		i.received.Cursor = w.cursor()
	}
	return i.received, w.as(inbox.ByContact(i.received.Contact.ID), i.deliver)
}

// channelOfMessage returns the channel that a message comes from. It fails with NOT_FOUND and INVALID (disabled).
func (w *work) channelOfMessage(id inbox.ChannelID) (*inbox.Channel, error) {
	channel, err := w.channelInUse(id)
	if err != nil {
		return nil, err
	}
	if channel.ID == 0 {
		return nil, inbox.NotFound("channelId", "channel")
	}
	if channel.DisabledAt != nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, "channelId", "The channel is disabled. Enable it or use another.")
	}
	return &channel, nil
}

// firstDelivery returns the result of the first delivery of a message that is delivered again. It fails with CONFLICT if the
// channel has another message with this id.
func (w *work) firstDelivery(channel inbox.ChannelID, externalID string, contact *inbox.Contact) (*MessageReceived, error) {
	m, err := w.flushed().MessageByExternalID(channel, externalID)
	if err != nil {
		return nil, err
	}
	if m.ContactID != contact.ID || m.Direction != inbox.Inbound {
		return nil, otherMessage()
	}
	first := &MessageReceived{Message: m, Contact: contact, Duplicate: true}
	if first.Warnings, err = w.flushed().MessageWarnings(m.ID); err != nil {
		return nil, err
	}
	if m.ConversationID != nil {
		first.Conversation, err = w.flushed().Conversation(*m.ConversationID)
	}
	return first, err
}

func otherMessage() error {
	return inbox.Errorf(inbox.CodeConflict, "message.externalId", "Another message has this id on the channel.")
}

// contactFor returns the contact who wrote: a new one, or the sender, whose empty fields the profile fills.
func (i *intake) contactFor(sender *inbox.Contact) (*inbox.Contact, error) {
	if sender != nil {
		c := i.loadedContact(sender)
		if c.Blocked {
			return c, nil
		}
		return c, i.fill(c, i.in.profile, i.in.fields)
	}
	profile := i.in.profile
	if _, err := i.patchFields(&profile, i.in.fields, true); err != nil {
		return nil, err
	}
	profile.CreatedAt, profile.FirstIdentity = i.now, &i.in.externalID
	c := i.insertContact(profile)
	i.insertIdentity(newIdentity{ContactIdentity: inbox.ContactIdentity{ContactID: c.ID, ChannelID: i.channel.ID, ExternalID: i.in.externalID}})
	event := &inbox.ContactChanged{EventMeta: i.meta(), ContactID: c.ID, Created: true}
	event.Actor = inbox.ByContact(c.ID)
	i.tx.Append(event)
	return c, nil
}

// deliver adds the message to the conversation that it belongs in or, from a blocked contact, to none.
func (i *intake) deliver() error {
	m := &i.in.message
	m.ContactID, m.ChannelID, m.Direction, m.Author = i.received.Contact.ID, i.channel.ID, inbox.Inbound, i.actor
	m.Status, m.CreatedAt = inbox.StatusReceived, i.now
	i.received.Message = m
	// This contact has no message with this external id, but another contact may: writing it then fails with
	// otherMessage.
	added := newMessage{m, i.in.fullText, i.in.warnings, otherMessage}
	if i.received.Contact.Blocked {
		i.insertMessage(added)
		return nil
	}
	c, err := i.conversationFor(m)
	if err != nil {
		return err
	}
	i.received.Conversation, m.ConversationID = &c.Conversation, &c.ID
	i.insertMessage(added)
	if c.IsOpen() && c.nothingUnread() {
		c.news = c.AssigneeID
	}
	c.LastMessageID, c.LastActivityAt, c.ChannelID, c.dirty = &m.ID, i.now, &i.channel.ID, true
	c.InboundCount++
	if c.IsOpen() && c.WaitingSince == nil {
		c.WaitingSince = &i.now
	}
	c.AnsweredAt = nil
	i.tx.Append(&inbox.MessageReceived{ConversationMeta: c.about(c.Scope()), MessageID: m.ID})
	if err := c.wake(); err != nil {
		return err
	}
	return c.answerQuestion(m)
}

// conversationFor returns the conversation that a message belongs in: the contact's open one, the closed one that it only
// acknowledges, or a new one.
func (i *intake) conversationFor(m *inbox.Message) (*conversation, error) {
	if i.before != nil {
		if i.before.Open != nil {
			return i.loaded(i.before.Open), nil
		}
		c, err := i.acknowledged(m)
		if c != nil || err != nil {
			return c, err
		}
	}
	i.received.Opened = true
	return i.open(i.received.Contact, inbox.SourceContact, &i.channel.ID)
}

// acknowledged returns the closed conversation that a message only acknowledges, within the channel's grace after close, or
// nil if there is none.
func (i *intake) acknowledged(m *inbox.Message) (*conversation, error) {
	if i.channel.GraceAfterClose == 0 || m.Text == nil || len(m.Attachments) > 0 {
		return nil, nil
	}
	last, err := i.lastConversation(i.received.Contact.ID)
	if err != nil || last == nil || last.ClosedAt == nil || last.ClosedAt.Add(i.channel.GraceAfterClose.Std()) < i.now {
		return nil, err
	}
	workspace, err := i.read.Workspace()
	if err != nil || !inbox.Acknowledges(workspace.Acknowledgements, *m.Text) {
		return nil, err
	}
	return last, nil
}

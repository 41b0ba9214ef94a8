package engine

import (
	"context"
	"slices"

	"foyer/inbox"
	"foyer/store"
)

// MessageReceiveInput is one message of a contact. Whatever of it cannot be used costs nothing else: it is left out or
// cut, and told in warnings.
type MessageReceiveInput struct {
	ChannelID inbox.ChannelID
	Contact   InboundContactInput
	Message   InboundMessageInput
	// Warnings are about what whoever read the message could not read already.
	Warnings []inbox.InputWarning
}

// InboundContactInput is who wrote it, as the channel knows them. Profile fields fill what is empty.
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
	Cursor       *inbox.Cursor        // nil where nothing happened
	Warnings     []inbox.InputWarning // what of it was left out or cut
	contactState *store.ContactState  // of who wrote; nil for a newcomer
}

// MessageReceive takes a contact's message. Repeated with the same external id it changes nothing and answers the
// first one. It fails with FORBIDDEN, NOT_FOUND (the channel), INVALID (the channel is disabled), CONFLICT (the external
// id is another contact's), and REQUIRED, INVALID and LIMIT_EXCEEDED for an external id that is empty, no text or too long.
func (e *Engine) MessageReceive(ctx context.Context, caller inbox.Caller, in MessageReceiveInput) (*MessageReceived, error) {
	if !caller.MayIntake() {
		return nil, inbox.Forbidden("Only managers and API keys hand in messages.")
	}
	message, err := in.normal(e.limits)
	if err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*MessageReceived, error) { return w.receive(in.ChannelID, message) })
}

// Received is the answer to one message of a batch: Err where it was refused.
type Received struct {
	*MessageReceived
	Err error
}

// MessageReceiveBatch takes at most 100 messages in order. Each succeeds or fails for itself.
func (e *Engine) MessageReceiveBatch(ctx context.Context, caller inbox.Caller, in []MessageReceiveInput) ([]Received, error) {
	if !caller.MayIntake() {
		return nil, inbox.Forbidden("Only managers and API keys hand in messages.")
	}
	if len(in) > maxBatch {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "messages", "At most %d messages.", maxBatch)
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

// receive takes a contact's message, in the transaction.
func (w *work) receive(channelID inbox.ChannelID, in inbound) (*MessageReceived, error) {
	contact, err := w.flushed().Sender(channelID, in.externalID)
	if err != nil {
		return nil, err
	}
	channel, err := w.channelOfMessage(channelID)
	if err != nil {
		return nil, err
	}
	received := &MessageReceived{Cursor: new(inbox.Cursor)}
	if contact != nil {
		if received.contactState, err = w.flushed().ContactState(contact.ID, channel.ID, in.message.ExternalID); err != nil {
			return nil, err
		}
		if received.contactState.Delivered {
			return w.firstDelivery(channel.ID, *in.message.ExternalID, contact)
		}
		if received.contactState.Idle {
			w.runsKnown = append(w.runsKnown, contact.ID) // there are none
		}
	}
	in.warnings = slices.Clip(in.warnings) // this may run more than once
	in.fields.leftOut = &in.warnings
	if contact, err = w.meet(contact, channel, in); err != nil {
		return nil, err
	}
	received.Contact, received.Warnings = contact, in.warnings
	err = w.as(inbox.ByContact(contact.ID), func() error { return w.take(received, channel, in) })
	if !contact.Blocked {
		w.tx.FillCursor(received.Cursor)
	} else {
		received.Cursor = nil
	}
	return received, err
}

// channelOfMessage returns the channel that a message comes in on. It fails with NOT_FOUND and INVALID (disabled).
func (w *work) channelOfMessage(id inbox.ChannelID) (*inbox.Channel, error) {
	channel, err := w.channelInUse(id)
	if err != nil {
		return nil, err
	}
	if channel.ID == 0 {
		return nil, inbox.NotFound("channelId", "channel")
	}
	if channel.DisabledAt != nil {
		return nil, inbox.Errorf(inbox.CodeInvalid, "channelId", "The channel is disabled.")
	}
	return &channel, nil
}

// firstDelivery returns the answer to a repeated delivery.
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
	return inbox.Errorf(inbox.CodeConflict, "message.externalId", "The channel has another message with this id.")
}

// meet finds out who wrote: a new contact, or one whose empty fields the profile fills.
func (w *work) meet(contact *inbox.Contact, channel *inbox.Channel, in inbound) (*inbox.Contact, error) {
	if contact != nil {
		contact = w.loadedContact(contact)
		if contact.Blocked {
			return contact, nil // what they send is no event
		}
		return contact, w.fill(contact, in.profile, in.fields)
	}
	profile := in.profile
	if _, err := w.patchFields(&profile, in.fields, true); err != nil {
		return nil, err
	}
	profile.CreatedAt = w.now
	profile.FirstIdentity = &in.externalID
	added := w.insertContact(profile)
	w.insertIdentity(newIdentity{ContactIdentity: inbox.ContactIdentity{ContactID: added.ID, ChannelID: channel.ID, ExternalID: in.externalID}})
	return added, w.as(inbox.ByContact(added.ID), func() error {
		w.tx.Append(&inbox.ContactChanged{EventMeta: w.meta(), ContactID: added.ID, Created: true})
		return nil
	})
}

// take stores the message where it belongs: in the open conversation, in one that it opens, in the closed one that it
// only acknowledges, or, for a blocked contact, in none.
func (w *work) take(r *MessageReceived, channel *inbox.Channel, in inbound) error {
	m := &in.message
	m.ContactID, m.ChannelID, m.Direction, m.Author = r.Contact.ID, channel.ID, inbox.Inbound, w.actor
	m.Status, m.CreatedAt = inbox.StatusReceived, w.now
	r.Message = m
	if r.Contact.Blocked {
		w.insertInbound(m, in)
		return nil
	}
	c, err := w.place(r, channel, m)
	if err != nil {
		return err
	}
	r.Conversation = &c.Conversation
	m.ConversationID = &c.ID
	w.insertInbound(m, in)
	c.LastMessageID, c.LastActivityAt, c.ChannelID, c.dirty = &m.ID, w.now, &channel.ID, true
	c.InboundCount++
	if c.IsOpen() && c.WaitingSince == nil {
		c.WaitingSince = &w.now
	}
	w.tx.Append(&inbox.MessageReceived{ConversationMeta: w.about(c, c.Scope()), MessageID: m.ID})
	if err := w.wake(c); err != nil {
		return err
	}
	return w.answer(c, m)
}

// insertInbound adds the message. The first delivery of one that a known contact sends has been looked for before.
func (w *work) insertInbound(m *inbox.Message, in inbound) {
	w.insertMessage(newMessage{m, in.fullText, in.warnings, otherMessage})
}

// place returns the conversation that a message belongs in, and opens one where there is none.
func (w *work) place(r *MessageReceived, channel *inbox.Channel, m *inbox.Message) (*conversation, error) {
	if r.contactState != nil { // who is new has none
		if r.contactState.Open != nil {
			return w.loaded(r.contactState.Open), nil
		}
		c, err := w.acknowledged(r.Contact.ID, channel, m)
		if c != nil || err != nil {
			return c, err
		}
	}
	r.Opened = true
	return w.open(r.Contact, inbox.SourceContact, &channel.ID)
}

// acknowledged returns the closed conversation that a message within the channel's grace only acknowledges, or nil.
func (w *work) acknowledged(contact inbox.ContactID, channel *inbox.Channel, m *inbox.Message) (*conversation, error) {
	if channel.GraceAfterClose == 0 || m.Text == nil || len(m.Attachments) > 0 {
		return nil, nil
	}
	last, err := w.lastConversation(contact)
	if err != nil || last == nil || last.ClosedAt == nil {
		return nil, err
	}
	if last.ClosedAt.Add(channel.GraceAfterClose.Std()) < w.now {
		return nil, nil
	}
	workspace, err := w.read.Workspace()
	if err != nil {
		return nil, err
	}
	if inbox.Acknowledges(workspace.Acknowledgements, *m.Text) {
		return last, nil
	}
	return nil, nil
}

package engine

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// MessageReceiveInput is one message of a contact.
type MessageReceiveInput struct {
	ChannelID inbox.ChannelID
	Contact   InboundContactInput
	Message   InboundMessageInput
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
	Avatar     *inbox.URL
	Fields     inbox.JSON // custom ones by name; nil: none
}

// InboundMessageInput is what was written.
type InboundMessageInput struct {
	ExternalID  *string
	Text        *string
	Attachments []inbox.Attachment
	SentAt      *inbox.Time
}

// MessageReceived is what became of a received message.
type MessageReceived struct {
	Message      *inbox.Message
	Contact      *inbox.Contact
	Conversation *inbox.Conversation // nil for a blocked contact
	Opened       bool
	Duplicate    bool
	Cursor       *inbox.Cursor   // nil where nothing happened
	standing     *store.Standing // of who wrote; nil for a newcomer
}

// MessageReceive takes a contact's message. Repeated with the same external id it changes nothing and answers the
// first one. It fails with FORBIDDEN, NOT_FOUND (the channel), INVALID, REQUIRED, LIMIT_EXCEEDED and CONFLICT (the
// external id is another contact's).
func (e *Engine) MessageReceive(ctx context.Context, caller inbox.Caller, in MessageReceiveInput) (*MessageReceived, error) {
	if !caller.MayIntake() {
		return nil, inbox.Forbidden("Only managers and API keys hand in messages.")
	}
	profile, err := in.check(e.limits)
	if err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*MessageReceived, error) { return w.receive(in, profile) })
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
	profiles := make([]inbox.Contact, len(in))
	refused := make([]error, len(in))
	for i := range in {
		profiles[i], refused[i] = in[i].check(e.limits)
	}
	results := store.UpdateEach(ctx, e.db, len(in), func(tx *store.Tx, i int) (*MessageReceived, error) {
		if refused[i] != nil {
			return nil, refused[i]
		}
		return perform(e, caller, func(w *work) (*MessageReceived, error) { return w.receive(in[i], profiles[i]) })(tx)
	})
	received := make([]Received, len(in))
	for i, r := range results {
		received[i] = Received{r.Value, outward(r.Err)}
	}
	return received, nil
}

// check gives the contact's profile in its normal form.
func (in *MessageReceiveInput) check(l Limits) (inbox.Contact, error) {
	profile, err := in.Contact.profile("contact.")
	if err == nil {
		err = l.names("contact.", profile)
	}
	if err == nil {
		err = required("contact.externalId", in.Contact.ExternalID, maxExternalID)
	}
	if err == nil {
		err = l.fieldsLength("contact.fields", in.Contact.Fields)
	}
	if err == nil {
		err = l.content("message.", in.Message.Text, in.Message.Attachments)
	}
	if err == nil && in.Message.ExternalID != nil {
		err = required("message.externalId", *in.Message.ExternalID, maxExternalID)
	}
	return profile, err
}

func (in *InboundContactInput) profile(prefix string) (inbox.Contact, error) {
	return Profile{in.FirstName, in.LastName, in.Email, in.Phone, in.Language, in.Country, in.Avatar}.normal(prefix)
}

// receive takes a contact's message, in the transaction.
func (w *work) receive(in MessageReceiveInput, profile inbox.Contact) (*MessageReceived, error) {
	contact, err := w.Sender(in.ChannelID, in.Contact.ExternalID)
	if err != nil {
		return nil, err
	}
	channel, err := w.channelOfMessage(in.ChannelID)
	if err != nil {
		return nil, err
	}
	received := &MessageReceived{Cursor: new(inbox.Cursor)}
	if contact != nil {
		if received.standing, err = w.Standing(contact.ID, channel.ID, in.Message.ExternalID); err != nil {
			return nil, err
		}
		if received.standing.Delivered {
			return w.firstDelivery(channel.ID, *in.Message.ExternalID, contact)
		}
		if received.standing.Idle {
			w.idle = contact.ID
		}
	}
	if contact, err = w.meet(contact, channel, in.Contact, profile); err != nil {
		return nil, err
	}
	received.Contact = contact
	err = w.as(inbox.ByContact(contact.ID), func() error { return w.take(received, channel, in.Message) })
	if !contact.Blocked {
		w.FillCursor(received.Cursor)
	} else {
		received.Cursor = nil
	}
	return received, err
}

// channelOfMessage gives the channel that a message comes in on. It fails with NOT_FOUND and INVALID (disabled).
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

// firstDelivery gives the answer to a repeated delivery.
func (w *work) firstDelivery(channel inbox.ChannelID, externalID string, contact *inbox.Contact) (*MessageReceived, error) {
	m, err := w.MessageByExternalID(channel, externalID)
	if err != nil {
		return nil, err
	}
	if m.ContactID != contact.ID || m.Direction != inbox.Inbound {
		return nil, otherMessage()
	}
	first := &MessageReceived{Message: m, Contact: contact, Duplicate: true}
	if m.ConversationID != nil {
		first.Conversation, err = w.Conversation(*m.ConversationID)
	}
	return first, err
}

func otherMessage() error {
	return inbox.Errorf(inbox.CodeConflict, "message.externalId", "The channel has another message with this id.")
}

// meet finds out who wrote: a new contact, or one whose empty fields the profile fills.
func (w *work) meet(contact *inbox.Contact, channel *inbox.Channel, in InboundContactInput, profile inbox.Contact) (*inbox.Contact, error) {
	fields, err := readFields("contact.fields", in.Fields)
	if err != nil {
		return nil, err
	}
	if contact != nil && contact.Blocked {
		return w.holdContact(contact), nil // what they send is no event
	}
	if contact != nil {
		return w.holdContact(contact), w.fill(contact, profile, fields)
	}
	if _, err := w.world().patchFields(&profile, fields, true); err != nil {
		return nil, err
	}
	profile.CreatedAt = w.now
	profile.FirstIdentity = &in.ExternalID
	if err := w.InsertContact(&profile); err != nil {
		return nil, err
	}
	identity := inbox.ContactIdentity{ContactID: profile.ID, ChannelID: channel.ID, ExternalID: in.ExternalID}
	if err := w.InsertIdentity(identity); err != nil {
		return nil, err
	}
	return w.holdContact(&profile), w.as(inbox.ByContact(profile.ID), func() error {
		w.Append(&inbox.ContactChanged{EventMeta: w.meta(), ContactID: profile.ID, Created: true})
		return nil
	})
}

// take stores the message where it belongs: in the open conversation, in one that it opens, in the closed one that it
// only acknowledges, or, for a blocked contact, in none.
func (w *work) take(r *MessageReceived, channel *inbox.Channel, in InboundMessageInput) error {
	m := &inbox.Message{
		ContactID: r.Contact.ID, ChannelID: channel.ID, Direction: inbox.Inbound, Author: w.actor, Text: in.Text,
		Attachments: in.Attachments, Status: inbox.StatusReceived, ExternalID: in.ExternalID, SentAt: in.SentAt, CreatedAt: w.now,
	}
	r.Message = m
	if r.Contact.Blocked {
		return w.InsertMessage(m)
	}
	c, err := w.place(r, channel, in)
	if err != nil {
		return err
	}
	r.Conversation = &c.Conversation
	m.ConversationID = &c.ID
	if err := w.InsertMessage(m); store.IsUnique(err) {
		return otherMessage() // a newcomer's: of others the first delivery was looked for
	} else if err != nil {
		return err
	}
	c.LastMessageID, c.LastActivityAt, c.ChannelID, c.dirty = &m.ID, w.now, &channel.ID, true
	c.InboundCount++
	if c.IsOpen() && c.WaitingSince == nil {
		c.WaitingSince = &w.now
	}
	w.Append(&inbox.MessageReceived{ConversationMeta: w.about(c, c.Scope()), MessageID: m.ID})
	if err := w.wake(c); err != nil {
		return err
	}
	return w.answer(c, m)
}

// place gives the conversation that a message belongs in, and opens one where there is none.
func (w *work) place(r *MessageReceived, channel *inbox.Channel, in InboundMessageInput) (*conversation, error) {
	if r.standing != nil { // who is new has none
		if r.standing.Open != nil {
			return w.hold(r.standing.Open), nil
		}
		c, err := w.acknowledged(r.Contact.ID, channel, in)
		if c != nil || err != nil {
			return c, err
		}
	}
	r.Opened = true
	return w.open(r.Contact, inbox.SourceContact, &channel.ID)
}

// acknowledged gives the closed conversation that a message within the channel's grace only acknowledges, or nil.
func (w *work) acknowledged(contact inbox.ContactID, channel *inbox.Channel, in InboundMessageInput) (*conversation, error) {
	if channel.GraceAfterClose == 0 || in.Text == nil || len(in.Attachments) > 0 {
		return nil, nil
	}
	last, err := w.LastConversation(contact)
	if err != nil || last == nil || last.ClosedAt == nil {
		return nil, err
	}
	if last.ClosedAt.Add(channel.GraceAfterClose.Std()) < w.now {
		return nil, nil
	}
	workspace, err := w.Workspace()
	if err != nil {
		return nil, err
	}
	if inbox.Acknowledges(workspace.Acknowledgements, *in.Text) {
		return w.hold(last), nil
	}
	return nil, nil
}

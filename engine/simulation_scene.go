package engine

import (
	"slices"

	"foyer/inbox"
	"foyer/store"
)

// setScene finds or makes up the contact and the conversation that the run is in, and lets the contact write.
func (s *simulation) setScene(w *work, in WorkflowSimulateInput, made newContact) (*conversation, error) {
	contact, err := s.findContact(w, in.ContactID, made)
	if err != nil {
		return nil, err
	}
	w.actor = inbox.ByContact(contact.ID)
	c, err := s.findConversation(w)
	if err == nil && c == nil {
		c, err = s.openConversation(w, contact)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case in.Message == nil:
		return c, nil
	case s.def.Trigger() == triggerMessage || c.isNew: // they write now
		return c, s.say(w, c, in.Message.Text)
	default: // they have written before
		m := inbox.Message{ConversationID: &c.ID, ContactID: contact.ID, Direction: inbox.Inbound, Author: w.actor,
			Text: in.Message.Text, Status: inbox.StatusReceived, CreatedAt: w.now}
		w.insertMessage(newMessage{Message: &m})
		return c, nil
	}
}

// findContact returns the contact with this id, or one who is made up. It fails with NOT_FOUND.
func (s *simulation) findContact(w *work, id *inbox.ContactID, made newContact) (contact *inbox.Contact, err error) {
	if id != nil {
		contact, err = find(w.contact, *id, "contactId", "contact")
	} else {
		contact, err = w.addContact(made)
	}
	if err != nil {
		return nil, err
	}
	s.contact = contact.ID
	if id != nil {
		return contact, nil
	}
	channel, err := s.usualChannel(w)
	if err != nil {
		return nil, err
	}
	w.insertIdentity(newIdentity{ContactIdentity: inbox.ContactIdentity{ContactID: contact.ID, ChannelID: channel, ExternalID: "made up"}})
	return contact, nil
}

// findConversation returns the conversation that the run is in, or nil if a new one is to open.
func (s *simulation) findConversation(w *work) (*conversation, error) {
	open, err := w.openConversation(s.contact)
	switch {
	case err != nil:
		return nil, err
	case s.def.Trigger() == triggerOpened:
		s.setAside(w, open)
		return nil, nil
	case s.def.Trigger() == triggerClosed:
		return w.lastConversation(s.contact)
	}
	return open, nil
}

// setAside closes an open conversation so that another one can open. It still counts against its assignee's capacity.
func (s *simulation) setAside(w *work, c *conversation) {
	if c == nil {
		return
	}
	c.Status, c.ClosedAt, c.ClosedBy, c.ClosedSource = inbox.Closed, &w.now, new(inbox.BySystem()), new(inbox.CloseAgent)
	c.Watchers, c.dirty = 0, true
	c.SnoozedUntil, c.QueuedAt, c.QueueKey, c.QueuePolicy, c.WaitsSince, c.WaitingSince = nil, nil, nil, nil, nil, nil
}

// openConversation opens a conversation in which the contact waits for an answer.
func (s *simulation) openConversation(w *work, contact *inbox.Contact) (*conversation, error) {
	channel, err := s.usualChannel(w)
	if err != nil {
		return nil, err
	}
	c, err := w.open(contact, inbox.SourceContact, &channel)
	if err != nil {
		return nil, err
	}
	c.WaitingSince, c.dirty = &w.now, true
	return c, nil
}

// usualChannel returns the channel that the contact writes on: the one that they used last, or the first that is in use. If
// the workspace has no channels yet, one is made up, so that workflows can be tried.
func (s *simulation) usualChannel(w *work) (inbox.ChannelID, error) {
	last, err := w.lastConversation(s.contact)
	if err != nil {
		return 0, err
	}
	if last != nil && last.ChannelID != nil {
		return *last.ChannelID, nil
	}
	channels, err := w.flushed().ChannelList(0, maxBatch)
	if err != nil {
		return 0, err
	}
	if at := slices.IndexFunc(channels, func(h *inbox.Channel) bool { return h.DisabledAt == nil }); at >= 0 {
		return channels[at].ID, nil
	}
	none := inbox.Channel{Kind: inbox.ChannelAPI, CreatedAt: w.now}
	err = w.flushed().InsertChannel(&none, "")
	return none.ID, err
}

// say lets the contact write in their conversation, even one who is blocked: the run is tried with this message.
func (s *simulation) say(w *work, c *conversation, text *string) error {
	stored, err := w.contact(s.contact)
	if err != nil {
		return err
	}
	contact := *stored
	contact.Blocked = false
	channel, err := w.read.Channel(*c.ChannelID)
	if err != nil {
		return err
	}
	state := &store.ContactState{Open: &c.Conversation}
	return w.as(inbox.ByContact(s.contact), func() error {
		return (&intake{work: w, channel: channel, before: state, received: &MessageReceived{Contact: &contact},
			in: inbound{message: inbox.Message{Text: text}}}).deliver()
	})
}

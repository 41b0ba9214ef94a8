package engine

import "foyer/inbox"

// keepAttention records what follows from a use case for what agents have yet to see: who sends has seen the conversation, who is
// mentioned has not, and nothing is unread in a conversation that closes. It runs when everything else is stored. A simulation
// leaves no trace of it.
func (w *work) keepAttention() error {
	if w.trial != nil {
		return nil
	}
	tx := w.flushed()
	for _, n := range w.mentioning {
		c, err := w.conversation(n.ConversationID)
		if err != nil {
			return err
		}
		if err := tx.InsertMentions(n, c.IsOpen()); err != nil {
			return err
		}
	}
	for _, event := range w.tx.Appended() {
		var err error
		switch e := event.(type) {
		case *inbox.MessageSent:
			err = w.sentBy(e)
		case *inbox.ConversationClosed:
			err = tx.ForgetSeen(e.ConversationID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sentBy records that the agent who sent a message has seen the conversation up to it.
func (w *work) sentBy(e *inbox.MessageSent) error {
	sender := e.Actor.Agent()
	if sender == 0 {
		return nil
	}
	c, err := w.conversation(e.ConversationID)
	if err != nil || !c.IsOpen() {
		return err
	}
	note, err := w.flushed().NewestNote(c.ID)
	if err != nil {
		return err
	}
	_, err = w.flushed().MarkSeen(sender, c.ID, e.MessageID, note)
	return err
}

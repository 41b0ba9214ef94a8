package engine

import "foyer/inbox"

// attend looks at what time alone does to a conversation, and does what is due.
func (w *work) attend(id inbox.ConversationID) error {
	c, err := w.conversation(id)
	if err != nil || c.QueueOwner == nil {
		return err
	}
	c.QueueOwner, c.dirty = nil, true // whoever decides now sees whether the wait for the owner is over
	w.drain(c.TeamID, cause{trigger: inbox.TriggerOwnerWaitOver})
	return nil
}

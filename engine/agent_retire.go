package engine

import (
	"slices"

	"foyer/account"
	"foyer/inbox"
	"foyer/store"
)

const (
	// retiredAtOnce is how many conversations one transaction unassigns from a disabled agent.
	retiredAtOnce = 50
	// disownedAtOnce is how many contacts lose a disabled agent as their owner in one transaction.
	disownedAtOnce = 200
)

// retire ends the sessions of an agent who has just been disabled, and begins to take their conversations and contacts from
// them.
func (w *work) retire(a *inbox.Agent) error {
	if err := account.Close(w.flushed(), a.ID); err != nil {
		return err
	}
	return w.retireSome(a.ID)
}

// retireSome takes some conversations and contacts from a disabled agent, and sets a timer for the others.
func (w *work) retireSome(id inbox.AgentID) error {
	disowned, err := w.flushed().DisownContacts(id, disownedAtOnce)
	if err != nil {
		return err
	}
	open, err := w.flushed().OpenConversationsOf(id, retiredAtOnce)
	if err != nil {
		return err
	}
	for _, id := range open {
		c, err := w.conversation(id)
		if err != nil {
			return err
		}
		if err := c.unassign(); err != nil {
			return err
		}
		if err := c.returnToQueue(); err != nil {
			return err
		}
	}
	w.freed = slices.DeleteFunc(w.freed, func(f cause) bool { return f.agent == id }) // they can take nothing
	if disowned < disownedAtOnce && len(open) < retiredAtOnce {
		return nil
	}
	w.setTimer(store.Timer{Kind: store.TimerRetire, SubjectID: int64(id), Due: w.now})
	return nil
}

// retireFurther is retireSome for the timer. An agent who was enabled meanwhile keeps what they still have.
func (w *work) retireFurther(id inbox.AgentID) error {
	a, err := w.read.Agent(id)
	if err != nil || a.DisabledAt == nil {
		return err
	}
	return w.retireSome(id)
}

// waitAgain makes a conversation that has lost its agent wait for another, since its oldest unanswered message.
func (c *conversation) waitAgain() {
	c.WaitsSince, c.dirty = &c.OpenedAt, true
	if c.WaitingSince != nil {
		c.WaitsSince = c.WaitingSince
	}
}

// returnToQueue queues a conversation that has lost its agent. How long it has waited stays the same.
func (c *conversation) returnToQueue() error {
	if c.TeamID == nil {
		return nil // the default team, if there is one, takes it
	}
	c.waitAgain()
	if c.SnoozedUntil != nil {
		return nil
	}
	request, err := queuedAssignment(&c.Conversation, cause{trigger: inbox.TriggerReassign})
	if err != nil {
		return err
	}
	c.unexplained = true
	return c.requeue(request)
}

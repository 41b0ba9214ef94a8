package engine

import (
	"cmp"
	"context"

	"foyer/inbox"
)

const (
	// maxWatched is how many conversations an agent may watch.
	maxWatched = 1000
	// maxWatchers is how many agents may watch a conversation: each message notifies all of them.
	maxWatchers = 100
)

// ConversationWatch makes the caller watch an open conversation until it closes. It fails with NOT_FOUND, FORBIDDEN (an API
// key), CLOSED and LIMIT_EXCEEDED.
func (e *Engine) ConversationWatch(ctx context.Context, caller inbox.Caller, id inbox.ConversationID) (*ConversationChange, error) {
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) {
		c, err := w.watchable(id)
		if err != nil {
			return nil, err
		}
		if !c.IsOpen() {
			return nil, closedError("conversationId")
		}
		return c.changed(), c.watch(caller.Actor.Agent())
	})
}

// ConversationUnwatch ends that the caller watches a conversation, also one that they no longer see. It fails with NOT_FOUND and
// FORBIDDEN (an API key).
func (e *Engine) ConversationUnwatch(ctx context.Context, caller inbox.Caller, id inbox.ConversationID) (*ConversationChange, error) {
	return change(ctx, e, caller, func(w *work) (*ConversationChange, error) {
		visible, refused := w.watchable(id)
		if refused != nil && !caller.Actor.IsPerson() {
			return nil, refused
		}
		watched, err := w.flushed().DeleteWatch(caller.Actor.Agent(), id)
		if err != nil || refused != nil && !watched {
			return nil, cmp.Or(err, refused)
		}
		if watched {
			c, err := w.conversation(id)
			if err != nil {
				return nil, err
			}
			c.Watchers, c.dirty = c.Watchers-1, true
		}
		if refused != nil {
			return &ConversationChange{}, nil //nolint:nilerr // they no longer see it, and the watch has ended
		}
		return visible.changed(), nil
	})
}

// watchable loads a conversation that the caller sees and, being an agent, could watch.
func (w *work) watchable(id inbox.ConversationID) (*conversation, error) {
	c, err := w.visible(id, "conversationId")
	if err == nil && !w.caller.Actor.IsPerson() {
		return nil, inbox.Forbidden("Only agents watch conversations.")
	}
	return c, err
}

func (c *conversation) watch(agent inbox.AgentID) error {
	added, err := c.w.flushed().InsertWatch(agent, c.ID, c.w.now)
	if err != nil || !added {
		return err
	}
	if c.Watchers >= maxWatchers {
		return inbox.Errorf(inbox.CodeLimitExceeded, "conversationId", "At most {limit} agents can watch a conversation.", inbox.Named("limit", maxWatchers))
	}
	watched, err := c.w.flushed().WatchCount(agent)
	if err == nil && watched > maxWatched {
		err = inbox.Errorf(inbox.CodeLimitExceeded, "conversationId", "You can watch at most {limit} conversations. Stop watching others first.",
			inbox.Named("limit", maxWatched))
	}
	c.Watchers, c.dirty = c.Watchers+1, true
	return err
}

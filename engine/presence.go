package engine

import (
	"context"

	"foyer/inbox"
)

// PresenceSetInput is a presence.
type PresenceSetInput struct {
	Presence inbox.Presence
	AgentID  *inbox.AgentID // nil: the caller's own
}

// PresenceSet sets an agent's presence. An agent who comes online is assigned conversations from the queues they serve. It
// fails with FORBIDDEN, NOT_FOUND, REQUIRED (an API key that names no agent) and INVALID (a disabled agent).
func (e *Engine) PresenceSet(ctx context.Context, caller inbox.Caller, in PresenceSetInput) (*AgentChange, error) {
	id := caller.Actor.Agent()
	if in.AgentID != nil && *in.AgentID != id {
		if !caller.MayIntake() {
			return nil, inbox.Forbidden("Only managers and API keys can set the presence of others.")
		}
		id = *in.AgentID
	}
	if id == 0 && in.AgentID == nil {
		return nil, inbox.Errorf(inbox.CodeRequired, "agentId", "An API key has no presence. Name an agent in agentId.")
	}
	return change(ctx, e, caller, func(w *work) (*AgentChange, error) {
		a, err := w.assignable(id, "agentId")
		if err != nil {
			return nil, err
		}
		if a.Presence == in.Presence {
			return w.changedAgent(a), nil
		}
		a.Presence, a.LastActivityAt = in.Presence, w.now
		w.tx.Append(&inbox.PresenceChanged{EventMeta: w.meta(), AgentID: a.ID, Presence: a.Presence})
		if a.Presence == inbox.PresenceOnline {
			w.freeAgent(a.ID, inbox.TriggerOnline)
		}
		return w.changedAgent(a), w.flushed().UpdateAgent(a)
	})
}

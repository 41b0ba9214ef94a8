package engine

import (
	"context"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// comeback is how long an agent may be away for the next connection to bring back their former presence.
const comeback = 12 * time.Hour

// maxPresenceGrace is how long an agent without a connection may stay what they are, at most.
const maxPresenceGrace = 10 * time.Minute

// PresenceSetInput is a presence.
type PresenceSetInput struct {
	Presence inbox.Presence
	AgentID  *inbox.AgentID // nil: the caller's own
	Until    *inbox.Time    // when the presence follows that the agent had before; nil: never
}

// PresenceSet sets an agent's presence, on all of their devices. An agent who comes online is assigned conversations from the
// queues they serve. It fails with FORBIDDEN, NOT_FOUND, REQUIRED (an API key that names no agent) and INVALID (a disabled
// agent, a time that has passed).
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
		if in.Until != nil && *in.Until <= w.now {
			return nil, inbox.Errorf(inbox.CodeInvalid, "until", "This time has passed. Choose one in the future.")
		}
		a, err := w.assignable(id, "agentId")
		if err != nil {
			return nil, err
		}
		return w.changedAgent(a), w.choosePresence(a, in.Presence, in.Until)
	})
}

// choosePresence sets the presence that somebody has chosen for an agent, until a time unless it is nil. It replaces what was
// chosen before, and what the next connection would bring back.
func (w *work) choosePresence(a *inbox.Agent, to inbox.Presence, until *inbox.Time) error {
	if a.Presence == to && a.FormerPresence == nil && same(a.PresenceUntil, until) {
		return nil
	}
	then := a.Presence
	if a.PresenceUntil != nil && a.FormerPresence == nil {
		then = *a.PresenceThen // the presence that stays, and not one that was to end itself
	}
	moved := !same(a.PresenceUntil, until)
	a.FormerPresence = nil
	w.clearPresenceUntil(a)
	if until != nil {
		a.PresenceUntil, a.PresenceThen = until, &then
		w.setTimer(store.Timer{Kind: store.TimerPresence, SubjectID: int64(a.ID), Due: *until})
	}
	if w.actor.Agent() == a.ID {
		a.LastActivityAt = w.now
	}
	if a.Presence == to && moved {
		w.announcePresence(a) // the other devices show until when
	}
	return w.setPresence(a, to)
}

// setPresence stores what an agent's presence is, with everything that follows from a change of it.
func (w *work) setPresence(a *inbox.Agent, to inbox.Presence) error {
	if a.Presence == to {
		return w.flushed().UpdatePresence(a)
	}
	a.Presence, a.PresenceSince = to, w.now
	w.announcePresence(a)
	if err := w.flushed().UpdatePresence(a); err != nil {
		return err
	}
	if err := w.flushed().InsertPresenceChange(a); err != nil {
		return err
	}
	if to == inbox.PresenceOnline {
		w.freeAgent(a.ID, inbox.TriggerOnline)
	}
	if to == inbox.PresenceOffline {
		return w.lookAtConversationsOf(a)
	}
	return nil
}

func (w *work) announcePresence(a *inbox.Agent) {
	w.tx.Append(&inbox.PresenceChanged{EventMeta: w.meta(), AgentID: a.ID, Presence: a.Presence})
}

func (w *work) clearPresenceUntil(a *inbox.Agent) {
	if a.PresenceUntil != nil {
		a.PresenceUntil, a.PresenceThen = nil, nil
		w.clearTimer(store.TimerPresence, int64(a.ID))
	}
}

// goAway makes an agent OFFLINE whose last connection is gone, and remembers what the next one brings back: nothing to an agent
// who chose to be OFFLINE, unless until a time.
func (w *work) goAway(a *inbox.Agent) error {
	if a.FormerPresence == nil && (a.Presence != inbox.PresenceOffline || a.PresenceUntil != nil) {
		a.FormerPresence = new(a.Presence)
	}
	return w.setPresence(a, inbox.PresenceOffline)
}

// comeBack brings back the presence of an agent who was away and has a connection again, as it would be by now. Where it was
// set until a time, they have the time of a comeback from then on.
func (w *work) comeBack(a *inbox.Agent) error {
	former, since := *a.FormerPresence, a.PresenceSince
	if a.PresenceUntil != nil {
		since = max(since, *a.PresenceUntil)
		if *a.PresenceUntil <= w.now {
			former = *a.PresenceThen
			w.clearPresenceUntil(a)
		}
	}
	a.FormerPresence = nil
	if since.Add(comeback) < w.now {
		former = inbox.PresenceOffline
	}
	if former != inbox.PresenceOffline {
		a.LastActivityAt = w.now
	}
	return w.setPresence(a, former)
}

// presenceDue ends the presence that an agent was set until now. While they are away nothing changes: comeBack looks at the time.
func (w *work) presenceDue(id inbox.AgentID) error {
	a, err := w.read.Agent(id)
	if err != nil || a.PresenceUntil == nil || a.FormerPresence != nil {
		return err
	}
	then := *a.PresenceThen
	a.PresenceUntil, a.PresenceThen = nil, nil
	if a.Presence == then {
		w.announcePresence(a)
	}
	return w.setPresence(a, then)
}

// endPresence makes an agent OFFLINE who is being disabled. Nothing brings back what they were.
func (w *work) endPresence(a *inbox.Agent) error {
	a.FormerPresence = nil
	w.clearPresenceUntil(a)
	if err := w.disconnect(a.ID); err != nil {
		return err
	}
	return w.setPresence(a, inbox.PresenceOffline)
}

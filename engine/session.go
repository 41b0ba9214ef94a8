package engine

import (
	"context"

	"foyer/inbox"
)

// Logout ends the session of the token, or all of the caller's. An agent who has no other session is OFFLINE at once; what
// they were, the next connection brings back. It fails with INVALID for an API key.
func (e *Engine) Logout(ctx context.Context, caller inbox.Caller, token string, everywhere bool) error {
	_, err := change(ctx, e, caller, func(w *work) (struct{}, error) {
		if err := e.accounts.EndSession(w.flushed(), caller, token, everywhere); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, w.sessionEnded(caller.Actor.Agent())
	})
	return err
}

// SessionEnd ends one of the caller's sessions, as Logout does. It fails with NOT_FOUND.
func (e *Engine) SessionEnd(ctx context.Context, caller inbox.Caller, id inbox.SessionID) error {
	_, err := change(ctx, e, caller, func(w *work) (struct{}, error) {
		if err := e.accounts.EndSessionByID(w.flushed(), caller, id); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, w.sessionEnded(caller.Actor.Agent())
	})
	return err
}

// sessionEnded makes an agent OFFLINE who has no session any more.
func (w *work) sessionEnded(id inbox.AgentID) error {
	if other, err := w.engine.accounts.HasSession(&w.flushed().Reader, id); err != nil || other {
		return err
	}
	if err := w.disconnect(id); err != nil {
		return err
	}
	a, err := w.read.Agent(id)
	if err != nil {
		return err
	}
	a.LastSeenAt = &w.now
	return w.goAway(a)
}

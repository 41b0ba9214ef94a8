package engine

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// PasswordPatch is a new password for an agent. It ends their sessions.
type PasswordPatch struct {
	New string
	// Current is the old one, which whoever changes their own must know. Managers set others' without it.
	Current string
	// Session is the token that the caller uses. If it is the agent's own, it goes on.
	Session string
}

// newPassword is a password that was checked and hashed, which takes too long for a transaction.
type newPassword struct {
	hash     string
	replaces *string // the hash that the old one was compared with; nil where a manager sets another's
}

// preparePassword gives what setPassword takes. It fails with INVALID, REQUIRED and LIMIT_EXCEEDED.
func (e *Engine) preparePassword(ctx context.Context, caller inbox.Caller, in AgentPatch) (p newPassword, err error) {
	if err := checkPassword(in.Password.New); err != nil {
		return p, err
	}
	if caller.Actor.Agent() == in.ID {
		if p.replaces, err = e.confirmPassword(ctx, in.ID, in.Password.Current); err != nil {
			return p, err
		}
	}
	p.hash, err = e.hashPassword(ctx, in.Password.New)
	return p, err
}

// confirmPassword checks that whoever acts as an agent knows their password, and gives its hash. A guess counts like one
// at a log-in.
func (e *Engine) confirmPassword(ctx context.Context, id inbox.AgentID, password string) (*string, error) {
	if password == "" {
		return nil, inbox.Errorf(inbox.CodeRequired, "currentPassword", "To change your own password, tell the one you have.")
	}
	known, err := store.View(ctx, e.db, func(r *store.ReadTx) (*store.Credentials, error) {
		a, err := r.Agent(id)
		if err != nil || a == nil {
			return nil, err
		}
		return r.Credentials(fold(a.Email))
	})
	if err != nil {
		return nil, err
	}
	if known == nil {
		return nil, inbox.NotFound("id", "agent")
	}
	if !e.accounts.mayTry(fold(known.Agent.Email), e.clock(), e.limits.Logins) {
		return nil, inbox.Errorf(inbox.CodeLimitExceeded, "currentPassword", "Too many attempts. Wait a minute.")
	}
	match, err := e.comparePassword(ctx, password, known.PasswordHash)
	if err != nil {
		return nil, err
	}
	if !match {
		return nil, inbox.Errorf(inbox.CodeInvalid, "currentPassword", "This is not your password.")
	}
	return &known.PasswordHash, nil
}

// setPassword stores a new password and ends the agent's sessions but the caller's own.
func (w *work) setPassword(a *inbox.Agent, in PasswordPatch, p newPassword) error {
	replaced, err := w.SetPassword(a.ID, p.hash, p.replaces)
	if err != nil {
		return err
	}
	if !replaced {
		return inbox.Errorf(inbox.CodeConflict, "currentPassword", "Your password has just been changed.")
	}
	w.AfterCommit(func() {
		w.engine.accounts.end(inbox.ByAgent(a.ID), func(token string) bool { return token != in.Session })
	})
	return w.DeleteSessionsBut(a.ID, hashToken(in.Session))
}

// Logout ends the session that the caller uses, or all of the caller's. It fails with INVALID for an API key.
func (e *Engine) Logout(ctx context.Context, caller inbox.Caller, token string, everywhere bool) error {
	id := caller.Actor.Agent()
	if id == 0 {
		return inbox.Errorf(inbox.CodeInvalid, "", "An API key has no session. It works until it is revoked.")
	}
	_, err := store.Update(ctx, e.db, func(tx *store.Tx) (struct{}, error) {
		tx.AfterCommit(func() {
			e.accounts.end(caller.Actor, func(other string) bool { return everywhere || other == token })
		})
		if everywhere {
			return struct{}{}, tx.DeleteSessions(id)
		}
		return struct{}{}, tx.DeleteSession(hashToken(token))
	})
	return err
}

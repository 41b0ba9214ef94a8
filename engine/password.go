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

// preparePassword checks and hashes the new password of an agent. It fails with INVALID, REQUIRED, NOT_FOUND and
// LIMIT_EXCEEDED.
func (e *Engine) preparePassword(ctx context.Context, caller inbox.Caller, in AgentPatch) (p newPassword, err error) {
	if err := firstError(checkPasswordSize("password", in.Password.New), checkPasswordSize("currentPassword", in.Password.Current)); err != nil {
		return p, err
	}
	own := caller.Actor.Agent() == in.ID
	if own && in.Password.Current == "" {
		return p, inbox.Errorf(inbox.CodeRequired, "currentPassword", "To change your own password, tell the one you have.")
	}
	known, err := store.View(ctx, e.db, func(r *store.ReadTx) (*store.Credentials, error) { return r.Credentials(in.ID) })
	if err != nil {
		return p, err
	}
	if known == nil {
		return p, inbox.NotFound("id", "agent")
	}
	if err := e.checkNewPassword(ctx, caller, in.Password.New, known.Agent.Name, known.Agent.Email); err != nil {
		return p, err
	}
	if own {
		p.replaces = &known.PasswordHash
		if err := e.confirmPassword(ctx, known, in.Password.Current); err != nil {
			return p, err
		}
	}
	p.hash, err = e.hashPassword(ctx, in.Password.New)
	return p, err
}

// checkNewPassword checks a password that is to be set for somebody of whom some texts are known. Setting passwords is
// limited: judging and hashing takes a while.
func (e *Engine) checkNewPassword(ctx context.Context, caller inbox.Caller, password string, personal ...string) error {
	if by := caller.Actor.Agent(); by != 0 && !e.accounts.passwords.Allow(by.String(), 1) {
		return inbox.Errorf(inbox.CodeLimitExceeded, "password", "You have set too many passwords. Wait a minute.")
	}
	workspace, err := store.View(ctx, e.db, func(r *store.ReadTx) (*inbox.Workspace, error) { return r.Workspace() })
	if err != nil {
		return err
	}
	return checkPassword(password, append(personal, workspace.Name)...)
}

// confirmPassword checks that whoever acts as an agent knows their password. It limits wrong ones as log-ins do.
func (e *Engine) confirmPassword(ctx context.Context, known *store.Credentials, password string) error {
	guess, err := e.accounts.guesses.inside(fold(known.Agent.Email))
	if err != nil {
		return err
	}
	match, err := e.comparePassword(ctx, password, known.PasswordHash)
	if err != nil || match {
		guess.giveBack()
		return err
	}
	return inbox.Errorf(inbox.CodeInvalid, "currentPassword", "This is not your password.")
}

func (e *Engine) comparePassword(ctx context.Context, password, hash string) (bool, error) {
	leave, err := e.accounts.hashers.member(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return matches(password, hash)
}

// setPassword stores a new password and ends the agent's sessions but the caller's own.
func (w *work) setPassword(a *inbox.Agent, in PasswordPatch, p newPassword) error {
	replaced, err := w.tx.SetPassword(a.ID, p.hash, p.replaces)
	if err != nil {
		return err
	}
	if !replaced {
		return inbox.Errorf(inbox.CodeConflict, "currentPassword", "Your password has just been changed.")
	}
	w.tx.AfterCommit(func() {
		w.engine.accounts.end(inbox.ByAgent(a.ID), func(token string) bool { return token != in.Session })
	})
	return w.tx.DeleteSessionsBut(a.ID, hashToken(in.Session))
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

package account

import (
	"cmp"
	"context"

	"foyer/inbox"
	"foyer/store"
)

// PasswordChange is a new password for an agent. It ends their sessions.
type PasswordChange struct {
	New string
	// Current is the old one, which agents must know to change their own. Managers set others' passwords without it.
	Current string
	// Session is the caller's token. If it is the agent's own, it stays valid.
	Session string
}

// NewPassword is a password that was checked and hashed, to be stored in a transaction: hashing takes too long for one.
type NewPassword struct {
	accounts *Accounts
	agent    inbox.AgentID
	session  string // stays valid
	hash     string
	replaces *string // the hash that the current password was compared with; nil if a manager sets the password of another agent
}

// HashNew checks a password for a new agent and returns the hash to store. The password must not be one of the personal
// texts. It fails with INVALID and LIMIT_EXCEEDED.
func (a *Accounts) HashNew(ctx context.Context, caller inbox.Caller, password string, personal ...string) (hash string, err error) {
	if err := a.checkNew(ctx, caller, password, personal...); err != nil {
		return "", err
	}
	return a.hashing.hash(ctx, password)
}

// PreparePassword checks and hashes the new password of an agent. It fails with INVALID, REQUIRED, NOT_FOUND and
// LIMIT_EXCEEDED.
func (a *Accounts) PreparePassword(ctx context.Context, caller inbox.Caller, agent inbox.AgentID, in PasswordChange) (*NewPassword, error) {
	if err := cmp.Or(checkPasswordSize("password", in.New), checkPasswordSize("currentPassword", in.Current)); err != nil {
		return nil, err
	}
	own := caller.Actor.Agent() == agent
	if own && in.Current == "" {
		return nil, inbox.Errorf(inbox.CodeRequired, "currentPassword", "To change your own password, give your present one.")
	}
	stored, err := store.View(ctx, a.db, func(r *store.ReadTx) (*store.Credentials, error) { return r.Credentials(agent) })
	if err != nil {
		return nil, err
	}
	if stored == nil {
		return nil, inbox.NotFound("id", "agent")
	}
	if err := a.checkNew(ctx, caller, in.New, stored.Agent.Name, stored.Agent.Email); err != nil {
		return nil, err
	}
	p := &NewPassword{accounts: a, agent: agent, session: in.Session}
	if own {
		p.replaces = &stored.PasswordHash
		if err := a.confirm(ctx, stored, in.Current); err != nil {
			return nil, err
		}
	}
	p.hash, err = a.hashing.hash(ctx, in.New)
	return p, err
}

// Store stores the password and ends the agent's sessions but the caller's own. It fails with CONFLICT if the password that
// the agent confirmed has been changed meanwhile.
func (p *NewPassword) Store(tx *store.Tx) error {
	replaced, err := tx.SetPassword(p.agent, p.hash, p.replaces)
	if err != nil {
		return err
	}
	if !replaced {
		return inbox.Errorf(inbox.CodeConflict, "currentPassword", "Your password has just been changed. Use the new one.")
	}
	tx.AfterCommit(func() {
		p.accounts.sessions.end(inbox.ByAgent(p.agent), func(token string) bool { return token != p.session })
	})
	return tx.DeleteSessionsBut(p.agent, HashToken(p.session))
}

// checkNew checks a new password. Checking and hashing takes a while, so how often an agent may do it is limited.
func (a *Accounts) checkNew(ctx context.Context, caller inbox.Caller, password string, personal ...string) error {
	if by := caller.Actor.Agent(); by != 0 && !a.passwords.Allow(by.String(), 1) {
		return inbox.Errorf(inbox.CodeLimitExceeded, "password", "You have set too many passwords. Wait a minute, then try again.", inbox.Named("retryAfter", inbox.Duration(60)))
	}
	workspace, err := store.View(ctx, a.db, func(r *store.ReadTx) (*inbox.Workspace, error) { return r.Workspace() })
	if err != nil {
		return err
	}
	return checkPassword(password, append(personal, workspace.Name)...)
}

// confirm checks the password of an agent who is logged in already. Wrong ones are limited like logins.
func (a *Accounts) confirm(ctx context.Context, stored *store.Credentials, password string) error {
	attempt, err := a.failures.confirm(fold(stored.Agent.Email))
	if err != nil {
		return err
	}
	match, err := a.hashing.compare(ctx, password, stored.PasswordHash)
	if err != nil || match {
		attempt.refund()
		return err
	}
	return inbox.Errorf(inbox.CodeInvalid, "currentPassword", "This is not your present password.")
}

package engine

import (
	"context"

	"foyer/account"
	"foyer/inbox"
	"foyer/store"
)

// changeAccounts is change for agents and API keys: the transaction checks again that the caller may do so.
func changeAccounts[T any](ctx context.Context, e *Engine, caller inbox.Caller, fn func(w *work) (T, error)) (T, error) {
	return change(ctx, e, caller, func(w *work) (T, error) {
		if err := account.StillMay(&w.flushed().Reader, caller); err != nil {
			var none T
			return none, err
		}
		return fn(w)
	})
}

// AgentCreateInput is a new agent.
type AgentCreateInput struct {
	Name       string
	Email      string
	Password   string
	Role       inbox.Role
	Visibility *inbox.Visibility
	MaxOpen    *int32
	// IdempotencyKey makes it safe to repeat. The password is not compared then: nothing is kept that one could be guessed by.
	IdempotencyKey *string
}

// AgentChange is an agent after a change.
type AgentChange struct {
	Agent  *inbox.Agent
	Cursor inbox.Cursor
}

func (w *work) changedAgent(a *inbox.Agent) *AgentChange {
	change := &AgentChange{Agent: a}
	w.tx.FillCursor(&change.Cursor)
	return change
}

// AgentCreate adds an agent. It fails with FORBIDDEN, REQUIRED, INVALID, LIMIT_EXCEEDED, TAKEN (the email) and
// IDEMPOTENCY_MISMATCH.
func (e *Engine) AgentCreate(ctx context.Context, caller inbox.Caller, in AgentCreateInput) (*AgentChange, error) {
	if err := account.RefuseKey(caller); err != nil {
		return nil, err
	}
	if !caller.Manages() || in.Role.Rank() > caller.Role.Rank() {
		return nil, inbox.Forbidden("Only managers can create agents, with at most their own role.")
	}
	email, err := in.check(e.limits)
	if err != nil {
		return nil, err
	}
	hash, err := e.accounts.HashNew(ctx, caller, in.Password, in.Name, email)
	if err != nil {
		return nil, err
	}
	return changeAccounts(ctx, e, caller, func(w *work) (*AgentChange, error) {
		compared := in
		compared.Password = ""
		return once(w, in.IdempotencyKey, "agentCreate", compared, func(first *firstResult) (*AgentChange, error) {
			if first != nil {
				a, err := w.read.Agent(first.Agent)
				return &AgentChange{Agent: a, Cursor: *first.Cursor}, err
			}
			return w.createAgent(in, email, hash)
		}, func(c *AgentChange) firstResult { return firstResult{Agent: c.Agent.ID, Cursor: &c.Cursor} })
	})
}

func (w *work) createAgent(in AgentCreateInput, email, hash string) (*AgentChange, error) {
	a := &inbox.Agent{Name: in.Name, Email: email, Role: in.Role, Visibility: inbox.VisibilityAll,
		Presence: inbox.PresenceOffline, MaxOpen: in.MaxOpen, LastActivityAt: w.now, CreatedAt: w.now}
	if in.Visibility != nil {
		a.Visibility = *in.Visibility
	}
	if err := w.flushed().InsertAgent(a, fold(a.Email), hash); store.IsUnique(err) {
		return nil, inbox.Errorf(inbox.CodeTaken, "email", "Another agent has this email address.")
	} else if err != nil {
		return nil, err
	}
	w.announceAgent(a, false)
	return w.changedAgent(a), nil
}

// check makes the name as it is stored and returns the normal form of the email. It fails with REQUIRED, INVALID and LIMIT_EXCEEDED.
func (in *AgentCreateInput) check(l Limits) (email string, err error) {
	if err := account.CheckSizes(in.Email, in.Password); err != nil {
		return "", err
	}
	email, err = requiredEmail("email", in.Email)
	return email, firstError(err, checkName(&in.Name, l.Name), checkMaxOpen("maxOpen", in.MaxOpen))
}

func checkMaxOpen(field string, n *int32) error {
	if n != nil && *n < 1 {
		return inbox.Errorf(inbox.CodeInvalid, field, "A capacity must be at least 1, or null for no limit.")
	}
	return nil
}

// announceAgent tells that an agent changed; scope, that they see other things from now on.
func (w *work) announceAgent(a *inbox.Agent, scope bool) {
	w.tx.Append(&inbox.AgentChanged{EventMeta: w.meta(), AgentID: a.ID, Role: a.Role, Visibility: a.Visibility,
		MaxOpen: a.MaxOpen, Disabled: a.DisabledAt != nil, Scope: scope})
}

// CreateOwner creates the first owner. It fails like AgentCreate.
func (e *Engine) CreateOwner(ctx context.Context, email, password string) error {
	_, err := e.AgentCreate(ctx, system(), AgentCreateInput{Name: "Owner", Email: email, Password: password, Role: inbox.RoleOwner})
	return err
}

// ResetOwner sets the password of an owner who is locked out, ends their sessions, and enables them if they are disabled.
func (e *Engine) ResetOwner(ctx context.Context, owner inbox.AgentID, password string) error {
	_, err := e.AgentUpdate(ctx, system(), AgentPatch{ID: owner, Disabled: new(false), Password: &account.PasswordChange{New: password}})
	return err
}

// AgentPatch is a change of an agent.
type AgentPatch struct {
	ID         inbox.AgentID
	Name       *string
	Role       *inbox.Role
	Visibility *inbox.Visibility
	MaxOpen    Patch[int32]
	Disabled   *bool
	Password   *account.PasswordChange
}

// onlyPassword reports whether nothing but the password is to change.
func (in AgentPatch) onlyPassword() bool {
	return in.Password != nil && in == AgentPatch{ID: in.ID, Password: in.Password}
}

// AgentUpdate changes an agent; who does not manage may change their own password, and an API key changes none. Disabling one
// ends their sessions, and nothing is assigned to them any more; their contacts lose their owner and their open conversations
// go back to their queues, where there are many of them in parts that follow. It fails with FORBIDDEN, NOT_FOUND, REQUIRED, INVALID,
// LIMIT_EXCEEDED and CONFLICT (the last owner, a password changed meanwhile).
func (e *Engine) AgentUpdate(ctx context.Context, caller inbox.Caller, in AgentPatch) (*AgentChange, error) {
	if err := account.RefuseKey(caller); err != nil {
		return nil, err
	}
	if !caller.Manages() && (caller.Actor.Agent() != in.ID || !in.onlyPassword()) {
		return nil, inbox.Forbidden("Only managers can change agents. You can change your own password.")
	}
	if err := in.check(e.limits); err != nil {
		return nil, err
	}
	var password *account.NewPassword
	if in.Password != nil {
		var err error
		if password, err = e.accounts.PreparePassword(ctx, caller, in.ID, *in.Password); err != nil {
			return nil, err
		}
	}
	return changeAccounts(ctx, e, caller, func(w *work) (*AgentChange, error) {
		a, err := w.read.Agent(in.ID)
		if err != nil {
			return nil, err
		}
		if a == nil {
			return nil, inbox.NotFound("id", "agent")
		}
		if a.Role.Rank() > caller.Role.Rank() || in.Role != nil && in.Role.Rank() > caller.Role.Rank() {
			return nil, inbox.Forbidden("You cannot change an agent whose role is above your own, nor give anybody such a role.")
		}
		before := *a
		in.patch(a, w.now)
		if *a == before && in.Password == nil {
			return w.changedAgent(a), nil
		}
		if password != nil {
			if err := password.Store(w.flushed()); err != nil {
				return nil, err
			}
		}
		return w.changedAgent(a), w.saveAgent(a, before)
	})
}

func (in *AgentPatch) check(l Limits) error {
	if err := checkNewName(&in.Name, l.Name); err != nil {
		return err
	}
	return checkMaxOpen("maxOpen", in.MaxOpen.Value)
}

func (in AgentPatch) patch(a *inbox.Agent, now inbox.Time) {
	if in.Name != nil {
		a.Name = *in.Name
	}
	if in.Role != nil {
		a.Role = *in.Role
	}
	if in.Visibility != nil {
		a.Visibility = *in.Visibility
	}
	apply(&a.MaxOpen, in.MaxOpen)
	if in.Disabled == nil || *in.Disabled == (a.DisabledAt != nil) {
		return
	}
	a.DisabledAt = nil
	if *in.Disabled {
		a.DisabledAt, a.Presence = &now, inbox.PresenceOffline
	}
}

func (w *work) saveAgent(a *inbox.Agent, before inbox.Agent) error {
	if err := w.flushed().UpdateAgent(a); err != nil {
		return err
	}
	if owner, err := w.flushed().AnyOwner(); err != nil || !owner {
		if err == nil {
			err = inbox.Errorf(inbox.CodeConflict, "id", "This is the last owner. Make another agent an owner first.")
		}
		return err
	}
	w.announceAgent(a, a.Role != before.Role || a.Visibility != before.Visibility)
	w.tx.AfterCommit(func() { w.engine.accounts.Changed(inbox.ByAgent(a.ID), a.DisabledAt != nil) })
	if a.DisabledAt != nil && before.DisabledAt == nil {
		return w.retire(a, before.Presence)
	}
	w.freeAgent(a.ID)
	return nil
}

const (
	// retiredAtOnce is how many conversations one transaction takes from a disabled agent.
	retiredAtOnce = 50
	// disownedAtOnce is how many contacts one transaction takes from a disabled agent.
	disownedAtOnce = 200
)

// retire ends what a disabled agent had: sessions and presence at once, conversations and contacts in parts.
func (w *work) retire(a *inbox.Agent, presence inbox.Presence) error {
	if presence != inbox.PresenceOffline {
		w.tx.Append(&inbox.PresenceChanged{EventMeta: w.meta(), AgentID: a.ID, Presence: inbox.PresenceOffline})
	}
	if err := firstError(w.flushed().DeleteSessions(a.ID), w.flushed().ForgetNetworks(a.ID)); err != nil {
		return err
	}
	return w.retireSome(a.ID)
}

// retireSome takes some conversations and contacts from a disabled agent, and leaves the others to the next transaction.
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
		if err := w.unassign(c); err != nil {
			return err
		}
		if err := w.returnToQueue(c); err != nil {
			return err
		}
	}
	if disowned < disownedAtOnce && len(open) < retiredAtOnce {
		return nil
	}
	w.setTimer(store.Timer{Kind: store.TimerRetire, SubjectID: int64(id), Due: w.now})
	return nil
}

// retireFurther goes on with an agent who is disabled still. Who was enabled meanwhile keeps what is left.
func (w *work) retireFurther(id inbox.AgentID) error {
	a, err := w.read.Agent(id)
	if err != nil || a.DisabledAt == nil {
		return err
	}
	return w.retireSome(id)
}

// returnToQueue lets a conversation whose agent went wait for another, as old as its unanswered message.
func (w *work) returnToQueue(c *conversation) error {
	if c.TeamID == nil {
		return nil // the default team, if there is one, takes it
	}
	c.WaitsSince, c.dirty = &c.OpenedAt, true
	if c.WaitingSince != nil {
		c.WaitsSince = c.WaitingSince
	}
	if c.SnoozedUntil != nil {
		return nil
	}
	return w.requeue(c, assignment{team: c.TeamID})
}

// PresenceSetInput is a presence.
type PresenceSetInput struct {
	Presence inbox.Presence
	AgentID  *inbox.AgentID // nil: the caller's own
}

// PresenceSet sets an agent's presence; coming online drains the queues they serve. It fails with FORBIDDEN, NOT_FOUND,
// REQUIRED (a key names the agent) and INVALID (a disabled agent).
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
		a, err := w.read.Agent(id)
		if err != nil {
			return nil, err
		}
		if a == nil {
			return nil, inbox.NotFound("agentId", "agent")
		}
		if a.DisabledAt != nil {
			return nil, inbox.Errorf(inbox.CodeInvalid, "agentId", "The agent is disabled. Choose another.")
		}
		if a.Presence == in.Presence {
			return w.changedAgent(a), nil
		}
		a.Presence, a.LastActivityAt = in.Presence, w.now
		w.tx.Append(&inbox.PresenceChanged{EventMeta: w.meta(), AgentID: a.ID, Presence: a.Presence})
		if a.Presence == inbox.PresenceOnline {
			w.freeAgent(a.ID)
		}
		return w.changedAgent(a), w.flushed().UpdateAgent(a)
	})
}

package engine

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"foyer/account"
	"foyer/inbox"
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
	Skills     []string
	Languages  []string
	// IdempotencyKey makes the call safe to repeat. The password is not compared: nothing is stored from which it could be
	// guessed.
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
		Skills: in.Skills, Languages: in.Languages,
		Presence: inbox.PresenceOffline, PresenceSince: w.now, MaxOpen: in.MaxOpen, LastActivityAt: w.now, CreatedAt: w.now}
	set(&a.Visibility, in.Visibility)
	err := w.flushed().InsertAgent(a, fold(a.Email), hash)
	if err = unlessTaken(err, "email", "Another agent has this email address."); err != nil {
		return nil, err
	}
	w.announceAgent(a, false)
	return w.changedAgent(a), nil
}

// check normalizes the name and returns the normal form of the email. It fails with REQUIRED, INVALID and LIMIT_EXCEEDED.
func (in *AgentCreateInput) check(l Limits) (email string, err error) {
	if err := account.CheckSizes(in.Email, in.Password); err != nil {
		return "", err
	}
	email, err = requiredEmail("email", in.Email)
	return email, firstError(err, checkName(&in.Name, l.Name), checkMaxOpen("maxOpen", in.MaxOpen), l.listed("skills", in.Skills),
		l.languages(in.Languages))
}

func checkMaxOpen(field string, n *int32) error {
	if n != nil && *n < 1 {
		return inbox.Errorf(inbox.CodeInvalid, field, "A capacity must be at least 1, or null for no limit.")
	}
	return nil
}

// announceAgent appends the event that an agent changed. With scope it says that they see other conversations from now
// on.
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
	Skills     []string // nil: unchanged
	Languages  []string // nil: unchanged
	Disabled   *bool
	Password   *account.PasswordChange
}

// onlyPassword reports whether only the password changes.
func (in AgentPatch) onlyPassword() bool {
	return in.Password != nil && reflect.DeepEqual(in, AgentPatch{ID: in.ID, Password: in.Password})
}

// AgentUpdate changes an agent. Agents who do not manage may change their own password only; API keys change no agent. An agent
// who is disabled loses their sessions at once; their open conversations return to their queues and their contacts lose their
// owner, in several transactions if there are many. It fails with FORBIDDEN, NOT_FOUND, REQUIRED, INVALID, LIMIT_EXCEEDED and
// CONFLICT (the last owner, a password changed meanwhile).
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
		a, err := find(w.read.Agent, in.ID, "id", "agent")
		if err != nil {
			return nil, err
		}
		if a.Role.Rank() > caller.Role.Rank() || in.Role != nil && in.Role.Rank() > caller.Role.Rank() {
			return nil, inbox.Forbidden("You cannot change an agent whose role is above your own, nor give anybody such a role.")
		}
		before := *a
		in.patch(a, w.now)
		if reflect.DeepEqual(*a, before) && in.Password == nil {
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
	return firstError(checkNewName(&in.Name, l.Name), checkMaxOpen("maxOpen", in.MaxOpen.Value), l.listed("skills", in.Skills),
		l.languages(in.Languages))
}

// languages checks an agent's languages and replaces them by the form that is stored.
func (l Limits) languages(tags []string) error {
	if err := l.listed("languages", tags); err != nil {
		return err
	}
	for i := range tags {
		normal, problem := normalLanguage(fmt.Sprintf("languages.%d", i), tags[i])
		if problem != nil {
			return problem
		}
		tags[i] = normal
	}
	return l.distinct("languages", tags)
}

func (in AgentPatch) patch(a *inbox.Agent, now inbox.Time) {
	set(&a.Name, in.Name)
	set(&a.Role, in.Role)
	set(&a.Visibility, in.Visibility)
	apply(&a.MaxOpen, in.MaxOpen)
	if in.Skills != nil {
		a.Skills = in.Skills
	}
	if in.Languages != nil {
		a.Languages = in.Languages
	}
	if in.Disabled == nil || *in.Disabled == (a.DisabledAt != nil) {
		return
	}
	a.DisabledAt = nil
	if *in.Disabled {
		a.DisabledAt = &now
	}
}

func (w *work) saveAgent(a *inbox.Agent, before inbox.Agent) error {
	disabling := a.DisabledAt != nil && before.DisabledAt == nil
	if disabling {
		if err := w.endPresence(a); err != nil { // first: nobody who is disabled may be present
			return err
		}
	}
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
	if disabling {
		if err := w.retire(a); err != nil {
			return err
		}
	}
	if (a.DisabledAt != nil) != (before.DisabledAt != nil) || !slices.Equal(a.Skills, before.Skills) || !slices.Equal(a.Languages, before.Languages) {
		if err := w.drainServed(a.ID); err != nil {
			return err
		}
	}
	if !disabling {
		w.freeAgent(a.ID, inbox.TriggerCapacity)
	}
	return nil
}

// drainServed has the queues that an agent serves decided about anew: the agent has other skills or languages, is gone or is
// back, which may change who else can take the conversations there.
func (w *work) drainServed(id inbox.AgentID) error {
	teams, err := w.flushed().TeamsJoined(id)
	if err != nil {
		return err
	}
	queues := []*inbox.TeamID{nil}
	for _, t := range teams {
		queues = append(queues, &t.ID)
	}
	for _, team := range queues {
		if err := w.drainAll(team, cause{trigger: inbox.TriggerCapacity}); err != nil {
			return err
		}
	}
	return nil
}

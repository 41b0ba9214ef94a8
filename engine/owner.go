package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"foyer/inbox"
	"foyer/store"
)

// NewPassword returns a random password for somebody who is to read it once, and may have to type it.
func NewPassword() string {
	token, _ := newToken("")
	return strings.ToLower(token[:20])
}

// AnyOwner reports whether there is an owner who may log in.
func (e *Engine) AnyOwner(ctx context.Context) (bool, error) {
	return store.View(ctx, e.db, func(r *store.ReadTx) (bool, error) { return r.AnyOwner() })
}

// CreateOwner creates the first owner. It fails as AgentCreate does.
func (e *Engine) CreateOwner(ctx context.Context, email, password string) error {
	_, err := e.AgentCreate(ctx, system(), AgentCreateInput{Name: "Owner", Email: email, Password: password, Role: inbox.RoleOwner})
	return err
}

// ResetOwner returns an owner who cannot log in any more a new password, ends their sessions, and enables them where they
// are disabled.
func (e *Engine) ResetOwner(ctx context.Context, owner inbox.AgentID, password string) error {
	_, err := e.AgentUpdate(ctx, system(), AgentPatch{ID: owner, Disabled: new(false), Password: &PasswordPatch{New: password}})
	return err
}

// Owner returns the owner with an email, or the only one where it is empty; disabled ones too.
func (e *Engine) Owner(ctx context.Context, email string) (*inbox.Agent, error) {
	owners, err := store.View(ctx, e.db, func(r *store.ReadTx) ([]*inbox.Agent, error) { return r.Owners() })
	if err != nil {
		return nil, err
	}
	var emails []string
	for _, owner := range owners {
		if email != "" && fold(owner.Email) == fold(email) {
			return owner, nil
		}
		emails = append(emails, owner.Email)
	}
	switch {
	case len(owners) == 0:
		return nil, errors.New("there is no owner yet: the first start of the server creates one")
	case email != "":
		return nil, fmt.Errorf("no owner has the email address %q; there is %s", email, strings.Join(emails, ", "))
	case len(owners) > 1:
		return nil, fmt.Errorf("there are several owners, say which one: %s", strings.Join(emails, ", "))
	default:
		return owners[0], nil
	}
}

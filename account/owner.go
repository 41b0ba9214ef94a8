package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"foyer/inbox"
	"foyer/store"
)

// GeneratePassword returns a random password for somebody who will read it once, and may have to type it.
func GeneratePassword() string {
	token, _ := NewToken()
	return strings.ToLower(token[:20])
}

// HasOwner reports whether there is an owner who may log in.
func (a *Accounts) HasOwner(ctx context.Context) (bool, error) {
	return store.View(ctx, a.db, func(r *store.ReadTx) (bool, error) { return r.AnyOwner() })
}

// Owner returns the owner with an email address, or the only one if email is empty; a disabled one too. Its errors are for
// the operator.
func (a *Accounts) Owner(ctx context.Context, email string) (*inbox.Agent, error) {
	owners, err := store.View(ctx, a.db, func(r *store.ReadTx) ([]*inbox.Agent, error) { return r.Owners() })
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

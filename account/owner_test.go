package account_test

import (
	"errors"
	"strings"
	"testing"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
)

func TestTheFirstOwnerIsCreated(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	if must(d.HasOwner(d.ctx())) {
		t.Fatal("there is an owner already")
	}
	password := account.GeneratePassword()
	must(struct{}{}, d.CreateOwner(d.ctx(), "olga@example.org", password))
	if !must(d.HasOwner(d.ctx())) {
		t.Error("there is no owner")
	}
	if in := must(d.Login(d.ctx(), "olga@example.org", password)); in.Agent.Role != inbox.RoleOwner {
		t.Errorf("logged in as %+v", in.Agent)
	}
}

func TestAnOwnerWhoIsLockedOutIsLetInAgain(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	must(struct{}{}, d.CreateOwner(d.ctx(), "olga@example.org", password))
	d.owner = d.caller(must(d.Owner(d.ctx(), "")).ID)
	in := must(d.Login(d.ctx(), "olga@example.org", password))
	socket := must(d.bind(in.Token))
	second := must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "Otto", Email: "otto@example.org", Password: password, Role: inbox.RoleOwner})).Agent.ID
	d.employ("eva@example.org")
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: second, Disabled: new(true)}))

	for email, complaint := range map[string]string{"": "several", "eva@example.org": "no owner", "nobody@example.org": "no owner"} {
		if _, err := d.Owner(d.ctx(), email); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%q: got %v", email, err)
		}
	}
	olga := must(d.Owner(d.ctx(), " OLGA@example.org")).ID
	must(struct{}{}, d.ResetOwner(d.ctx(), olga, better))
	must(d.Login(d.ctx(), "olga@example.org", better))
	d.ended(in, cause(socket), true)
	if _, err := d.Authenticate(d.ctx(), in.Token); !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("a session goes on: %v", err)
	}
	must(struct{}{}, d.ResetOwner(d.ctx(), must(d.Owner(d.ctx(), "otto@example.org")).ID, better))
	must(d.Login(d.ctx(), "otto@example.org", better))
}

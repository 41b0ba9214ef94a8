package account_test

import (
	"errors"
	"testing"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
)

func (d *desk) setPassword(caller inbox.Caller, id inbox.AgentID, p account.PasswordChange) error {
	_, err := d.AgentUpdate(d.ctx(), caller, engine.AgentPatch{ID: id, Password: &p})
	return err
}

// ended checks whether a session has ended, with everything that it kept open.
func (d *desk) ended(in *account.LoggedIn, socket error, want bool) {
	d.Helper()
	_, err := d.Authenticate(d.ctx(), in.Token)
	if errors.Is(err, account.ErrUnauthenticated) != want || errors.Is(socket, account.ErrEnded) != want {
		d.Errorf("the session is answered %v, its socket %v; want them ended: %v", err, socket, want)
	}
}

func TestANewPasswordReplacesTheOldOneAndEndsTheOtherSessions(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	login := func(password string) (*account.LoggedIn, error) { return d.Login(d.ctx(), "eva@example.org", password) }
	mine, other := must(login(password)), must(login(password))
	mySocket, otherSocket := must(d.bind(mine.Token)), must(d.bind(other.Token))
	must(struct{}{}, d.setPassword(d.caller(eva), eva, account.PasswordChange{New: better, Current: password, Session: mine.Token}))
	d.ended(mine, cause(mySocket), false)
	d.ended(other, cause(otherSocket), true)
	_, err := login(password)
	refused(t, err, inbox.CodeInvalid, "")
	other = must(login(better))

	// A manager need not know it, and all sessions end.
	otherSocket = must(d.bind(other.Token))
	must(struct{}{}, d.setPassword(d.owner, eva, account.PasswordChange{New: password, Session: "fs_the owner's"}))
	d.ended(mine, cause(mySocket), true)
	d.ended(other, cause(otherSocket), true)
	must(login(password))
}

func TestWhoMayChangeAPassword(t *testing.T) {
	d := newDesk(t)
	eva, otto := d.employ("eva@example.org"), d.employ("otto@example.org")
	manager := d.hire("Mia", inbox.RoleManager)
	for behaviour, c := range map[string]struct {
		caller inbox.Caller
		in     engine.AgentPatch
		code   inbox.Code
		field  string
	}{
		"an agent another's":            {d.caller(eva), engine.AgentPatch{ID: otto, Password: &account.PasswordChange{New: better}}, inbox.CodeForbidden, ""},
		"an agent more than that":       {d.caller(eva), engine.AgentPatch{ID: eva, Name: new("Eve"), Password: &account.PasswordChange{New: better, Current: password}}, inbox.CodeForbidden, ""},
		"an agent nothing":              {d.caller(eva), engine.AgentPatch{ID: eva}, inbox.CodeForbidden, ""},
		"a manager an owner's":          {d.caller(manager), engine.AgentPatch{ID: d.owner.Actor.Agent(), Password: &account.PasswordChange{New: better}}, inbox.CodeForbidden, ""},
		"nobody's":                      {d.owner, engine.AgentPatch{ID: 999, Password: &account.PasswordChange{New: better}}, inbox.CodeNotFound, "id"},
		"without the old one":           {d.caller(eva), engine.AgentPatch{ID: eva, Password: &account.PasswordChange{New: better}}, inbox.CodeRequired, "currentPassword"},
		"a manager's without it either": {d.owner, engine.AgentPatch{ID: d.owner.Actor.Agent(), Password: &account.PasswordChange{New: better}}, inbox.CodeRequired, "currentPassword"},
		"with a wrong one":              {d.caller(eva), engine.AgentPatch{ID: eva, Password: &account.PasswordChange{New: better, Current: "a guess"}}, inbox.CodeInvalid, "currentPassword"},
		"too short a one":               {d.owner, engine.AgentPatch{ID: eva, Password: &account.PasswordChange{New: "short"}}, inbox.CodeInvalid, "password"},
	} {
		d.unchanged(func() {
			_, err := d.AgentUpdate(d.ctx(), c.caller, c.in)
			t.Log(behaviour)
			refused(t, err, c.code, c.field)
		})
	}
	must(d.AgentUpdate(d.ctx(), d.caller(eva), engine.AgentPatch{ID: eva, Password: &account.PasswordChange{New: better, Current: password}}))
}

func TestGuessingAPasswordFromInsideIsLimitedLikeLoggingIn(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	guess := func(password string) error {
		return d.setPassword(d.caller(eva), eva, account.PasswordChange{New: better, Current: password})
	}
	for range 10 {
		refused(t, guess("a guess"), inbox.CodeInvalid, "currentPassword")
	}
	refused(t, guess(password), inbox.CodeLimitExceeded, "currentPassword")
	d.clock.move(6 * time.Second)
	must(struct{}{}, guess(password))
}

func TestLoggingOutEndsTheSession(t *testing.T) {
	for name, everywhere := range map[string]bool{"one": false, "all": true} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			eva := d.employ("eva@example.org")
			d.employ("otto@example.org")
			login := func(email string) *account.LoggedIn { return must(d.Login(d.ctx(), email, password)) }
			mine, other, ottos := login("eva@example.org"), login("eva@example.org"), login("otto@example.org")
			mySocket, otherSocket, ottosSocket := must(d.bind(mine.Token)), must(d.bind(other.Token)), must(d.bind(ottos.Token))
			must(struct{}{}, d.Logout(d.ctx(), d.caller(eva), mine.Token, everywhere))
			d.ended(mine, cause(mySocket), true)
			d.ended(other, cause(otherSocket), everywhere)
			d.ended(ottos, cause(ottosSocket), false)
		})
	}
}

func TestAKeyCannotLogOut(t *testing.T) {
	d := newDesk(t)
	key := d.newKey("Shop")
	caller := must(d.Authenticate(d.ctx(), key.Secret))
	d.unchanged(func() { refused(t, d.Logout(d.ctx(), caller, key.Secret, true), inbox.CodeInvalid, "") })
}

package engine_test

import (
	"context"
	"testing"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestLoggingOutOfTheLastSessionIsOfflineAtOnce(t *testing.T) {
	d := newDesk(t)
	eva, login := d.employ()
	laptop, phone := login(), login()
	session, end := context.WithCancel(d.ctx())
	disconnect := d.connected(session, eva)
	d.chooses(eva, inbox.PresenceOnline, 0)
	logOut := func(token string, everywhere bool) {
		d.Helper()
		if err := d.Logout(d.ctx(), d.caller(eva), token, everywhere); err != nil {
			t.Fatal(err)
		}
	}
	logOut(phone, false)
	d.is(eva, inbox.PresenceOnline)
	logOut(laptop, false)
	d.is(eva, inbox.PresenceOffline)
	end()
	// Before the old socket has closed, they are here again.
	login()
	d.connected(d.ctx(), eva)
	d.is(eva, inbox.PresenceOnline)
	disconnect()
	d.sync()
	d.later(time.Hour)
	d.is(eva, inbox.PresenceOnline)
	login()
	logOut("", true)
	d.is(eva, inbox.PresenceOffline)
}

// employ adds an agent who can log in, and returns what logs them in.
func (d *desk) employ() (id inbox.AgentID, login func() (token string)) {
	d.Helper()
	id = must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "Eva", Email: "eva@example.org", Password: "correct horse",
		Role: inbox.RoleAgent})).Agent.ID
	return id, func() string {
		d.Helper()
		return must(d.Accounts().Login(d.ctx(), account.LoginInput{Email: "eva@example.org", Password: "correct horse"})).Token
	}
}

// connected opens a connection of a session that there is already, and stores that.
func (d *desk) connected(session context.Context, id inbox.AgentID) (disconnect func()) {
	d.Helper()
	disconnect = d.Connect(session, id)
	d.sync()
	return disconnect
}

func TestAConnectionOpenedWhileLoggingOutBringsNobodyBack(t *testing.T) {
	d := newDesk(t)
	eva, login := d.employ()
	token := login()
	d.chooses(eva, inbox.PresenceOnline, 0)
	session, end := context.WithCancel(d.ctx())
	opened := d.Connect(session, eva) // and not stored yet
	if err := d.Logout(d.ctx(), d.caller(eva), token, false); err != nil {
		t.Fatal(err)
	}
	end()
	late := d.Connect(session, eva)
	d.sync()
	d.is(eva, inbox.PresenceOffline)
	opened()
	late()
	d.sync()
	if connected := view(d, func(r *store.ReadTx) (bool, error) { return r.IsConnected(eva) }); connected {
		t.Error("they are still connected")
	}
}

func TestAnExpiredSessionIsNoLogOut(t *testing.T) {
	d := newDesk(t)
	eva, login := d.employ()
	token := login()
	session, _, release, err := d.Accounts().Bind(d.ctx(), token)
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	disconnect := d.connected(session, eva)
	d.chooses(eva, inbox.PresenceOnline, 0)
	d.clock.move(91 * 24 * time.Hour)
	d.Accounts().EndExpired(d.ctx())
	if session.Err() == nil {
		t.Fatal("the session goes on")
	}
	d.FireDue(d.ctx())
	d.is(eva, inbox.PresenceOnline)
	disconnect()
	d.sync()
	d.later(grace)
	d.is(eva, inbox.PresenceOffline)
	login()
	d.connected(d.ctx(), eva)
	d.is(eva, inbox.PresenceOnline)
}

func TestNothingBringsBackADisabledAgent(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	disconnect := d.connect(ana)
	d.chooses(ana, inbox.PresenceBusy, time.Hour)
	disable := func(disabled bool) {
		must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: &disabled}))
	}
	disable(true)
	d.is(ana, inbox.PresenceOffline)
	disconnect()
	d.later(2 * time.Hour)
	disable(false)
	d.connect(ana)
	d.is(ana, inbox.PresenceOffline)
}

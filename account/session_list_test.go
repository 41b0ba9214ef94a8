package account_test

import (
	"context"
	"testing"
	"time"

	"foyer/account"
	"foyer/inbox"
	"foyer/store"
)

func (d *desk) sessions(a *account.Accounts, who inbox.Caller, token string) []*inbox.Session {
	d.Helper()
	return must(store.View(d.ctx(), d.db, func(r *store.ReadTx) ([]*inbox.Session, error) { return a.Sessions(&r.Reader, who, token) }))
}

func TestAnAgentsSessionsAreTheirOwnThatHaveNotEnded(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	d.employ("bob@example.org")
	old := must(d.Login(d.ctx(), "eva@example.org", password))
	must(d.Login(d.ctx(), "bob@example.org", password))
	d.clock.move(13 * 24 * time.Hour)
	must(d.Login(d.ctx(), "eva@example.org", password))
	list := d.sessions(d.Accounts, d.caller(eva), old.Token)
	if len(list) != 2 || list[0].Current || !list[1].Current || list[1].LastUsedAt != list[1].CreatedAt || list[0].AgentID != eva {
		t.Fatalf("the sessions are %+v", list)
	}
	must(d.Authenticate(d.ctx(), old.Token))
	if used := d.sessions(d.Accounts, d.caller(eva), "")[1]; used.LastUsedAt != inbox.At(d.clock.Now()) || used.ExpiresAt != used.LastUsedAt.Add(14*24*time.Hour) {
		t.Errorf("after use a session is %+v", used)
	}
	shorter := account.New(d.db, account.Options{Clock: d.clock.Now, SessionLifetime: 24 * time.Hour})
	if list := d.sessions(shorter, d.caller(eva), old.Token); len(list) != 1 || list[0].ExpiresAt != list[0].CreatedAt.Add(24*time.Hour) {
		t.Errorf("with a shorter lifetime the sessions are %+v", list)
	}
	d.clock.move(14 * 24 * time.Hour)
	if list := d.sessions(d.Accounts, d.caller(eva), old.Token); len(list) != 0 {
		t.Errorf("the sessions that are over are %+v", list)
	}
	if list := d.sessions(d.Accounts, d.owner, old.Token); len(list) != 0 {
		t.Errorf("whoever has the token of another has %+v", list)
	}
}

func TestWhatIsUnboundOutlastsItsSession(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", password)).Token
	socket := must(d.bind(token))
	request, _, release, err := d.Bind(d.ctx(), token)
	if err != nil {
		t.Fatal(err)
	}
	within, cancel := context.WithCancel(request)
	defer cancel()
	d.Unbind(within)
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, d.EndSession(tx, d.caller(eva), token, false)
	}))
	if cause(socket) == nil || cause(request) != nil || cause(within) != nil {
		t.Errorf("the socket ended with %v, the request with %v, a part of it with %v", cause(socket), cause(request), cause(within))
	}
	release()
	if request.Err() == nil {
		t.Error("a request that is over has not ended")
	}
}

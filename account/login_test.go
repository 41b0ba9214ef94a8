package account_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/store"
)

// overtaken lets first change the database before second does, although second began before that was done: both wait for
// the writer. It returns the error of second. The desk was opened in the bubble of a synctest.
func (d *desk) overtaken(first, second func() error) error {
	d.Helper()
	free := make(chan struct{})
	done, outcome := make(chan error, 2), make(chan error, 1)
	go func() {
		_, err := store.Update(d.ctx(), d.db, func(*store.Tx) (struct{}, error) {
			<-free
			return struct{}{}, nil
		})
		done <- err
	}()
	synctest.Wait()
	go func() { done <- first() }()
	synctest.Wait()
	go func() { outcome <- second() }()
	synctest.Wait()
	if waiting, _ := d.db.Waiting(); waiting != 2 {
		d.Errorf("%d wait for the writer, want both", waiting)
	}
	close(free)
	for range cap(done) {
		if err := <-done; err != nil {
			d.Fatal(err)
		}
	}
	return <-outcome
}

func TestALogInThatIsOvertakenMakesNoSession(t *testing.T) {
	for name, change := range map[string]engine.AgentPatch{
		"by another password":       {Password: &account.PasswordChange{New: better}},
		"by the end of the account": {Disabled: new(true)},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDeskHere(t)
			change.ID = d.employ("eva@example.org")
			err := d.overtaken(
				func() error { _, err := d.AgentUpdate(d.ctx(), d.owner, change); return err },
				func() error { _, err := d.Login(d.ctx(), "eva@example.org", password); return err })
			refused(t, err, inbox.CodeInvalid, "")
			if sessions := d.dump()["sessions"]; len(sessions) > 0 {
				t.Errorf("%s: there are sessions: %v", name, sessions)
			}
		})
	}
}

func TestWhoIsDisabledMeanwhileLetsNobodyIn(t *testing.T) {
	for name, do := range map[string]func(*desk, inbox.Caller, inbox.AgentID) error{
		"an agent more": func(d *desk, c inbox.Caller, _ inbox.AgentID) error {
			_, err := d.AgentCreate(d.ctx(), c, engine.AgentCreateInput{Name: "N", Email: "n@example.org", Password: password, Role: inbox.RoleAgent})
			return err
		},
		"another's password": func(d *desk, c inbox.Caller, other inbox.AgentID) error {
			return d.setPassword(c, other, account.PasswordChange{New: better})
		},
		"a key": func(d *desk, c inbox.Caller, _ inbox.AgentID) error {
			_, err := d.APIKeyCreate(d.ctx(), c, engine.NewAPIKey{Name: "Back door", Role: inbox.RoleManager})
			return err
		},
		"themselves": func(d *desk, c inbox.Caller, _ inbox.AgentID) error {
			_, err := d.AgentUpdate(d.ctx(), c, engine.AgentPatch{ID: c.Actor.Agent(), Disabled: new(false)})
			return err
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newDeskHere(t)
			eva := d.employ("eva@example.org")
			mia := d.hire("Mia", inbox.RoleManager)
			caller := d.caller(mia)
			err := d.overtaken(
				func() error {
					_, err := d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: mia, Disabled: new(true)})
					return err
				},
				func() error { return do(d, caller, eva) })
			refused(t, err, inbox.CodeForbidden, "")
			if d.agent(mia).DisabledAt == nil {
				t.Errorf("%s: the manager is enabled again", name)
			}
		})
	}
}

func TestAKeyDoesNotBringBackItsMaker(t *testing.T) {
	d := newDesk(t)
	mia := d.hire("Mia", inbox.RoleManager)
	key := must(d.Authenticate(d.ctx(), must(d.APIKeyCreate(d.ctx(), d.caller(mia), engine.NewAPIKey{Name: "Mia's", Role: inbox.RoleManager})).Secret))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: mia, Disabled: new(true)}))
	for _, patch := range []engine.AgentPatch{
		{Disabled: new(false)}, {Password: &account.PasswordChange{New: better}}, {Role: new(inbox.RoleManager)},
		{Visibility: new(inbox.VisibilityAll)}, {Name: new("Mia again")}, {Disabled: new(false), Password: &account.PasswordChange{New: better}},
	} {
		patch.ID = mia
		d.unchanged(func() {
			_, err := d.AgentUpdate(d.ctx(), key, patch)
			refused(t, err, inbox.CodeForbidden, "")
		})
	}
}

func TestASessionEndsHoweverMuchItIsUsed(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	in := must(d.Login(d.ctx(), "eva@example.org", password))
	socket := must(d.bind(in.Token))
	for range 89 {
		d.clock.move(24 * time.Hour)
		must(d.Authenticate(d.ctx(), in.Token))
	}
	d.clock.move(24*time.Hour - time.Millisecond)
	again := d.forgetful() // remembers nothing
	must(again.Authenticate(d.ctx(), in.Token))
	d.unchanged(func() { must(again.Authenticate(d.ctx(), in.Token)) })
	must(d.Authenticate(d.ctx(), in.Token))
	if err := cause(socket); err != nil {
		t.Errorf("its socket ended early: %v", err)
	}
	d.clock.move(time.Millisecond)
	for name, e := range map[string]*account.Accounts{"remembered": again, "looked up": d.forgetful()} {
		if _, err := e.Authenticate(d.ctx(), in.Token); !errors.Is(err, account.ErrUnauthenticated) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestALogInTellsWhenItsSessionEnds(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	for lifetime, want := range map[time.Duration]time.Duration{0: 14 * 24 * time.Hour, time.Hour: time.Hour} {
		e := account.New(d.db, account.Options{Clock: d.clock.Now, SessionLifetime: lifetime})
		in := must(e.Login(d.ctx(), account.LoginInput{Email: "eva@example.org", Password: password}))
		if got := time.Duration(in.ExpiresAt-inbox.At(d.clock.Now())) * time.Millisecond; got != want {
			t.Errorf("with a lifetime of %v it ends in %v, want %v", lifetime, got, want)
		}
	}
}

func TestATokenThatIsNoneByItsFormCostsNoLookAtTheDatabase(t *testing.T) {
	d := newDesk(t)
	gone, leave := context.WithCancel(d.ctx())
	leave() // nothing can be read any more
	for _, token := range []string{"", "fs_", "fk_", "fs_AAAA", "x", "fs_" + strings.Repeat("!", 43), strings.Repeat("A", 46)} {
		if _, err := d.Authenticate(gone, token); !errors.Is(err, account.ErrUnauthenticated) {
			t.Errorf("%q: got %v", token, err)
		}
	}
	if _, err := d.Authenticate(gone, "fs_"+strings.Repeat("A", 43)); !errors.Is(err, context.Canceled) {
		t.Errorf("a token in the right form was not looked up: %v", err)
	}
}

func TestEachLogInIsReported(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	var got []account.LoginReport
	e := account.New(d.db, account.Options{Clock: d.clock.Now, Limits: account.Limits{Logins: ratelimit.Every(time.Hour, 1)},
		OnLogin: func(_ context.Context, r account.LoginReport) { got = append(got, r) }})
	from := netip.MustParseAddr("203.0.113.7")
	login := func(email, password string) {
		_, _ = e.Login(d.ctx(), account.LoginInput{Email: email, Password: password, From: from})
	}
	login("eva@example.org", password)
	for range 4 { // where she is known three may fail
		login("eva@example.org", "a guess")
	}
	login("nobody@example.org", "a guess")
	login("nobody@example.org", "a guess")
	login("somebody@example.org", "a guess")
	if len(got) != 8 {
		t.Fatalf("%d reports: %v", len(got), got)
	}
	nobody, somebody := got[5].Pseudonym, got[7].Pseudonym
	if nobody == "" || nobody == somebody || strings.Contains(nobody, "nobody") {
		t.Errorf("unknown emails are called %q and %q", nobody, somebody)
	}
	of := func(outcome account.LoginOutcome) account.LoginReport {
		return account.LoginReport{Outcome: outcome, From: from, Agent: eva}
	}
	ofNobody := func(outcome account.LoginOutcome, who string) account.LoginReport {
		return account.LoginReport{Outcome: outcome, From: from, Pseudonym: who}
	}
	want := []account.LoginReport{of("succeeded"), of("failed"), of("failed"), of("failed"), of("limited"),
		ofNobody("failed", nobody), ofNobody("limited", nobody), ofNobody("failed", somebody)}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

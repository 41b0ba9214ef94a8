package account_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
)

func TestLoggingInTakesTheRightPasswordOfAnAccountThatWorks(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("Eva@Example.org")
	in := must(d.Login(d.ctx(), " eva@example.ORG ", password))
	if in.Agent.ID != eva || in.ExpiresAt != inbox.At(d.clock.Now()).Add(14*24*time.Hour) {
		t.Errorf("logged in as %+v", in)
	}
	if got := must(d.Authenticate(d.ctx(), in.Token)); got != d.caller(eva) {
		t.Errorf("the token is that of %+v", got)
	}
	wrong := func(email, password string) string {
		t.Helper()
		_, err := d.Login(d.ctx(), email, password)
		refused(t, err, inbox.CodeInvalid, "")
		return err.Error()
	}
	a, b := wrong("eva@example.org", "wrong horse"), wrong("nobody@example.org", password)
	if a != b {
		t.Errorf("the error reveals which emails are known: %q, %q", a, b)
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Disabled: new(true)}))
	if c := wrong("eva@example.org", password); c != a {
		t.Errorf("the error reveals that the account is disabled: %q", c)
	}
}

func TestTokensThatNobodyHasAreUnauthenticated(t *testing.T) {
	d := newDesk(t)
	for _, token := range []string{"", "fs_", "fk_", "fs_AAAA", "fk_AAAA", "Bearer x"} {
		if _, err := d.Authenticate(d.ctx(), token); !errors.Is(err, account.ErrUnauthenticated) {
			t.Errorf("%q: got %v", token, err)
		}
	}
}

func TestASessionIsRenewedByUseAndExpiresWithout(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", password)).Token
	for range 3 {
		d.clock.move(13 * 24 * time.Hour)
		if _, err := d.Authenticate(d.ctx(), token); err != nil {
			t.Fatalf("a session in use: %v", err)
		}
	}
	again := d.forgetful() // remembers nothing
	d.clock.move(14*24*time.Hour - time.Millisecond)
	must(again.Authenticate(d.ctx(), token))
	d.clock.move(14 * 24 * time.Hour)
	for name, e := range map[string]*account.Accounts{"remembered": again, "looked up": d.forgetful()} {
		if _, err := e.Authenticate(d.ctx(), token); !errors.Is(err, account.ErrUnauthenticated) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestUseIsWrittenDownAtMostOnceAMinute(t *testing.T) {
	d := newDesk(t)
	created := d.newKey("Shop")
	must(d.Authenticate(d.ctx(), created.Secret))
	d.clock.move(59 * time.Second)
	d.unchanged(func() { must(d.Authenticate(d.ctx(), created.Secret)) })
	d.clock.move(time.Second)
	before := d.dump()["api_keys"]
	must(d.Authenticate(d.ctx(), created.Secret))
	if after := d.dump()["api_keys"]; before[0] == after[0] && before[1] == after[1] {
		t.Error("a minute later its use was not written down")
	}
}

func TestARevokedKeyEndsAtOnceAndWithItWhatIsBoundToIt(t *testing.T) {
	d := newDesk(t)
	key, other := d.newKey("Shop"), d.newKey("Other")
	socket, others := must(d.bind(key.Secret)), must(d.bind(other.Secret))
	must(d.RevokeKey(d.ctx(), d.owner, key.Key.ID))
	if err := cause(socket); !errors.Is(err, account.ErrEnded) {
		t.Errorf("its socket ended with %v", err)
	}
	if err := cause(others); err != nil {
		t.Errorf("another key's socket ended with %v", err)
	}
	if _, err := d.Authenticate(d.ctx(), key.Secret); !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("got %v", err)
	}
	if _, err := d.bind(key.Secret); !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("got %v", err)
	}
	d.unchanged(func() { must(d.RevokeKey(d.ctx(), d.owner, key.Key.ID)) })
}

func TestADisabledAgentsSessionsEnd(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", password)).Token
	socket := must(d.bind(token))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Disabled: new(true)}))
	if err := cause(socket); !errors.Is(err, account.ErrEnded) {
		t.Errorf("the socket ended with %v", err)
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Disabled: new(false)}))
	if _, err := d.Authenticate(d.ctx(), token); !errors.Is(err, account.ErrUnauthenticated) {
		t.Errorf("a session survived: %v", err)
	}
	must(d.Login(d.ctx(), "eva@example.org", password))
}

func TestAChangedRoleCountsAtOnce(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", password)).Token
	must(d.Authenticate(d.ctx(), token))
	socket := must(d.bind(token))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Role: new(inbox.RoleManager)}))
	if got := must(d.Authenticate(d.ctx(), token)); !got.Manages() {
		t.Errorf("got %+v", got)
	}
	if err := cause(socket); err != nil {
		t.Errorf("the socket ended with %v", err)
	}
}

func TestWhatIsBoundEndsWithItsSessionOrIsReleased(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", password)).Token
	ctx, letGo := context.WithCancel(d.ctx())
	gone, _, releaseGone, err := d.Bind(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	defer releaseGone()
	letGo()
	if err := cause(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("let go with %v", err)
	}
	request, _, release, err := d.Bind(d.ctx(), token)
	if err != nil || request.Err() != nil {
		t.Fatalf("bound: %v, %v", err, request.Err())
	}
	release()
	if err := cause(request); !errors.Is(err, context.Canceled) {
		t.Errorf("released with %v", err)
	}
	socket := must(d.bind(token))
	d.clock.move(15 * 24 * time.Hour) // asleep all the time: nothing renewed it
	ctx, stop := context.WithCancel(d.ctx())
	ended := make(chan error, 1)
	go func() { ended <- d.Engine.Run(ctx) }()
	<-socket.Done()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := cause(socket); !errors.Is(err, account.ErrEnded) {
		t.Errorf("ended with %v", err)
	}
}

package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// employ adds an agent who can log in, with the password "correct horse".
func (d *desk) employ(email string) inbox.AgentID {
	d.Helper()
	return must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "Eva", Email: email, Password: "correct horse", Role: inbox.RoleAgent})).Agent.ID
}

// Login logs in from nowhere in particular.
func (d *desk) Login(ctx context.Context, email, password string) (*engine.LoggedIn, error) {
	return d.Engine.Login(ctx, engine.LoginInput{Email: email, Password: password})
}

func TestLoggingInTakesTheRightPasswordOfAnAccountThatWorks(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("Eva@Example.org")
	in := must(d.Login(d.ctx(), " eva@example.ORG ", "correct horse"))
	if in.Agent.ID != eva || in.ExpiresAt != inbox.At(d.clock.Now()).Add(14*24*time.Hour) {
		t.Errorf("logged in as %+v", in)
	}
	same(t, must(d.Authenticate(d.ctx(), in.Token)), d.caller(eva))
	wrong := func(email, password string) string {
		t.Helper()
		_, err := d.Login(d.ctx(), email, password)
		refused(t, err, inbox.CodeInvalid, "")
		return err.Error()
	}
	a, b := wrong("eva@example.org", "wrong horse"), wrong("nobody@example.org", "correct horse")
	if a != b {
		t.Errorf("the error tells which emails are known: %q, %q", a, b)
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Disabled: new(true)}))
	if c := wrong("eva@example.org", "correct horse"); c != a {
		t.Errorf("the error tells that the account is disabled: %q", c)
	}
}

func TestTokensThatNobodyHasAreUnauthenticated(t *testing.T) {
	d := newDesk(t)
	for _, token := range []string{"", "fs_", "fk_", "fs_AAAA", "fk_AAAA", "Bearer x"} {
		if _, err := d.Authenticate(d.ctx(), token); !errors.Is(err, engine.ErrUnauthenticated) {
			t.Errorf("%q: got %v", token, err)
		}
	}
}

func TestASessionIsRenewedByUseAndExpiresWithout(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", "correct horse")).Token
	for range 3 {
		d.clock.move(13 * 24 * time.Hour)
		if _, err := d.Authenticate(d.ctx(), token); err != nil {
			t.Fatalf("a session in use: %v", err)
		}
	}
	again := engine.New(d.db, engine.Options{Clock: d.clock.Now}) // which remembers nothing
	d.clock.move(14*24*time.Hour - time.Millisecond)
	must(again.Authenticate(d.ctx(), token))
	d.clock.move(14 * 24 * time.Hour)
	for name, e := range map[string]*engine.Engine{"remembered": again, "looked up": engine.New(d.db, engine.Options{Clock: d.clock.Now})} {
		if _, err := e.Authenticate(d.ctx(), token); !errors.Is(err, engine.ErrUnauthenticated) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestUseIsWrittenDownAtMostOnceAMinute(t *testing.T) {
	d := newDesk(t)
	created := must(d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: "Shop", Role: inbox.RoleAgent}))
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

// held reports whether what is held open has ended, and why.
func held(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	default:
		return nil
	}
}

func TestARevokedKeyEndsAtOnceAndWithItWhatItHolds(t *testing.T) {
	d := newDesk(t)
	key, other := must(d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: "Shop", Role: inbox.RoleAgent})), must(d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: "Other", Role: inbox.RoleAgent}))
	socket, others := must(d.Hold(d.ctx(), key.Secret)), must(d.Hold(d.ctx(), other.Secret))
	must(d.APIKeyRevoke(d.ctx(), d.owner, key.Key.ID))
	if err := held(socket); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("its socket ended with %v", err)
	}
	if err := held(others); err != nil {
		t.Errorf("another key's socket ended with %v", err)
	}
	if _, err := d.Authenticate(d.ctx(), key.Secret); !errors.Is(err, engine.ErrUnauthenticated) {
		t.Errorf("got %v", err)
	}
	if _, err := d.Hold(d.ctx(), key.Secret); !errors.Is(err, engine.ErrUnauthenticated) {
		t.Errorf("got %v", err)
	}
	d.unchanged(func() { must(d.APIKeyRevoke(d.ctx(), d.owner, key.Key.ID)) })
}

func TestADisabledAgentsSessionsEnd(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", "correct horse")).Token
	socket := must(d.Hold(d.ctx(), token))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Disabled: new(true)}))
	if err := held(socket); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("the socket ended with %v", err)
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Disabled: new(false)}))
	if _, err := d.Authenticate(d.ctx(), token); !errors.Is(err, engine.ErrUnauthenticated) {
		t.Errorf("a session survived: %v", err)
	}
	must(d.Login(d.ctx(), "eva@example.org", "correct horse"))
}

func TestAChangedRoleCountsAtOnce(t *testing.T) {
	d := newDesk(t)
	eva := d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", "correct horse")).Token
	must(d.Authenticate(d.ctx(), token))
	socket := must(d.Hold(d.ctx(), token))
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: eva, Role: new(inbox.RoleManager)}))
	if got := must(d.Authenticate(d.ctx(), token)); !got.Manages() {
		t.Errorf("got %+v", got)
	}
	if err := held(socket); err != nil {
		t.Errorf("the socket ended with %v", err)
	}
}

func TestWhatIsHeldEndsWithItsSessionOrIsLetGo(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	token := must(d.Login(d.ctx(), "eva@example.org", "correct horse")).Token
	ctx, letGo := context.WithCancel(d.ctx())
	gone := must(d.Hold(ctx, token))
	letGo()
	if err := held(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("let go with %v", err)
	}
	request, _, release, err := d.HoldUntil(d.ctx(), token)
	if err != nil || request.Err() != nil {
		t.Fatalf("held: %v, %v", err, request.Err())
	}
	release()
	if err := held(request); !errors.Is(err, context.Canceled) {
		t.Errorf("released with %v", err)
	}
	socket := must(d.Hold(d.ctx(), token))
	d.clock.move(15 * 24 * time.Hour) // asleep all the time: nothing renewed it
	ctx, stop := context.WithCancel(d.ctx())
	ended := make(chan error, 1)
	go func() { ended <- d.Engine.Run(ctx) }()
	<-socket.Done()
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if err := held(socket); !errors.Is(err, engine.ErrEnded) {
		t.Errorf("ended with %v", err)
	}
}

package account_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
)

// loginFrom logs in from an address.
func (d *desk) loginFrom(address, email, password string) error {
	_, err := d.Accounts.Login(d.ctx(), account.LoginInput{Email: email, Password: password, From: netip.MustParseAddr(address)})
	return err
}

// failures lets log-ins fail n times.
func (d *desk) failures(n int, address, email string) {
	d.Helper()
	for range n {
		refused(d.T, d.loginFrom(address, email, "a guess"), inbox.CodeInvalid, "")
	}
}

func TestFailedLogInsAreCountedByAccountAndNetwork(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	d.employ("otto@example.org")
	d.failures(10, "203.0.113.1", "eva@example.org")
	refused(t, d.loginFrom("203.0.113.1", " EVA@example.org", password), inbox.CodeLimitExceeded, "email")
	must(struct{}{}, d.loginFrom("203.0.113.2", "eva@example.org", password))
	must(struct{}{}, d.loginFrom("203.0.113.1", "otto@example.org", password))
	d.clock.move(6 * time.Second)
	must(struct{}{}, d.loginFrom("203.0.113.1", "eva@example.org", password))

	// For IPv6 the network counts; an email that nobody has is limited like any other.
	d.failures(10, "2001:db8::1", "nobody@example.org")
	refused(t, d.loginFrom("2001:db8::2", "nobody@example.org", password), inbox.CodeLimitExceeded, "email")
	d.failures(1, "2001:db8:0:1::1", "nobody@example.org")
}

func TestSuccessfulLogInsAreNotCounted(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	for i := range 11 {
		_, err := d.Login(d.ctx(), "eva@example.org", password) // without an address, the network is never known
		if err != nil {
			t.Fatalf("log-in %d: %v", i, err)
		}
	}
}

func TestANetworkThatIsKnownToTheAccountIsLetThrough(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	const home, away = "203.0.113.1", "2001:db8::1"
	must(struct{}{}, d.loginFrom(home, "eva@example.org", password))

	// One wrong password every two seconds from elsewhere does not delay anybody at home.
	for i := range 60 {
		d.clock.move(2 * time.Second)
		if err := d.loginFrom(away, "eva@example.org", "a guess"); err == nil {
			t.Fatal("a guess was right")
		}
		if i%8 == 0 {
			must(struct{}{}, d.loginFrom(home, "eva@example.org", password))
		}
	}
	d.clock.move(time.Hour)
	for network := range 10 { // until no unknown network may try
		d.failures(10, fmt.Sprintf("198.51.100.%d", network), "eva@example.org")
	}
	refused(t, d.loginFrom("192.0.2.1", "eva@example.org", password), inbox.CodeLimitExceeded, "email")
	must(struct{}{}, d.loginFrom(home, "eva@example.org", password))

	// At home more may fail, but not any number.
	d.failures(30, home, "eva@example.org")
	refused(t, d.loginFrom(home, "eva@example.org", password), inbox.CodeLimitExceeded, "email")

	// The database remembers it for ninety days.
	d.clock.move(time.Hour)
	again := account.New(d.db, account.Options{Clock: d.clock.Now, Limits: account.Limits{FailedLogins: ratelimit.Every(365*24*time.Hour, 1)}})
	login := func(email, password string) error {
		_, err := again.Login(d.ctx(), account.LoginInput{Email: email, Password: password, From: netip.MustParseAddr(home)})
		return err
	}
	refused(t, login("nobody@example.org", "a guess"), inbox.CodeInvalid, "") // and nothing more from unknown networks there
	refused(t, login("nobody@example.org", "a guess"), inbox.CodeLimitExceeded, "")
	must(struct{}{}, login("eva@example.org", password))
	d.clock.move(91 * 24 * time.Hour)
	refused(t, login("eva@example.org", password), inbox.CodeLimitExceeded, "")
}

func TestFailedLogInsFromOneNetworkAreCountedOverAllAccounts(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	for i := range 30 {
		d.failures(1, "203.0.113.1", fmt.Sprintf("%d@example.org", i))
	}
	refused(t, d.loginFrom("203.0.113.1", "eva@example.org", password), inbox.CodeLimitExceeded, "")
	must(struct{}{}, d.loginFrom("203.0.113.2", "eva@example.org", password))
	d.clock.move(2 * time.Second)
	must(struct{}{}, d.loginFrom("203.0.113.1", "eva@example.org", password))
}

func TestLogInsAtOnceAreLimitedAsThoseOneAfterAnother(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	var at sync.WaitGroup
	tried := make(chan error, 25)
	for range cap(tried) {
		at.Go(func() { tried <- d.loginFrom("203.0.113.1", "eva@example.org", "a guess") })
	}
	at.Wait()
	close(tried)
	hashed := 0
	for err := range tried {
		if own, ok := errors.AsType[*inbox.Error](err); ok && own.Code == inbox.CodeInvalid {
			hashed++
		}
	}
	if hashed != 10 {
		t.Errorf("%d of 25 guesses at once were tried, want 10", hashed)
	}
}

func TestALogInThatIsGivenUpDoesNotCount(t *testing.T) {
	d := newDesk(t)
	d.employ("eva@example.org")
	gone, leave := context.WithCancel(d.ctx())
	leave()
	for range 20 {
		_, err := d.Accounts.Login(gone, account.LoginInput{Email: "eva@example.org", Password: password, From: netip.MustParseAddr("203.0.113.1")})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
	must(struct{}{}, d.loginFrom("203.0.113.1", "eva@example.org", password))
}

func TestWhatIsTooLongIsRefusedBeforeAnything(t *testing.T) {
	d := newDesk(t)
	id := d.employ("eva@example.org")
	long, huge := strings.Repeat("p", 201), strings.Repeat("e", 1<<20)
	gone, leave := context.WithCancel(d.ctx())
	leave() // nothing can be read any more
	for behaviour, c := range map[string]struct {
		do    func() error
		field string
	}{
		"log-in with an email of 1 MB": {func() error {
			_, err := d.Accounts.Login(gone, account.LoginInput{Email: huge + "@example.org", Password: password})
			return err
		}, "email"},
		"log-in with a password of 201 bytes": {func() error {
			_, err := d.Accounts.Login(gone, account.LoginInput{Email: "eva@example.org", Password: long})
			return err
		}, "password"},
		"agent with an email of 1 MB": {func() error {
			_, err := d.AgentCreate(gone, d.owner, engine.AgentCreateInput{Name: "N", Email: huge + "@example.org", Password: password, Role: inbox.RoleAgent})
			return err
		}, "email"},
		"agent with a password of 201 bytes": {func() error {
			_, err := d.AgentCreate(gone, d.owner, engine.AgentCreateInput{Name: "N", Email: "n@example.org", Password: long, Role: inbox.RoleAgent})
			return err
		}, "password"},
		"change to one": {func() error {
			_, err := d.AgentUpdate(gone, d.owner, engine.AgentPatch{ID: id, Password: &account.PasswordChange{New: long}})
			return err
		}, "password"},
		"change from one": {func() error {
			_, err := d.AgentUpdate(gone, d.caller(id), engine.AgentPatch{ID: id, Password: &account.PasswordChange{New: better, Current: long}})
			return err
		}, "currentPassword"},
	} {
		t.Log(behaviour)
		refused(t, c.do(), inbox.CodeInvalid, c.field)
	}
}

func TestAnOfficeLogsInAtOnceInANewPlace(t *testing.T) {
	d := newDesk(t)
	d.HashAsUsual() // log-ins wait for a slot to hash in, not for the database
	// More than may fail from one network; each account has fewer than may fail for it.
	const people, each = 6, 8
	for i := range people {
		d.employ(fmt.Sprintf("%d@example.org", i))
	}
	var at sync.WaitGroup
	tried := make(chan error, people*each)
	for i := range cap(tried) {
		at.Go(func() { tried <- d.loginFrom("203.0.113.1", fmt.Sprintf("%d@example.org", i%people), password) })
	}
	at.Wait()
	close(tried)
	for err := range tried {
		if err != nil {
			t.Fatal(err)
		}
	}
}

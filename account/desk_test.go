package account_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3" // dump reads with it
	"go.uber.org/goleak"

	"foyer/account"
	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// password is the password of the agents that employ adds.
	password = "correct horse"
	better   = "better battery"
)

// clock is a clock that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// desk is a help desk with an owner: accounts, and the engine that changes them.
type desk struct {
	*testing.T
	*engine.Engine
	*account.Accounts
	db    *store.DB
	path  string
	clock *clock
	owner inbox.Caller
}

// newDesk opens one, and lets the test run in parallel.
func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Parallel()
	return newDeskHere(t)
}

// newDeskHere is newDesk for a test that opens several desks.
func newDeskHere(t *testing.T) *desk {
	t.Helper()
	d := openDesk(t)
	d.owner = d.caller(d.hire("Olga", inbox.RoleOwner))
	return d
}

// openDesk opens a desk with nobody in it.
func openDesk(t *testing.T) *desk {
	t.Helper()
	clock, path, silent := newClock(), t.TempDir()+"/foyer.db", slog.New(slog.DiscardHandler)
	db, err := store.Open(t.Context(), store.Options{Path: path, Clock: clock.Now, Logger: silent})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	accounts := account.New(db, account.Options{Clock: clock.Now}).HashCheaply()
	return &desk{T: t, db: db, path: path, clock: clock, Accounts: accounts,
		Engine: engine.New(db, engine.Options{Clock: clock.Now, Logger: silent, Accounts: accounts})}
}

// forgetful returns accounts of the same database that remember nothing yet.
func (d *desk) forgetful() *account.Accounts {
	return account.New(d.db, account.Options{Clock: d.clock.Now}).HashCheaply()
}

func (d *desk) ctx() context.Context { return d.Context() }

// hire adds an agent without a password, who cannot log in.
func (d *desk) hire(name string, role inbox.Role) inbox.AgentID {
	d.Helper()
	at := inbox.At(d.clock.Now())
	return must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (inbox.AgentID, error) {
		a := &inbox.Agent{Name: name, Email: strings.ToLower(name) + "@example.org", Role: role, Visibility: inbox.VisibilityAll,
			Presence: inbox.PresenceOffline, LastActivityAt: at, CreatedAt: at}
		return a.ID, tx.InsertAgent(a, a.Email, "none")
	}))
}

// employ adds an agent who can log in.
func (d *desk) employ(email string) inbox.AgentID {
	d.Helper()
	return must(d.AgentCreate(d.ctx(), d.owner, engine.AgentCreateInput{Name: "Eva", Email: email, Password: password, Role: inbox.RoleAgent})).Agent.ID
}

// newKey makes an API key.
func (d *desk) newKey(name string) *engine.APIKeyCreated {
	d.Helper()
	return must(d.APIKeyCreate(d.ctx(), d.owner, engine.NewAPIKey{Name: name, Role: inbox.RoleAgent}))
}

func (d *desk) agent(id inbox.AgentID) *inbox.Agent {
	d.Helper()
	return must(store.View(d.ctx(), d.db, func(r *store.ReadTx) (*inbox.Agent, error) { return r.Agent(id) }))
}

func (d *desk) caller(id inbox.AgentID) inbox.Caller { return d.agent(id).Caller() }

// Login logs in from an unknown address.
func (d *desk) Login(ctx context.Context, email, password string) (*account.LoggedIn, error) {
	return d.Accounts.Login(ctx, account.LoginInput{Email: email, Password: password})
}

// bind returns a context that ends with a token, and is released at the end of the test.
func (d *desk) bind(token string) (context.Context, error) {
	bound, _, release, err := d.Bind(d.ctx(), token)
	if err == nil {
		d.Cleanup(release)
	}
	return bound, err
}

// cause returns why a context has ended, or nil if it has not.
func cause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	default:
		return nil
	}
}

// must returns a result, or ends the test if there is an error.
func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("unexpected error: %v", err))
	}
	return v
}

// refused checks that an operation failed with a code, at a field (dotted; empty for none).
func refused(t testing.TB, err error, code inbox.Code, field string) {
	t.Helper()
	own, ok := errors.AsType[*inbox.Error](err)
	if !ok {
		t.Errorf("got %v, want the error %s", err, code)
		return
	}
	if own.Code != code || strings.Join(own.Field, ".") != field || own.Message == "" {
		t.Errorf("got %v at %q, want %s at %q", own, strings.Join(own.Field, "."), code, field)
	}
}

// dump returns every row of every table.
func (d *desk) dump() map[string][]string {
	d.Helper()
	raw := must(sql.Open("sqlite3", "file:"+d.path+"?mode=ro"))
	defer func() { _ = raw.Close() }()
	all := make(map[string][]string)
	for _, table := range rows(d.T, raw, `SELECT name FROM sqlite_master WHERE type = 'table'`) {
		all[table] = rows(d.T, raw, `SELECT * FROM "`+table+`"`)
	}
	return all
}

func rows(t testing.TB, raw *sql.DB, query string) []string {
	t.Helper()
	found, err := raw.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	values := make([]any, len(must(found.Columns())))
	var list []string
	for found.Next() {
		for i := range values {
			values[i] = new(any)
		}
		if err := found.Scan(values...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, v := range values {
			texts = append(texts, fmt.Sprint(*v.(*any)))
		}
		list = append(list, strings.Join(texts, "|"))
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

// unchanged checks that a function changes nothing in the database.
func (d *desk) unchanged(fn func()) {
	d.Helper()
	before := d.dump()
	fn()
	if diff := cmp.Diff(before, d.dump()); diff != "" {
		d.Errorf("(-before +after)\n%s", diff)
	}
}

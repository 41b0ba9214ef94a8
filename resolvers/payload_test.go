package resolvers_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
	"foyer/store"
)

// session creates another session for an agent, with a token made of a name.
func (d *desk) session(who person, name string) person {
	d.Helper()
	secret := sha256.Sum256([]byte(name))
	token := "fs_" + base64.RawURLEncoding.EncodeToString(secret[:])
	_, err := store.Update(d.Context(), d.db, func(tx *store.Tx) (struct{}, error) {
		hash := sha256.Sum256([]byte(token))
		s := &inbox.Session{AgentID: who.Actor.Agent(), CreatedAt: tx.Now(), ExpiresAt: tx.Now().Add(240 * time.Hour)}
		return struct{}{}, tx.InsertSession(hash[:], s)
	})
	d.must(err)
	return person{who.Caller, token}
}

// taking makes a field take a length of time by the clock.
func (d *desk) taking(c *stopped, field string, long time.Duration) {
	d.executor.AroundFields(func(ctx context.Context, next graphql.Resolver) (any, error) {
		if graphql.GetFieldContext(ctx).Field.Name == field {
			c.pass(long)
		}
		return next(ctx)
	})
}

func TestAllSessionsOfAnAccountHaveOneBudget(t *testing.T) {
	d := newDesk(t)
	d.limited(resolvers.Limits{MaxCost: 10, Clock: newStopped().Now, Sessions: ratelimit.Rate{PerSecond: 1, Burst: 10}, Keys: ratelimit.Rate{PerSecond: 1, Burst: 10}})
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	for i := range 10 {
		d.ask(d.session(ann, fmt.Sprint(i)), `{ head }`, nil).ok()
	}
	d.ask(ann, `{ head }`, nil).wantCode("RATE_LIMITED")
	d.ask(d.owner, `{ head }`, nil).ok()
	for range 2 { // the keys get the same numbers as the two agents
		key, err := d.engine.APIKeyCreate(t.Context(), d.owner.Caller, engine.NewAPIKey{Name: "test", Role: inbox.RoleManager})
		d.must(err)
		d.ask(person{token: key.Secret}, `{ head }`, nil).ok().wantCost(`{"requested":1,"maximum":10,"limit":10,"remaining":9,"restoreRate":1}`)
	}
}

// charged returns the cost in an answer and how many points are left.
func (a answer) charged() (points, remaining int) {
	a.t.Helper()
	text, err := json.Marshal(a.Extensions["cost"])
	if err != nil {
		a.t.Fatal(err)
	}
	var c struct{ Requested, Charged, Remaining int }
	if err := json.Unmarshal(text, &c); err != nil {
		a.t.Fatal(err)
	}
	return max(c.Requested, c.Charged), c.Remaining
}

func TestAnOperationIsChargedWhatItUsedWhereThatIsMore(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", strings.Repeat("x", 9000)).Conversation.ID.String()
	thread := `{ conversation(id: "` + id + `") { messages(last: 1) { nodes { text } } } }`
	for _, c := range []struct {
		behaviour, query string
		slow             string // a field that takes ten seconds: 500,000 points, without what the store makes it wait
		from, to         int
	}{
		{"less than was estimated", `{ workspace { name } }`, "", 2, 2},
		{"time", `{ workspace { name } }`, "name", 250_000, 500_000},
		{"bytes", thread, "", 17, 17},
		{"both", thread, "text", 250_000, 500_017},
		{"a mutation", `mutation { conversationRead(input: {conversationId: "` + id + `", messageId: "msg_1"}) { cursor } }`, "conversationRead", 250_000, 500_000},
	} {
		clock := newStopped()
		d.limited(resolvers.Limits{Clock: clock.Now, Sessions: ratelimit.Rate{PerSecond: 1, Burst: 100_000}})
		d.taking(clock, c.slow, 10*time.Second)
		points, left := d.ask(d.owner, c.query, nil).ok().charged()
		if points < c.from || points > c.to {
			t.Errorf("%s: charged %d, want %d to %d", c.behaviour, points, c.from, c.to)
		}
		if back := left - (100_000 - points); back < 0 || back > 10 {
			t.Errorf("%s: charged %d and %d are left", c.behaviour, points, left)
		}
	}
}

func TestWhoOwesMoreThanThereWasWaitsUntilItIsPaid(t *testing.T) {
	d := newDesk(t)
	clock := newStopped()
	d.limited(resolvers.Limits{MaxCost: 100, Clock: clock.Now, Sessions: ratelimit.Rate{PerSecond: 100, Burst: 1000}})
	d.taking(clock, "timeZone", time.Second) // 50,000 points
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	_, left := d.ask(ann, `{ workspace { timeZone } }`, nil).ok().charged()
	if left >= 0 {
		t.Fatalf("%d points are left", left)
	}
	wait := (1 - left + 99) / 100 // until there is one
	for _, who := range []person{ann, d.session(ann, "other")} {
		a := d.ask(who, `{ head }`, nil)
		a.wantCode("RATE_LIMITED")
		if got := a.Errors[0].Extensions["retryAfter"]; got != wait {
			t.Errorf("%d points are left and it may be tried again after %v s, want %d", left, got, wait)
		}
	}
	d.ask(d.owner, `{ head }`, nil).ok()
	clock.pass(time.Duration(wait) * time.Second)
	d.ask(ann, `{ head }`, nil).ok()
}

func TestADocumentThatIsNoneIsChargedForTheTimeItTook(t *testing.T) {
	d := newDesk(t)
	clock := newStopped()
	calls := 0
	d.limited(resolvers.Limits{Sessions: ratelimit.Rate{PerSecond: 1, Burst: 5000}, Clock: func() time.Time {
		calls++ // each look at the clock is a millisecond later
		clock.pass(time.Millisecond)
		return clock.Now()
	}})
	text, err := json.Marshal(d.ask(d.owner, `{ nothing`, nil).Extensions["cost"])
	d.must(err)
	if !strings.Contains(string(text), `"charged":`) {
		t.Errorf("it took %d ms and cost %s", calls, text)
	}
}

func TestALogInIsNotChargedForTheTimeItTakes(t *testing.T) {
	d := newDesk(t)
	clock := newStopped()
	d.limited(resolvers.Limits{Clock: clock.Now, Sessions: ratelimit.Rate{PerSecond: 1, Burst: 5000}})
	d.taking(clock, "login", time.Second)
	_, err := d.engine.AgentCreate(t.Context(), d.owner.Caller, engine.AgentCreateInput{Name: "Ann", Email: "ann@example.com", Password: "correct horse", Role: inbox.RoleAgent})
	d.must(err)
	d.ask(person{}, `mutation { login(input: {email: "ann@example.com", password: "correct horse"}) { token } }`, nil).ok().
		wantCost(`{"requested":2,"maximum":5000,"limit":5000,"remaining":4998,"restoreRate":1}`)
}

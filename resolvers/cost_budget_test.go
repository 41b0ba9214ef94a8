package resolvers_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
)

// stopped is a clock that moves only when a test moves it.
type stopped struct{ now time.Time }

func (c *stopped) Now() time.Time { return c.now }

func (c *stopped) pass(d time.Duration) { c.now = c.now.Add(d) }

func newStopped() *stopped { return &stopped{time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)} }

// limited returns a desk with other limits.
func (d *desk) limited(l resolvers.Limits) {
	d.resolver = d.resolver.WithLimits(l)
	d.executor = d.resolver.Executor()
}

// wantCost fails the test unless the answer has this cost, as JSON.
func (a answer) wantCost(want string) {
	a.t.Helper()
	got, err := json.Marshal(a.Extensions["cost"])
	if err != nil || string(got) != want {
		a.t.Errorf("the answer costs %s (%v), want %s", got, err, want)
	}
}

func TestEveryAnswerTellsWhatItCost(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", "hello").Conversation.ID.String()
	for _, c := range []struct {
		behaviour, query string
		cost             int
	}{
		{"a field", `{ head }`, 1},
		{"fields below it", `{ workspace { name timeZone } }`, 3},
		{"a page", `{ conversations(first: 10) { nodes { id } } }`, 2 + 10},
		{"a list that is not paged", `{ conversation(id: "` + id + `") { decisions { reason } } }`, 2 + 3},
		{"a mutation", `mutation { conversationRead(input: {conversationId: "` + id + `", messageId: "msg_1"}) { cursor } }`, 2},
		{"what cannot be read", `{ head`, 1},
		{"what is not valid", `{ heads { a b c } }`, 1},
		{"what costs too much", `{ conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }`, 2 + 100*(2+100)},
	} {
		d.ask(d.owner, c.query, nil).wantCost(fmt.Sprintf(`{"requested":%d,"maximum":5000}`, c.cost))
	}
	d.ask(person{}, `{ __typename }`, nil).wantCost(`{"requested":1,"maximum":5000}`)
	d.ask(person{}, `{ head }`, nil).wantCost(`{"requested":1,"maximum":5000}`)
}

func TestASubscriptionCostsWhenItBeginsAndItsItemsTellNothing(t *testing.T) {
	b := newBroadcast(t, resolvers.Limits{MaxCost: 10, Clock: newStopped().Now, Sessions: ratelimit.Rate{PerSecond: 1}})
	s := b.follow(b.owner, `subscription { events { __typename } }`, nil)
	if first := s.read(); strings.Contains(string(first.Payload), "cost") {
		t.Errorf("got %s", first.Payload)
	}
	b.ask(b.owner, `{ head }`, nil).wantCost(`{"requested":1,"maximum":10,"limit":10,"remaining":7,"restoreRate":1}`)
	s = b.follow(b.owner, `{ workspace { name timeZone acknowledgements lifecycleStages } }`, nil)
	if got := string(s.read().Payload); !strings.Contains(got, `"extensions":{"cost":{"requested":5,"maximum":10,"limit":10,"remaining":2,"restoreRate":1}}`) {
		t.Errorf("got %s", got)
	}
	_ = s.read() // complete
	s.subscribe(`{ workspace { name timeZone } }`, nil)
	end := s.end()
	if end["code"] != "RATE_LIMITED" || end["retryAfter"] != 1.0 || end["cost"].(map[string]any)["remaining"] != 1.0 {
		t.Errorf("got %v", end)
	}
}

func TestATokenSpendsWhatComesBackEachSecond(t *testing.T) {
	d := newDesk(t)
	clock := newStopped()
	d.limited(resolvers.Limits{MaxCost: 100, Clock: clock.Now, Sessions: ratelimit.Rate{PerSecond: 10, Burst: 100}})
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	const costs61 = `{ conversations(first: 59) { nodes { id } } }`
	d.ask(ann, costs61, nil).ok().wantCost(`{"requested":61,"maximum":100,"limit":100,"remaining":39,"restoreRate":10}`)

	a := d.ask(ann, costs61, nil) // reading its document costs a point
	a.wantCode("RATE_LIMITED")
	a.wantCost(`{"requested":61,"maximum":100,"limit":100,"remaining":38,"restoreRate":10}`)
	if text := a.Errors[0].Message; !strings.Contains(text, "Try again in 3 s, or ask for less") {
		t.Errorf("got %s", text)
	}
	if got := a.Errors[0].Extensions["retryAfter"]; got != 3 { // 22 are missing
		t.Errorf("it may be tried again after %v s, want 3", got)
	}
	d.ask(d.owner, costs61, nil).ok().wantCost(`{"requested":61,"maximum":100,"limit":100,"remaining":39,"restoreRate":10}`)

	clock.pass(3 * time.Second)
	d.ask(ann, costs61, nil).ok().wantCost(`{"requested":61,"maximum":100,"limit":100,"remaining":7,"restoreRate":10}`)
	for range 7 {
		d.ask(ann, `{ nothing`, nil).wantCode("BAD_REQUEST")
	}
	d.ask(ann, `{ nothing`, nil).wantCode("RATE_LIMITED") // unread
	clock.pass(time.Hour)
	d.ask(ann, `{ head }`, nil).ok().wantCost(`{"requested":1,"maximum":100,"limit":100,"remaining":99,"restoreRate":10}`)
}

func TestKeysAndThoseWithoutATokenHaveBudgetsOfTheirOwn(t *testing.T) {
	d := newDesk(t)
	d.limited(resolvers.Limits{MaxCost: 10, Clock: newStopped().Now,
		Sessions: ratelimit.Rate{PerSecond: 1, Burst: 10}, Keys: ratelimit.Rate{PerSecond: 1, Burst: 20}})
	key, err := d.engine.APIKeyCreate(t.Context(), d.owner.Caller, engine.NewAPIKey{Name: "test", Role: inbox.RoleManager})
	d.must(err)
	for _, c := range []struct {
		who   person
		query string
		times int
	}{{d.owner, `{ head }`, 10}, {person{token: key.Secret}, `{ head }`, 20}, {person{}, `{ __typename }`, 10}} {
		for range c.times {
			d.ask(c.who, c.query, nil).ok()
		}
		d.ask(c.who, c.query, nil).wantCode("RATE_LIMITED")
	}
}

func TestLimitsCanBeOthers(t *testing.T) {
	d := newDesk(t)
	d.limited(resolvers.Limits{MaxDepth: 3, MaxAliases: 1, MaxCost: 40, MaxTokens: 40})
	for query, want := range map[string]string{
		`{ workspace { name } }`:                               "",
		`{ workspace { defaultTeam { policy { maxOpen } } } }`: "4 levels deep; at most 3",
		`{ a: head }`:         "",
		`{ a: head b: head }`: "2 aliases; at most 1",
		`{ inboxCounts { open mine unassigned snoozed } }`: "",
		`{ agents(first: 39) { nodes { id } } }`:           "costs 41 points; at most 40",
		`{ ` + strings.Repeat("head ", 38) + `}`:           "",
		`{ ` + strings.Repeat("head ", 39) + `}`:           "exceeded token limit of 40",
		`{ __schema { queryType { fields { name } } } }`:   "",
	} {
		a := d.ask(d.owner, query, nil)
		if len(a.Errors) == 0 != (want == "") || len(a.Errors) > 0 && !strings.Contains(a.Errors[0].Message, want) {
			t.Errorf("%s: got %v, want %q", query, a.Errors, want)
		}
	}
}

func TestIntrospectionIsForThoseItIsConfiguredFor(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	d.limited(resolvers.Limits{Introspection: func(c inbox.Caller) bool { return c.Manages() }})
	for _, query := range []string{
		`{ __schema { queryType { name } } }`, `{ __type(name: "Query") { name } }`, `{ ...all } fragment all on Query { ... { __schema { queryType { name } } } }`,
	} {
		d.ask(d.owner, query, nil).ok()
		d.ask(ann, query, nil).wantCode("FORBIDDEN")
	}
	d.ask(ann, `{ __typename workspace { __typename } }`, nil).ok()
	if d.log.Len() > 0 {
		t.Errorf("logged: %s", d.log)
	}
}

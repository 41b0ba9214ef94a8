package resolvers_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/internal/ratelimit"
	"foyer/resolvers"
)

// untilMessage reads items up to the next message that came in, and returns it.
func (s *socket) untilMessage() map[string]any {
	s.Helper()
	for {
		if item := s.next(); item["__typename"] == "MessageReceived" {
			return item
		}
	}
}

func TestSubscriptionsThatDifferInHowTheyAreWrittenAreExecutedOnce(t *testing.T) {
	b := newBroadcast(t)
	var reads atomic.Int64
	b.resolver.OnScope(func(statements int) {
		if statements > 0 {
			reads.Add(1)
		}
	})
	var sockets []*socket
	for i := range 48 {
		s := b.follow(b.owner, fmt.Sprintf(`# %d
			subscription Number%d { events { __typename ... on MessageReceived { conversation { id } } } }`, i, i), nil)
		s.want("StreamReady")
		sockets = append(sockets, s)
	}
	b.receive("a", "hello")
	for _, s := range sockets {
		s.untilMessage()
	}
	if n := reads.Load(); n != 1 {
		t.Errorf("the message was read %d times", n)
	}
}

func TestAnAccountFollowsEightDifferentSubscriptionsAtMost(t *testing.T) {
	b := newBroadcast(t)
	different := func(i int) string { return fmt.Sprintf(`subscription { events { __typename a%d: __typename } }`, i) }
	ann := b.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	var sockets []*socket
	for i := range 8 {
		who := ann
		if i%2 == 1 {
			who = b.session(ann, fmt.Sprint(i)) // all sessions belong to one account
		}
		s := b.follow(who, different(i), nil)
		s.want("StreamReady")
		sockets = append(sockets, s)
	}
	if end := b.follow(ann, different(8), nil).end(); end["code"] != "RATE_LIMITED" {
		t.Errorf("the ninth ended with %v", end)
	}
	b.follow(ann, different(3), nil).want("StreamReady")
	b.follow(b.owner, different(8), nil).want("StreamReady")
	sockets[5].send(map[string]any{"type": "complete", "id": "1"})
	_ = sockets[0].Close() // another one still follows the first; nobody follows the sixth
	for {
		s := b.follow(ann, different(8), nil)
		if f := s.read(); f.Type == "next" {
			break
		}
	}
}

func TestAStreamOverBudgetIsDelayedAndMissesNothing(t *testing.T) {
	clock := &clock{now: time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)} // moves by a second for each look at it
	b := newBroadcast(t, resolvers.Limits{MaxCost: 100, Clock: clock.Now, Sessions: ratelimit.Rate{PerSecond: 1, Burst: 1000}})
	wakes := make(chan func(), 1) // a delayed stream waits once
	b.resolver.SetAfter(func(d time.Duration, call func()) {
		if d > time.Second {
			t.Errorf("the debt is looked at again after %v only", d)
		}
		wakes <- call
	})
	key, err := b.engine.APIKeyCreate(t.Context(), b.owner.Caller, engine.NewAPIKey{Name: "unlimited", Role: inbox.RoleManager})
	b.must(err)
	const query = `subscription { events { __typename ... on MessageReceived { message { text } } } }`
	delayed, prompt := b.follow(b.owner, query, nil), b.follow(person{token: key.Secret}, query, nil)
	delayed.want("StreamReady")
	prompt.want("StreamReady")
	const messages = 300 // of 17 points each
	for i := range messages {
		b.receive("a", fmt.Sprint(i, " ", strings.Repeat("x", 9000)))
	}
	for range messages {
		prompt.untilMessage()
	}
	times := 0
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case wake := <-wakes:
				times++
				wake()
			case <-stop:
				return
			}
		}
	}()
	for i := range messages {
		text := delayed.untilMessage()["message"].(map[string]any)["text"].(string)
		if !strings.HasPrefix(text, fmt.Sprint(i, " ")) {
			t.Fatalf("message %d is %.10s", i, text)
		}
	}
	close(stop)
	<-stopped
	if times == 0 {
		t.Error("it was not delayed")
	}
}

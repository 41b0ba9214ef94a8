package ratelimit

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// hand is a clock that tests move.
type hand struct{ now time.Time }

func (h *hand) time() time.Time { return h.now }

func (h *hand) wait(d time.Duration) { h.now = h.now.Add(d) }

func newHand() *hand { return &hand{now: time.Unix(1_000_000, 0)} }

func TestABurstIsAllowedAndThenOneAfterEachInterval(t *testing.T) {
	clock := newHand()
	limits := New(Every(2*time.Second, 3), 10, clock.time)
	for range 3 {
		if !limits.Allow("a", 1) {
			t.Fatal("the burst is not allowed")
		}
	}
	level, ok := limits.Take("a", 1)
	if ok || level.Wait != 2*time.Second || level.Full != 6*time.Second {
		t.Errorf("beyond the burst: got %v %+v", ok, level)
	}
	if !limits.Allow("b", 1) {
		t.Error("another key is limited too")
	}
	clock.wait(2 * time.Second)
	if !limits.Allow("a", 1) || limits.Allow("a", 1) {
		t.Error("after the interval not exactly one is allowed")
	}
}

func TestWhatIsRefusedTakesNothing(t *testing.T) {
	limits := New(Rate{PerSecond: 1, Burst: 5}, 10, newHand().time)
	if limits.Allow("a", 6) {
		t.Error("more than a burst is allowed")
	}
	if !limits.Allow("a", 5) {
		t.Error("the refusal took something")
	}
}

func TestAChargeGoesIntoDebt(t *testing.T) {
	clock := newHand()
	limits := New(Rate{PerSecond: 10, Burst: 100}, 10, clock.time)
	if level := limits.Charge("a", 350); level.Tokens != -250 || level.Wait != 25*time.Second {
		t.Errorf("after the charge: got %+v", level)
	}
	clock.wait(25 * time.Second)
	if limits.Allow("a", 1) {
		t.Error("something is left although the debt has just been paid")
	}
	clock.wait(100 * time.Millisecond)
	if !limits.Allow("a", 1) {
		t.Error("the debt is paid and nothing is allowed")
	}
}

func TestTheZeroRateLimitsNothing(t *testing.T) {
	limits := New(Every(0, 1), 10, newHand().time)
	for range 10 {
		if !limits.Allow("a", 1) {
			t.Fatal("limited")
		}
	}
	limits.Charge("a", 1000)
	if limits.Len() != 0 {
		t.Error("something is remembered")
	}
}

func TestNoMoreKeysAreRememberedThanThereIsRoomFor(t *testing.T) {
	clock := newHand()
	limits := New(Every(time.Hour, 1), 100, clock.time)
	for i := range 1000 {
		limits.Allow(fmt.Sprint(i, strings.Repeat("x", 1000)), 1)
	}
	if n := limits.Len(); n > 100 {
		t.Errorf("%d are remembered", n)
	}
	if limits.Allow(fmt.Sprint(999, strings.Repeat("x", 1000)), 1) {
		t.Error("the last one was forgotten")
	}
}

func TestFullBucketsAreForgotten(t *testing.T) {
	clock := newHand()
	limits := New(Every(time.Second, 1), 100, clock.time)
	for i := range 50 {
		limits.Allow(fmt.Sprint(i), 1)
	}
	clock.wait(time.Minute)
	for i := range 20 {
		limits.Allow(fmt.Sprint("later", i), 1)
	}
	if n := limits.Len(); n > 20 {
		t.Errorf("%d are remembered", n)
	}
}

func TestWhatIsReturnedCanBeTakenAgain(t *testing.T) {
	clock := newHand()
	limits := New(Every(time.Second, 2), 10, clock.time)
	limits.Charge("a", 3)
	limits.Return("a", 2) // out of debt, and one is there
	if !limits.Allow("a", 1) || limits.Allow("a", 1) {
		t.Error("what was returned is not there, or more than that")
	}
	clock.wait(time.Minute)
	limits.Return("a", 5)
	if level := limits.Peek("a"); level.Tokens > 2 {
		t.Errorf("the bucket holds %v, which is more than its burst", level.Tokens)
	}
	limits.Return("unknown", 1)
	if n := limits.Len(); n != 1 {
		t.Errorf("%d keys are remembered", n)
	}
}

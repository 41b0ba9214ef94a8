package assign_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/engine/assign"
	"foyer/inbox"
)

func TestPriorityIsAHeadStartAndNothingStarves(t *testing.T) {
	const now = inbox.Time(1_800_000_000_000)
	for priority, want := range map[inbox.Priority]time.Duration{
		inbox.PriorityUrgent: 24 * time.Hour, inbox.PriorityHigh: 4 * time.Hour,
		inbox.PriorityNormal: 0, inbox.PriorityLow: -4 * time.Hour,
	} {
		if got := now.Std().Sub(assign.QueueKey(now, priority).Std()); got != want {
			t.Errorf("%s stands %s ahead, want %s", priority, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		old := inbox.Time(rapid.Int64Range(0, 1e12).Draw(t, "old"))
		young := old.Add(time.Duration(rapid.Int64Range(int64(29*time.Hour/time.Millisecond), 1e12).Draw(t, "later")) * time.Millisecond)
		if assign.QueueKey(old, inbox.PriorityLow) >= assign.QueueKey(young, inbox.PriorityUrgent) {
			t.Fatalf("urgent from %s goes before low from %s", young, old)
		}
	})
}

func TestAnOverrideReplacesOnlyWhatItNames(t *testing.T) {
	three, five := int32(3), int32(5)
	team := inbox.AssignmentPolicy{Strategy: inbox.StrategyLeastOpen, OnlineOnly: true, MaxOpen: &three}
	if got := (*assign.Override)(nil).Over(team); !reflect.DeepEqual(got, team) {
		t.Errorf("no override made %+v", got)
	}
	if got := (&assign.Override{}).Over(team); !reflect.DeepEqual(got, team) {
		t.Errorf("an empty override made %+v", got)
	}
	got := (&assign.Override{Strategy: new(inbox.StrategyManual), OnlineOnly: new(false), MaxOpen: &five}).Over(team)
	if want := (inbox.AssignmentPolicy{Strategy: inbox.StrategyManual, MaxOpen: &five}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAReasonNamesTheWinnerAndCountsThoseWhoWerePassedOver(t *testing.T) {
	passed := func(reason inbox.PassedOverReason, count int32) inbox.PassedOverCount {
		return inbox.PassedOverCount{Reason: reason, Count: count}
	}
	type counts = []inbox.PassedOverCount
	const offline, busy, full, disabled, equal = inbox.PassedOverOffline, inbox.PassedOverBusy, inbox.PassedOverAtCapacity,
		inbox.PassedOverDisabled, inbox.PassedOverNotChosen
	for _, c := range []struct {
		strategy   inbox.AssignmentStrategy
		winner     string
		passedOver counts
		want       string
	}{
		{inbox.StrategyManual, "", nil, "Nobody was chosen: the policy leaves assignment to people."},
		{inbox.StrategyRoundRobin, "", nil, "Nobody was chosen: there are no agents to choose from."},
		{inbox.StrategyRoundRobin, "", counts{passed(offline, 1)}, "Nobody was available: 1 was offline."},
		{inbox.StrategyRoundRobin, "", counts{passed(offline, 2), passed(busy, 3), passed(full, 1)},
			"Nobody was available: 2 were offline, 3 were busy and 1 was at capacity."},
		{inbox.StrategyRoundRobin, "Ana", nil, "Ana, the only agent available."},
		{inbox.StrategyLeastOpen, "Ana", counts{passed(busy, 4)}, "Ana, the only agent available; 4 others were busy."},
		{inbox.StrategyLeastOpen, "Ana", counts{passed(busy, 1), passed(disabled, 2)},
			"Ana, the only agent available; 1 other was busy and 2 were disabled."},
		{inbox.StrategyRoundRobin, "Ana", counts{passed(equal, 2), passed(offline, 4)},
			"Ana, assigned longest ago of 3 available; 4 others were offline."},
		{inbox.StrategyLeastOpen, "Ana", counts{passed(offline, 1), passed(equal, 1)},
			"Ana, with the fewest open conversations of 2 available; 1 other was offline."},
		{inbox.StrategyLongestIdle, "Ana", counts{passed(equal, 1)}, "Ana, idle longest of 2 available."},
	} {
		if got := assign.Reason(c.strategy, c.winner, c.passedOver); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestTheReasonForOneAgentSaysWhoTheyAreAndWhyTheyWereNotAssigned(t *testing.T) {
	full := []inbox.PassedOverCount{{Reason: inbox.PassedOverAtCapacity, Count: 1}}
	for want, got := range map[string]string{
		"Ana, whom the workflow names.":                                       assign.ReasonOne(false, "Ana", nil),
		"Ana, the contact's owner.":                                           assign.ReasonOne(true, "Ana", nil),
		"Nobody was assigned: Ana, whom the workflow names, was at capacity.": assign.ReasonOne(false, "Ana", full),
		"Nobody was assigned: Ana, the contact's owner, was at capacity.":     assign.ReasonOne(true, "Ana", full),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

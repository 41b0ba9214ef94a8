package assign_test

import (
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
	if got := (*assign.Override)(nil).Over(team); got != team {
		t.Errorf("no override made %+v", got)
	}
	if got := (&assign.Override{}).Over(team); got != team {
		t.Errorf("an empty override made %+v", got)
	}
	got := (&assign.Override{Strategy: new(inbox.StrategyManual), OnlineOnly: new(false), MaxOpen: &five}).Over(team)
	if want := (inbox.AssignmentPolicy{Strategy: inbox.StrategyManual, MaxOpen: &five}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAReasonIsASentence(t *testing.T) {
	passed := func(reason inbox.PassedOverReason, count int32) inbox.PassedOverCount {
		return inbox.PassedOverCount{Reason: reason, Count: count}
	}
	for want, got := range map[string]string{
		"The team hands out its queue by hand.": assign.Reason(inbox.StrategyManual, false, nil),
		"There is nobody to choose from.":       assign.Reason(inbox.StrategyRoundRobin, false, nil),
		"Nobody can take it: 2 offline, 1 at capacity.": assign.Reason(inbox.StrategyRoundRobin, false,
			[]inbox.PassedOverCount{passed(inbox.PassedOverOffline, 2), passed(inbox.PassedOverAtCapacity, 1)}),
		"The only one who can take it.": assign.Reason(inbox.StrategyLeastOpen, true,
			[]inbox.PassedOverCount{passed(inbox.PassedOverBusy, 4)}),
		"Of 3 who can take it, the one who has been idle longest.": assign.Reason(inbox.StrategyLongestIdle, true,
			[]inbox.PassedOverCount{passed(inbox.PassedOverNotChosen, 2)}),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

package workflow_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"foyer/engine/workflow"
)

func TestTheNextTurnOfHoursIsTheFirstMinuteAtWhichTheyDiffer(t *testing.T) {
	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	rapid.Check(t, func(t *rapid.T) {
		hours := workflow.Hours{TimeZone: rapid.SampledFrom([]string{"UTC", "Europe/Vienna", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"}).Draw(t, "zone"), Week: map[string][]string{}}
		for range rapid.IntRange(0, 5).Draw(t, "spans") {
			from, to := rapid.IntRange(0, 95).Draw(t, "from")*15, rapid.IntRange(0, 95).Draw(t, "to")*15
			if from != to {
				day := rapid.SampledFrom(days).Draw(t, "day")
				hours.Week[day] = append(hours.Week[day], fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60))
			}
		}
		// Around the days on which clocks are changed.
		start := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 27, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC),
			time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC),
		}).Draw(t, "start").Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "minutes")) * time.Minute)
		if rapid.Bool().Draw(t, "holiday") {
			hours.Holidays = []string{start.AddDate(0, 0, rapid.IntRange(-1, 20).Draw(t, "in")).Format(time.DateOnly)}
		}
		schedule, err := hours.Schedule()
		if err != nil {
			t.Fatal(err)
		}
		var want time.Time
		for at := start.Add(time.Minute); at.Before(start.AddDate(0, 0, 40)); at = at.Add(time.Minute) {
			if schedule.Open(at) != schedule.Open(start) {
				want = at
				break
			}
		}
		if got, ok := schedule.Next(start); ok == want.IsZero() || !got.Equal(want) {
			t.Fatalf("%+v at %s: the next turn is at %s, want %s", hours, start, got, want)
		}
	})
}

func TestHoursThatNeverChangeHaveNoNextTurn(t *testing.T) {
	all := map[string][]string{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		all[day] = []string{"00:00-24:00"}
	}
	always, never := must(workflow.Hours{TimeZone: "Europe/Vienna", Week: all}.Schedule()), must(workflow.Hours{TimeZone: "UTC"}.Schedule())
	var none *workflow.Schedule
	for name, schedule := range map[string]*workflow.Schedule{"always": always, "never": never, "none": none} {
		if at, ok := schedule.Next(noon); ok {
			t.Errorf("%s: it changes at %s", name, at)
		}
	}
	if never.Open(noon) || !always.Open(noon) {
		t.Error("it is the wrong way round")
	}
	holiday := must(workflow.Hours{TimeZone: "Europe/Vienna", Week: all, Holidays: []string{"2028-12-25"}}.Schedule())
	if at, _ := holiday.Next(noon); !at.Equal(time.Date(2028, 12, 24, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("a far holiday begins at %s", at)
	}
}

package workflow_test

import (
	"testing"
	"time"

	"foyer/engine/workflow"
)

// Days whose midnight the clocks skip: they begin at one, or later.
var skipped = []struct {
	zone, day, before string
	weekday           string
	begins            string // in UTC
}{
	{"Atlantic/Azores", "2026-03-29", "2026-03-28", "sun", "2026-03-29T01:00:00Z"},
	{"America/Santiago", "2026-09-06", "2026-09-05", "sun", "2026-09-06T04:00:00Z"},
	{"America/Havana", "2026-03-08", "2026-03-07", "sun", "2026-03-08T05:00:00Z"},
	{"Asia/Beirut", "2026-03-29", "2026-03-28", "sun", "2026-03-28T22:00:00Z"},
	{"Africa/Cairo", "2026-04-24", "2026-04-23", "fri", "2026-04-23T22:00:00Z"},
	{"America/Asuncion", "2023-10-01", "2023-09-30", "sun", "2023-10-01T04:00:00Z"},
}

func moment(t *testing.T, written string) time.Time {
	t.Helper()
	return must(time.Parse(time.RFC3339, written))
}

func TestADateBeginsWhereItsMidnightIsSkipped(t *testing.T) {
	days := []struct{ zone, day, begins string }{
		{"UTC", "2026-03-08", "2026-03-08T00:00:00Z"},
		{"Europe/Vienna", "2026-10-25", "2026-10-24T22:00:00Z"},
		{"America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"},   // midnight is there twice
		{"America/Santiago", "2026-04-05", "2026-04-05T04:00:00Z"}, // the hour before is there twice
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},     // a day that was skipped altogether
		{"Asia/Kolkata", "2026-01-01", "2025-12-31T18:30:00Z"},
		{"America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"}, // from 23:30 to 00:30
	}
	for _, day := range skipped {
		days = append(days, struct{ zone, day, begins string }{day.zone, day.day, day.begins})
	}
	for _, day := range days {
		t.Run(day.zone+" "+day.day, func(t *testing.T) {
			zone := must(time.LoadLocation(day.zone))
			want := moment(t, day.begins)
			definition := mustCompile(t, steps(`{"key": "a", "wait": {"until": "`+day.day+`"}}, {"key": "b", "snooze": {"until": "`+day.day+`"}}`))
			now := want.Add(-time.Hour).In(zone)
			_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: now})
			if wait, ok := result.Effect.(workflow.Wait); !ok || !wait.Until.Equal(want) {
				t.Errorf("waits until %v, want %s", result.Effect, want)
			}
		})
	}
}

func TestHoursWhereMidnightIsSkipped(t *testing.T) {
	for _, day := range skipped {
		t.Run(day.zone, func(t *testing.T) {
			begins := moment(t, day.begins)
			others := map[string][]string{}
			hours := func(week map[string][]string, holidays ...string) *workflow.Schedule {
				return must(workflow.Hours{TimeZone: day.zone, Week: week, Holidays: holidays}.Schedule())
			}
			of := func(weekday string, spans ...string) map[string][]string { return map[string][]string{weekday: spans} }
			eve := map[string]string{"sun": "sat", "fri": "thu"}[day.weekday]
			for weekday := range map[string]bool{"mon": true, "tue": true, "wed": true, "thu": true, "fri": true, "sat": true, "sun": true} {
				others[weekday] = []string{"00:00-24:00"}
			}
			tests := []struct {
				name  string
				hours *workflow.Schedule
				at    time.Time
				open  bool
				next  time.Duration // after it begins; a year where it does not matter
			}{
				{"before the day", hours(of(day.weekday, "00:00-09:00")), begins.Add(-time.Second), false, 0},
				{"as the day begins", hours(of(day.weekday, "00:00-09:00")), begins, true, 8 * time.Hour},
				{"a span that begins in the gap", hours(of(day.weekday, "00:30-09:00")), begins, true, 8 * time.Hour},
				{"until midnight", hours(of(eve, "09:00-24:00")), begins.Add(-time.Second), true, 0},
				{"until the gap", hours(of(eve, "22:00-00:30")), begins.Add(-time.Second), true, 0},
				{"over midnight", hours(of(eve, "22:00-02:00")), begins.Add(-time.Second), true, time.Hour},
				{"over midnight, on the day", hours(of(eve, "22:00-02:00")), begins.Add(59 * time.Minute), true, time.Hour},
				{"after it", hours(of(eve, "22:00-02:00")), begins.Add(time.Hour), false, -1},
				{"the night before a holiday", hours(of(eve, "22:00-02:00"), day.day), begins, true, time.Hour},
				{"a holiday", hours(others, day.day), begins.Add(time.Hour), false, 23 * time.Hour},
				{"as a holiday begins", hours(others, day.day), begins.Add(-time.Second), true, 0},
				{"a holiday the day before", hours(others, day.before), begins.Add(-time.Second), false, 0},
				{"half past midnight on the next day", hours(of(day.weekday, "22:00-02:00")), begins.Add(23*time.Hour + 30*time.Minute), true, 25 * time.Hour},
				{"half past midnight after a holiday", hours(of(day.weekday, "22:00-02:00"), day.before), begins.Add(23*time.Hour + 30*time.Minute), true, 25 * time.Hour},
			}
			for _, test := range tests {
				next, ok := test.hours.Next(test.at)
				if got := test.hours.Open(test.at); got != test.open {
					t.Errorf("%s: open %t", test.name, got)
				}
				if want := begins.Add(test.next); test.next >= 0 && (!ok || !next.Equal(want)) {
					t.Errorf("%s: next %s, want %s", test.name, next.UTC(), want.UTC())
				}
			}
		})
	}
}

package workflow_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/engine/workflow"
)

func TestAScheduleIsOpenWithinItsHours(t *testing.T) {
	office, err := workflow.Hours{
		TimeZone: "Europe/Vienna",
		Week: map[string][]string{
			"mon": {"09:00-12:30", "13:00-17:00"}, "fri": {"22:00-06:00"}, "sun": {"00:00-24:00"}, "wed": {"01:30-03:30"},
		},
		Holidays: []string{"2026-12-28", "2026-03-08"},
	}.Schedule()
	if err != nil {
		t.Fatal(err)
	}
	vienna := must(time.LoadLocation("Europe/Vienna"))
	tests := []struct {
		at   string // in Vienna
		open bool
	}{
		{"2026-03-02 08:59", false}, {"2026-03-02 09:00", true}, {"2026-03-02 12:29", true}, {"2026-03-02 12:30", false},
		{"2026-03-02 13:00", true}, {"2026-03-02 17:00", false}, {"2026-03-03 10:00", false},
		{"2026-03-06 21:59", false}, {"2026-03-06 23:00", true}, {"2026-03-07 05:59", true}, {"2026-03-07 06:00", false},
		{"2026-03-01 00:00", true}, {"2026-03-01 23:59", true}, {"2026-03-02 00:00", false},
		{"2026-12-28 10:00", false}, // a Monday, and a holiday
		{"2026-12-21 10:00", true},
		{"2026-03-08 12:00", false}, // a Sunday, and a holiday
		{"2026-03-29 02:59", true},  // the clock goes forward: there is no such time, it means 03:59
		{"2026-10-25 02:30", true},  // the clock goes back: it is this time twice
	}
	for _, test := range tests {
		at := must(time.ParseInLocation("2006-01-02 15:04", test.at, vienna))
		if got := office.Open(at.UTC()); got != test.open {
			t.Errorf("%s: open %t", test.at, got)
		}
	}
	var nobody *workflow.Schedule
	if !nobody.Open(noon) {
		t.Error("a team without hours is closed")
	}
}

func TestHoursThatAreNoneAreRefused(t *testing.T) {
	week := func(span string) workflow.Hours {
		return workflow.Hours{TimeZone: "UTC", Week: map[string][]string{"tue": {"00:00-01:00", span}}}
	}
	tests := []struct {
		hours      workflow.Hours
		path, want string
	}{
		{workflow.Hours{}, "timeZone", `There is no time zone ""; write one like Europe/Vienna.`},
		{workflow.Hours{TimeZone: "../etc/passwd"}, "timeZone", `There is no time zone "../etc/passwd"; write one like Europe/Vienna.`},
		{workflow.Hours{TimeZone: "UTC", Week: map[string][]string{"monday": nil}}, "week.monday", `There is no day "monday"; use mon, tue, wed, thu, fri, sat and sun.`},
		{week("9:00-17:00"), "week.tue.1", "Write a span like 09:00-17:00."},
		{week("09:00-25:00"), "week.tue.1", `"09:00-25:00" is past the end of the day, which is 24:00.`},
		{week("24:00-01:00"), "week.tue.1", `"24:00-01:00" is past the end of the day, which is 24:00.`},
		{week("09:00-09:00"), "week.tue.1", `"09:00-09:00" is empty; for the whole day write 00:00-24:00.`},
		{workflow.Hours{TimeZone: "UTC", Holidays: []string{"2026-02-30"}}, "holidays.0", "Write a date like 2026-12-25."},
	}
	for _, test := range tests {
		_, err := test.hours.Schedule()
		var wrong *workflow.HoursError
		if !errors.As(err, &wrong) || err.Error() != test.want || strings.Join(wrong.Path, ".") != test.path {
			t.Errorf("%+v: %v", test.hours, err)
		}
	}
}

func TestTimeOutsideTheHoursDoesNotCount(t *testing.T) {
	office := workflow.Hours{TimeZone: "Europe/Vienna", Week: map[string][]string{
		"mon": {"09:00-12:30", "13:00-17:00"}, "tue": {"09:00-17:00"}, "fri": {"22:00-06:00"}, "sun": {"01:00-04:00"},
	}, Holidays: []string{"2026-03-09", "2026-03-10"}}
	always := workflow.Hours{TimeZone: "Europe/Vienna", Week: map[string][]string{}}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		always.Week[day] = []string{"00:00-24:00"}
	}
	seldom := workflow.Hours{TimeZone: "UTC", Week: map[string][]string{"mon": {"09:00-09:01"}}}
	for name, test := range map[string]struct {
		hours  workflow.Hours
		from   string // in Vienna, if the hours are there
		length time.Duration
		want   string // empty: never
	}{
		"within a span":               {office, "2026-03-02 09:00", 30 * time.Minute, "2026-03-02 09:30"},
		"before a span":               {office, "2026-03-02 07:00", 30 * time.Minute, "2026-03-02 09:30"},
		"over the break":              {office, "2026-03-02 12:15", 30 * time.Minute, "2026-03-02 13:15"},
		"to the end of a span":        {office, "2026-03-02 12:00", 30 * time.Minute, "2026-03-02 13:00"}, // it is closed at the end
		"over the night":              {office, "2026-03-02 16:50", 30 * time.Minute, "2026-03-03 09:20"},
		"over days":                   {office, "2026-03-02 09:00", 16 * time.Hour, "2026-03-06 22:30"},
		"within a span over midnight": {office, "2026-03-06 23:00", 3 * time.Hour, "2026-03-07 02:00"},
		"over holidays":               {office, "2026-03-08 03:30", time.Hour, "2026-03-13 22:30"},
		"as the clocks go forward":    {office, "2026-03-29 01:30", time.Hour, "2026-03-29 03:30"},
		"a shorter night":             {office, "2026-03-29 01:00", 150 * time.Minute, "2026-03-30 09:30"},   // it has two hours
		"as the clocks go back":       {office, "2026-10-25 01:30", 3 * time.Hour, "2026-10-25 03:30"},       // it is two o'clock twice
		"never closed":                {always, "2026-03-02 09:00", 30 * 24 * time.Hour, "2026-04-01 10:00"}, // in summer time
		"never open":                  {workflow.Hours{TimeZone: "UTC"}, "2026-03-02 09:00", time.Minute, ""},
		"many weeks":                  {seldom, "2026-03-02 09:00", 2 * time.Minute, "2026-03-16 09:00"},
		"more weeks than matter":      {seldom, "2026-03-02 09:00", 30 * 24 * time.Hour, ""},
	} {
		t.Run(name, func(t *testing.T) {
			zone := must(time.LoadLocation(test.hours.TimeZone))
			from := must(time.ParseInLocation("2006-01-02 15:04", test.from, zone))
			at, ok := must(test.hours.Schedule()).After(from.UTC(), test.length)
			if got := at.In(zone).Format("2006-01-02 15:04"); ok != (test.want != "") || ok && got != test.want {
				t.Errorf("got %s, %t", got, ok)
			}
		})
	}
	var nobody *workflow.Schedule
	if at, ok := nobody.After(noon, time.Hour); !ok || !at.Equal(noon.Add(time.Hour)) {
		t.Errorf("without hours it is %s, %t", at, ok)
	}
}

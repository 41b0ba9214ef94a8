package workflow

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/inbox"
)

// Hours is when somebody works, as documents write it and teams keep it.
type Hours struct {
	// TimeZone is a name of the IANA database: Europe/Vienna.
	TimeZone string `json:"timeZone"`
	// Week returns for mon to sun the spans of the day: ["09:00-12:30", "13:00-17:00"]. One that ends before it begins
	// ends on the next day; 24:00 is the end of the day. Days left out are closed.
	Week map[string][]string `json:"week"`
	// Holidays are dates, 2026-12-25, on which nothing begins.
	Holidays []string `json:"holidays,omitempty"`
}

// Schedule is Hours, ready to ask. It never changes: safe for concurrent use. A nil Schedule is always open.
type Schedule struct {
	zone     *time.Location
	week     [7][]daySpan // by time.Weekday
	holidays []string     // sorted
}

// daySpan is in minutes of the day, the end not included; past 24 hours it ends on the next day.
type daySpan struct{ from, to int }

const dayMinutes = 24 * 60

// weekdays are the days of Hours.Week in the order of time.Weekday; never written to.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// HoursError is what is wrong with Hours, and where.
type HoursError struct {
	Path    []string // ["week", "mon", "0"]
	Message string
}

// Error returns the message.
func (e *HoursError) Error() string { return e.Message }

// Schedule makes the hours ready to ask. It fails with an *HoursError. It reads the time zone database.
func (h Hours) Schedule() (*Schedule, error) {
	s := &Schedule{}
	zone, err := time.LoadLocation(h.TimeZone)
	if err != nil || h.TimeZone == "" || h.TimeZone == "Local" {
		return nil, &HoursError{[]string{"timeZone"}, "There is no time zone " + quote(h.TimeZone) + "; write one like Europe/Vienna."}
	}
	s.zone = zone
	for _, name := range sortedKeys(h.Week) {
		day := slices.Index(weekdays, name)
		if day < 0 {
			return nil, &HoursError{[]string{"week", name}, "There is no day " + quote(name) + "; use mon, tue, wed, thu, fri, sat and sun."}
		}
		for i, written := range h.Week[name] {
			span, err := parseDaySpan(written)
			if err != nil {
				return nil, &HoursError{[]string{"week", name, strconv.Itoa(i)}, sentence(err.Error())}
			}
			s.week[day] = append(s.week[day], span)
		}
	}
	for i, written := range h.Holidays {
		if _, err := inbox.ParseDate(written); err != nil {
			return nil, &HoursError{[]string{"holidays", strconv.Itoa(i)}, "Write a date like 2026-12-25."}
		}
	}
	s.holidays = slices.Sorted(slices.Values(h.Holidays))
	return s, nil
}

var daySpanForm = regexp.MustCompile(`^([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)$`)

func parseDaySpan(written string) (daySpan, error) {
	parts := daySpanForm.FindStringSubmatch(strings.ReplaceAll(written, " ", ""))
	if parts == nil {
		return daySpan{}, errors.New("write a span like 09:00-17:00")
	}
	minutes := make([]int, 0, 2)
	for _, at := range []int{1, 3} {
		hour, _ := strconv.Atoi(parts[at]) // digits, as the form says
		minute, _ := strconv.Atoi(parts[at+1])
		minutes = append(minutes, hour*60+minute)
	}
	span := daySpan{minutes[0], minutes[1]}
	switch {
	case span.from >= dayMinutes || span.to > dayMinutes:
		return span, fmt.Errorf("%s is past the end of the day, which is 24:00", quote(written))
	case span.from == span.to:
		return span, fmt.Errorf("%s is empty; for the whole day write 00:00-24:00", quote(written))
	case span.to < span.from:
		span.to += dayMinutes
	}
	return span, nil
}

// Open reports whether the moment is within the hours. What began before midnight belongs to the day it began on, so the
// night before a holiday is worked to its end.
func (s *Schedule) Open(at time.Time) bool {
	if s == nil {
		return true
	}
	local := at.In(s.zone)
	day, minute := dateOf(local), local.Hour()*60+local.Minute()
	return s.open(day, minute) || s.open(day.AddDate(0, 0, -1), minute+dayMinutes)
}

// open reports whether a minute, counted from the beginning of the day, is within what begins on that day. The day is
// its midnight in UTC, which every day has.
func (s *Schedule) open(day time.Time, minute int) bool {
	if _, holiday := slices.BinarySearch(s.holidays, day.Format(time.DateOnly)); holiday {
		return false
	}
	return slices.ContainsFunc(s.week[day.Weekday()], func(span daySpan) bool {
		return span.from <= minute && minute < span.to
	})
}

// Next returns when the hours next open or close after a moment; not ok where they never do.
func (s *Schedule) Next(after time.Time) (at time.Time, ok bool) {
	if s == nil {
		return time.Time{}, false
	}
	const week = 7
	open, today := s.Open(after), dateOf(after.In(s.zone))
	for first := 0; first <= s.horizon(today); first += week {
		var turns []time.Time
		for day := first - 1; day < first+week; day++ { // what begins on the day before may end on the first
			turns = append(turns, s.turns(today.AddDate(0, 0, day))...)
		}
		slices.SortFunc(turns, time.Time.Compare)
		end := today.AddDate(0, 0, first+week)
		for _, at := range turns {
			if at.After(after) && dateOf(at.In(s.zone)).Before(end) && s.Open(at) != open {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// horizon is how many days from today on can bring a change for the first time: a week, and a week after the last
// holiday.
func (s *Schedule) horizon(today time.Time) int {
	const (
		week = 8        // what began a week ago may end today
		most = 10 * 366 // what comes later makes no difference to anybody
	)
	if len(s.holidays) == 0 {
		return week
	}
	last, err := inbox.ParseDate(s.holidays[len(s.holidays)-1])
	if err != nil || last.Before(today) {
		return week
	}
	return min(int(last.Sub(today)/(24*time.Hour))+week, most)
}

// turns returns the moments at which the hours may open or close on a day: where spans that begin on that day begin and
// end, and where the clocks are changed.
func (s *Schedule) turns(day time.Time) []time.Time {
	const length = dayMinutes * time.Minute
	before, after := s.offset(day.Add(-length)), s.offset(day.Add(2*length))
	var turns []time.Time
	for _, span := range s.week[day.Weekday()] {
		for _, minute := range []int{span.from, span.to} {
			wall := day.Add(time.Duration(minute) * time.Minute)
			turns = append(turns, wall.Add(-before), wall.Add(-after)) // where the clocks go back, the wall shows it twice
		}
	}
	if before != after {
		_, change := day.Add(-length).In(s.zone).ZoneBounds()
		turns = append(turns, change)
	}
	return turns
}

// offset is how far the clocks are ahead of UTC.
func (s *Schedule) offset(at time.Time) time.Duration {
	_, seconds := at.In(s.zone).Zone()
	return time.Duration(seconds) * time.Second
}

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

// Hours are business hours, as documents write them and teams have them.
type Hours struct {
	// TimeZone is a name of the IANA database: Europe/Vienna.
	TimeZone string `json:"timeZone"`
	// Week has the spans of each day, mon to sun: ["09:00-12:30", "13:00-17:00"]. A span that ends before it begins
	// ends on the next day; 24:00 is the end of the day. Days that are left out are closed.
	Week map[string][]string `json:"week"`
	// Holidays are dates, such as 2026-12-25, on which no span begins.
	Holidays []string `json:"holidays,omitempty"`
}

// Schedule is a compiled Hours. It never changes and is safe for concurrent use. A nil Schedule is always open.
type Schedule struct {
	zone     *time.Location
	week     [7][]daySpan // by time.Weekday
	holidays []string     // sorted
}

// daySpan is a span in minutes of the day, without its end. An end past 24 hours is on the next day.
type daySpan struct{ from, to int }

const dayMinutes = 24 * 60

// weekdays are the days of Hours.Week in the order of time.Weekday; never written to.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// HoursError is a mistake in Hours.
type HoursError struct {
	Path    []string // ["week", "mon", "0"]
	Message string
}

// Error returns the message.
func (e *HoursError) Error() string { return e.Message }

// Schedule compiles the hours. It fails with an *HoursError. It reads the time zone database.
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
		hour, _ := strconv.Atoi(parts[at]) // the form has digits there
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

// Open reports whether the hours are open at a moment. A span belongs to the day on which it begins, so the night
// before a holiday is open to its end.
func (s *Schedule) Open(at time.Time) bool {
	if s == nil {
		return true
	}
	local := at.In(s.zone)
	day, minute := dateOf(local), local.Hour()*60+local.Minute()
	return s.open(day, minute) || s.open(day.AddDate(0, 0, -1), minute+dayMinutes)
}

// open reports whether a minute, counted from the beginning of a day, is within a span that begins on that day. The day
// is its midnight in UTC, which exists for every day.
func (s *Schedule) open(day time.Time, minute int) bool {
	if _, holiday := slices.BinarySearch(s.holidays, day.Format(time.DateOnly)); holiday {
		return false
	}
	return slices.ContainsFunc(s.week[day.Weekday()], func(span daySpan) bool {
		return span.from <= minute && minute < span.to
	})
}

// neverOpens reports whether no day has a span.
func (s *Schedule) neverOpens() bool {
	return s != nil && !slices.ContainsFunc(s.week[:], func(spans []daySpan) bool { return len(spans) > 0 })
}

// Next returns the first moment after another at which the hours open or close. It is not ok if they never do.
func (s *Schedule) Next(after time.Time) (at time.Time, ok bool) {
	if s == nil {
		return time.Time{}, false
	}
	const week = 7
	open, today := s.Open(after), dateOf(after.In(s.zone))
	for first := 0; first <= s.horizon(today); first += week {
		var turns []time.Time
		for day := first - 1; day < first+week; day++ { // a span of the day before may end on the first day
			turns = append(turns, s.changes(today.AddDate(0, 0, day))...)
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

// maxTurns is how many openings and closings After looks at. With ordinary hours they are many years.
const maxTurns = 10_000

// After returns the first moment at which the hours are open and have been open for a length of time since another moment. It
// is not ok if they never are, or not within maxTurns openings and closings.
func (s *Schedule) After(from time.Time, length time.Duration) (at time.Time, ok bool) {
	if s == nil {
		return from.Add(length), true
	}
	at = from
	for range maxTurns {
		open := s.Open(at)
		next, turns := s.Next(at)
		switch {
		case open && (!turns || length < next.Sub(at)):
			return at.Add(length), true
		case !turns:
			return time.Time{}, false
		case open:
			length -= next.Sub(at)
		}
		at = next
	}
	return time.Time{}, false
}

// horizon returns how many days from today can bring the first change: a week, and a week after the last holiday.
func (s *Schedule) horizon(today time.Time) int {
	const (
		week = 8        // a span of a week ago may end today
		most = 10 * 366 // a later change matters to nobody
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

// changes returns the moments at which the hours may open or close because of a day: the beginnings and ends of its
// spans, and the change of the clocks.
func (s *Schedule) changes(day time.Time) []time.Time {
	const length = dayMinutes * time.Minute
	before, after := s.offset(day.Add(-length)), s.offset(day.Add(2*length))
	var turns []time.Time
	for _, span := range s.week[day.Weekday()] {
		for _, minute := range []int{span.from, span.to} {
			wall := day.Add(time.Duration(minute) * time.Minute)
			turns = append(turns, wall.Add(-before), wall.Add(-after)) // when clocks go back, this time of day occurs twice
		}
	}
	if before != after {
		_, change := day.Add(-length).In(s.zone).ZoneBounds()
		turns = append(turns, change)
	}
	return turns
}

// offset returns how far the clocks are ahead of UTC.
func (s *Schedule) offset(at time.Time) time.Duration {
	_, seconds := at.In(s.zone).Zone()
	return time.Duration(seconds) * time.Second
}

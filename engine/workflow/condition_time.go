package workflow

import (
	"slices"
	"time"

	"foyer/inbox"
)

// instant is a constant that times are compared with: a moment, or a whole day.
type instant struct {
	at  time.Time // a day: its midnight in UTC
	day bool
}

// instant reads a constant: a time by RFC 3339, or a date. Fields that hold days are compared only with dates.
func (v *valueCompiler) instant(at path, value any) instant {
	text, _ := value.(string)
	if day, err := inbox.ParseDate(text); err == nil {
		v.zoned = true
		return instant{day, true}
	}
	if v.field.Type == TypeDate {
		v.add(at, "the value must be a date like 2026-01-31")
		return instant{day: true}
	}
	moment, err := inbox.ParseTime(text)
	if err != nil {
		v.add(at, "the value must be a time like 2026-01-31T09:00:00Z (RFC 3339), or a date like 2026-01-31")
	}
	return instant{at: moment}
}

// compare returns a matcher that compares days if the instant is a day, and moments otherwise.
func (i instant) compare(holds func(at time.Time) bool) matcher {
	if i.day {
		return compareDate(func(date, _ time.Time) bool { return holds(date) })
	}
	return compareTime(func(at, _ time.Time) bool { return holds(at) })
}

func (v *valueCompiler) betweenMoments(ends []any) matcher {
	low, high := v.instant(v.at.to(0), ends[0]), v.instant(v.at.to(1), ends[1])
	if low.day != high.day {
		v.add(v.at, "both values must be dates, or both times")
		return present
	}
	v.checkEnds(high.at.Before(low.at))
	return low.compare(func(at time.Time) bool { return !at.Before(low.at) && !at.After(high.at) })
}

func (v *valueCompiler) equalsDate(values []any, place func(int) path) matcher {
	days := make([]time.Time, len(values))
	for i, value := range values {
		days[i] = v.instant(place(i), value).at
	}
	return compareDate(func(date, _ time.Time) bool { return slices.Contains(days, date) })
}

// withinLast matches moments within a span that ends now and, for fields that hold days, today and the days within the
// span before it.
func (v *valueCompiler) withinLast(value any) matcher {
	text, _ := value.(string)
	span, err := parseDuration(text)
	if err != nil {
		v.add(v.at, "%s", err)
	}
	if v.field.Type == TypeDate {
		v.zoned = true
		return compareDate(func(date, today time.Time) bool { return !date.After(today) && today.Sub(date) <= span })
	}
	return compareTime(func(at, now time.Time) bool { return !at.After(now) && now.Sub(at) <= span })
}

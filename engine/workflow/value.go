package workflow

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"foyer/engine/workflow/template"
	"foyer/inbox"
)

// isEmpty reports whether a field has no value. Texts and conditions agree on it.
func isEmpty(value any) bool { return template.IsNothing(value) }

// readText returns a value as a text. Lists and objects are not texts.
func readText(value any) (string, bool) {
	switch value.(type) {
	case string, bool, int64, int, float64, time.Time:
		return template.TextOf(value), true
	default:
		return "", false
	}
}

// readNumber returns a value as a number: a number, or a text that is one. Not-a-number and infinities are not numbers.
func readNumber(value any) (float64, bool) {
	var n float64
	switch value := value.(type) {
	case float64:
		n = value
	case int64:
		n = float64(value)
	case int:
		n = float64(value)
	case string:
		parsed, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			return 0, false
		}
		n = parsed
	default:
		return 0, false
	}
	return n, !math.IsNaN(n) && !math.IsInf(n, 0)
}

// readTime returns a value as a time: a time, or a text by RFC 3339.
func readTime(value any) (time.Time, bool) {
	switch value := value.(type) {
	case time.Time:
		return value, !value.IsZero()
	case string:
		at, err := inbox.ParseTime(strings.TrimSpace(value))
		return at, err == nil
	default:
		return time.Time{}, false
	}
}

// readDate returns a value as a date, at midnight in UTC: a text that is a date, or the day of a time in its zone.
func readDate(value any) (time.Time, bool) {
	if text, ok := value.(string); ok {
		if at, err := inbox.ParseDate(strings.TrimSpace(text)); err == nil {
			return at, true
		}
	}
	at, ok := readTime(value)
	return dateOf(at), ok
}

// readDateIn is readDate with the day of a time in another zone.
func readDateIn(value any, zone *time.Location) (time.Time, bool) {
	if at, ok := readTime(value); ok {
		return dateOf(at.In(zone)), true
	}
	return readDate(value)
}

// dateOf returns the day of a moment, in its zone, at midnight in UTC.
func dateOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

// beginning returns the first moment of a day in a zone. That is midnight, unless clocks go forward then: in Cuba the
// day then begins at one. For a midnight that does not exist, time.Date returns a time before or after the change.
func beginning(day time.Time, zone *time.Location) time.Time {
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	before, after := midnight.ZoneBounds()
	switch there := dateOf(midnight); {
	case there.Before(day):
		return after.In(zone)
	case there.After(day) || midnight.Hour() != 0 || midnight.Minute() != 0:
		return before.In(zone)
	default:
		return midnight
	}
}

// readCheckbox returns a value as true or false: a bool, or a text that says so.
func readCheckbox(value any) (held, ok bool) {
	switch value := value.(type) {
	case bool:
		return value, true
	case string:
		text := fold(strings.TrimSpace(value))
		return text == "true", text == "true" || text == "false"
	default:
		return false, false
	}
}

// readList returns a value as a list of texts. A text is a list of one.
func readList(value any) ([]string, bool) {
	switch value := value.(type) {
	case []string:
		return value, true
	case []any:
		items := make([]string, 0, len(value))
		for _, item := range value {
			if text, ok := readText(item); ok {
				items = append(items, text)
			}
		}
		return items, true
	case string:
		return []string{value}, true
	default:
		return nil, false
	}
}

// formatNumber returns a number as a text without an exponent, and without a fraction if it is whole.
func formatNumber(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// fold returns a text for comparing in conditions: folded, with plain quotes.
func fold(text string) string { return inbox.Fold(inbox.FoldQuotes(text)) }

// find returns the first item of a list that passes a test.
func find[T any](list []T, test func(T) bool) (found T, ok bool) {
	if at := slices.IndexFunc(list, test); at >= 0 {
		return list[at], true
	}
	return found, false
}

// each returns what a function returns for each item of a list.
func each[T, R any](list []T, of func(T) R) []R {
	results := make([]R, len(list))
	for i, item := range list {
		results[i] = of(item)
	}
	return results
}

package inbox

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/sosodev/duration"
)

// Time is a moment in UTC, in milliseconds since 1970, as the database keeps it. Outside it is RFC 3339 with
// millisecond precision.
type Time int64

// timeLayout is RFC 3339 with exactly three decimals, so that text order is time order.
const timeLayout = "2006-01-02T15:04:05.000Z"

// At gives t as a Time, cut to milliseconds.
func At(t time.Time) Time { return Time(t.UnixMilli()) }

// Std gives the moment as the standard library's.
func (t Time) Std() time.Time { return time.UnixMilli(int64(t)).UTC() }

// Add gives the moment d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Milliseconds()) }

func (t Time) String() string { return t.Std().Format(timeLayout) }

// MarshalGQL writes the moment as a JSON string.
func (t Time) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+t.String()+`"`) }

// UnmarshalGQL reads RFC 3339 with any offset; it fails on everything else.
func (t *Time) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a Time is an RFC 3339 string")
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("a Time is RFC 3339, such as 2026-01-31T09:30:00.000Z")
	}
	*t = At(parsed)
	return nil
}

// Duration is a length of time in whole seconds. Outside it is an ISO 8601 duration, such as PT45S.
type Duration int64

// Std gives the duration as the standard library's.
func (d Duration) Std() time.Duration { return time.Duration(d) * time.Second }

func (d Duration) String() string {
	if d == 0 {
		return "PT0S"
	}
	days, rest := d/86400, d%86400
	text := "P"
	if days > 0 {
		text += strconv.FormatInt(int64(days), 10) + "D"
	}
	if rest == 0 {
		return text
	}
	text += "T"
	for _, unit := range []struct {
		seconds Duration
		letter  string
	}{{3600, "H"}, {60, "M"}, {1, "S"}} {
		if n := rest / unit.seconds; n > 0 {
			text += strconv.FormatInt(int64(n), 10) + unit.letter
		}
		rest %= unit.seconds
	}
	return text
}

// ParseDuration reads an ISO 8601 duration of whole seconds, zero or more, without years and months (their length
// depends on the calendar). It fails on everything else.
func ParseDuration(text string) (Duration, error) {
	parsed, err := duration.Parse(text)
	if err != nil || !strings.ContainsAny(text, "0123456789") || parsed.Negative || parsed.Years != 0 || parsed.Months != 0 {
		return 0, fmt.Errorf("a Duration is ISO 8601 from weeks to seconds, such as PT45S, PT15M or P7D")
	}
	length := parsed.ToTimeDuration()
	if length%time.Second != 0 {
		return 0, fmt.Errorf("a Duration is in whole seconds")
	}
	return Duration(length / time.Second), nil
}

// MarshalGQL writes the duration as a JSON string.
func (d Duration) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+d.String()+`"`) }

// UnmarshalGQL reads what ParseDuration reads.
func (d *Duration) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a Duration is an ISO 8601 string")
	}
	parsed, err := ParseDuration(text)
	*d = parsed
	return err
}

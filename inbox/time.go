package inbox

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Time is a moment in UTC, in milliseconds since 1970, as the database stores it. Outside it is RFC 3339 with
// millisecond precision.
type Time int64

// timeLayout is RFC 3339 with exactly three decimals, so that text order is time order.
const timeLayout = "2006-01-02T15:04:05.000Z"

// At returns t as a Time, cut to milliseconds.
func At(t time.Time) Time { return Time(t.UnixMilli()) }

// Std returns the moment as the standard library's.
func (t Time) Std() time.Time { return time.UnixMilli(int64(t)).UTC() }

// Add returns the moment d later.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Milliseconds()) }

func (t Time) String() string { return t.Std().Format(timeLayout) }

// MarshalGQL writes the moment as a JSON string.
func (t Time) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+t.String()+`"`) }

// UnmarshalGQL reads what ParseTime reads.
func (t *Time) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a Time is an RFC 3339 string")
	}
	parsed, err := ParseTime(text)
	if err != nil {
		return err
	}
	*t = At(parsed)
	return nil
}

var errTime = errors.New("a Time is RFC 3339 in the years 0001 to 9999, such as 2026-01-31T09:30:00.000Z")

// ParseTime reads a moment by RFC 3339, exactly: in the years 0001 to 9999, of UTC too, with any offset up to 23:59. A
// leap second is the second after it. It fails on everything else.
func ParseTime(text string) (time.Time, error) {
	const seconds = len("2026-01-31T09:30:")
	if len(text) < len("2026-01-31T09:30:00Z") || !rfc3339(text) {
		return time.Time{}, errTime
	}
	leap := text[seconds:seconds+2] == "60"
	if leap {
		text = text[:seconds] + "59" + text[seconds+2:]
	}
	at, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	utc := at.UTC()
	if leap {
		if utc.Hour() != 23 || utc.Minute() != 59 { // it is the last of a day of UTC
			return time.Time{}, errTime
		}
		at, utc = at.Add(time.Second), utc.Add(time.Second)
	}
	if err != nil || !written(at) || !written(utc) {
		return time.Time{}, errTime
	}
	return at, nil
}

// rfc3339 reports whether a text has the form that time.Parse does not enforce: two digits for an hour, no comma, an
// offset below a day.
func rfc3339(text string) bool {
	const hour, fraction = len("2026-01-31T"), len("2026-01-31T09:30:00")
	zone := text[len(text)-1] == 'Z' || text[len(text)-1] == 'z'
	if !zone {
		offset := text[len(text)-len("+01:00"):]
		zone = (offset[0] == '+' || offset[0] == '-') && offset[1:3] < "24" && offset[4:] < "60"
	}
	return zone && text[hour+2] == ':' && text[fraction] != ','
}

// written reports whether a year can be written with four digits.
func written(at time.Time) bool { return at.Year() >= 1 && at.Year() <= 9999 }

// FormatTime writes a moment in the form that ParseTime reads, to the second, in the zone that it carries. It uses UTC
// if RFC 3339 cannot express it in that zone: before zones had whole minutes, and if the year has more or less than
// four digits.
func FormatTime(at time.Time) string {
	if _, offset := at.Zone(); offset%60 != 0 || !written(at) {
		at = at.UTC()
	}
	return at.Format(time.RFC3339)
}

// ParseDate reads a day of the years 0001 to 9999, such as 2026-01-31, as its midnight in UTC.
func ParseDate(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || !written(day) {
		return time.Time{}, errors.New("a date is written like 2026-01-31")
	}
	return day, nil
}

// Duration is a length of time in whole seconds. Outside it is an ISO 8601 duration, such as PT45S.
type Duration int64

// maxDurationText is the most characters of a duration.
const maxDurationText = 100

// Std returns the duration as the standard library's.
func (d Duration) Std() time.Duration { return time.Duration(d) * time.Second }

func (d Duration) String() string {
	if d == 0 {
		return "PT0S"
	}
	if d < 0 {
		return "-" + (-d).String()
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

// writtenDuration is ISO 8601 from weeks to seconds, each at most once; the last may have a fraction.
var writtenDuration = regexp.MustCompile(`^P(?:(\d+(?:[.,]\d+)?)W)?(?:(\d+(?:[.,]\d+)?)D)?` +
	`(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?$`)

// durationUnits are those of writtenDuration; never written to.
var durationUnits = [...]int64{7 * 86400, 86400, 3600, 60, 1}

// ParseDuration reads an ISO 8601 duration of whole seconds, zero or more, without years and months (their length
// depends on the calendar), up to what a time.Duration holds. It fails on everything else.
func ParseDuration(text string) (Duration, error) {
	parts := writtenDuration.FindStringSubmatch(text)
	if len(text) > maxDurationText || parts == nil || !strings.ContainsAny(text[len(text)-1:], "WDHMS") {
		return 0, errors.New("a Duration is ISO 8601 from weeks to seconds, such as PT45S, PT15M or P7D")
	}
	total, fraction := new(big.Rat), false
	for i, part := range parts[1:] {
		if part == "" {
			continue
		}
		if fraction {
			return 0, errors.New("a Duration has a fraction in its last part alone")
		}
		count, ok := new(big.Rat).SetString(strings.Replace(part, ",", ".", 1))
		if !ok {
			return 0, errors.New("a Duration is ISO 8601, such as PT45S")
		}
		fraction = strings.ContainsAny(part, ".,")
		total.Add(total, count.Mul(count, big.NewRat(durationUnits[i], 1)))
	}
	switch {
	case !total.IsInt():
		return 0, errors.New("a Duration is in whole seconds")
	case !total.Num().IsInt64() || total.Num().Int64() > int64(math.MaxInt64/time.Second):
		return 0, errors.New("a Duration is at most 292 years")
	}
	return Duration(total.Num().Int64()), nil
}

// MarshalGQL writes the duration as a JSON string.
func (d Duration) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, `"`+d.String()+`"`) }

// UnmarshalGQL reads what ParseDuration reads, and the same behind a minus.
func (d *Duration) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a Duration is an ISO 8601 string")
	}
	text, negative := strings.CutPrefix(text, "-")
	parsed, err := ParseDuration(text)
	if *d = parsed; negative {
		*d = -parsed
	}
	return err
}

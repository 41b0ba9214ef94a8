package template

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/inbox"
)

// filterDate formats a time, in the zone of World.Now or of its second argument. A date has no zone: it is the same day
// everywhere.
func filterDate(r *rendering, input any, arguments []any) (any, error) {
	if IsNothing(input) {
		return nil, nil
	}
	zone := r.world.Now.Location()
	if len(arguments) > 1 {
		name, _ := arguments[1].(string)
		found, err := time.LoadLocation(name)
		if err != nil || name == "" || name == "Local" {
			return nil, fmt.Errorf("there is no time zone %s; write one like Europe/Vienna", quoted(TextOf(arguments[1])))
		}
		zone = found
	}
	at, ok := readTime(r, input, zone)
	if !ok {
		return nil, errors.New("it takes a time or a date")
	}
	return formatDate(at, TextOf(arguments[0]))
}

// readTime returns a time in the zone: a text by RFC 3339, the midnight of a date, or the present for now and today.
func readTime(r *rendering, value any, zone *time.Location) (time.Time, bool) {
	if at, ok := value.(time.Time); ok {
		return at.In(zone), true
	}
	text, _ := value.(string)
	text = strings.TrimSpace(text)
	if text == "now" || text == "today" {
		return r.world.Now.In(zone), true
	}
	if day, err := inbox.ParseDate(text); err == nil {
		return day, true
	}
	at, err := inbox.ParseTime(text)
	return at.In(zone), err == nil
}

// formatDate formats a time as strftime does: %Y-%m-%d. There are no widths, so the result is bounded: a format is at
// most as long as a text, and a directive returns at most about thirty characters.
func formatDate(at time.Time, format string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		bare := format[i] == '-' && i+1 < len(format) // %-d: without the leading zero
		if bare {
			i++
		}
		part, ok := datePart(at, format[i])
		if !ok {
			return "", fmt.Errorf("there is no %%%c in formats", format[i])
		}
		if bare && len(part) > 1 {
			part = strings.TrimLeft(part[:len(part)-1], "0 ") + part[len(part)-1:]
		}
		b.WriteString(part)
	}
	return b.String(), nil
}

// datePart returns the part of a time that a directive stands for.
func datePart(at time.Time, directive byte) (string, bool) {
	switch directive {
	case 'j':
		return fmt.Sprintf("%03d", at.YearDay()), true
	case 's':
		return fmt.Sprint(at.Unix()), true
	case 'u':
		return fmt.Sprint((int(at.Weekday())+6)%7 + 1), true
	case 'e':
		return fmt.Sprintf("%2d", at.Day()), true
	case '%':
		return "%", true
	}
	layout, ok := dateLayouts[directive]
	return at.Format(layout), ok
}

// dateLayouts has the layout of time.Format for each directive that has one; never written to.
var dateLayouts = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02",
	'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon",
	'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM", 'P': "pm",
	'Z': "MST", 'z': "-0700",
	'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04", 'D': "01/02/06",
}

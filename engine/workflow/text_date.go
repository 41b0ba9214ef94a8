package workflow

import (
	"fmt"
	"strings"
	"time"
)

// formatDate writes a time by a format of strftime: %Y-%m-%d. There are no widths: a format is at most as long as a
// text, and no directive makes more than some thirty characters.
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

// datePart gives what a directive stands for.
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

// dateLayouts gives the layout of time.Format for each directive that has one; never written to.
var dateLayouts = map[byte]string{
	'Y': "2006", 'y': "06", 'm': "01", 'd': "02",
	'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon",
	'H': "15", 'I': "03", 'M': "04", 'S': "05", 'p': "PM", 'P': "pm",
	'Z': "MST", 'z': "-0700",
	'F': "2006-01-02", 'T': "15:04:05", 'R': "15:04", 'D': "01/02/06",
}

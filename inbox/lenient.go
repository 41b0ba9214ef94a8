package inbox

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
)

// Lenient is a value that comes with a customer's message: whatever JSON it is, no request fails because of it. Its
// methods return what it can be read as.
type Lenient struct {
	value any // in the form of encoding/json; nil if it is null or left out
}

// LenientOf returns a Lenient for a value.
func LenientOf(value any) Lenient { return Lenient{value} }

// UnmarshalGQL accepts any value.
func (l *Lenient) UnmarshalGQL(v any) error {
	l.value = v
	return nil
}

// MarshalGQL writes the value as JSON.
func (l Lenient) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, l.String()) }

// IsNull reports whether there is no value.
func (l Lenient) IsNull() bool { return l.value == nil }

// String returns the value in the form in which warnings show it: a text unchanged, anything else as JSON.
func (l Lenient) String() string {
	if text, ok := l.value.(string); ok {
		return text
	}
	text, err := json.Marshal(l.value)
	if err != nil {
		return ""
	}
	return string(text)
}

// Text returns the value as a text; numbers and truth values are read as they are written. It is not ok for lists,
// objects and null.
func (l Lenient) Text() (text string, ok bool) {
	switch v := l.value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case json.Number:
		return v.String(), true
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return "", false
		}
		return strconv.FormatFloat(v, 'f', -1, 64), true
	default:
		return "", false
	}
}

// Int returns the value as a whole number, which may be written as a text. It is not ok for anything else, or beyond 64
// bits.
func (l Lenient) Int() (n int64, ok bool) {
	text, ok := l.Text()
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// Time returns the value as a moment, as Time reads it.
func (l Lenient) Time() (at Time, ok bool) {
	err := at.UnmarshalGQL(l.value)
	return at, err == nil
}

// URL returns the value as a URL, as URL reads it.
func (l Lenient) URL() (u URL, ok bool) {
	err := u.UnmarshalGQL(l.value)
	return u, err == nil
}

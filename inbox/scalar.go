package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// JSON is any JSON value, stored as text.
type JSON json.RawMessage

// MarshalGQL writes the value unchanged. A text that is not JSON, which a row may have that Foyer has not written, becomes
// a string.
func (j JSON) MarshalGQL(w io.Writer) {
	switch {
	case len(j) == 0:
		_, _ = io.WriteString(w, "null")
	case json.Valid(j):
		_, _ = w.Write(j)
	default:
		quote(w, string(j))
	}
}

// UnmarshalGQL accepts any value. Numbers beyond the range of float64, which were read as infinite, are replaced by
// numbers that JSON has: code that cannot read them refuses, or leaves out, only this value.
func (j *JSON) UnmarshalGQL(v any) error {
	text, err := json.Marshal(v)
	if _, unsupported := errors.AsType[*json.UnsupportedValueError](err); unsupported {
		text, err = json.Marshal(withoutInfinity(v))
	}
	*j = text
	return err
}

// withoutInfinity returns a value with numbers that JSON can write in place of infinite ones.
func withoutInfinity(v any) any {
	switch v := v.(type) {
	case float64:
		switch {
		case math.IsInf(v, 1):
			return json.Number("1e999")
		case math.IsInf(v, -1):
			return json.Number("-1e999")
		}
	case map[string]any:
		finite := make(map[string]any, len(v))
		for name, member := range v {
			finite[name] = withoutInfinity(member)
		}
		return finite
	case []any:
		finite := make([]any, len(v))
		for i, item := range v {
			finite[i] = withoutInfinity(item)
		}
		return finite
	}
	return v
}

// MarshalJSON returns the value unchanged.
func (j JSON) MarshalJSON() ([]byte, error) { return json.RawMessage(j).MarshalJSON() }

// UnmarshalJSON stores a copy of the value.
func (j *JSON) UnmarshalJSON(text []byte) error { return (*json.RawMessage)(j).UnmarshalJSON(text) }

// Cursor is a place in the event log: the log's epoch, a dot, and the event's number in fixed width, so that string
// order is log order.
type Cursor string

// MarshalGQL writes the cursor as a JSON string.
func (c Cursor) MarshalGQL(w io.Writer) { quote(w, string(c)) }

// UnmarshalGQL accepts any string; the log decides whether it is a cursor.
func (c *Cursor) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a Cursor is a string")
	}
	*c = Cursor(text)
	return nil
}

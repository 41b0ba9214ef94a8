package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
)

// JSON is any JSON value, kept as text.
type JSON json.RawMessage

// MarshalGQL writes the value as it is. What is not JSON, as a row may hold that nobody here has written, becomes a string.
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

// UnmarshalGQL takes any value. Numbers beyond the range of float64, which have been read as infinite, are written as JSON
// has them: what cannot read them refuses, or leaves out, this value and nothing beside it.
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

// MarshalJSON returns the value as it is.
func (j JSON) MarshalJSON() ([]byte, error) { return json.RawMessage(j).MarshalJSON() }

// UnmarshalJSON keeps a copy of the value.
func (j *JSON) UnmarshalJSON(text []byte) error { return (*json.RawMessage)(j).UnmarshalJSON(text) }

// Cursor is a place in the event log: the log's epoch, a dot, and the event's number in fixed width, so that string
// order is log order.
type Cursor string

// MarshalGQL writes the cursor as a JSON string.
func (c Cursor) MarshalGQL(w io.Writer) { quote(w, string(c)) }

// UnmarshalGQL takes any string; whether it is a place in this log is for the log to say.
func (c *Cursor) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a Cursor is a string")
	}
	*c = Cursor(text)
	return nil
}

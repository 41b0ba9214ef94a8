package inbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
)

// URL is an absolute http or https URL.
type URL string

// MarshalGQL writes the URL as a JSON string.
func (u URL) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(u))) }

// UnmarshalGQL fails on anything but an absolute http or https URL of at most 2,000 bytes.
func (u *URL) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a URL is a string")
	}
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || len(text) > 2000 {
		return fmt.Errorf("a URL is absolute, http or https, and at most 2,000 characters")
	}
	*u = URL(text)
	return nil
}

// JSON is any JSON value, kept as text.
type JSON json.RawMessage

// MarshalGQL writes the value as it is.
func (j JSON) MarshalGQL(w io.Writer) {
	if len(j) == 0 {
		_, _ = io.WriteString(w, "null")
		return
	}
	_, _ = w.Write(j)
}

// UnmarshalGQL takes any value.
func (j *JSON) UnmarshalGQL(v any) error {
	text, err := json.Marshal(v)
	*j = text
	return err
}

// MarshalJSON gives the value as it is.
func (j JSON) MarshalJSON() ([]byte, error) { return json.RawMessage(j).MarshalJSON() }

// UnmarshalJSON keeps a copy of the value.
func (j *JSON) UnmarshalJSON(text []byte) error { return (*json.RawMessage)(j).UnmarshalJSON(text) }

// Cursor is a place in the event log: the log's epoch, a dot, and the event's number in fixed width, so that string
// order is log order.
type Cursor string

// MarshalGQL writes the cursor as a JSON string.
func (c Cursor) MarshalGQL(w io.Writer) { _, _ = io.WriteString(w, strconv.Quote(string(c))) }

// UnmarshalGQL takes any string; whether it is a place in this log is for the log to say.
func (c *Cursor) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("a Cursor is a string")
	}
	*c = Cursor(text)
	return nil
}

package workflow

import (
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"

	"foyer/engine/workflow/template"
)

// A request is what its author wrote, except for the values in it. They are encoded for where they stand, so that a
// value changes nothing else of the request. A value with the filter raw counts as written by the author.

// The filters that encode a value, so that it is not encoded again.
const (
	encodedURL  = "url_encode"
	encodedJSON = "json"
	encodedHTML = "escape"
)

// encoder encodes the parts of a request's text, in their order. Value fails with an *encodeError.
type encoder interface {
	template.Encoder
	// end checks the whole text. It fails with an *encodeError.
	end() error
}

// encodeError says why a value cannot stand where it would. The request fails, not the run.
type encodeError struct{ reason string }

func (e *encodeError) Error() string { return e.reason }

// escapePart percent-encodes a value for a part of an address, with all characters that could end the part.
func escapePart(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// headerEncoder encodes values in a header. Characters that are not printable ASCII are percent-encoded, since
// receivers disagree about other encodings. Control characters become spaces, since a line break would begin another
// header.
type headerEncoder struct{ plainEncoder }

func (headerEncoder) Value(text, _ string) (string, error) {
	var clean strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c == 0x7f:
			clean.WriteByte(' ')
		case c > 0x7f:
			fmt.Fprintf(&clean, "%%%02X", c)
		default:
			clean.WriteByte(c)
		}
	}
	return clean.String(), nil
}

// plainEncoder leaves values as they are, in a text whose form is not known.
type plainEncoder struct{}

func (plainEncoder) Literal(text string) string { return text }

func (plainEncoder) Value(text, _ string) (string, error) { return text, nil }

func (plainEncoder) Secret() {}

func (plainEncoder) end() error { return nil }

// formEncoder encodes values in a body of the media type application/x-www-form-urlencoded.
type formEncoder struct{ plainEncoder }

func (formEncoder) Value(text, by string) (string, error) {
	if by == encodedURL {
		return text, nil
	}
	return url.QueryEscape(text), nil
}

// markupEncoder encodes values in XML or HTML.
type markupEncoder struct{ plainEncoder }

func (markupEncoder) Value(text, by string) (string, error) {
	if by == encodedHTML {
		return text, nil
	}
	return html.EscapeString(text), nil
}

// jsonEncoder encodes values in a body that is a text of JSON: because of its media type or, without one, because it
// begins like JSON. Values inside the quotes of a string are escaped. A value outside of quotes stays if it is a
// number, true or false, becomes null if it is empty, and a string otherwise.
type jsonEncoder struct {
	plainEncoder
	known    bool // whether it is known to be JSON or not
	is       bool
	inString bool
	escaped  bool // after a backslash
}

func (j *jsonEncoder) Literal(text string) string {
	if !j.known {
		if begins := strings.TrimSpace(text); begins != "" {
			j.known, j.is = true, begins[0] == '{' || begins[0] == '['
		}
	}
	for i := range len(text) {
		switch c := text[i]; {
		case j.escaped:
			j.escaped = false
		case c == '\\':
			j.escaped = j.inString
		case c == '"':
			j.inString = !j.inString
		}
	}
	return text
}

func (j *jsonEncoder) Value(text, by string) (string, error) {
	j.known = true
	switch {
	case !j.is:
		return text, nil
	case j.inString:
		return jsonInside(text), nil
	case by == encodedJSON:
		return text, nil
	}
	text = strings.TrimSpace(text)
	if text == "" {
		return "null", nil
	}
	if strings.IndexByte(`"{[`, text[0]) < 0 && json.Valid([]byte(text)) {
		return text, nil
	}
	return `"` + jsonInside(text) + `"`, nil
}

func (j *jsonEncoder) Secret() { j.known = true }

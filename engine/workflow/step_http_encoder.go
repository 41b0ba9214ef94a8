package workflow

import (
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

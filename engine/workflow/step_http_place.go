package workflow

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"foyer/engine/workflow/template"
)

// What a request is made of is written by its author, but for the values in it. These are encoded for the place they stand
// in, so that no value changes more of the request than its own place. A value with the filter raw counts as written by the
// author.

// The filters that encode a value, for a place that knows what they have done.
const (
	encodedURL  = "url_encode"
	encodedJSON = "json"
	encodedHTML = "escape"
)

// placer makes the parts of a request's text, in their order. Value fails with a *misplacedError.
type placer interface {
	template.Placer
	// end says what is wrong with the whole. It fails with a *misplacedError.
	end() error
}

// misplacedError says that a value cannot stand where it would. It is the request that fails, not the run.
type misplacedError struct{ reason string }

func (e *misplacedError) Error() string { return e.reason }

// escapePart percent-encodes a value for a part of an address: whatever could end the part is encoded.
func escapePart(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// headerPlace is the value of a header. In values what is not printable ASCII is percent-encoded, and control characters are
// spaces: receivers take other bytes for one encoding or another, and a line break would begin a header.
type headerPlace struct{}

func (headerPlace) Literal(text string) string { return text }

func (headerPlace) Value(text, _ string) (string, error) {
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

func (headerPlace) Secret() {}

func (headerPlace) end() error { return nil }

// plainPlace is a text of no known form: values stand in it as they are.
type plainPlace struct{}

func (plainPlace) Literal(text string) string { return text }

func (plainPlace) Value(text, _ string) (string, error) { return text, nil }

func (plainPlace) Secret() {}

func (plainPlace) end() error { return nil }

// formPlace is a body of the media type application/x-www-form-urlencoded.
type formPlace struct{ plainPlace }

func (formPlace) Value(text, by string) (string, error) {
	if by == encodedURL {
		return text, nil
	}
	return url.QueryEscape(text), nil
}

// markupPlace is a body of XML or HTML.
type markupPlace struct{ plainPlace }

func (markupPlace) Value(text, by string) (string, error) {
	if by == encodedHTML {
		return text, nil
	}
	return html.EscapeString(text), nil
}

package workflow

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/osteele/liquid/parser"
)

// What a request is made of is written by its author, but for the values in it. These are encoded for the place they stand
// in, so that no value changes more of the request than its own place: each {{ … }} is rendered between two marks, and a
// placer makes of what is between them what may stand there. A value with the filter raw has no marks: it counts as written
// by the author.

// The marks are noncharacters of Unicode, which no text needs. Values and documents are rid of them first.
const (
	markEnd   = '\uFDD0'
	markPlain = '\uFDD1' // what begins a value
	// A value that a filter has encoded already.
	markURL  = '\uFDD2'
	markJSON = '\uFDD3'
	markHTML = '\uFDD4'
)

var (
	// rawFilter is a value's last filter where it opts out.
	rawFilter = regexp.MustCompile(`\|\s*raw\s*$`)
	// encodingFilter is a value's last filter where that has encoded it.
	encodingFilter = regexp.MustCompile(`\|\s*(url_encode|json|escape)\s*$`)
)

// unmarked takes marks out of a text.
func unmarked(text string) string {
	if !strings.ContainsFunc(text, isMark) {
		return text
	}
	return strings.Map(func(c rune) rune {
		if isMark(c) {
			return '\uFFFD'
		}
		return c
	}, text)
}

func isMark(c rune) bool { return markEnd <= c && c <= markHTML }

// withMarks gives a Liquid text with marks around its values, and the same text without raw, which is no filter that the
// library knows.
func withMarks(written string) (marked, plain string) {
	var withMarks, without strings.Builder
	for _, token := range parser.Scan(unmarked(written), parser.SourceLoc{}, nil) {
		if token.Type != parser.ObjTokenType {
			withMarks.WriteString(token.Source)
			without.WriteString(token.Source)
			continue
		}
		if opted := rawFilter.ReplaceAllLiteralString(token.Args, ""); opted != token.Args {
			source := strings.Replace(token.Source, token.Args, opted, 1)
			withMarks.WriteString(source)
			without.WriteString(source)
			continue
		}
		without.WriteString(token.Source)
		mark := markPlain
		if filter := encodingFilter.FindStringSubmatch(token.Args); filter != nil {
			mark = map[string]rune{"url_encode": markURL, "json": markJSON, "escape": markHTML}[filter[1]]
		}
		left, right := "", "" // the marks must not keep {{- and -}} from what they trim
		if strings.HasPrefix(token.Source, "{{-") {
			left = `{{- "" }}`
		}
		if strings.HasSuffix(token.Source, "-}}") {
			right = `{{ "" -}}`
		}
		withMarks.WriteString(left + string(mark) + "{{ " + token.Args + " }}" + string(markEnd) + right)
	}
	return withMarks.String(), without.String()
}

// placer makes the parts of a request's text, in their order.
type placer interface {
	// literal takes what the author has written, or marked as raw.
	literal(text string) string
	// value takes a value; mark says what filter has encoded it. It fails with a *misplacedError.
	value(text string, mark rune) (string, error)
	// secret is told where a secret stands.
	secret()
	// end says what is wrong with the whole. It fails with a *misplacedError.
	end() error
}

// misplacedError says that a value cannot stand where it would. It is the request that fails, not the run.
type misplacedError struct{ reason string }

func (e *misplacedError) Error() string { return e.reason }

// place lets a placer take a rendered text with marks.
func place(p placer, rendered string) (string, error) {
	var placed strings.Builder
	for rendered != "" {
		begin := strings.IndexFunc(rendered, isMark)
		if begin < 0 {
			placed.WriteString(p.literal(rendered))
			break
		}
		if begin > 0 {
			placed.WriteString(p.literal(rendered[:begin]))
		}
		value, rest, _ := strings.Cut(rendered[begin:], string(markEnd))
		mark, size := utf8.DecodeRuneInString(value)
		written, err := p.value(value[size:], mark)
		if err != nil {
			return "", err
		}
		placed.WriteString(written)
		rendered = rest
	}
	return placed.String(), nil
}

// escapePart percent-encodes a value for a part of an address: whatever could end the part is encoded.
func escapePart(value string) string { return strings.ReplaceAll(url.QueryEscape(value), "+", "%20") }

// headerPlace is the value of a header. In values what is not printable ASCII is percent-encoded, and control characters are
// spaces: receivers take other bytes for one encoding or another, and a line break would begin a header.
type headerPlace struct{}

func (headerPlace) literal(text string) string { return text }

func (headerPlace) value(text string, _ rune) (string, error) {
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

func (headerPlace) secret() {}

func (headerPlace) end() error { return nil }

// plainPlace is a text of no known form: values stand in it as they are.
type plainPlace struct{}

func (plainPlace) literal(text string) string { return text }

func (plainPlace) value(text string, _ rune) (string, error) { return text, nil }

func (plainPlace) secret() {}

func (plainPlace) end() error { return nil }

// formPlace is a body of the media type application/x-www-form-urlencoded.
type formPlace struct{ plainPlace }

func (formPlace) value(text string, mark rune) (string, error) {
	if mark == markURL {
		return text, nil
	}
	return url.QueryEscape(text), nil
}

// markupPlace is a body of XML or HTML.
type markupPlace struct{ plainPlace }

func (markupPlace) value(text string, mark rune) (string, error) {
	if mark == markHTML {
		return text, nil
	}
	return html.EscapeString(text), nil
}

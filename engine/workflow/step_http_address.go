package workflow

import (
	"net/url"
	"regexp"
	"strings"

	"foyer/inbox"
)

// addressEncoder encodes values in an address. It follows the text of the author to know which part of the address a
// value is in.
type addressEncoder struct {
	part    addressPart
	segment strings.Builder // the current segment of the path, decoded
	valued  bool            // whether the segment has a value in it
	wrong   error
}

type addressPart int

const (
	partBegin addressPart = iota // only white space so far
	partScheme
	partHost
	partPath
	partQuery
	partFragment
)

// The characters that end each part after the scheme, or a segment of it, and the part after each; never written to.
var (
	partEnds  = map[addressPart]string{partHost: "/?#", partPath: "/?#", partQuery: "#"}
	partAfter = map[byte]addressPart{'/': partPath, '?': partQuery, '#': partFragment}
)

// hostLabel is what a value in a host may be. With a dot it could turn the host into another.
var hostLabel = regexp.MustCompile(`^[0-9A-Za-z-]+$`)

func (a *addressEncoder) Literal(text string) string {
	if strings.ContainsFunc(text, isControl) {
		return text // the author wrote a control character: the address is refused
	}
	var placed strings.Builder
	for text != "" {
		if a.part == partBegin && strings.TrimSpace(text) != "" {
			a.part = partScheme
		}
		end := len(text)
		if a.part <= partScheme {
			if at := strings.Index(text, "//"); at >= 0 {
				end = at + len("//")
				a.part = partHost
			}
		} else if at := strings.IndexAny(text, partEnds[a.part]); at > 0 {
			end = at
		} else if at == 0 {
			a.endSegment()
			a.part = partAfter[text[0]]
			placed.WriteByte(text[0])
			text = text[1:]
			continue
		}
		placed.WriteString(a.written(text[:end]))
		text = text[end:]
	}
	return placed.String()
}

// written returns what the author wrote within one part.
func (a *addressEncoder) written(text string) string {
	if a.part < partPath {
		return text
	}
	if a.part == partPath {
		a.addToSegment(text)
	}
	return inbox.EscapeURL(text)
}

func (a *addressEncoder) Value(text, by string) (string, error) {
	switch a.part {
	case partBegin:
		return a.Literal(text), nil // the author leaves the whole beginning to the value
	case partScheme:
		return "", &encodeError{"the address cannot have a value before its host"}
	case partHost:
		if !hostLabel.MatchString(text) {
			return "", &encodeError{"a value in the host of the address may have only the letters a to z, digits and hyphens; the filter `raw` permits more"}
		}
		return text, nil
	case partFragment:
		return "", &encodeError{"the address cannot have a value after `#`: that part is not sent"}
	case partPath, partQuery:
	}
	if by != encodedURL {
		text = escapePart(text)
	}
	if a.part == partPath {
		a.valued = true
		a.addToSegment(text)
	}
	return text, nil
}

// Secret counts as a host or, at the beginning of an address, as its beginning: what follows directly could become part
// of the host.
func (a *addressEncoder) Secret() {
	switch {
	case a.part <= partScheme:
		a.part = partHost
	case a.part == partPath:
		a.segment.WriteString("secret")
	}
}

func (a *addressEncoder) addToSegment(text string) {
	decoded, err := url.PathUnescape(text)
	if err != nil {
		decoded = text
	}
	a.segment.WriteString(decoded)
}

// endSegment checks a segment of the path that is complete.
func (a *addressEncoder) endSegment() {
	if segment := a.segment.String(); a.valued && (segment == "." || segment == "..") {
		a.wrong = &encodeError{"a value would make a segment `.` or `..` of the address's path, which leads to another path"}
	}
	a.segment.Reset()
	a.valued = false
}

func (a *addressEncoder) end() error {
	a.endSegment()
	return a.wrong
}

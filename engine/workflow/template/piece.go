package template

import (
	"regexp"
	"strings"
)

// piece is a part of a text: text between tags, an output {{ … }}, or a tag {% … %}.
type piece struct {
	kind pieceKind
	text string // the inside of an output or a tag
}

type pieceKind int

const (
	plainPiece pieceKind = iota
	outputPiece
	tagPiece
)

var (
	openingMark  = regexp.MustCompile(`\{[{%]`)
	endOfRaw     = regexp.MustCompile(`\{%-?\s*endraw\s*-?%\}`)
	bothComments = regexp.MustCompile(`\{%-?\s*(comment|endcomment)\b[^%]*%\}`)
)

const unclosed = "{{ … }} and {% … %} must be closed"

// cut cuts a text into pieces. It leaves out comments, and the inside of raw is text. The problem says what is not
// closed.
func cut(written string) (pieces []piece, problem string) {
	trim := false // remove the white space that follows
	plain := func(text string, trimRight bool) {
		if trim {
			text = strings.TrimLeft(text, spaces)
		}
		if trimRight {
			text = strings.TrimRight(text, spaces)
		}
		if text != "" {
			pieces = append(pieces, piece{plainPiece, text})
		}
	}
	for {
		start := opening(written)
		if start < 0 {
			plain(written, false)
			return pieces, ""
		}
		found, ok := cutTag(written[start:])
		if !ok {
			return nil, unclosed
		}
		plain(written[:start], found.trimBefore)
		written, trim = written[start+found.length:], found.trimAfter
		name, _, _ := strings.Cut(found.text, " ")
		switch {
		case found.kind == tagPiece && name == "raw":
			end := endOfRaw.FindStringIndex(written)
			if end == nil {
				return nil, "{% raw %} needs {% endraw %}"
			}
			plain(written[:end[0]], strings.HasPrefix(written[end[0]:], "{%-"))
			trim = strings.HasSuffix(written[:end[1]], "-%}")
			written = written[end[1]:]
		case found.kind == tagPiece && name == "comment":
			length := commentLength(written)
			if length < 0 {
				return nil, "{% comment %} needs {% endcomment %}"
			}
			trim = strings.HasSuffix(written[:length], "-%}")
			written = written[length:]
		default:
			pieces = append(pieces, piece{found.kind, found.text})
		}
	}
}

const spaces = " \t\r\n\v\f"

// opening returns the position of the next {{ or {%, or -1.
func opening(written string) int {
	if found := openingMark.FindStringIndex(written); found != nil {
		return found[0]
	}
	return -1
}

// foundTag is a tag or output in a text.
type foundTag struct {
	piece
	length                int
	trimBefore, trimAfter bool
}

// cutTag returns the tag or output that a text begins with. A closing mark inside quotes does not close it.
func cutTag(written string) (foundTag, bool) {
	found, mark := foundTag{piece: piece{kind: outputPiece}}, "}}"
	if written[1] == '%' {
		found.kind, mark = tagPiece, "%}"
	}
	end := closing(written[2:], mark)
	if end < 0 {
		return found, false
	}
	inside := written[2 : 2+end]
	found.length = 2 + end + len(mark)
	inside, found.trimBefore = strings.CutPrefix(inside, "-")
	inside, found.trimAfter = strings.CutSuffix(inside, "-")
	found.text = strings.Trim(inside, spaces)
	return found, true
}

// closing returns the position of the mark outside quotes or, if quotes are not closed or it is a comment ({% # it's
// %}), of the first mark.
func closing(written, mark string) int {
	first := strings.Index(written, mark)
	if first < 0 || strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(written, "-"), spaces), "#") {
		return first
	}
	var quote byte
	for at := range len(written) {
		switch c := written[at]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.HasPrefix(written[at:], mark):
			return at
		}
	}
	return first
}

// commentLength returns the length of the rest of a comment with its end, including comments inside it, or -1.
func commentLength(written string) int {
	depth := 1
	for _, at := range bothComments.FindAllStringSubmatchIndex(written, -1) {
		if written[at[2]:at[3]] == "comment" {
			depth++
		} else if depth--; depth == 0 {
			return at[1]
		}
	}
	return -1
}

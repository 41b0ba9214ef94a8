package template

import (
	"regexp"
	"strings"
)

// token is a word inside a tag or an output.
type token struct {
	kind tokenKind
	text string // a text without its quotes
}

type tokenKind int

const (
	tokenEnd    tokenKind = iota
	tokenName             // contact, or a keyword
	tokenNumber           // 12, -3.5
	tokenText             // "…" or '…'
	tokenSign             // | : , . .. [ ] ( ) = == != <> < > <= >=
)

// signs are the operators. A longer one comes before those that it begins with.
var signs = []string{"..", "==", "!=", "<>", "<=", ">=", "|", ":", ",", ".", "[", "]", "(", ")", "=", "<", ">"}

const namePattern = `[A-Za-z_][A-Za-z0-9_-]*\??`

var (
	nameForm   = regexp.MustCompile(`^` + namePattern)
	pathForm   = regexp.MustCompile(`^` + namePattern + `(?:\.` + namePattern + `)*`)
	numberForm = regexp.MustCompile(`^-?[0-9]+(?:\.[0-9]+)?`)
)

// tokens returns the words inside a tag. It is not ok if something is not a token.
func tokens(written string) (list []token, ok bool) {
	for {
		written = strings.TrimLeft(written, spaces)
		if written == "" {
			return list, true
		}
		next, length := nextToken(written)
		if length == 0 {
			return list, false
		}
		list = append(list, next)
		written = written[length:]
	}
}

func nextToken(written string) (found token, length int) {
	if c := written[0]; c == '"' || c == '\'' {
		end := strings.IndexByte(written[1:], c)
		if end < 0 {
			return token{}, 0
		}
		return token{tokenText, written[1 : end+1]}, end + 2
	}
	if name := nameForm.FindString(written); name != "" {
		return token{tokenName, name}, len(name)
	}
	if number := numberForm.FindString(written); number != "" {
		return token{tokenNumber, number}, len(number)
	}
	for _, sign := range signs {
		if strings.HasPrefix(written, sign) {
			return token{tokenSign, sign}, len(sign)
		}
	}
	return token{}, 0
}

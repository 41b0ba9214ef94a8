package template

import "strings"

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
	switch c := written[0]; {
	case c == '"' || c == '\'':
		end := strings.IndexByte(written[1:], c)
		if end < 0 {
			return token{}, 0
		}
		return token{tokenText, written[1 : end+1]}, end + 2
	case beginsName(c):
		end := nameLength(written)
		return token{tokenName, written[:end]}, end
	case isDigit(c) || c == '-' && len(written) > 1 && isDigit(written[1]):
		end := numberLength(written)
		return token{tokenNumber, written[:end]}, end
	}
	for _, sign := range signs {
		if strings.HasPrefix(written, sign) {
			return token{tokenSign, sign}, len(sign)
		}
	}
	return token{}, 0
}

// numberLength returns the length of a number. That of 1..5 is 1.
func numberLength(written string) int {
	end := 1
	for end < len(written) && isDigit(written[end]) {
		end++
	}
	if end+1 < len(written) && written[end] == '.' && isDigit(written[end+1]) {
		for end++; end < len(written) && isDigit(written[end]); {
			end++
		}
	}
	return end
}

func nameLength(written string) int {
	end := 0
	for end < len(written) && (beginsName(written[end]) || isDigit(written[end]) || written[end] == '-') {
		end++
	}
	if end < len(written) && written[end] == '?' {
		end++
	}
	return end
}

func beginsName(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

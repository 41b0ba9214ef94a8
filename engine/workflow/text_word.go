package workflow

import "strings"

// word is one word of a Liquid expression, cut as the library cuts it.
type word struct {
	kind wordKind
	text string // of a property without its dot, of a text with its quotes
}

type wordKind int

const (
	wordOperator wordKind = iota // any other character, and ..
	wordName                     // contact
	wordKeyword                  // default: (a filter with arguments)
	wordProperty                 // .first_name
	wordConstant                 // a number, a text, true, false, nil, and the words between operands
)

// splitExpression cuts an expression into words.
func splitExpression(written string) []word {
	var words []word
	for at := 0; at < len(written); {
		length, found := cutWord(written[at:])
		if found.text != "" {
			words = append(words, found)
		}
		at += length
	}
	return words
}

// cutWord cuts off the first word and gives how many bytes it took; an empty word is white space.
func cutWord(rest string) (int, word) {
	switch c := rest[0]; {
	case c == ' ' || c >= '\t' && c <= '\r':
		return 1, word{}
	case c == '"' || c == '\'':
		if end := strings.IndexByte(rest[1:], c); end >= 0 {
			return end + 2, word{wordConstant, rest[:end+2]}
		}
	case strings.HasPrefix(rest, ".."):
		return 2, word{wordOperator, ".."}
	case c == '.' && len(rest) > 1 && beginsName(rest[1]):
		end := 1 + nameLength(rest[1:])
		return end, word{wordProperty, rest[1:end]}
	case beginsName(c):
		return cutName(rest)
	case isDigit(c) || c == '-' && len(rest) > 1 && isDigit(rest[1]):
		end := 1
		for end < len(rest) && (isDigit(rest[end]) || rest[end] == '.' && end+1 < len(rest) && isDigit(rest[end+1])) {
			end++
		}
		return end, word{wordConstant, rest[:end]}
	}
	return 1, word{wordOperator, rest[:1]}
}

func cutName(rest string) (int, word) {
	end := nameLength(rest)
	if end < len(rest) && rest[end] == ':' {
		return end + 1, word{wordKeyword, rest[:end+1]}
	}
	switch rest[:end] {
	case "true", "false", "nil", "and", "or", "contains", "in":
		return end, word{wordConstant, rest[:end]}
	}
	return end, word{wordName, rest[:end]}
}

// nameLength gives how long the name is that the text begins with.
func nameLength(text string) int {
	end := 0
	for end < len(text) && (beginsName(text[end]) || isDigit(text[end]) || text[end] == '-') {
		end++
	}
	if end < len(text) && text[end] == '?' {
		end++
	}
	return end
}

func beginsName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

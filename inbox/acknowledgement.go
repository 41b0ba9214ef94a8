package inbox

import (
	"slices"
	"strings"
	"unicode"
)

// maxAcknowledgement is the most words of a message that only acknowledges.
const maxAcknowledgement = 20

// Acknowledges reports whether a text consists only of acknowledgements, one or several: "Ok, thanks 👍". A text with a
// question mark does not.
func Acknowledges(acknowledgements []string, text string) bool {
	if strings.ContainsAny(text, "?？؟;⁇") {
		return false
	}
	said := spokenWords(text)
	if len(said) == 0 || len(said) > maxAcknowledgement {
		return false
	}
	known := make([][]string, 0, len(acknowledgements)) // in words
	for _, acknowledgement := range acknowledgements {
		if words := spokenWords(acknowledgement); len(words) > 0 {
			known = append(known, words)
		}
	}
	reached := make([]bool, len(said)+1) // up to which word the text consists of acknowledgements
	reached[0] = true
	for at := range said {
		if !reached[at] {
			continue
		}
		for _, words := range known {
			if len(words) <= len(said)-at && slices.Equal(words, said[at:at+len(words)]) {
				reached[at+len(words)] = true
			}
		}
	}
	return reached[len(said)]
}

// spokenWords returns the words of what somebody says. Each symbol, such as an emoji, and each Chinese character is a
// word of its own, since nobody puts spaces between them.
func spokenWords(text string) []string {
	var words []string
	begin := -1
	folded := FoldSpoken(text)
	for at, r := range folded {
		inside := unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '\'' || r == '-' || r == '/' || r == '+'
		alone := unicode.IsSymbol(r) && r != '+' || unicode.Is(unicode.Han, r)
		if begin >= 0 && (!inside || alone) {
			words, begin = append(words, folded[begin:at]), -1
		}
		switch {
		case alone:
			words = append(words, string(r))
		case inside && begin < 0:
			begin = at
		}
	}
	if begin >= 0 {
		words = append(words, folded[begin:])
	}
	return words
}

package inbox

import (
	"strings"
	"unicode"
)

// FoldSpoken returns the form in which what people say is compared: Fold, without what keyboards add to it. Texts that
// differ in invisible characters, skin tones, the kind of quotes, white space, or the punctuation around them fold to
// the same. A text of punctuation alone keeps it.
func FoldSpoken(text string) string {
	plain := Fold(FoldQuotes(strings.Map(visible, text)))
	if words := strings.Join(strings.Fields(plain), " "); words != plain {
		plain = words
	}
	if bare := strings.TrimLeft(strings.TrimRight(plain, sentenceEnds+" "), "¡¿ "); bare != "" {
		return bare
	}
	return plain
}

// sentenceEnds is the punctuation that ends what people say.
const sentenceEnds = ".!?,;:…‥·。．！？，、；：؟،؛۔।॥።՞՜։"

// visible drops the characters that show nothing themselves: variation selectors and skin tones, marks of direction,
// spaces without width.
func visible(r rune) rune {
	switch {
	case r < 0x80:
		return r
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF, r >= 0x1F3FB && r <= 0x1F3FF:
		return -1
	case r == 0x200D: // it joins emoji
		return r
	case unicode.Is(unicode.Cf, r):
		return -1
	default:
		return r
	}
}

// quotes are the marks that stand for ' and for ".
var quotes = strings.NewReplacer(
	"’", "'", "‘", "'", "‛", "'", "ʼ", "'", "＇", "'",
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "＂", `"`,
)

// FoldQuotes returns a text with typographic quotes replaced by those of keyboards: can’t by can't.
func FoldQuotes(text string) string {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return quotes.Replace(text)
		}
	}
	return text
}

// Digits returns a text with the decimal digits of every script as 0 to 9.
func Digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 || !unicode.Is(unicode.Nd, r) {
			return r
		}
		return '0' + digit(r)
	}, text)
}

// digit returns the value of a decimal digit: each script has its ten digits in a row, from 0 on, some scripts several
// rows.
func digit(r rune) rune {
	first := r
	for unicode.Is(unicode.Nd, first-1) {
		first--
	}
	return (r - first) % 10
}

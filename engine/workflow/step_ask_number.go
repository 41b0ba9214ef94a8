package workflow

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
	"golang.org/x/text/unicode/norm"

	"foyer/inbox"
)

// plainNumber returns a number in ASCII, however people write it: with digits of any script, emoji, fullwidth or
// circled forms, and other signs and separators.
func plainNumber(text string) string {
	text = norm.NFKC.String(strings.Map(func(r rune) rune {
		if r == '\u20E3' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "🔟", "10")))
	return strings.TrimSpace(writtenSigns.Replace(inbox.Digits(text)))
}

// writtenSigns replaces other forms of signs and separators; never written to.
var writtenSigns = strings.NewReplacer(
	"−", "-", "‒", "-", "–", "-", "﹣", "-", "➖", "-", "➕", "+", "٫", ".", "٬", "'", "’", "'", "⁄", "/", "。", ".",
	"\u00a0", " ", "\u202f", " ", "\u2009", " ",
)

// ordinal is a number written as an item of a list: 3), (3), #3, 3., No. 3.
var ordinal = regexp.MustCompile(`^(?:[#(]|№|(?i:no|nr|n)\.?)?\s*([+-]?\d[\d.,' ]*?)\s*[).:]?$`)

// bareNumber returns the number in an item of a list. Any other text stays the same.
func bareNumber(text string) string {
	text = plainNumber(text)
	if parts := ordinal.FindStringSubmatch(text); parts != nil {
		return parts[1]
	}
	return text
}

var (
	// writtenNumber is a number without separators between groups of digits.
	writtenNumber = regexp.MustCompile(`^[+-]?\d{1,15}(?:\.\d{1,15})?$`)
	// groupedNumber is a number with groups of three digits or, as in India, of two before the last three.
	groupedNumber = regexp.MustCompile(`^[+-]?(?:\d{1,3}(?:[.,' ]\d{3})+|\d{1,2}(?:,\d{2})+,\d{3})$`)
)

// readWrittenNumber reads a number with a point or a comma, with or without groups of digits. A number such as 1,500
// may mean 1500 or 1.5: it is valid only if the contact's language decides.
func readWrittenNumber(text, tag string) (float64, bool) {
	plain, ok := ungroup(bareNumber(text), tag)
	if !ok || !writtenNumber.MatchString(plain) {
		return 0, false
	}
	n, err := strconv.ParseFloat(plain, 64)
	return n, err == nil
}

// ungroup returns a number without groups and with a point.
func ungroup(text, tag string) (string, bool) {
	point, comma := strings.LastIndexByte(text, '.'), strings.LastIndexByte(text, ',')
	fraction := max(point, comma) // where the fraction can begin
	sign := ""
	if fraction >= 0 {
		sign = text[fraction : fraction+1]
	}
	both := point >= 0 && comma >= 0 // then the first of them groups
	if !both && sign != "" {
		switch {
		case strings.Count(text, sign) > 1: // it cannot begin more than one fraction
			fraction = -1
		case ambiguous(text, fraction):
			decimal, known := decimalSign(tag, sign)
			if !known {
				return "", false
			}
			if !decimal {
				fraction = -1
			}
		}
	}
	whole, rest := text, ""
	if fraction >= 0 {
		whole, rest = text[:fraction], "."+text[fraction+1:]
	}
	grouping := strings.IndexAny(whole, ".,' ")
	if grouping < 0 {
		return whole + rest, true
	}
	by := whole[grouping : grouping+1]
	if !groupedNumber.MatchString(whole) {
		return "", false
	}
	return strings.ReplaceAll(whole, by, "") + rest, true // if another separator is left, this is not a number
}

// ambiguous reports whether the only separator of a number can both group digits and begin a fraction: three digits
// follow, and one to three precede it, the first of which is not 0.
func ambiguous(text string, at int) bool {
	whole := strings.TrimLeft(text[:at], "+-")
	return len(text)-at == 4 && len(whole) >= 1 && len(whole) <= 3 && whole[0] != '0'
}

// decimalSign reports whether a separator begins fractions in a language, or groups digits. It is not known if it does
// neither, or there is no such language.
func decimalSign(tag, sign string) (decimal, known bool) {
	parsed, err := language.Parse(strings.ReplaceAll(tag, "_", "-"))
	if tag == "" || err != nil {
		return false, false
	}
	base, _ := parsed.Base()
	for _, one := range []language.Tag{parsed, language.Make(base.String())} { // Austrians write 1.500 as Germans do
		shown := plainNumber(message.NewPrinter(one).Sprint(number.Decimal(1234567.5)))
		last := strings.LastIndexFunc(shown, func(r rune) bool { return !unicode.IsDigit(r) })
		first := strings.IndexFunc(shown, func(r rune) bool { return !unicode.IsDigit(r) })
		if first < 0 {
			continue
		}
		switch sign {
		case shown[last : last+1]:
			return true, true
		case shown[first : first+1]:
			return false, true
		}
	}
	return false, false
}

// readRating reads a whole number, a number out of the most (4/5), or counts stars.
func readRating(text string, most float64) (float64, bool) {
	plain := bareNumber(text)
	if stars := strings.Trim(plain, "⭐★🌟 "); stars == "" && plain != "" {
		return float64(utf8.RuneCountInString(strings.ReplaceAll(plain, " ", ""))), true
	}
	given, of, fraction := strings.Cut(plain, "/")
	if fraction {
		if out, err := strconv.ParseFloat(strings.TrimSpace(of), 64); err != nil || out != most {
			return 0, false
		}
		plain = strings.TrimSpace(given)
	}
	n, ok := readWrittenNumber(plain, "")
	return n, ok && n == math.Trunc(n)
}

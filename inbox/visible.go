package inbox

import (
	"strings"
	"unicode"
)

// CleanLine returns a text of one line, such as a name, without invisible characters: control characters, marks of
// direction, spaces without width. Line breaks and tabs become spaces. Joiners stay between two visible characters, where
// scripts and emoji need them. A text without visible characters becomes empty.
func CleanLine(text string) string {
	if plain(text) {
		return strings.TrimSpace(text)
	}
	var clean strings.Builder
	joiner, visible := rune(0), false // a joiner is kept once a visible character follows it
	flag := false                     // whether the letters of a flag may follow
	for _, r := range text {
		flag = r == blackFlag || flag && isTag(r)
		switch {
		case flag:
		case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
			if clean.Len() > 0 {
				joiner = r
			}
			continue
		case unicode.IsSpace(r):
			joiner = 0
			clean.WriteByte(' ')
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), blank(r):
			continue
		}
		if joiner != 0 {
			clean.WriteRune(joiner)
			joiner = 0
		}
		visible = visible || !unicode.Is(unicode.M, r)
		clean.WriteRune(r)
	}
	if !visible {
		return ""
	}
	return strings.TrimSpace(clean.String())
}

// CleanToken is CleanLine for texts without surrounding spaces and without joiners, such as addresses and numbers.
func CleanToken(text string) string {
	if plain(text) {
		return strings.TrimSpace(text)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), blank(r):
			return -1
		default:
			return r
		}
	}, text))
}

const zeroWidthNonJoiner, zeroWidthJoiner = '\u200C', '\u200D'

// blackFlag begins the flags of England, Scotland and Wales; tags follow, which are invisible by themselves.
const blackFlag = '\U0001F3F4'

func isTag(r rune) bool { return r >= '\U000E0020' && r <= '\U000E007F' }

// plain reports whether a text consists of visible ASCII and spaces.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// blank reports whether a character takes space and shows nothing, although Unicode counts it among letters or symbols.
func blank(r rune) bool {
	switch r {
	case '\u115F', '\u1160', '\u2800', '\u3164', '\uFFA0', '\u034F':
		return true
	default:
		return false
	}
}

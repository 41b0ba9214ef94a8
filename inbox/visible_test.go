package inbox

import "testing"

func TestWhatCannotBeSeenIsNoPartOfALine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", " Ada Lovelace ", "Ada Lovelace"},
		{"accents", "José", "José"},
		{"space without width", "An\u200bna\ufeff", "Anna"},
		{"marks of direction", "\u200e\u202bAnna\u202c\u2069", "Anna"},
		{"line breaks and tabs", "Anna\r\n\tMaria", "Anna   Maria"},
		{"NUL and controls", "A\x00n\x07na", "Anna"},
		{"soft hyphen", "An\u00adna", "Anna"},
		{"joiner of a Persian name", "علی\u200cرضا", "علی\u200cرضا"},
		{"joiner of an emoji", "👩\u200d🔧", "👩\u200d🔧"},
		{"joiners at the ends", "\u200dAnna\u200c", "Anna"},
		{"only joiners", "\u200d\u200c", ""},
		{"only spaces of other scripts", "\u3000\u2003\u00a0", ""},
		{"only fillers", "\u3164\u2800\u115f", ""},
		{"only marks", "\u0301\ufe0f", ""},
		{"the flag of England", "Anna \U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "Anna \U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"},
		{"a tag that shows nothing", "\U000E0041\U000E007F", ""},
	} {
		got := CleanLine(c.text)
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if again := CleanLine(got); again != got {
			t.Errorf("%s: %q becomes %q when it is written back", c.name, got, again)
		}
	}
}

func TestATokenHasNoInvisibleCharacterAtAll(t *testing.T) {
	for text, want := range map[string]string{
		"\u202a+43 660\u00a01234567\u202c": "+43 660 1234567", "a\u200b@x.test": "a@x.test", "a\u200d@x.test\n": "a@x.test", " b@x.test ": "b@x.test",
	} {
		if got := CleanToken(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestACutTextIsWholeCharacters(t *testing.T) {
	for _, c := range []struct {
		text       string
		characters int
		head, rest string
	}{{"abc", 3, "abc", ""}, {"abcd", 3, "abc", "d"}, {"äöü", 2, "äö", "ü"}, {"👍👍", 1, "👍", "👍"}, {"", 0, "", ""}, {"ä", 0, "", "ä"}} {
		if head, rest := Cut(c.text, c.characters); head != c.head || rest != c.rest {
			t.Errorf("%q to %d: got %q and %q", c.text, c.characters, head, rest)
		}
	}
}

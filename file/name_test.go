package file

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestNamesAreCleaned(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"report.pdf":                          "report.pdf",
		"../../etc/passwd":                    "passwd",
		`C:\Users\ana\photo.png`:              "photo.png",
		"/":                                   "file",
		"..":                                  "file",
		"":                                    "file",
		" . ":                                 "file",
		".htaccess":                           "htaccess",
		"a\x00b\r\nc.txt":                     "ab  c.txt",
		"invoice\u202Egnp.exe":                "invoicegnp.exe",
		"\u2066a\u2069\u200F.txt":             "a.txt",
		"Übersicht – März.xlsx":               "Übersicht – März.xlsx",
		"\xff\xfe.txt":                        "txt",
		strings.Repeat("a", 10_000) + ".jpeg": strings.Repeat("a", 250) + ".jpeg",
		strings.Repeat("ü", 200) + ".png":     strings.Repeat("ü", 125) + ".png",
		strings.Repeat("../", 3_000) + "x":    "x",
		"a." + strings.Repeat("b", 300):       "a." + strings.Repeat("b", 253),
	} {
		if got := CleanName(name); got != want {
			t.Errorf("%.40q is %q, want %q", name, got, want)
		}
	}
}

func TestWhatIsShownIsCalledLikeWhatItIs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"a.png": "a.png", "A.PNG": "A.PNG", "page.html": "page.html.png", "file": "file.png", "a.jpg": "a.jpg.png"} {
		if got := nameAs(name, shown["image/png"]); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
	if got := nameAs(strings.Repeat("ü", 127), shown["image/png"]); len(got) > maxName || !strings.HasSuffix(got, ".png") {
		t.Errorf("got %d bytes: %q", len(got), got)
	}
	if got := nameAs("page.html", shown["text/html"]); got != "page.html" {
		t.Errorf("what is saved is renamed to %q", got)
	}
}

func FuzzNamesAreCleanWhateverIsSent(f *testing.F) {
	for _, seed := range []string{"a.png", "../a", "\u202Ea", strings.Repeat("é", 300), "a\u200d.b", " .a. ", ".\u17cb", "\U0001F3F4\U000E0067", "\xf0\x28"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		clean := CleanName(name)
		if clean == "" || len(clean) > maxName || !utf8.ValidString(clean) || strings.ContainsAny(clean, "/\\\x00\r\n") || clean[0] == '.' {
			t.Errorf("%q is %q", name, clean)
		}
		for _, r := range clean {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q has %U", clean, r)
			}
		}
		if again := CleanName(clean); again != clean {
			t.Errorf("%q is cleaned once more, to %q", clean, again)
		}
	})
}

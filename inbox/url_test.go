package inbox_test

import (
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"foyer/inbox"
)

func TestURLsAreNormalised(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"https://example.com":                              "https://example.com",
		" HTTP://Example.COM:8080/A?b=C#D\n":               "http://example.com:8080/A?b=C#D",
		"https://example.com/\U0001F3F4\U000E0067":         "https://example.com/%F0%9F%8F%B4%F3%A0%81%A7",
		"https://example.com/kä se/%2F%zz?a=ü&b=1%#é":      "https://example.com/k%C3%A4%20se/%2F%25zz?a=%C3%BC&b=1%25#%C3%A9",
		"https://example.com?\u2028\x00\xff":               "https://example.com?%E2%80%A8%00%FF",
		"https://Bücher.Example/":                          "https://xn--bcher-kva.example/",
		"https://B%C3%BCcher.example/":                     "https://xn--bcher-kva.example/",
		"https://faß.example":                              "https://xn--fa-hia.example",
		"https://my_files.example/a\\b\"<>^`{|}":           "https://my_files.example/a%5Cb%22%3C%3E%5E%60%7B%7C%7D",
		"https://a:b@EXAMPLE.com":                          "https://a:b@example.com",
		"http://[2001:DB8::1]:80/":                         "http://[2001:db8::1]:80/",
		"https://example.com/../a/./b":                     "https://example.com/../a/./b",
		"https://example.com/" + strings.Repeat("a", 5980): "https://example.com/" + strings.Repeat("a", 5980),

		"": "", "example.com": "", "ftp://example.com": "", "javascript:alert(1)": "", "https:example.com": "", "https://": "",
		"https:///a": "", "https://:80/": "", "https://a b/": "", "https://exa\nmple.com/": "", "https://example.com:port/": "",
		"https://evil.example\\@example.com/": "", "https://\u202ea\u0308.example/": "", "https://xn--\u00fc.example/": "",
		"https://%41.example/": "", "https://%ff.example/": "",
		"https://example.com/" + strings.Repeat("a", 5981): "", "https://example.com/" + strings.Repeat("ü", 1000): "",
	} {
		got, err := inbox.ParseURL(written)
		if string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", written, got, err, want)
		}
	}
}

func FuzzURLsAreASCIIOnceNormalisedAndStayWhatTheyAre(f *testing.F) {
	for _, seed := range []string{"https://example.com/ä?b=%zz#c", "http://Bücher.example:80", "https://a:b@[::1%25x]/", "https://\U0001F3F4.example/\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, written string) {
		normal, err := inbox.ParseURL(written)
		if err != nil {
			return
		}
		again, err := inbox.ParseURL(string(normal))
		if err != nil || again != normal {
			t.Errorf("%q is %q, and then %q (%v)", written, normal, again, err)
		}
		for i := range len(normal) {
			if normal[i] <= ' ' || normal[i] >= 0x7f {
				t.Fatalf("%q is %q", written, normal)
			}
		}
		if parsed, err := url.Parse(string(normal)); err != nil || parsed.Hostname() == "" {
			t.Errorf("%q is %q: %v", written, normal, err)
		}
	})
}

// Every code point, and bytes that are not one, are written as JSON.
func TestScalarsAreJSONWhateverTheyHold(t *testing.T) {
	t.Parallel()
	texts := []string{"", "\xff", "a\xed\xa0\x80b", "\xf0\x9f", "\"\xe2", "\\"}
	var all strings.Builder
	for c := rune(0); c <= utf8.MaxRune; c++ {
		if utf8.ValidRune(c) {
			all.WriteRune(c)
		}
	}
	for _, text := range append(texts, all.String()) {
		for kind, scalar := range map[string]interface{ MarshalGQL(w io.Writer) }{
			"URL": inbox.URL(text), "Cursor": inbox.Cursor(text), "ID": inbox.ID(text), "JSON": inbox.JSON("{" + text),
		} {
			var written strings.Builder
			scalar.MarshalGQL(&written)
			want := strings.ToValidUTF8(text, "\uFFFD")
			if kind == "JSON" {
				want = "{" + want
			}
			var read string
			if err := json.Unmarshal([]byte(written.String()), &read); err != nil || !utf8.ValidString(written.String()) {
				t.Errorf("%s of %.20q is not JSON: %v", kind, text, err)
			} else if squeezed(read) != squeezed(want) {
				t.Errorf("%s of %.20q reads as %.20q", kind, text, read)
			}
		}
	}
}

// squeezed makes one of several replacement characters in a row.
func squeezed(text string) string {
	for strings.Contains(text, "\uFFFD\uFFFD") {
		text = strings.ReplaceAll(text, "\uFFFD\uFFFD", "\uFFFD")
	}
	return text
}

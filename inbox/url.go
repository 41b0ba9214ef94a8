package inbox

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// URL is an absolute http or https URL in its normal form, as ParseURL returns it. Rows that are older than the normal
// form may have others.
type URL string

// MaxURL is how many bytes a URL has at most, in its normal form.
const MaxURL = 6000

// ParseURL returns the normal form of an absolute http or https URL: scheme and host in lower case, the host in ASCII
// (IDNA), and percent-encoding for whatever else is not a character of a URL. What is percent-encoded already does not
// change. It fails on everything else, with a sentence for the caller.
func ParseURL(text string) (URL, error) {
	text = strings.TrimSpace(text)
	scheme, rest, _ := strings.Cut(text, "://")
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" {
		return "", errors.New("a URL begins with http:// or https://")
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	host, err := parseAuthority(scheme, authority)
	if err != nil {
		return "", err
	}
	normal := host + EscapeURL(rest[len(authority):])
	if len(normal) > MaxURL {
		return "", fmt.Errorf("a URL has at most %d bytes, with what has to be percent-encoded", MaxURL)
	}
	return URL(normal), nil
}

// parseAuthority returns the normal form of a URL up to its path.
func parseAuthority(scheme, authority string) (string, error) {
	parsed, err := url.Parse(scheme + "://" + authority)
	if err != nil || parsed.Hostname() == "" {
		return "", errors.New("a URL has a host, such as https://example.com")
	}
	name := parsed.Hostname()
	ascii, err := asciiHost(name)
	if err != nil {
		return "", err
	}
	parsed.Host = strings.Replace(parsed.Host, name, ascii, 1) // brackets and port stay
	return parsed.String(), nil
}

// asciiHost returns a host name in the form of DNS.
func asciiHost(name string) (string, error) {
	if isASCII(name) {
		return strings.ToLower(name), nil
	}
	ascii, err := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(false)).ToASCII(name)
	if err != nil || ascii == "" || !utf8.ValidString(name) {
		return "", errors.New("the host of the URL cannot be the name of one")
	}
	return ascii, nil
}

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r >= 0x80 }) < 0
}

// EscapeURL percent-encodes the characters that a URL cannot have after its host, and leaves what is percent-encoded
// already.
func EscapeURL(text string) string {
	const digits = "0123456789ABCDEF"
	var escaped strings.Builder
	escaped.Grow(len(text))
	for i := range len(text) {
		c := text[i]
		if c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0 && (c != '%' || startsEscape(text[i:])) {
			escaped.WriteByte(c)
			continue
		}
		escaped.Write([]byte{'%', digits[c>>4], digits[c&0xf]})
	}
	return escaped.String()
}

// startsEscape reports whether a text begins with a percent-encoded byte.
func startsEscape(text string) bool {
	return len(text) > 2 && isHex(text[1]) && isHex(text[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// MarshalGQL writes the URL as a JSON string.
func (u URL) MarshalGQL(w io.Writer) { quote(w, string(u)) }

// UnmarshalGQL reads what ParseURL reads.
func (u *URL) UnmarshalGQL(v any) error {
	text, ok := v.(string)
	if !ok {
		return errors.New("a URL is a string")
	}
	parsed, err := ParseURL(text)
	*u = parsed
	return err
}

package inbox

import (
	"io"
	"unicode/utf8"
)

// quote writes a text as a JSON string. What is not UTF-8 becomes U+FFFD. It is not strconv.Quote: that writes Go, whose
// escapes JSON does not have.
func quote(w io.Writer, text string) {
	_, _ = w.Write(appendQuoted(make([]byte, 0, len(text)+2), text))
}

func appendQuoted(out []byte, text string) []byte {
	const digits = "0123456789abcdef"
	out = append(out, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				out = append(append(out, text[start:i]...), `\ufffd`...)
				start = i + 1
			}
			i += size
			continue
		}
		out = append(out, text[start:i]...)
		if c == '"' || c == '\\' {
			out = append(out, '\\', c)
		} else {
			out = append(out, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xf])
		}
		i++
		start = i
	}
	return append(append(out, text[start:]...), '"')
}

package template

import (
	"errors"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

func onText(change func(string) string) filterFunc {
	return func(_ *rendering, input any, _ []any) (any, error) { return change(TextOf(input)), nil }
}

// filterDefault replaces nothing, an empty value and, unless allow_false is true, false.
func filterDefault(_ *rendering, input any, arguments []any) (any, error) {
	if input == false && len(arguments) > 1 && arguments[1] == true {
		return input, nil
	}
	if IsNothing(input) || input == false {
		return arguments[0], nil
	}
	return input, nil
}

func capitalize(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToTitle(first)) + s[size:]
}

// markup is what strip_html removes.
var markup = regexp.MustCompile(`(?is)<script.*?</script>|<style.*?</style>|<!--.*?-->|<[^<>]*>`)

func stripHTML(s string) string { return markup.ReplaceAllString(s, "") }

// entity is a character as HTML can write it.
var entity = regexp.MustCompile(`&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);`)

// escapeOnce escapes a text, except for entities.
func escapeOnce(s string) string {
	var escaped strings.Builder
	end := 0
	for _, at := range entity.FindAllStringIndex(s, -1) {
		escaped.WriteString(html.EscapeString(s[end:at[0]]) + s[at[0]:at[1]])
		end = at[1]
	}
	return escaped.String() + html.EscapeString(s[end:])
}

func filterURLDecode(_ *rendering, input any, _ []any) (any, error) {
	decoded, err := url.QueryUnescape(TextOf(input))
	if err != nil {
		return nil, errors.New("the text is not encoded as in a URL")
	}
	return decoded, nil
}

// onReplacement returns a filter that replaces a text, or removes it if there is only one argument.
func onReplacement(replace func(s, old, with string) (string, error)) filterFunc {
	return func(_ *rendering, input any, arguments []any) (any, error) {
		with := ""
		if len(arguments) > 1 {
			with = TextOf(arguments[1])
		}
		return replace(TextOf(input), TextOf(arguments[0]), with)
	}
}

// replaceAll replaces a text, unless the result would be too long.
func replaceAll(s, old, with string) (string, error) {
	count := strings.Count(s, old)
	if len(s)+count*(len(with)-len(old)) > MaxText*utf8.UTFMax {
		return "", errTooLong
	}
	return strings.ReplaceAll(s, old, with), nil
}

func replaceFirst(s, old, with string) (string, error) { return strings.Replace(s, old, with, 1), nil }

func replaceLast(s, old, with string) (string, error) {
	at := strings.LastIndex(s, old)
	if at < 0 {
		return s, nil
	}
	return s[:at] + with + s[at+len(old):], nil
}

// filterTruncate shortens a text to a number of characters (50) including its ending ("...").
func filterTruncate(_ *rendering, input any, arguments []any) (any, error) {
	length, ending, err := truncation(arguments, 50)
	if err != nil {
		return nil, err
	}
	runes := []rune(TextOf(input))
	if len(runes) <= length {
		return string(runes), nil
	}
	kept := max(length-runeCount(ending), 0)
	return string(runes[:kept]) + ending, nil
}

// filterTruncateWords shortens a text to a number of words (15), and adds an ending ("...").
func filterTruncateWords(_ *rendering, input any, arguments []any) (any, error) {
	length, ending, err := truncation(arguments, 15)
	if err != nil {
		return nil, err
	}
	written := TextOf(input)
	words := strings.Fields(written)
	if len(words) <= length {
		return written, nil
	}
	return strings.Join(words[:length], " ") + ending, nil
}

func truncation(arguments []any, usual int) (length int, ending string, err error) {
	length, ending = usual, "..."
	if len(arguments) > 0 {
		n, ok := wholeNumber(arguments[0])
		if !ok || n < 0 || n > MaxText {
			return 0, "", fmt.Errorf("the length must be a number from 0 to %d", MaxText)
		}
		length = n
	}
	if len(arguments) > 1 {
		ending = TextOf(arguments[1])
	}
	return length, ending, nil
}

// filterSlice returns a part of a text or a list: one character or item, or a given number of them. Positions count
// from 0 or, if negative, from the end.
func filterSlice(_ *rendering, input any, arguments []any) (any, error) {
	length := 1
	start, ok := wholeNumber(arguments[0])
	if len(arguments) > 1 {
		var okLength bool
		length, okLength = wholeNumber(arguments[1])
		ok = ok && okLength
	}
	if !ok {
		return nil, errors.New("it takes whole numbers")
	}
	part := func(size int) (from, to int) {
		if start < 0 {
			start += size
		}
		if start < 0 || start > size {
			return 0, 0
		}
		return start, min(start+max(length, 0), size)
	}
	if items, isList := input.([]any); isList {
		from, to := part(len(items))
		return items[from:to], nil
	}
	runes := []rune(TextOf(input))
	from, to := part(len(runes))
	return string(runes[from:to]), nil
}

package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxItems is the most items of a list in a text.
const maxItems = 1000

// filter is a Liquid filter. All are ours: the library's own panic on some input, read the clock, or make texts of any
// length.
type filter struct {
	name        string
	least, most int // arguments
	run         func(input any, args []any) (any, error)
}

// filters are those that texts may use; never written to.
var filters = []filter{
	{"default", 1, 1, filterDefault},
	{"upcase", 0, 0, onText(strings.ToUpper)},
	{"downcase", 0, 0, onText(strings.ToLower)},
	{"capitalize", 0, 0, onText(capitalize)},
	{"strip", 0, 0, onText(strings.TrimSpace)},
	{"lstrip", 0, 0, onText(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) })},
	{"rstrip", 0, 0, onText(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) })},
	{"strip_newlines", 0, 0, onText(stripNewlines)},
	{"escape", 0, 0, onText(html.EscapeString)},
	{"json", 0, 0, filterJSON},
	{"url_encode", 0, 0, onText(url.QueryEscape)},
	{"append", 1, 1, func(in any, args []any) (any, error) { return textOf(in) + textOf(args[0]), nil }},
	{"prepend", 1, 1, func(in any, args []any) (any, error) { return textOf(args[0]) + textOf(in), nil }},
	{"remove", 1, 1, func(in any, args []any) (any, error) { return replace(textOf(in), textOf(args[0]), "") }},
	{"replace", 2, 2, func(in any, args []any) (any, error) {
		return replace(textOf(in), textOf(args[0]), textOf(args[1]))
	}},
	{"truncate", 0, 2, filterTruncate},
	{"truncatewords", 0, 2, filterTruncateWords},
	{"split", 1, 1, filterSplit},
	{"join", 0, 1, filterJoin},
	{"first", 0, 0, filterFirst},
	{"last", 0, 0, filterLast},
	{"size", 0, 0, filterSize},
	{"date", 1, 1, filterDate},
	{"plus", 1, 1, onNumbers(func(a, b float64) float64 { return a + b })},
	{"minus", 1, 1, onNumbers(func(a, b float64) float64 { return a - b })},
	{"times", 1, 1, onNumbers(func(a, b float64) float64 { return a * b })},
	{"divided_by", 1, 1, filterDivide},
	{"modulo", 1, 1, filterModulo},
	{"round", 0, 1, filterRound},
	{"floor", 0, 0, filterFloor},
	{"ceil", 0, 0, filterCeil},
	{"abs", 0, 0, filterAbs},
}

func findFilter(name string) (filter, bool) {
	at := slices.IndexFunc(filters, func(f filter) bool { return f.name == name })
	if at < 0 {
		return filter{}, false
	}
	return filters[at], true
}

// apply runs the filter for the library, with what it takes and makes in bounds.
func (f filter) apply(input any, args ...any) (any, error) {
	if len(args) < f.least || len(args) > f.most {
		return nil, fmt.Errorf("it takes %s", f.arguments())
	}
	for _, value := range append([]any{input}, args...) {
		if !inBounds(value) {
			return nil, errTooLong
		}
	}
	output, err := f.run(input, args)
	if err == nil && !inBounds(output) {
		err = errTooLong
	}
	if err != nil {
		return nil, err
	}
	return output, nil
}

// arguments says, for a person, how many arguments the filter takes.
func (f filter) arguments() string {
	switch {
	case f.most == 0:
		return "no arguments"
	case f.least == f.most && f.most == 1:
		return "1 argument"
	case f.least == f.most:
		return fmt.Sprintf("%d arguments", f.most)
	default:
		return fmt.Sprintf("%d to %d arguments", f.least, f.most)
	}
}

var errTooLong = fmt.Errorf("more than %d characters or %d items", maxText, maxItems)

func inBounds(value any) bool {
	switch value := value.(type) {
	case string:
		return len(value) <= maxText || len(value) <= maxText*utf8.UTFMax && utf8.RuneCountInString(value) <= maxText
	case []any:
		return len(value) <= maxItems
	default:
		return true
	}
}

// textOf gives a value as text: nothing is empty, the items of a list follow one another.
func textOf(value any) string {
	if text, ok := readText(value); ok {
		return text
	}
	items, _ := value.([]any)
	text, _ := join(items, "")
	return text
}

func onText(change func(string) string) func(any, []any) (any, error) {
	return func(input any, _ []any) (any, error) { return change(textOf(input)), nil }
}

func filterDefault(input any, args []any) (any, error) {
	if isEmpty(input) || input == false {
		return args[0], nil
	}
	return input, nil
}

// filterJSON writes a value as JSON, for the body of a request: texts in quotes.
func filterJSON(input any, _ []any) (any, error) {
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(input); err != nil {
		return nil, errors.New("it takes a value")
	}
	return strings.TrimSuffix(encoded.String(), "\n"), nil
}

func capitalize(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToTitle(first)) + s[size:]
}

func stripNewlines(s string) string {
	return strings.NewReplacer("\r\n", "", "\n", "", "\r", "").Replace(s)
}

// replace counts first how long the outcome is.
func replace(s, old, with string) (any, error) {
	count := strings.Count(s, old)
	if len(s)+count*(len(with)-len(old)) > maxText*utf8.UTFMax {
		return nil, errTooLong
	}
	return strings.ReplaceAll(s, old, with), nil
}

// filterTruncate shortens to a number of characters (50), those of the ending ("...") included.
func filterTruncate(input any, args []any) (any, error) {
	length, ending, err := truncation(args, 50)
	if err != nil {
		return nil, err
	}
	runes := []rune(textOf(input))
	if len(runes) <= length {
		return string(runes), nil
	}
	kept := max(length-utf8.RuneCountInString(ending), 0)
	return string(runes[:kept]) + ending, nil
}

// filterTruncateWords shortens to a number of words (15), then the ending ("...").
func filterTruncateWords(input any, args []any) (any, error) {
	length, ending, err := truncation(args, 15)
	if err != nil {
		return nil, err
	}
	written := textOf(input)
	words := strings.Fields(written)
	if len(words) <= length {
		return written, nil
	}
	return strings.Join(words[:length], " ") + ending, nil
}

func truncation(args []any, usual int) (length int, ending string, err error) {
	length, ending = usual, "..."
	if len(args) > 0 {
		n, ok := readNumber(args[0])
		if !ok || n < 0 || n > maxText {
			return 0, "", fmt.Errorf("the length must be a number from 0 to %d", maxText)
		}
		length = int(n)
	}
	if len(args) > 1 {
		ending = textOf(args[1])
	}
	return length, ending, nil
}

func filterSplit(input any, args []any) (any, error) {
	written := textOf(input)
	if written == "" {
		return []any{}, nil
	}
	parts := strings.SplitN(written, textOf(args[0]), maxItems+1)
	if len(parts) > maxItems {
		return nil, errTooLong
	}
	items := make([]any, len(parts))
	for i, part := range parts {
		items[i] = part
	}
	return items, nil
}

func filterJoin(input any, args []any) (any, error) {
	separator := " "
	if len(args) > 0 {
		separator = textOf(args[0])
	}
	items, ok := input.([]any)
	if !ok {
		return textOf(input), nil
	}
	return join(items, separator)
}

// join counts while it goes how long the outcome is.
func join(items []any, separator string) (string, error) {
	var joined strings.Builder
	for i, item := range items {
		if i > 0 {
			joined.WriteString(separator)
		}
		text, _ := readText(item)
		joined.WriteString(text)
		if joined.Len() > maxText*utf8.UTFMax {
			return "", errTooLong
		}
	}
	return joined.String(), nil
}

func filterFirst(input any, _ []any) (any, error) {
	if items, ok := input.([]any); ok && len(items) > 0 {
		return items[0], nil
	}
	return nil, nil
}

func filterLast(input any, _ []any) (any, error) {
	if items, ok := input.([]any); ok && len(items) > 0 {
		return items[len(items)-1], nil
	}
	return nil, nil
}

func filterSize(input any, _ []any) (any, error) {
	if items, ok := input.([]any); ok {
		return len(items), nil
	}
	return utf8.RuneCountInString(textOf(input)), nil
}

// filterDate writes a time in the zone it carries.
func filterDate(input any, args []any) (any, error) {
	if isEmpty(input) {
		return nil, nil
	}
	at, ok := readTime(input)
	if !ok {
		return nil, errors.New("it takes a time")
	}
	return formatDate(at, textOf(args[0]))
}

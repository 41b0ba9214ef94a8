package template

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/inbox"
)

// emptiness is the value of the words empty and blank, for comparing.
type emptiness string

func runeCount(text string) int { return utf8.RuneCountInString(text) }

// kindOf returns the kind of a value.
func kindOf(value any) Kind {
	switch value.(type) {
	case string:
		return Text
	case int, int64, float64, decimal:
		return Number
	case bool:
		return Bool
	case time.Time:
		return Time
	case []any:
		return List
	case map[string]any:
		return Object
	default:
		return Unknown
	}
}

// TextOf returns a value as a text. Nothing is empty, and the items of a list follow one another.
func TextOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case bool:
		return strconv.FormatBool(value)
	case int:
		return strconv.Itoa(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case decimal:
		return value.String()
	case time.Time:
		return inbox.FormatTime(value)
	case []any:
		var joined strings.Builder
		for _, item := range value {
			joined.WriteString(TextOf(item))
		}
		return joined.String()
	default:
		return ""
	}
}

// listOfTexts returns the texts as a value.
func listOfTexts(texts []string) []any {
	items := make([]any, len(texts))
	for i, text := range texts {
		items[i] = text
	}
	return items
}

// listOf returns a value as a list. Nothing and an empty text have no items; any other single value is one item.
func listOf(value any) []any {
	if items, ok := value.([]any); ok {
		return items
	}
	if value == nil || value == "" {
		return nil
	}
	return []any{value}
}

func reversed(items []any) []any {
	turned := slices.Clone(items)
	slices.Reverse(turned)
	return turned
}

// IsNothing reports whether a value is nothing, an empty text, list or object.
func IsNothing(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case []string:
		return len(value) == 0
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	default:
		return false
	}
}

// is reports whether a value is empty or, for the word blank, has only white space or is false.
func (e emptiness) is(value any) bool {
	if e == "blank" {
		text, isText := value.(string)
		return isText && strings.TrimSpace(text) == "" || value == false || IsNothing(value)
	}
	return value != nil && IsNothing(value)
}

// equal reports whether two values are the same.
func equal(a, b any) bool {
	if word, ok := a.(emptiness); ok {
		return word.is(b)
	}
	if word, ok := b.(emptiness); ok {
		return word.is(a)
	}
	if order, ok := compare(a, b); ok {
		return order == 0
	}
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		return a == b
	case []any:
		items, isList := b.([]any)
		return isList && slices.EqualFunc(a, items, equal)
	default:
		return false
	}
}

// compare returns the order of two numbers, two texts, or two times, one of which may be a text. It is not ok for other
// values.
func compare(a, b any) (int, bool) {
	left, isText := a.(string)
	right, bothText := b.(string)
	if isText && bothText {
		return strings.Compare(left, right), true
	}
	if kindOf(a) == Number && kindOf(b) == Number {
		x, okX := decimalOf(a)
		y, okY := decimalOf(b)
		return x.rat.Cmp(y.rat), okX && okY
	}
	if kindOf(a) == Time || kindOf(b) == Time {
		x, okX := instant(a)
		y, okY := instant(b)
		return x.Compare(y), okX && okY
	}
	return 0, false
}

// instant returns a time, or a text that is one by RFC 3339.
func instant(value any) (time.Time, bool) {
	switch value := value.(type) {
	case time.Time:
		return value, true
	case string:
		at, err := inbox.ParseTime(value)
		return at, err == nil
	default:
		return time.Time{}, false
	}
}

// contains reports whether a text contains another, or a list an item.
func contains(value, part any) bool {
	if items, ok := value.([]any); ok {
		return slices.ContainsFunc(items, func(item any) bool { return equal(item, part) })
	}
	text, ok := value.(string)
	return ok && part != nil && strings.Contains(text, TextOf(part))
}

// weight returns about how many bytes a value has, up to more than a rendering may spend.
func weight(value any) int { return weigh(value, maxWork) }

func weigh(value any, most int) int {
	switch value := value.(type) {
	case string:
		return len(value)
	case []any:
		total := 0
		for _, item := range value {
			if total += weigh(item, most-total) + 1; total > most {
				break
			}
		}
		return total
	case map[string]any:
		total := 0
		for name, item := range value {
			if total += len(name) + weigh(item, most-total) + 1; total > most {
				break
			}
		}
		return total
	default:
		return 8
	}
}

// JSON returns a value as JSON, without the escapes that only HTML needs.
func JSON(value any) (string, error) {
	var encoded strings.Builder
	encoder := json.NewEncoder(&encoded)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(plainJSON(value))
	return strings.TrimSuffix(encoded.String(), "\n"), err
}

// plainJSON returns a value with its numbers and times as texts show them.
func plainJSON(value any) any {
	switch value := value.(type) {
	case decimal:
		return json.Number(value.String())
	case time.Time:
		return TextOf(value)
	case emptiness:
		return ""
	case []any:
		items := make([]any, len(value))
		for i, item := range value {
			items[i] = plainJSON(item)
		}
		return items
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, item := range value {
			object[name] = plainJSON(item)
		}
		return object
	default:
		return value
	}
}

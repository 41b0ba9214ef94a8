package workflow

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"

	"foyer/inbox"
)

// Coerce returns a value as a field of a type holds it: a text, float64, bool or []any of texts, or nil if it is empty.
// It is not ok if the value cannot be read as that type.
func Coerce(value any, to FieldType) (any, bool) {
	if isEmpty(value) {
		return nil, true
	}
	switch to { //nolint:exhaustive // the others are read as text
	case TypeNumber:
		return orNothing(readNumber(value))
	case TypeCheckbox:
		return orNothing(readCheckbox(value))
	case TypeList:
		items, ok := readList(value)
		if written, isList := value.([]any); isList {
			ok = !slices.ContainsFunc(written, noText)
		}
		list := slices.DeleteFunc(anyList(items), func(item any) bool { return item == "" })
		if len(list) == 0 || !ok {
			return nil, ok
		}
		return list, ok
	}
	text, ok := readText(value)
	if at, isTime := value.(time.Time); isTime && to == TypeDate {
		return at.Format(time.DateOnly), true
	}
	if !ok {
		return nil, false
	}
	return orNothing(coerceText(text, to))
}

// noText reports whether an item of a list is not empty and cannot be read as a text.
func noText(item any) bool {
	_, ok := readText(item)
	return !ok && !isEmpty(item)
}

// orNothing returns a value, or nil if it is not ok.
func orNothing[T any](value T, ok bool) (any, bool) {
	if !ok {
		return nil, false
	}
	return value, true
}

// coerceText returns a text in the form of a type.
func coerceText(text string, to FieldType) (string, bool) {
	switch to {
	case TypeEmail:
		address, err := mail.ParseAddress(strings.TrimSpace(text))
		if err != nil || address.Name != "" || len(address.Address) > 254 {
			return "", false
		}
		return strings.ToLower(addressText(address.Address)), true
	case TypeURL:
		address, err := inbox.ParseURL(text)
		return string(address), err == nil
	case TypeDate:
		at, ok := readDate(text)
		return at.Format(time.DateOnly), ok
	case TypeTime:
		at, ok := readTime(text)
		return inbox.FormatTime(at), ok
	default:
		return text, true
	}
}

// addressText returns an address with its local part quoted if necessary. mail.ParseAddress returns addresses that it
// cannot read again.
func addressText(address string) string {
	text := (&mail.Address{Address: address}).String()
	return strings.TrimSuffix(strings.TrimPrefix(text, "<"), ">")
}

// isAddress reports whether a text is an absolute http or https URL of at most 2,000 bytes.
func isAddress(text string) bool {
	address, err := url.Parse(text)
	return err == nil && address.Host != "" && (address.Scheme == "http" || address.Scheme == "https") && len(text) <= 2000
}

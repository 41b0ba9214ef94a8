package inbox

import (
	"strings"
	"unicode/utf8"
)

// InputWarning says which part of an input was left out or cut. Unlike an Error it stopped nothing.
type InputWarning struct {
	Code    Code     `json:"code"`
	Field   []string `json:"field"`
	Message string   `json:"message"`
	Value   *string  `json:"value,omitempty"` // what was cut or left out: the beginning of it, for a person
}

// maxWarningValue is how many characters of a value a warning shows.
const maxWarningValue = 200

// NewWarning returns a warning about the part of the input that field names, a path with dots.
func NewWarning(code Code, field, message, value string) InputWarning {
	w := InputWarning{Code: code, Field: strings.Split(field, "."), Message: message}
	if value != "" {
		shown, _ := Cut(strings.ToValidUTF8(strings.ReplaceAll(value, "\x00", "\uFFFD"), "\uFFFD"), maxWarningValue)
		w.Value = &shown
	}
	return w
}

// maxWarnings is how many warnings there are about one message. The last one says that there were more.
const maxWarnings = 50

// Warn adds a warning to those about a message.
func Warn(warnings []InputWarning, w InputWarning) []InputWarning {
	switch {
	case len(warnings) < maxWarnings-1:
		return append(warnings, w)
	case len(warnings) == maxWarnings-1:
		w.Message, w.Value = "More was left out or cut than is listed here.", nil
		return append(warnings, w)
	default:
		return warnings
	}
}

// Cut returns the first characters of a text, at most a given number, and the rest.
func Cut(text string, characters int) (head, rest string) {
	if len(text) <= characters || utf8.RuneCountInString(text) <= characters {
		return text, ""
	}
	for at := range text {
		if characters == 0 {
			return text[:at], text[at:]
		}
		characters--
	}
	return text, ""
}

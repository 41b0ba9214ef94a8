package workflow

import (
	"strings"

	"foyer/inbox"
)

// checkConstant reports a constant text that a field can never hold: because it is not one of the field's options, not
// of its type or, for a field that every contact has, not of its form.
func (c *compiler) checkConstant(at path, field Field, text string) {
	text = strings.TrimSpace(text)
	if text == "" || field.Path == "" {
		return
	}
	if !field.allows(text) {
		c.option(at, field, text)
		return
	}
	_, fits := Coerce(text, field.Type)
	wants := field.Type.wording()
	if fits {
		fits, wants = standardHolds(field.Path, text)
	}
	if !fits {
		c.forbid(at, "%s cannot have the value %s: it takes %s", quote(field.Path), quote(text), wants)
	}
}

// standardHolds reports whether a field that every contact has can hold a text, and says what the field takes.
func standardHolds(field, text string) (holds bool, takes string) {
	switch field {
	case "contact.email":
		_, ok := coerceText(text, TypeEmail)
		return ok, "an email address"
	case "contact.avatar":
		return isAddress(text), "an http or https URL"
	case "contact.phone":
		_, ok := inbox.ParsePhone(text, "")
		return ok, "a phone number with its country code, such as +436601234567"
	case "contact.language":
		_, ok := inbox.ParseLanguage(text)
		return ok, "a language tag (BCP 47), such as de-AT"
	case "contact.country":
		_, ok := inbox.ParseCountry(text)
		return ok, "a country code (ISO 3166), such as AT"
	default:
		return true, ""
	}
}

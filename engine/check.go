package engine

import (
	"strings"
	"unicode/utf8"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// find returns the object that look finds for the id in a field of the input. It fails with NOT_FOUND, whose message has
// the noun.
func find[K, V any](look func(K) (*V, error), id K, field, noun string) (*V, error) {
	found, err := look(id)
	if err == nil && found == nil {
		return nil, inbox.NotFound(field, noun)
	}
	return found, err
}

// unlessTaken returns TAKEN for the field if the database has refused a second row with a unique value, and otherwise the
// error.
func unlessTaken(err error, field, message string) error {
	if store.IsUnique(err) {
		return inbox.Errorf(inbox.CodeTaken, field, message)
	}
	return err
}

// firstError returns the first error of several checks.
func firstError(checks ...error) error {
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	return nil
}

// atMost checks the length of an optional text, and that it is valid text.
func atMost(field string, text *string, limit int) error {
	if text == nil {
		return nil
	}
	if !utf8.ValidString(*text) || strings.ContainsRune(*text, 0) {
		return inbox.Errorf(inbox.CodeInvalid, field, "This is not a valid text: it is not UTF-8.")
	}
	if n := utf8.RuneCountInString(*text); n > limit {
		return inbox.Errorf(inbox.CodeLimitExceeded, field, "This may have at most {limit} characters.", inbox.Named("limit", limit), inbox.Named("length", n))
	}
	return nil
}

// required checks that a text has something visible.
func required(field string, text string, limit int) error {
	if inbox.CleanLine(text) == "" {
		return inbox.Errorf(inbox.CodeRequired, field, "This must not be empty.")
	}
	return atMost(field, &text, limit)
}

// checkName replaces a required name by the form that is stored, without invisible characters. It fails with REQUIRED and
// LIMIT_EXCEEDED.
func checkName(name *string, limit int) error {
	*name = inbox.CleanLine(*name)
	return required("name", *name, limit)
}

// checkNewName is checkName for the name of a change, or nil if that is left out. It does not change the caller's own.
func checkNewName(name **string, limit int) error {
	if *name == nil {
		return nil
	}
	clean := **name
	*name = &clean
	return checkName(&clean, limit)
}

// content checks what a message consists of: a text, attachments, or both.
func (l Limits) content(prefix string, text *string, attachments []AttachmentInput) error {
	if (text == nil || strings.TrimSpace(*text) == "") && len(attachments) == 0 {
		return inbox.Errorf(inbox.CodeRequired, prefix+"text", "Write a text, add attachments, or both.")
	}
	if err := atMost(prefix+"text", text, l.Text); err != nil {
		return err
	}
	return l.attachments(prefix+"attachments", attachments)
}

// blankToNil returns nil for an empty text.
func blankToNil(text *string) *string {
	if text == nil || strings.TrimSpace(*text) == "" {
		return nil
	}
	return text
}

// fold returns the form in which names and addresses are compared.
func fold(text string) string { return inbox.Fold(strings.TrimSpace(text)) }

// The normal forms of profile fields. Each returns the empty text for a text without visible characters, and INVALID for
// one that the field cannot have. A normal form is its own normal form.

func normalEmail(field, text string) (string, *inbox.Error) {
	return normalForm(field, text, "This is not an email address.", func(text string) (string, bool) {
		address, _ := workflow.Coerce(text, workflow.TypeEmail)
		normal, ok := address.(string)
		return normal, ok
	})
}

// requiredEmail returns the normal form of an email address. It fails with REQUIRED and INVALID.
func requiredEmail(field, text string) (string, error) {
	email, problem := normalEmail(field, text)
	switch {
	case problem != nil:
		return "", problem
	case email == "":
		return "", inbox.Errorf(inbox.CodeRequired, field, "This must not be empty.")
	default:
		return email, nil
	}
}

// normalPhone reads a phone number. One without a country code is taken as one of the country, if that is known.
func normalPhone(field, text, country string) (string, *inbox.Error) {
	region, _ := inbox.ParseCountry(country)
	return normalForm(field, text, "This is not a phone number with its country code, such as +436601234567.",
		func(text string) (string, bool) { return inbox.ParsePhone(text, region) })
}

// PhoneAsKept returns a phone number in the form in which contacts have it. Other text is returned unchanged.
func PhoneAsKept(text string) string {
	if normal, problem := normalPhone("", text, ""); problem == nil {
		return normal
	}
	return strings.TrimSpace(text)
}

// EmailAsKept returns an email address in the form in which contacts have it. Other text is returned unchanged.
func EmailAsKept(text string) string {
	if normal, problem := normalEmail("", text); problem == nil {
		return normal
	}
	return strings.TrimSpace(text)
}

func normalLanguage(field, text string) (string, *inbox.Error) {
	return normalForm(field, text, "This is not a BCP 47 language tag, such as de-AT.", inbox.ParseLanguage)
}

func normalCountry(field, text string) (string, *inbox.Error) {
	return normalForm(field, text, "This is not an ISO 3166 country code, such as AT.", inbox.ParseCountry)
}

func normalName(_, text string) (string, *inbox.Error) {
	return inbox.CleanLine(text), nil
}

func normalForm(field, text, problem string, parse func(string) (string, bool)) (string, *inbox.Error) {
	if text = inbox.CleanToken(text); text == "" {
		return "", nil
	}
	if normal, ok := parse(text); ok {
		return normal, nil
	}
	return "", inbox.Errorf(inbox.CodeInvalid, field, problem)
}

// unique returns a list without repetitions, in the order of the list.
func unique[T comparable](list []T) []T {
	seen := make(map[T]bool, len(list))
	var kept []T
	for _, v := range list {
		if !seen[v] {
			seen[v] = true
			kept = append(kept, v)
		}
	}
	return kept
}

package engine

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// firstError gives the first of several checks that failed.
func firstError(checks ...error) error {
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	return nil
}

// atMost checks the length of an optional text, and that it is text.
func atMost(field string, text *string, limit int) error {
	if text == nil {
		return nil
	}
	if !utf8.ValidString(*text) || strings.ContainsRune(*text, 0) {
		return inbox.Errorf(inbox.CodeInvalid, field, "This is not text.")
	}
	if utf8.RuneCountInString(*text) > limit {
		return inbox.Errorf(inbox.CodeLimitExceeded, field, "At most %s characters.", thousands(limit))
	}
	return nil
}

// required checks a text that has to say something.
func required(field string, text string, limit int) error {
	if strings.TrimSpace(text) == "" {
		return inbox.Errorf(inbox.CodeRequired, field, "This must not be empty.")
	}
	return atMost(field, &text, limit)
}

// content checks what a message consists of: a text, attachments, or both.
func (l Limits) content(prefix string, text *string, attachments []inbox.Attachment) error {
	if (text == nil || strings.TrimSpace(*text) == "") && len(attachments) == 0 {
		return inbox.Errorf(inbox.CodeRequired, prefix+"text", "A message has a text, attachments, or both.")
	}
	if err := atMost(prefix+"text", text, l.Text); err != nil {
		return err
	}
	if len(attachments) > l.Attachments {
		return inbox.Errorf(inbox.CodeLimitExceeded, prefix+"attachments", "At most %d attachments.", l.Attachments)
	}
	for i, a := range attachments {
		at := fmt.Sprintf("%sattachments.%d.", prefix, i)
		if err := firstError(atMost(at+"name", a.Name, l.Name), atMost(at+"mimeType", a.MimeType, maxName)); err != nil {
			return err
		}
		if a.Bytes != nil && *a.Bytes < 0 {
			return inbox.Errorf(inbox.CodeInvalid, at+"bytes", "A size is not negative.")
		}
	}
	return nil
}

// thousands writes a number the way people read it.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// bytesText writes a size the way people read it.
func bytesText(n int) string {
	if n >= 1<<10 && n%(1<<10) == 0 {
		return thousands(n>>10) + " KiB"
	}
	return thousands(n) + " bytes"
}

// blankToNil makes an empty text none.
func blankToNil(text *string) *string {
	if text == nil || strings.TrimSpace(*text) == "" {
		return nil
	}
	return text
}

// fold gives the form in which names and addresses are compared.
func fold(text string) string { return inbox.Fold(strings.TrimSpace(text)) }

// The normal forms of profile fields. Each gives nil for an empty text and INVALID for what cannot be one.

func normalEmail(field string, text *string) (*string, error) {
	if text = blankToNil(text); text == nil {
		return nil, nil
	}
	address, _ := workflow.Coerce(*text, workflow.TypeEmail)
	if normal, ok := address.(string); ok {
		return &normal, nil
	}
	return nil, inbox.Errorf(inbox.CodeInvalid, field, "This is not an email address.")
}

func normalPhone(field string, text *string) (*string, error) {
	if text = blankToNil(text); text == nil {
		return nil, nil
	}
	number, err := phonenumbers.Parse(*text, "")
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return nil, inbox.Errorf(inbox.CodeInvalid, field, "This is not a phone number with its country code, such as +436601234567.")
	}
	return new(phonenumbers.Format(number, phonenumbers.E164)), nil
}

// PhoneAsKept returns a phone number in the form in which contacts have it; what is none stays as it is.
func PhoneAsKept(text string) string {
	if normal, err := normalPhone("", &text); err == nil && normal != nil {
		return *normal
	}
	return strings.TrimSpace(text)
}

// EmailAsKept returns an email address in the form in which contacts have it; what is none stays as it is.
func EmailAsKept(text string) string {
	if normal, err := normalEmail("", &text); err == nil && normal != nil {
		return *normal
	}
	return strings.TrimSpace(text)
}

func normalLanguage(field string, text *string) (*string, error) {
	if text = blankToNil(text); text == nil {
		return nil, nil
	}
	tag, err := language.Parse(*text)
	if err != nil || tag == language.Und {
		return nil, inbox.Errorf(inbox.CodeInvalid, field, "This is not a BCP 47 language tag, such as de-AT.")
	}
	return new(tag.String()), nil
}

func normalCountry(field string, text *string) (*string, error) {
	if text = blankToNil(text); text == nil {
		return nil, nil
	}
	region, err := language.ParseRegion(strings.ToUpper(strings.TrimSpace(*text)))
	if err != nil || !region.IsCountry() || len(region.String()) != 2 {
		return nil, inbox.Errorf(inbox.CodeInvalid, field, "This is not an ISO 3166 country code, such as AT.")
	}
	return new(region.String()), nil
}

func normalName(_ string, text *string) (*string, error) {
	if text = blankToNil(text); text == nil {
		return nil, nil
	}
	return new(strings.TrimSpace(*text)), nil
}

package engine

import (
	"errors"
	"fmt"
	"strings"

	"foyer/inbox"
)

// inbound is a message in normal form: what is stored of it, and warnings about what was left out or cut.
type inbound struct {
	externalID string // of the contact
	profile    inbox.Contact
	fields     fieldInput
	message    inbox.Message // text, attachments, external id, sentAt
	fullText   *string       // nil unless the text was cut
	warnings   []inbox.InputWarning
}

// normal returns the message in normal form. A part that cannot be used is left out or cut, with a warning. It fails with
// REQUIRED, INVALID and LIMIT_EXCEEDED only if an external id is empty, too long or no text.
func (in *MessageReceiveInput) normal(l Limits) (inbound, error) {
	err := identifier("contact.externalId", in.Contact.ExternalID)
	if err == nil && in.Message.ExternalID != nil {
		err = identifier("message.externalId", *in.Message.ExternalID)
	}
	if err != nil {
		return inbound{}, err
	}
	normal := inbound{
		externalID: in.Contact.ExternalID, warnings: in.Warnings,
		message: inbox.Message{ExternalID: in.Message.ExternalID, SentAt: in.Message.SentAt},
	}
	normal.setProfile(l, in.Contact)
	normal.setFields(l, in.Contact.Fields)
	normal.setText(l, in.Message.Text)
	normal.setAttachments(l, in.Message.Attachments)
	if normal.message.Text == nil && len(normal.message.Attachments) == 0 {
		normal.warn(inbox.CodeRequired, "message.text", "The message has neither a text nor attachments. It was stored empty.", "")
	}
	return normal, nil
}

// identifier checks an external id. An object or a list in its place arrives here as an empty text.
func identifier(field, text string) error {
	err := required(field, text, maxExternalID)
	if problem, ok := errors.AsType[*inbox.Error](err); ok && problem.Code == inbox.CodeRequired {
		return inbox.Errorf(inbox.CodeRequired, field, "This must be a text of 1 to {limit} characters, or a number.", inbox.Named("limit", maxExternalID))
	}
	return err
}

func (n *inbound) warn(code inbox.Code, field, message, value string) {
	n.warnings = inbox.Warn(n.warnings, inbox.NewWarning(code, field, message, value))
}

func (n *inbound) setProfile(l Limits, in InboundContactInput) {
	const prefix = "contact."
	n.profile = Profile{in.FirstName, in.LastName, in.Email, in.Phone, in.Language, in.Country, nil}.
		lenient(prefix, func(field, text string, problem *inbox.Error) {
			n.warn(problem.Code, field, problem.Message+" It was left out.", text)
		})
	for _, name := range []struct {
		field string
		text  **string
	}{{"firstName", &n.profile.FirstName}, {"lastName", &n.profile.LastName}} {
		*name.text = n.cut(prefix+name.field, *name.text, l.Name)
	}
	if in.Avatar == nil {
		return
	}
	if avatar, ok := inbox.LenientOf(strings.TrimSpace(*in.Avatar)).URL(); ok {
		n.profile.Avatar = &avatar
	} else if inbox.CleanToken(*in.Avatar) != "" {
		n.warn(inbox.CodeInvalid, prefix+"avatar", "This is not an absolute http or https URL. It was left out.", *in.Avatar)
	}
}

// setFields sets the custom fields. Which of them exist is only known in the transaction.
func (n *inbound) setFields(l Limits, written inbox.JSON) {
	const at = "contact.fields"
	err := l.fieldsLength(at, written)
	if err == nil {
		n.fields, err = readFields(at, written)
	}
	if problem := asError(err); problem != nil {
		n.warn(problem.Code, at, problem.Message+" They were left out.", string(written))
		n.fields = fieldInput{}
	}
}

// setText sets the text that people read and, if it is cut, the whole text too.
func (n *inbound) setText(l Limits, text *string) {
	if text == nil {
		return
	}
	clean := *text
	if strings.ContainsRune(clean, 0) {
		clean = strings.ReplaceAll(clean, "\x00", "\uFFFD")
		n.warn(inbox.CodeInvalid, "message.text", "The character U+0000 cannot be stored. It was replaced by U+FFFD.", "")
	}
	clean = strings.ToValidUTF8(clean, "\uFFFD")
	if strings.TrimSpace(clean) == "" {
		return
	}
	head, rest := inbox.Cut(clean, l.Text)
	n.message.Text = &head
	if rest != "" {
		n.fullText = &clean
		n.warn(inbox.CodeLimitExceeded, "message.text", fmt.Sprintf("Message.text shows %s characters. Message.fullText has the whole text.", inbox.Thousands(l.Text)), rest)
	}
}

func (n *inbound) setAttachments(l Limits, attachments []InboundAttachment) {
	for i, a := range attachments {
		at := fmt.Sprintf("message.attachments.%d", i)
		if len(n.message.Attachments) == l.Attachments {
			n.warn(inbox.CodeLimitExceeded, at, fmt.Sprintf("A message may have at most %d attachments. The others were left out.", l.Attachments), a.URL)
			return
		}
		url, ok := inbox.LenientOf(a.URL).URL()
		if !ok {
			n.warn(inbox.CodeInvalid, at+".url", "This is not an absolute http or https URL. The attachment was left out.", a.URL)
			continue
		}
		kept := inbox.Attachment{URL: url, Name: n.line(at+".name", a.Name, l.Name), MimeType: n.line(at+".mimeType", a.MimeType, maxName)}
		if a.Bytes != nil && *a.Bytes >= 0 {
			kept.Bytes = a.Bytes
		}
		n.message.Attachments = append(n.message.Attachments, kept)
	}
}

// line returns a text in one line, cut to a number of characters, or nil if nothing of it is visible.
func (n *inbound) line(field string, text *string, limit int) *string {
	if text == nil {
		return nil
	}
	clean := inbox.CleanLine(*text)
	return n.cut(field, blankToNil(&clean), limit)
}

// cut returns a text cut to a number of characters.
func (n *inbound) cut(field string, text *string, limit int) *string {
	if text == nil {
		return nil
	}
	head, rest := inbox.Cut(*text, limit)
	if rest == "" {
		return text
	}
	n.warn(inbox.CodeLimitExceeded, field, fmt.Sprintf("This is longer than %s characters. The rest was cut.", inbox.Thousands(limit)), rest)
	head = strings.TrimSpace(head)
	return &head
}

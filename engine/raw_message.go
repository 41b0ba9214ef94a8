package engine

import (
	"fmt"
	"math"
	"strings"

	"foyer/inbox"
)

// RawMessage is a contact's message as a request has it. Each value in the contact and the message may be any JSON, so that
// no such value can have the message refused.
type RawMessage struct {
	ChannelID inbox.ChannelID
	Contact   RawContact
	Message   RawContent
}

// RawContact is the contact who wrote it.
type RawContact struct {
	ExternalID, FirstName, LastName, Email, Phone, Language, Country, Avatar *inbox.Lenient
	Fields                                                                   inbox.JSON
}

// RawContent is what was written.
type RawContent struct {
	ExternalID, Text, SentAt *inbox.Lenient
	Attachments              []*RawAttachment
}

// RawAttachment is a file that came with it.
type RawAttachment struct {
	URL, Name, MimeType, Bytes *inbox.Lenient
}

// Read returns the message with the values that can be read, and warnings about the others.
func (r RawMessage) Read() MessageReceiveInput {
	in := MessageReceiveInput{ChannelID: r.ChannelID}
	var read rawReader
	in.Contact = InboundContactInput{
		FirstName: read.text("contact.firstName", r.Contact.FirstName),
		LastName:  read.text("contact.lastName", r.Contact.LastName),
		Email:     read.text("contact.email", r.Contact.Email),
		Phone:     read.text("contact.phone", r.Contact.Phone),
		Language:  read.text("contact.language", r.Contact.Language),
		Country:   read.text("contact.country", r.Contact.Country),
		Avatar:    read.text("contact.avatar", r.Contact.Avatar),
		Fields:    r.Contact.Fields,
	}
	// Without it the contact is unknown: a value that is not a text becomes empty, which is an error.
	if r.Contact.ExternalID != nil {
		in.Contact.ExternalID, _ = r.Contact.ExternalID.Text()
	}
	if r.Message.ExternalID != nil && !r.Message.ExternalID.IsNull() {
		id, _ := r.Message.ExternalID.Text()
		in.Message.ExternalID = &id
	}
	in.Message.Text = read.text("message.text", r.Message.Text)
	in.Message.SentAt = read.time("message.sentAt", r.Message.SentAt)
	if len(r.Message.Attachments) > 0 {
		in.Message.Attachments = make([]InboundAttachment, len(r.Message.Attachments))
	}
	for i, a := range r.Message.Attachments {
		if a != nil { // null is an attachment without a URL, which gets its warning later
			in.Message.Attachments[i] = read.attachment(fmt.Sprintf("message.attachments.%d.", i), a)
		}
	}
	in.Warnings = read.warnings
	return in
}

// rawReader reads values, and adds warnings about those that it cannot read.
type rawReader struct{ warnings []inbox.InputWarning }

func (r *rawReader) leaveOut(field, message string, value *inbox.Lenient) {
	r.warnings = inbox.Warn(r.warnings, inbox.NewWarning(inbox.CodeInvalid, field, message, value.String()))
}

func (r *rawReader) text(field string, value *inbox.Lenient) *string {
	if value == nil || value.IsNull() {
		return nil
	}
	text, ok := value.Text()
	if !ok {
		r.leaveOut(field, "This is not a text. It was left out.", value)
		return nil
	}
	return &text
}

func (r *rawReader) time(field string, value *inbox.Lenient) *inbox.Time {
	if value == nil || value.IsNull() {
		return nil
	}
	at, ok := value.Time()
	if !ok {
		r.leaveOut(field, "This is not a time such as 2026-01-31T09:30:00Z. It was left out.", value)
		return nil
	}
	return &at
}

func (r *rawReader) attachment(at string, a *RawAttachment) InboundAttachment {
	read := InboundAttachment{Name: r.text(at+"name", a.Name), MimeType: r.text(at+"mimeType", a.MimeType)}
	if url := r.text(at+"url", a.URL); url != nil {
		read.URL = strings.TrimSpace(*url)
	}
	if a.Bytes == nil || a.Bytes.IsNull() {
		return read
	}
	if n, ok := a.Bytes.Int(); ok && n >= 0 && n <= math.MaxInt32 {
		read.Bytes = new(int32(n))
	} else {
		r.leaveOut(at+"bytes", fmt.Sprintf("This is not a size of 0 to %d bytes. It was left out.", math.MaxInt32), a.Bytes)
	}
	return read
}

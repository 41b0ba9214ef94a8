package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine"
	"foyer/inbox"
)

// warned returns the warnings of an answer, each as code and field.
func warned(warnings []inbox.InputWarning) []string {
	var told []string
	for _, w := range warnings {
		told = append(told, fmt.Sprintf("%s %s", w.Code, strings.Join(w.Field, ".")))
	}
	return told
}

func TestAMessageIsStoredWhateverElseIsWrong(t *testing.T) {
	long := func(n int) *string { return new(strings.Repeat("ä", n)) }
	attached := func(a ...engine.InboundAttachment) func(*engine.MessageReceiveInput) {
		return func(in *engine.MessageReceiveInput) { in.Message.Attachments = a }
	}
	many := make([]engine.InboundAttachment, 25)
	for i := range many {
		many[i].URL = "https://example.org/a"
	}
	for name, test := range map[string]struct {
		change func(*engine.MessageReceiveInput)
		want   []string // warnings
		stored string   // how the field of the warning reads, in the contact and the message
	}{
		"a short code for a phone":    {func(in *engine.MessageReceiveInput) { in.Contact.Phone = new("68849") }, []string{"INVALID contact.phone"}, ""},
		"a phone without its country": {func(in *engine.MessageReceiveInput) { in.Contact.Phone = new("0660 1234567") }, []string{"INVALID contact.phone"}, ""},
		"a phone of a known country": {func(in *engine.MessageReceiveInput) {
			in.Contact.Phone, in.Contact.Country = new("0660 1234567"), new("AT")
		}, nil, "phone +436601234567"},
		"Mexico's old mobile form":       {func(in *engine.MessageReceiveInput) { in.Contact.Phone = new("+5215512345678") }, nil, "phone +525512345678"},
		"a phone between bidi marks":     {func(in *engine.MessageReceiveInput) { in.Contact.Phone = new("\u202a+43 660 1234567\u202c") }, nil, "phone +436601234567"},
		"no email":                       {func(in *engine.MessageReceiveInput) { in.Contact.Email = new("n/a") }, []string{"INVALID contact.email"}, ""},
		"a quoted email":                 {func(in *engine.MessageReceiveInput) { in.Contact.Email = new(`"a b"@x.test`) }, nil, `email "a b"@x.test`},
		"an email with an empty space":   {func(in *engine.MessageReceiveInput) { in.Contact.Email = new("ada\u200b@x.test\ufeff") }, nil, "email ada@x.test"},
		"a country by its name":          {func(in *engine.MessageReceiveInput) { in.Contact.Country = new("Austria") }, []string{"INVALID contact.country"}, ""},
		"a country by a usual code":      {func(in *engine.MessageReceiveInput) { in.Contact.Country = new("UK") }, nil, "country GB"},
		"a land that is none":            {func(in *engine.MessageReceiveInput) { in.Contact.Country = new("ZZ") }, []string{"INVALID contact.country"}, ""},
		"a language by its name":         {func(in *engine.MessageReceiveInput) { in.Contact.Language = new("german") }, []string{"INVALID contact.language"}, ""},
		"an unknown custom field":        {func(in *engine.MessageReceiveInput) { in.Contact.Fields = inbox.JSON(`{"nickname": "Z", "seats": 3}`) }, []string{"INVALID contact.fields.nickname"}, `fields {"1":3}`},
		"a custom field of a wrong type": {func(in *engine.MessageReceiveInput) { in.Contact.Fields = inbox.JSON(`{"seats": "many"}`) }, []string{"INVALID contact.fields.seats"}, ""},
		"custom fields that are a list":  {func(in *engine.MessageReceiveInput) { in.Contact.Fields = inbox.JSON(`[1]`) }, []string{"INVALID contact.fields"}, ""},
		"a relative avatar":              {func(in *engine.MessageReceiveInput) { in.Contact.Avatar = new("/me.png") }, []string{"INVALID contact.avatar"}, ""},
		"a name of 300 characters":       {func(in *engine.MessageReceiveInput) { in.Contact.FirstName = long(300) }, []string{"LIMIT_EXCEEDED contact.firstName"}, "firstName " + *long(200)},
		"a name of nothing visible":      {func(in *engine.MessageReceiveInput) { in.Contact.FirstName = new("\u200b\u3164\u202e") }, nil, ""},
		"a name with marks in it":        {func(in *engine.MessageReceiveInput) { in.Contact.FirstName = new("\u202aZo\u200bë\u202c\n") }, nil, "firstName Zoë"},
		"a text of 10,001 characters":    {func(in *engine.MessageReceiveInput) { in.Message.Text = long(10_001) }, []string{"LIMIT_EXCEEDED message.text"}, "text " + *long(10_000)},
		"a text of 10,000 characters":    {func(in *engine.MessageReceiveInput) { in.Message.Text = long(10_000) }, nil, "text " + *long(10_000)},
		"U+0000 in the text":             {func(in *engine.MessageReceiveInput) { in.Message.Text = new("a\x00b") }, []string{"INVALID message.text"}, "text a\uFFFDb"},
		"nothing":                        {func(in *engine.MessageReceiveInput) { in.Message.Text = nil }, []string{"REQUIRED message.text"}, "text "},
		"an empty text":                  {func(in *engine.MessageReceiveInput) { in.Message.Text = new(" \n") }, []string{"REQUIRED message.text"}, "text "},
		"a long attachment name":         {attached(engine.InboundAttachment{URL: "https://example.org/a", Name: long(255)}), []string{"LIMIT_EXCEEDED message.attachments.0.name"}, "attachments 1 " + *long(200)},
		"one bad URL among several": {attached(engine.InboundAttachment{URL: "https://example.org/a"}, engine.InboundAttachment{URL: "not a url"}, engine.InboundAttachment{URL: "https://example.org/b"}),
			[]string{"INVALID message.attachments.1.url"}, "attachments 2 "},
		"only bad URLs and no text": {func(in *engine.MessageReceiveInput) {
			in.Message.Text, in.Message.Attachments = nil, []engine.InboundAttachment{{URL: "ftp://x"}}
		}, []string{"INVALID message.attachments.0.url", "REQUIRED message.text"}, "attachments 0 "},
		"25 attachments": {attached(many...), []string{"LIMIT_EXCEEDED message.attachments.20"}, "attachments 20 "},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			must(d.ContactFieldCreate(d.ctx(), d.owner, engine.ContactFieldCreateInput{Name: "seats", Label: new("Seats"), Type: inbox.FieldNumber}))
			in := d.message("c1", "Hello")
			in.Message.ExternalID = new("m1")
			test.change(&in)
			got := must(d.MessageReceive(d.ctx(), d.key, in))
			if diff := cmp.Diff(test.want, warned(got.Warnings)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			if what, want, _ := strings.Cut(test.stored, " "); what != "" {
				if stored := part(what, d.contact(got.Contact.ID), got.Message); stored != want {
					t.Errorf("%s is %q", what, stored)
				}
			}
			again := must(d.MessageReceive(d.ctx(), d.key, in))
			if diff := cmp.Diff(got.Warnings, again.Warnings); !again.Duplicate || diff != "" {
				t.Errorf("repeated: duplicate %t, warnings (-first +again):\n%s", again.Duplicate, diff)
			}
		})
	}
}

// part returns a part of a contact or a message as a text.
func part(what string, c *inbox.Contact, m *inbox.Message) string {
	text := func(t *string) string {
		if t == nil {
			return ""
		}
		return *t
	}
	switch what {
	case "phone":
		return text(c.Phone)
	case "email":
		return text(c.Email)
	case "country":
		return text(c.Country)
	case "firstName":
		return text(c.FirstName)
	case "fields":
		return string(c.Values)
	case "text":
		return text(m.Text)
	default: // attachments: how many, and the name of the first
		name := ""
		if len(m.Attachments) > 0 {
			name = text(m.Attachments[0].Name)
		}
		return fmt.Sprintf("%d %s", len(m.Attachments), name)
	}
}

func TestABadItemOfABatchCostsNoOther(t *testing.T) {
	d := newDesk(t)
	bad, nobody, nowhere := d.message("c1", "one"), d.message("", "two"), d.message("c3", "three")
	bad.Contact.Email, nowhere.ChannelID = new("n/a"), 99
	got := must(d.MessageReceiveBatch(d.ctx(), d.key, []engine.MessageReceiveInput{bad, nobody, nowhere, d.message("c4", "four")}))
	refused(t, got[1].Err, inbox.CodeRequired, "contact.externalId")
	if text := got[1].Err.Error(); !strings.Contains(text, "a text of 1 to 255 characters") {
		t.Errorf("got %s", text)
	}
	refused(t, got[2].Err, inbox.CodeNotFound, "channelId")
	for _, i := range []int{0, 3} {
		if got[i].Err != nil || !got[i].Opened {
			t.Errorf("item %d: %+v", i, got[i])
		}
	}
	if told := warned(got[0].Warnings); len(told) != 1 || len(got[3].Warnings) != 0 {
		t.Errorf("warnings: %v and %v", told, got[3].Warnings)
	}
}

func TestWhatIsStoredOfAProfileCanBeWrittenBack(t *testing.T) {
	d := newDesk(t)
	for i, in := range []engine.InboundContactInput{
		{Email: new(`"a b"@x.test`)}, {Email: new("Ada@X.Test")}, {Phone: new("+5215512345678")}, {Phone: new("+5491123456789")},
		{Country: new("uk")}, {Language: new("iw")}, {Language: new("zh-hans-cn")}, {FirstName: new("علی\u200cرضا")}, {LastName: new(strings.Repeat("x", 300))},
	} {
		message := d.message(fmt.Sprint(i), "Hello")
		in.ExternalID = message.Contact.ExternalID
		message.Contact = in
		c := d.contact(must(d.MessageReceive(d.ctx(), d.key, message)).Contact.ID)
		patch := engine.ContactPatch{ID: c.ID, FirstName: engine.Patch[string]{Set: true, Value: c.FirstName}, LastName: engine.Patch[string]{Set: true, Value: c.LastName}, Email: engine.Patch[string]{Set: true, Value: c.Email}, Phone: engine.Patch[string]{Set: true, Value: c.Phone},
			Language: engine.Patch[string]{Set: true, Value: c.Language}, Country: engine.Patch[string]{Set: true, Value: c.Country}}
		must(d.ContactUpdate(d.ctx(), d.owner, patch))
		if diff := cmp.Diff(c, d.contact(c.ID)); diff != "" {
			t.Errorf("%d: writing back what is stored changed it (-stored +then):\n%s", i, diff)
		}
	}
}

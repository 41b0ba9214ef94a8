package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnyJSONValueBesideAMessageCostsNoMessage sends each kind of JSON value at each place in the input of a message,
// and reads what was stored.
func TestAnyJSONValueBesideAMessageCostsNoMessage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	values := map[string]any{"a list": []any{1, "x"}, "an object": object{"a": nil}, "a number": 12.5, "a large number": json.Number("99999999999999999999"),
		"true": true, "null": nil, "a text": "what?", "nothing visible": "\u200b"}
	type place struct {
		name string
		set  func(contact, message, attachment object, value any)
	}
	var places []place
	for _, name := range []string{"firstName", "lastName", "email", "phone", "language", "country", "avatar", "fields"} {
		places = append(places, place{"contact." + name, func(contact, _, _ object, value any) { contact[name] = value }})
	}
	places = append(places, place{"message.sentAt", func(_, message, _ object, value any) { message["sentAt"] = value }})
	for _, name := range []string{"url", "name", "mimeType", "bytes"} {
		places = append(places, place{"message.attachments.0." + name, func(_, _, attachment object, value any) { attachment[name] = value }})
	}
	n := 0
	for _, place := range places {
		for kind, value := range values {
			n++
			contact, attachment := object{"externalId": fmt.Sprint("odd-", n)}, object{"url": "https://example.com/a"}
			message := object{"externalId": fmt.Sprint("odd-", n), "text": "Do you hear me?", "attachments": []object{attachment}}
			place.set(contact, message, attachment, value)
			got, err := o.manager.try("messageReceive", object{"channelId": o.channel(), "contact": contact, "message": message},
				"message { text } conversation { id } duplicate warnings { code field message value }")
			if err != nil || got.Message.Text != "Do you hear me?" || got.Duplicate {
				t.Errorf("%s is %s: %v, %+v", place.name, kind, err, got)
				continue
			}
			for _, w := range got.Warnings {
				if at := strings.Join(w.Field, "."); !strings.HasPrefix(at, place.name) && !strings.HasPrefix(at, "message.attachments.0") || w.Message == "" {
					t.Errorf("%s is %s: warns of %+v", place.name, kind, w)
				}
			}
		}
	}
}

func TestTheWholeOfALongMessageCanBeRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	long := strings.Repeat("äé", 6_000)
	in := o.incoming("talker", "long-1", long)
	const fields = "message { id text fullText } warnings { code field value }"
	got := o.manager.do("messageReceive", in, fields)
	if got.Message.Text != long[:20_000] || got.Message.FullText != long {
		t.Errorf("text has %d bytes, fullText %d", len(got.Message.Text), len(got.Message.FullText))
	}
	if len(got.Warnings) != 1 || got.Warnings[0].Code != "LIMIT_EXCEEDED" || strings.Join(got.Warnings[0].Field, ".") != "message.text" ||
		!strings.HasPrefix(long[20_000:], *got.Warnings[0].Value) {
		t.Errorf("warns of %+v", got.Warnings)
	}
	if diff := cmp.Diff(got.Warnings, o.manager.do("messageReceive", in, fields).Warnings); diff != "" {
		t.Errorf("a repeated delivery warns otherwise (-first +again):\n%s", diff)
	}
	short := o.manager.do("messageReceive", o.incoming("talker", "short-1", "Bye"), fields)
	if short.Message.FullText != "Bye" || len(short.Warnings) != 0 {
		t.Errorf("a short message reads %+v", short)
	}
}

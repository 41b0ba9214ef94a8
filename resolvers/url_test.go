package resolvers_test

import (
	"strings"
	"testing"
)

func TestURLsOfContactsAreNormalisedOrRefusedByName(t *testing.T) {
	d := newDesk(t)
	const receive = `mutation($input: MessageReceiveInput!) { messageReceive(input: $input) { message { attachments { url } } contact { avatar } warnings { field } userErrors { code } } }`
	input := func(avatar, attachment string) variables {
		return variables{"input": object{"channelId": d.channel.String(), "contact": object{"externalId": "a", "avatar": avatar},
			"message": object{"attachments": []object{{"url": attachment}}}}}
	}
	const flag = "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"
	a := d.ask(d.owner, receive, input("HTTPS://Bücher.example/"+flag, "https://example.com/a b?ä=%")).ok()
	if got := a.text("messageReceive.contact.avatar"); got != "https://xn--bcher-kva.example/%F0%9F%8F%B4%F3%A0%81%A7%F3%A0%81%A2%F3%A0%81%A5%F3%A0%81%AE%F3%A0%81%A7%F3%A0%81%BF" {
		t.Errorf("the avatar is %s", got)
	}
	if got := a.text("messageReceive.message.attachments.0.url"); got != "https://example.com/a%20b?%C3%A4=%25" {
		t.Errorf("the attachment is at %s", got)
	}
	for place, in := range map[string]variables{
		"contact.avatar":            input("javascript:alert(1)", "https://example.com"),
		"message.attachments.0.url": input("https://example.com", "https://\u202e\u0308.example"),
	} {
		a := d.ask(d.owner, receive, in).ok()
		if at := a.each("messageReceive.warnings", "field")[0]; at != "["+strings.ReplaceAll(place, ".", " ")+"]" {
			t.Errorf("%s: warned of %s", place, at)
		}
	}
	const (
		create = `mutation($input: ContactCreateInput!) { contactCreate(input: $input) { userErrors { code } } }`
		send   = `mutation($input: MessageSendInput!) { messageSend(input: $input) { userErrors { code } } }`
	)
	for place, asked := range map[string]struct {
		query string
		input object
	}{
		"input.avatar":            {create, object{"avatar": "javascript:alert(1)"}},
		"input.attachments.0.url": {send, object{"conversationId": "cnv_1", "attachments": []object{{"url": "https://\u202e\u0308.example"}}}},
	} {
		a := d.ask(d.owner, asked.query, variables{"input": asked.input})
		a.wantCode("VALIDATION_FAILED")
		if at := a.Errors[0].Path.String() + " " + a.Errors[0].Message; !strings.Contains(strings.NewReplacer("[", ".", "]", "").Replace(at), place) || !strings.Contains(at, "URL") {
			t.Errorf("%s: got %s", place, at)
		}
	}
}

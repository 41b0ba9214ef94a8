package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestARepeatedDeliveryChangesNothing(t *testing.T) {
	d := newDesk(t)
	in := d.message("c1", "Hello")
	in.Message.ExternalID = new("m1")
	first := must(d.MessageReceive(d.ctx(), d.key, in))
	in.Message.Text = new("Hello, edited on the way")
	in.Contact.FirstName = new("Zoë")
	d.unchanged(func() {
		again := must(d.MessageReceive(d.ctx(), d.key, in))
		if !again.Duplicate || again.Opened || again.Cursor != nil || again.Message.ID != first.Message.ID ||
			*again.Message.Text != "Hello" || again.Conversation.ID != first.Conversation.ID || again.Contact.ID != first.Contact.ID {
			t.Errorf("got %+v, want the first", again)
		}
	})
	d.close(first.Conversation.ID)
	d.unchanged(func() {
		if again := must(d.MessageReceive(d.ctx(), d.key, in)); !again.Duplicate {
			t.Error("a repeated delivery after the close is treated as a new message")
		}
	})
}

func TestAnExternalIDOfAnotherContactIsAConflictAndShowsNothing(t *testing.T) {
	d := newDesk(t)
	in := d.message("c1", "Hello")
	in.Message.ExternalID = new("m1")
	id := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation.ID
	sent := d.send(d.owner, id, "Yes?").Message.ID
	must(d.MessageStatusReport(d.ctx(), d.key, engine.MessageStatusReportInput{MessageID: sent, Status: inbox.StatusSent, ExternalID: new("m2")}))
	d.opened("c2")
	for name, test := range map[string]struct{ contact, external string }{
		"a known contact": {"c2", "m1"}, "a new contact": {"c3", "m1"}, "an outbound message": {"c1", "m2"},
	} {
		t.Run(name, func(t *testing.T) {
			in := d.message(test.contact, "Hello")
			in.Message.ExternalID = &test.external
			d.unchanged(func() {
				got, err := d.MessageReceive(d.ctx(), d.key, in)
				refused(t, err, inbox.CodeConflict, "message.externalId")
				if got != nil {
					t.Errorf("shows %+v", got)
				}
			})
		})
	}
	other := d.newChannel("Other", 0)
	in.ChannelID = other // another channel has ids of its own
	if got := must(d.MessageReceive(d.ctx(), d.key, in)); got.Duplicate {
		t.Error("another channel's message is treated as a repetition")
	}
}

func TestAProfileFillsWhatIsEmptyAndOverwritesNothing(t *testing.T) {
	d := newDesk(t)
	in := d.message("c1", "Hello")
	in.Contact.FirstName, in.Contact.Email = new(" Zoë "), new("Zoe@Example.org")
	id := must(d.MessageReceive(d.ctx(), d.key, in)).Contact.ID
	in.Contact = engine.InboundContactInput{ExternalID: "c1", FirstName: new("Other"), LastName: new("Müller"), Phone: new("+43 660 1234567"),
		Language: new("de-at"), Country: new("at"), Avatar: new("https://example.org/a.png")}
	types := d.during(func() { must(d.MessageReceive(d.ctx(), d.key, in)) })
	same(t, types, []string{"CONTACT_CHANGED by CONTACT", "MESSAGE_RECEIVED by CONTACT"})
	got := d.contact(id)
	want := *got
	want.FirstName, want.LastName, want.Email, want.Phone = new("Zoë"), new("Müller"), new("zoe@example.org"), new("+436601234567")
	want.Language, want.Country, want.Avatar = new("de-AT"), new("AT"), new(inbox.URL("https://example.org/a.png"))
	same(t, *got, want)
	same(t, d.during(func() { must(d.MessageReceive(d.ctx(), d.key, in)) }), []string{"MESSAGE_RECEIVED by CONTACT"})
}

func TestABlockedContactsMessagesAreStoredAndNothingElse(t *testing.T) {
	d := newDesk(t)
	d.defaultTeam(d.team("Support", engine.PolicyPatch{}, d.hire("Ana")))
	id := d.opened("c1")
	unsent := d.send(d.owner, id, "Stop it").Message
	contact := d.conversation(id).ContactID
	types := d.during(func() { d.block(contact) })
	same(t, types, []string{"CONTACT_CHANGED by AGENT", "MESSAGE_STATUS_CHANGED by AGENT", "CONVERSATION_CLOSED by AGENT"})
	c := d.conversation(id)
	if *c.ClosedSource != inbox.CloseBlock {
		t.Errorf("closed by %s", *c.ClosedSource)
	}
	m := view(d, func(r *store.ReadTx) (*inbox.Message, error) { return r.Message(unsent.ID) })
	if m.Status != inbox.StatusFailed || m.FailureReason == nil {
		t.Errorf("the unsent message is %+v", m)
	}
	in := d.message("c1", "Let me in")
	in.Message.ExternalID, in.Contact.LastName = new("m1"), new("Annoying")
	same(t, d.during(func() {
		got := must(d.MessageReceive(d.ctx(), d.key, in))
		if got.Conversation != nil || got.Opened || got.Cursor != nil || got.Message.ConversationID != nil || got.Message.ID == 0 {
			t.Errorf("got %+v", got)
		}
	}), []string(nil))
	d.unchanged(func() {
		if again := must(d.MessageReceive(d.ctx(), d.key, in)); !again.Duplicate || again.Conversation != nil {
			t.Errorf("repeated: %+v", again)
		}
	})
	_, err := d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{ContactID: contact})
	refused(t, err, inbox.CodeBlocked, "contactId")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Blocked: new(false)}))
	if got := d.say("c1", "Sorry"); !got.Opened {
		t.Error("an unblocked contact opens nothing")
	}
}

func TestTheGraceAfterAClose(t *testing.T) {
	for _, test := range []struct {
		text   string
		after  time.Duration
		opens  bool
		attach bool
	}{
		{text: "thanks", after: time.Minute},
		{text: "  Thank You!! ", after: time.Minute},
		{text: "👍", after: 10 * time.Minute},
		{text: "thanks", after: 10*time.Minute + time.Millisecond, opens: true},
		{text: "thanks, and one more thing", after: time.Minute, opens: true},
		{text: "thanks", after: time.Minute, attach: true, opens: true},
	} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			d := newDesk(t)
			d.channel = d.newChannel("Chat", 600)
			d.publish("format: 1\nname: Greet\ntrigger: { on: conversation.opened }\nsteps:\n  - key: greet\n    note: { text: Hi }\n")
			id := d.opened("c1")
			d.close(id)
			d.clock.move(test.after)
			in := d.message("c1", test.text)
			if test.attach {
				in.Message.Attachments = []engine.InboundAttachment{{URL: "https://example.org/a.png"}}
			}
			var got *engine.MessageReceived
			types := d.during(func() { got = must(d.MessageReceive(d.ctx(), d.key, in)) })
			if got.Opened != test.opens {
				t.Fatalf("opened: %t", got.Opened)
			}
			if test.opens {
				return
			}
			same(t, types, []string{"MESSAGE_RECEIVED by CONTACT"})
			c := d.conversation(id)
			if got.Conversation.ID != id || c.Status != inbox.Closed || c.WaitingSince != nil || c.InboundCount != 2 {
				t.Errorf("it is in %+v", c)
			}
		})
	}
}

func TestAMessageWakesASnoozedConversation(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	id := d.opened("c1")
	d.give(id, ana)
	d.snooze(id, time.Hour)
	if n := d.agent(ana).OpenConversations; n != 0 {
		t.Errorf("a snoozed conversation occupies Ana: %d", n)
	}
	types := d.during(func() { d.say("c1", "I am back") })
	same(t, types, []string{"MESSAGE_RECEIVED by CONTACT", "CONVERSATION_WOKEN by CONTACT"})
	if c := d.conversation(id); c.SnoozedUntil != nil || d.agent(ana).OpenConversations != 1 {
		t.Errorf("got %+v", c)
	}
	d.later(2 * time.Hour)
	same(t, d.conversation(id).SnoozedUntil, (*inbox.Time)(nil))
}

func TestABatchTakesEachMessageForItself(t *testing.T) {
	d := newDesk(t)
	batch := []engine.MessageReceiveInput{d.message("c1", "One"), d.message("", "Whose?"), d.message("c1", "Two"), d.message("c2", "Three")}
	batch[3].ChannelID = 999
	got := must(d.MessageReceiveBatch(d.ctx(), d.key, batch))
	if got[0].Err != nil || !got[0].Opened || got[2].Err != nil || got[2].Opened || got[0].Conversation.ID != got[2].Conversation.ID {
		t.Errorf("got %+v", got)
	}
	refused(t, got[1].Err, inbox.CodeRequired, "contact.externalId")
	refused(t, got[3].Err, inbox.CodeNotFound, "channelId")
	if *got[0].Cursor >= *got[2].Cursor {
		t.Errorf("the cursors are %s and %s", *got[0].Cursor, *got[2].Cursor)
	}
	_, err := d.MessageReceiveBatch(d.ctx(), d.key, make([]engine.MessageReceiveInput, 101))
	refused(t, err, inbox.CodeLimitExceeded, "messages")
}

func TestADisabledChannelTakesAndSendsNothing(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	must(d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.channel, Disabled: new(true)}))
	d.unchanged(func() {
		_, err := d.MessageReceive(d.ctx(), d.key, d.message("c1", "Hello?"))
		refused(t, err, inbox.CodeInvalid, "channelId")
		_, err = d.MessageSend(d.ctx(), d.owner, engine.MessageSendInput{ConversationID: id, Text: new("Hello")})
		refused(t, err, inbox.CodeInvalid, "channelId")
	})
	if c := d.conversation(id); !c.IsOpen() {
		t.Error("its conversations went with it")
	}
}

func TestMessagesOfAContactOnTwoChannelsShareAConversation(t *testing.T) {
	d := newDesk(t)
	other := d.newChannel("Other", 0)
	contact := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{Identities: []engine.ContactIdentityInput{
		{ChannelID: d.channel, ExternalID: "c1"}, {ChannelID: other, ExternalID: "c1 too"}}})).Contact
	first := d.say("c1", "Hello")
	in := d.message("c1 too", "Here, too")
	in.ChannelID = other
	second := must(d.MessageReceive(d.ctx(), d.key, in))
	if second.Opened || second.Conversation.ID != first.Conversation.ID || second.Contact.ID != contact.ID {
		t.Errorf("got %+v", second)
	}
	if reply := d.send(d.owner, first.Conversation.ID, "Hi").Message; reply.ChannelID != other {
		t.Error("the reply does not go where the last message came from")
	}
}

func TestBadMessagesNameTheFaultAndChangeNothing(t *testing.T) {
	d := newDesk(t)
	d.opened("c1")
	long := func(n int) *string { return new(strings.Repeat("ä", n)) }
	for name, test := range map[string]struct {
		change func(*engine.MessageReceiveInput)
		code   inbox.Code
		field  string
	}{
		"an unknown channel":   {func(in *engine.MessageReceiveInput) { in.ChannelID = 99 }, inbox.CodeNotFound, "channelId"},
		"no contact":           {func(in *engine.MessageReceiveInput) { in.Contact.ExternalID = " " }, inbox.CodeRequired, "contact.externalId"},
		"a long contact id":    {func(in *engine.MessageReceiveInput) { in.Contact.ExternalID = *long(256) }, inbox.CodeLimitExceeded, "contact.externalId"},
		"an empty external id": {func(in *engine.MessageReceiveInput) { in.Message.ExternalID = new("") }, inbox.CodeRequired, "message.externalId"},
		"a long external id":   {func(in *engine.MessageReceiveInput) { in.Message.ExternalID = long(256) }, inbox.CodeLimitExceeded, "message.externalId"},
		"a zero byte in it":    {func(in *engine.MessageReceiveInput) { in.Message.ExternalID = new("a\x00b") }, inbox.CodeInvalid, "message.externalId"},
		"an invisible id":      {func(in *engine.MessageReceiveInput) { in.Contact.ExternalID = "\u200b\u202e" }, inbox.CodeRequired, "contact.externalId"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, contact := range []string{"c1", "new"} {
				in := d.message(contact, "Hello")
				test.change(&in)
				d.unchanged(func() {
					_, err := d.MessageReceive(d.ctx(), d.key, in)
					refused(t, err, test.code, test.field)
				})
			}
		})
	}
}

package engine_test

import (
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// after is what must be the newest message: nil for none.
func after(m *inbox.Message) engine.Patch[inbox.MessageID] {
	if m == nil {
		return engine.Patch[inbox.MessageID]{Set: true}
	}
	return engine.SetTo(m.ID)
}

func TestAMessageIsNotSentAfterANewerOneThanItsAuthorKnows(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.caller(d.hire("Ana")), d.caller(d.hire("Ben"))
	question := d.say("c1", "Hello?")
	id := question.Conversation.ID
	elsewhere := d.say("c2", "Me too").Message
	send := func(who inbox.Caller, latest *inbox.Message) *engine.MessageChange {
		t.Helper()
		return must(d.MessageSend(d.ctx(), who, engine.MessageSendInput{ConversationID: id, Text: new("Hi"), IfLatest: after(latest)}))
	}
	refused := func(who inbox.Caller, latest, newest *inbox.Message) {
		t.Helper()
		head := d.db.HeadNumber()
		got := send(who, latest)
		if got.Refused == nil || got.Refused.Code != inbox.CodeConflict || got.Refused.Field[0] != "ifLatestMessageId" ||
			got.Message == nil || got.Message.ID != newest.ID || got.Cursor != nil {
			t.Errorf("got %+v, want CONFLICT with message %v", got, newest.ID)
		}
		if d.db.HeadNumber() != head {
			t.Error("something happened all the same")
		}
	}
	answer := send(ana, question.Message)
	if answer.Refused != nil {
		t.Fatalf("refused: %v", answer.Refused)
	}
	refused(ben, question.Message, answer.Message) // of an agent
	again := d.say("c1", "And now?").Message
	refused(ana, answer.Message, again) // of the contact
	refused(ana, nil, again)
	refused(ana, elsewhere, again)
	if d.conversation(id).AssigneeID == nil || *d.conversation(id).AssigneeID != ana.Actor.Agent() {
		t.Error("a message that was refused changed the assignee")
	}
	if got := send(ben, again); got.Refused != nil {
		t.Errorf("refused: %v", got.Refused)
	}
	d.send(ana, id, "Whatever came before")
}

func TestTheFirstMessageOfAConversationFollowsNone(t *testing.T) {
	d := newDesk(t)
	contact := d.say("c1", "Hello").Contact.ID
	d.close(d.opened("c1"))
	opened := must(d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{ContactID: contact}))
	in := engine.MessageSendInput{ConversationID: opened.Conversation.ID, Text: new("Hi"), IfLatest: engine.SetTo(inbox.MessageID(1))}
	if got := must(d.MessageSend(d.ctx(), d.owner, in)); got.Refused == nil || got.Message != nil {
		t.Errorf("it was sent after a message of another conversation: %+v", got)
	}
	in.IfLatest = after(nil)
	if got := must(d.MessageSend(d.ctx(), d.owner, in)); got.Refused != nil {
		t.Errorf("refused: %v", got.Refused)
	}
	if got := must(d.MessageSend(d.ctx(), d.owner, in)); got.Refused == nil {
		t.Error("a second one was sent as the first")
	}
}

func TestARepeatedMessageIsTheFirstOneWhateverCameSince(t *testing.T) {
	d := newDesk(t)
	question := d.say("c1", "Hello?")
	in := engine.MessageSendInput{ConversationID: question.Conversation.ID, Text: new("Hi"), IdempotencyKey: new("k"), IfLatest: after(nil)}
	if got := must(d.MessageSend(d.ctx(), d.owner, in)); got.Refused == nil {
		t.Fatal("it was sent")
	}
	in.IfLatest = after(question.Message) // what was refused has not used up the key
	first := must(d.MessageSend(d.ctx(), d.owner, in))
	d.say("c1", "Thanks")
	again := must(d.MessageSend(d.ctx(), d.owner, in))
	if again.Refused != nil || again.Message.ID != first.Message.ID || *again.Cursor != *first.Cursor {
		t.Errorf("got %+v, want %+v", again, first)
	}
	in.IfLatest = engine.Patch[inbox.MessageID]{}
	_, err := d.MessageSend(d.ctx(), d.owner, in)
	refused(t, err, inbox.CodeIdempotencyMismatch, "idempotencyKey")
}

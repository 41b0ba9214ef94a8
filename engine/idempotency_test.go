package engine_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

func TestARepeatWithTheSameKeyAnswersTheFirstResult(t *testing.T) {
	d := newDesk(t)
	contact := d.say("c1", "Hello")
	closed := d.say("c2", "Hello")
	d.close(closed.Conversation.ID)
	id := contact.Conversation.ID
	for name, do := range map[string]func(caller inbox.Caller, key, input string) (result string, err error){
		"messageSend": func(caller inbox.Caller, key, input string) (string, error) {
			got, err := d.MessageSend(d.ctx(), caller, engine.MessageSendInput{ConversationID: id, Text: &input, IdempotencyKey: &key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.Message.ID, *got.Message.Text, *got.Cursor), nil
		},
		"noteAdd": func(caller inbox.Caller, key, input string) (string, error) {
			got, err := d.NoteAdd(d.ctx(), caller, engine.NoteAddInput{ConversationID: id, Text: input, IdempotencyKey: &key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.Note.ID, got.Note.Text, *got.Cursor), nil
		},
		"contactCreate": func(caller inbox.Caller, key, input string) (string, error) {
			got, err := d.ContactCreate(d.ctx(), caller, engine.ContactCreateInput{FirstName: &input, IdempotencyKey: &key})
			if err != nil {
				return "", err
			}
			return fmt.Sprint(got.Contact.ID, *got.Contact.FirstName, *got.Cursor), nil
		},
		"conversationOpen": func(caller inbox.Caller, key, input string) (string, error) {
			in := engine.ConversationOpenInput{ContactID: closed.Contact.ID, IdempotencyKey: &key}
			if input != "first" {
				in.ChannelID = &d.channel
			}
			got, err := d.ConversationOpen(d.ctx(), caller, in)
			if err != nil {
				return "", err
			}
			if got.Opened != (got.Cursor != nil) {
				return "", fmt.Errorf("opened %t, cursor %v", got.Opened, got.Cursor)
			}
			return fmt.Sprint(got.Conversation.ID, got.Opened, got.Cursor != nil && *got.Cursor != ""), nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			key := name + " key"
			first := must(do(d.owner, key, "first"))
			d.unchanged(func() {
				same(t, must(do(d.owner, key, "first")), first)
				_, err := do(d.owner, key, "second")
				refused(t, err, inbox.CodeIdempotencyMismatch, "idempotencyKey")
			})
			must(do(d.key, key, "second")) // another caller's keys are their own
			d.clock.move(24*time.Hour - time.Millisecond)
			d.unchanged(func() { same(t, must(do(d.owner, key, "first")), first) })
			d.clock.move(time.Millisecond)
			if name != "conversationOpen" { // it returns the open conversation
				if again := must(do(d.owner, key, "first")); again == first {
					t.Error("a day later the key still holds")
				}
			}
			must(do(d.owner, key+" new", "first"))
		})
	}
}

func TestAKeyOfARefusedCallIsFree(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	d.close(id)
	in := engine.NoteAddInput{ConversationID: id, Text: "x", MentionIDs: []inbox.AgentID{99}, IdempotencyKey: new("k")}
	_, err := d.NoteAdd(d.ctx(), d.owner, in)
	refused(t, err, inbox.CodeNotFound, "mentionIds")
	in.MentionIDs = nil
	must(d.NoteAdd(d.ctx(), d.owner, in))
}

func TestOutdatedKeysAreForgotten(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	for i := range 3 {
		must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", IdempotencyKey: new(fmt.Sprint(i))}))
		d.clock.move(13 * time.Hour)
	}
	if n := len(d.dump()["idempotency_keys"]); n != 2 {
		t.Errorf("%d keys are kept, want those of the last day, 2", n)
	}
}

func TestARepeatShowsOnlyWhatTheCallerSeesNow(t *testing.T) {
	d := newDesk(t)
	own := d.hire("Own", seeing(inbox.VisibilityAssigned))
	other := d.hire("Other")
	caller := d.caller(own)
	id := d.opened("c1")
	contact := d.conversation(id).ContactID
	d.give(id, own)
	send := engine.MessageSendInput{ConversationID: id, Text: new("Hi"), IdempotencyKey: new("send")}
	note := engine.NoteAddInput{ConversationID: id, Text: "Look", IdempotencyKey: new("note")}
	open := engine.ConversationOpenInput{ContactID: contact, IdempotencyKey: new("open")}
	sent, noted := must(d.MessageSend(d.ctx(), caller, send)), must(d.NoteAdd(d.ctx(), caller, note))
	must(d.ConversationOpen(d.ctx(), caller, open))

	d.give(id, other)
	d.unchanged(func() {
		_, err := d.MessageSend(d.ctx(), caller, send)
		refused(t, err, inbox.CodeNotFound, "conversationId")
		_, err = d.NoteAdd(d.ctx(), caller, note)
		refused(t, err, inbox.CodeNotFound, "conversationId")
		_, err = d.ConversationOpen(d.ctx(), caller, open)
		refused(t, err, inbox.CodeNotFound, "contactId")
	})

	d.give(id, own)
	d.close(id)
	d.unchanged(func() {
		again := must(d.MessageSend(d.ctx(), caller, send)) // visible, although nothing can be sent there any more
		same(t, []any{again.Message.ID, *again.Cursor}, []any{sent.Message.ID, *sent.Cursor})
		same(t, *must(d.NoteAdd(d.ctx(), caller, note)).Cursor, *noted.Cursor)
		must(d.ConversationOpen(d.ctx(), caller, open))
	})
	demoted := caller
	demoted.Visibility = inbox.VisibilityAll
	create := engine.ContactCreateInput{FirstName: new("Ann"), IdempotencyKey: new("create")}
	must(d.ContactCreate(d.ctx(), demoted, create))
	_, err := d.ContactCreate(d.ctx(), caller, create)
	refused(t, err, inbox.CodeForbidden, "")
}

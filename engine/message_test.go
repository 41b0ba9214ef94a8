package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestAnAgentWhoWritesBecomesTheAssigneeAndAnswers(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", capped(1)), d.hire("Ben")
	team := d.team("Support", by(inbox.StrategyManual), ana, ben)
	d.give(d.opened("other"), ana)
	id := d.queuedIn(team, "c1")
	opened := *d.conversation(id).WaitingSince
	d.clock.move(time.Minute)
	d.say("c1", "Anybody?")
	if since := *d.conversation(id).WaitingSince; since != opened {
		t.Errorf("it waits since %s, want the oldest unanswered message, %s", since, opened)
	}
	d.clock.move(time.Minute)
	types := d.during(func() { d.send(d.caller(ana), id, "Here") }) // although Ana has as many as she may
	same(t, types, []string{"CONVERSATION_ASSIGNED by AGENT", "MESSAGE_SENT by AGENT"})
	c := d.conversation(id)
	now := inbox.At(d.clock.Now())
	if c.Scope().Assignee != ana || c.QueuedAt != nil || c.WaitingSince != nil || *c.FirstResponseAt != now || *c.FirstAssignedAt != now || c.OutboundCount != 1 {
		t.Errorf("answered: %+v", c)
	}
	d.clock.move(time.Minute)
	d.send(d.caller(ben), id, "Me too")
	if c := d.conversation(id); c.Scope().Assignee != ana || *c.FirstResponseAt != now {
		t.Errorf("a second agent's message changed it to %+v", c)
	}
	d.say("c1", "And now?")
	if since := d.conversation(id).WaitingSince; since == nil || *since != inbox.At(d.clock.Now()) {
		t.Errorf("it waits since %v", since)
	}
	d.send(d.key, id, "Automatic answer")
	if c := d.conversation(id); c.WaitingSince != nil || c.Scope().Assignee != ana {
		t.Errorf("a key's message left %+v", c)
	}
}

func TestAKeysMessageIsAnAnswerAndNoFirstResponse(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	d.send(d.key, id, "We got it")
	if c := d.conversation(id); c.WaitingSince != nil || c.FirstResponseAt != nil || c.AssigneeID != nil {
		t.Errorf("got %+v", c)
	}
}

func TestSendingDoesNotWakeASnoozedConversation(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	id := d.opened("c1")
	d.snooze(id, time.Hour)
	d.send(d.caller(ana), id, "By the way")
	c := d.conversation(id)
	if c.SnoozedUntil == nil || c.Scope().Assignee != ana || d.agent(ana).OpenConversations != 0 {
		t.Errorf("got %+v, and Ana has %d", c, d.agent(ana).OpenConversations)
	}
	d.later(time.Hour)
	if n := d.agent(ana).OpenConversations; n != 1 {
		t.Errorf("awake, Ana has %d", n)
	}
}

func TestMessagesThatCannotBeSentChangeNothing(t *testing.T) {
	d := newDesk(t)
	other := d.newChannel("Other", 0)
	closed, open := d.opened("c1"), d.opened("c2")
	d.close(closed)
	text := new("Hello")
	lonely := must(d.ContactCreate(d.ctx(), d.owner, engine.ContactCreateInput{})).Contact.ID
	for name, test := range map[string]struct {
		in    engine.MessageSendInput
		code  inbox.Code
		field string
	}{
		"an unknown conversation": {engine.MessageSendInput{ConversationID: 99, Text: text}, inbox.CodeNotFound, "conversationId"},
		"a closed conversation":   {engine.MessageSendInput{ConversationID: closed, Text: text}, inbox.CodeClosed, "conversationId"},
		"no text":                 {engine.MessageSendInput{ConversationID: open}, inbox.CodeRequired, "text"},
		"a channel without the contact": {engine.MessageSendInput{ConversationID: open, Text: text, ChannelID: &other}, inbox.CodeInvalid,
			"channelId"},
		"an unknown channel": {engine.MessageSendInput{ConversationID: open, Text: text, ChannelID: new(inbox.ChannelID(99))}, inbox.CodeInvalid,
			"channelId"},
		"an empty key": {engine.MessageSendInput{ConversationID: open, Text: text, IdempotencyKey: new("")}, inbox.CodeRequired,
			"idempotencyKey"},
	} {
		t.Run(name, func(t *testing.T) {
			d.unchanged(func() {
				_, err := d.MessageSend(d.ctx(), d.owner, test.in)
				refused(t, err, test.code, test.field)
			})
		})
	}
	d.unchanged(func() {
		_, err := d.ConversationOpen(d.ctx(), d.owner, engine.ConversationOpenInput{ContactID: lonely})
		refused(t, err, inbox.CodeRequired, "channelId")
	})
}

func TestEveryStatusReportGoesOnlyForward(t *testing.T) {
	all := []inbox.MessageStatus{inbox.StatusReceived, inbox.StatusQueued, inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusFailed}
	const stays, invalid = inbox.MessageStatus(""), inbox.MessageStatus("INVALID")
	becomes := map[inbox.MessageStatus][]inbox.MessageStatus{ // in the order of all
		inbox.StatusQueued:    {invalid, stays, inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusFailed},
		inbox.StatusSent:      {invalid, stays, stays, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusFailed},
		inbox.StatusDelivered: {invalid, stays, stays, stays, inbox.StatusRead, invalid},
		inbox.StatusRead:      {invalid, stays, stays, stays, stays, invalid},
		inbox.StatusFailed:    {invalid, invalid, invalid, invalid, invalid, stays},
	}
	d := newDesk(t)
	id := d.opened("c1")
	for from, outcomes := range becomes {
		for i, want := range outcomes {
			t.Run(fmt.Sprintf("%s to %s", from, all[i]), func(t *testing.T) {
				m := d.send(d.owner, id, "Hello").Message.ID
				report := func(s inbox.MessageStatus) (*engine.MessageChange, error) {
					return d.MessageStatusReport(d.ctx(), d.key, engine.MessageStatusReportInput{MessageID: m, Status: s, FailureReason: new("No")})
				}
				if from != inbox.StatusQueued {
					must(report(from))
				}
				if want == invalid {
					d.unchanged(func() {
						_, err := report(all[i])
						refused(t, err, inbox.CodeInvalid, "status")
					})
					return
				}
				if want == stays {
					d.unchanged(func() { same(t, must(report(all[i])).Message.Status, from) })
					return
				}
				types := d.during(func() {
					got := must(report(all[i])).Message
					if got.Status != want || (got.FailureReason != nil) != (want == inbox.StatusFailed) {
						t.Errorf("got %+v", got)
					}
				})
				same(t, types, []string{"MESSAGE_STATUS_CHANGED by API_KEY"})
			})
		}
	}
}

func TestBadStatusReportsChangeNothing(t *testing.T) {
	d := newDesk(t)
	in := d.message("c1", "Hello")
	in.Message.ExternalID = new("taken")
	received := must(d.MessageReceive(d.ctx(), d.key, in))
	sent := d.send(d.owner, received.Conversation.ID, "Hi").Message.ID
	for name, test := range map[string]struct {
		in    engine.MessageStatusReportInput
		code  inbox.Code
		field string
	}{
		"an unknown message":  {engine.MessageStatusReportInput{MessageID: 99, Status: inbox.StatusSent}, inbox.CodeNotFound, "messageId"},
		"an inbound message":  {engine.MessageStatusReportInput{MessageID: received.Message.ID, Status: inbox.StatusRead}, inbox.CodeInvalid, "messageId"},
		"no reason to fail":   {engine.MessageStatusReportInput{MessageID: sent, Status: inbox.StatusFailed}, inbox.CodeRequired, "failureReason"},
		"a blank reason":      {engine.MessageStatusReportInput{MessageID: sent, Status: inbox.StatusFailed, FailureReason: new("")}, inbox.CodeRequired, "failureReason"},
		"a taken external id": {engine.MessageStatusReportInput{MessageID: sent, Status: inbox.StatusSent, ExternalID: new("taken")}, inbox.CodeTaken, "externalId"},
	} {
		t.Run(name, func(t *testing.T) {
			d.unchanged(func() {
				_, err := d.MessageStatusReport(d.ctx(), d.key, test.in)
				refused(t, err, test.code, test.field)
			})
		})
	}
}

func TestNotesAreInternalAndGoOnAfterTheClose(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	id := d.opened("c1")
	before := d.conversation(id)
	got := must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "Look", MentionIDs: []inbox.AgentID{ana, ana}}))
	if !slices.Equal(got.Note.MentionIDs, []inbox.AgentID{ana}) || got.Note.Author != d.owner.Actor {
		t.Errorf("got %+v", got.Note)
	}
	after := d.conversation(id)
	if after.OutboundCount != 0 || *after.WaitingSince != *before.WaitingSince || after.AssigneeID != nil || after.FirstResponseAt != nil {
		t.Errorf("a note changed %+v", after)
	}
	d.close(id)
	must(d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "Afterwards"}))
	d.unchanged(func() {
		_, err := d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: "x", MentionIDs: []inbox.AgentID{999}})
		refused(t, err, inbox.CodeNotFound, "mentionIds")
		_, err = d.NoteAdd(d.ctx(), d.owner, engine.NoteAddInput{ConversationID: id, Text: " "})
		refused(t, err, inbox.CodeRequired, "text")
	})
	notes := view(d, func(r *store.ReadTx) ([]*inbox.Note, error) { return r.Notes([]inbox.NoteID{1, 2}) })
	if len(notes) != 2 {
		t.Errorf("there are %d notes", len(notes))
	}
}

package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

const inboundWorkflow = `
format: 1
name: Inbound
trigger:
  on: conversation.opened
  when: { field: conversation.source, op: equals, value: CONTACT }
steps:
  - key: to_support
    route: { team: Support }
  - key: hand_over
    assign: { by: team, timeout: PT30M }
    exits: { timeout: apologise }
    next: end
  - key: apologise
    send: { text: "Everyone is busy." }
`

func TestACycleGoesFromTheFirstMessageToTheNextConversation(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.team("Support", limit(3), ana)
	d.publish(inboundWorkflow)

	var first *engine.MessageReceived
	types := d.during(func() { first = d.say("c1", "My order?") })
	same(t, types, []string{
		"CONTACT_CHANGED by CONTACT", "CONVERSATION_OPENED by CONTACT", "MESSAGE_RECEIVED by CONTACT",
		"CONVERSATION_ROUTED by WORKFLOW_RUN", "CONVERSATION_ASSIGNED by WORKFLOW_RUN", "WORKFLOW_RUN_CHANGED by WORKFLOW_RUN",
	})
	c := d.conversation(first.Conversation.ID)
	if !first.Opened || c.Number != 1 || c.Scope().Assignee != ana || *c.FirstAssignedAt != c.OpenedAt || c.Source != inbox.SourceContact {
		t.Errorf("opened %t as %+v", first.Opened, c)
	}
	if owner := d.contact(c.ContactID).OwnerID; owner == nil || *owner != ana {
		t.Errorf("the contact's owner is %v, want Ana", owner)
	}
	run := d.run(c.ID)
	if run.Status != inbox.RunCompleted || len(run.Steps) != 2 || run.EndedAt == nil {
		t.Errorf("the run is %+v", run)
	}

	d.clock.move(time.Minute)
	d.send(d.caller(ana), c.ID, "On its way")
	d.clock.move(time.Minute)
	second := d.say("c1", "Thank you!")
	if second.Opened || second.Conversation.ID != c.ID {
		t.Errorf("a message during the conversation opened %s", second.Conversation.ID)
	}
	closed := must(d.ConversationClose(d.ctx(), d.caller(ana), engine.ConversationCloseInput{ConversationID: c.ID,
		Category: new("Orders"), Summary: new("Told when it comes")})).Conversation
	if closed.Status != inbox.Closed || *closed.ClosedSource != inbox.CloseAgent || *closed.ClosedBy != inbox.ByAgent(ana) ||
		*closed.Category != "Orders" || closed.WaitingSince != nil || closed.InboundCount != 2 || closed.OutboundCount != 1 {
		t.Errorf("closed as %+v", closed)
	}
	if n := d.agent(ana).OpenConversations; n != 0 {
		t.Errorf("Ana still has %d open conversations", n)
	}

	d.clock.move(time.Minute)
	third := d.say("c1", "One more thing")
	if !third.Opened || third.Conversation.ID == c.ID || third.Conversation.Number != 2 {
		t.Errorf("the next message is in %+v, want the second conversation", third.Conversation)
	}
	if same := third.Contact.ID == first.Contact.ID; !same {
		t.Error("the same contact got two records")
	}
}

package engine_test

import (
	"slices"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

func TestASimulationOpensAConversationForAContactWhoHasOneOpen(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.team("Sales", by(inbox.StrategyLeastOpen), ana)
	d.team("Support", engine.PolicyPatch{})
	open := d.say("somebody", "Hello").Conversation
	d.give(open.ID, ana)
	got := must(d.simulate(d.owner, frontDoor, engine.WorkflowSimulateInput{
		ContactID: &open.ContactID, Message: &engine.SimulatedMessageInput{Text: new("Hello")}, Answers: []*string{new("Sales")},
	}))
	if got.Error != nil || got.AssigneeID == nil || *got.AssigneeID != ana {
		t.Errorf("got %+v", got)
	}
}

func TestASimulationNamesNewContactsAndConversationsAsARunWould(t *testing.T) {
	d := newDesk(t)
	known := d.say("c1", "Hello").Contact.ID
	d.say("c2", "Hello")
	d.close(d.say("c3", "Hello").Conversation.ID)
	d.close(d.opened("c1"))
	names := `
format: 1
trigger: { on: conversation.opened }
steps:
  - key: tell
    send: { text: "{{ conversation.number }} of {{ contact.display_name }}" }
`
	for who, in := range map[string]engine.WorkflowSimulateInput{"con_4": {}, "c1": {ContactID: &known}} {
		got := must(d.simulate(d.owner, names, in))
		if want := []string{"4 of " + who}; !slices.Equal(got.Sent, want) {
			t.Errorf("got %q, want %q", got.Sent, want)
		}
	}
}

func TestASimulationHearsABlockedContact(t *testing.T) {
	d := newDesk(t)
	blocked := d.say("c1", "Hello").Contact.ID
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: blocked, Blocked: new(true)}))
	got := must(d.simulate(d.owner, `
format: 1
trigger: { on: conversation.opened }
steps:
  - key: which
    ask: { text: "You wrote: {{ message.text }}. Which?", saveTo: { variable: which } }
    exits: { timeout: end }
  - key: tell
    send: { text: "{{ vars.which }}" }
`, engine.WorkflowSimulateInput{ContactID: &blocked, Message: &engine.SimulatedMessageInput{Text: new("Help")}, Answers: []*string{new("This")}}))
	if want := []string{"You wrote: Help. Which?", "This"}; !slices.Equal(got.Sent, want) {
		t.Errorf("got %q, want %q", got.Sent, want)
	}
}

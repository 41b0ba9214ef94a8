package engine_test

import (
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

func TestAnAnswerThatTheFieldCannotHoldIsAskedForAgain(t *testing.T) {
	d := newDesk(t)
	d.field("plan", inbox.FieldText, "Gold", "Silver")
	const document = `
format: 1
name: Asking
trigger: { on: conversation.opened }
steps:
  - { key: plan, ask: { text: Plan?, retryText: Gold or Silver?, retries: 1, saveTo: { field: plan } } }
  - { key: where, ask: { text: Country?, retries: 1, saveTo: { field: country } }, exits: { invalid: over, failure: end } }
  - { key: over, send: { text: Never mind } }
`
	d.publish(document)
	in := d.say("c1", "Hello")
	answers := []string{"Bronze", "gold", "Narnia", "Mordor"}
	for _, answer := range answers {
		d.say("c1", answer)
	}
	want := []string{"plan next", "where invalid: This is not an ISO 3166 country code, such as AT.", "over next"}
	run := d.run(in.Conversation.ID)
	same(t, steps(run), want)
	same(t, d.messages(in.Conversation.ID), []string{
		"CONTACT: Hello", "WORKFLOW_RUN: Plan?", "CONTACT: Bronze", "WORKFLOW_RUN: Gold or Silver?", "CONTACT: gold",
		"WORKFLOW_RUN: Country?", "CONTACT: Narnia", "WORKFLOW_RUN: That answer cannot be used. Please try another one.\nCountry?", "CONTACT: Mordor", "WORKFLOW_RUN: Never mind",
	})
	same(t, d.values(in.Contact.ID), `{"plan":"Gold"}`)

	given := make([]*string, len(answers))
	for i := range answers {
		given[i] = &answers[i]
	}
	simulated := must(d.WorkflowSimulate(d.ctx(), d.owner, engine.WorkflowSimulateInput{Definition: definition(t, document), Answers: given}))
	same(t, steps(&inbox.WorkflowRun{Steps: simulated.Steps}), want)
	same(t, simulated.Sent, []string{"Plan?", "Gold or Silver?", "Country?", "That answer cannot be used. Please try another one.\nCountry?", "Never mind"})
}

func TestAChoiceThatTheFieldCannotHoldAnyMoreIsNotAskedForAgain(t *testing.T) {
	d := newDesk(t)
	f := d.field("plan", inbox.FieldText, "Gold", "Silver")
	d.publish(`
format: 1
name: Asking
trigger: { on: conversation.opened }
steps:
  - { key: plan, ask: { text: Plan?, answer: choice, choices: [Gold, Silver], saveTo: { field: plan } }, exits: { failure: over } }
  - { key: over, end: {} }
`)
	in := d.say("c1", "Hello")
	must(d.ContactFieldUpdate(d.ctx(), d.owner, engine.ContactFieldPatch{ID: f.ID, Options: []string{"Silver"}}))
	d.say("c1", "Gold")
	same(t, steps(d.run(in.Conversation.ID)), []string{"plan failure: plan must be one of Silver.", "over"})
}

func TestAQuestionForAFieldThatIsGoneFailsAtOnce(t *testing.T) {
	d := newDesk(t)
	f := d.field("plan", inbox.FieldText)
	w := d.publish(`
format: 1
name: Asking
trigger: { on: conversation.opened }
steps:
  - { key: plan, ask: { text: Plan?, saveTo: { field: plan } }, exits: { failure: over } }
  - { key: over, end: {} }
`)
	in := d.say("c1", "Hello")
	must(d.WorkflowStop(d.ctx(), d.owner, w.ID, false))
	must(d.ContactFieldDelete(d.ctx(), d.owner, f.ID))
	d.say("c1", "Gold")
	same(t, steps(d.run(in.Conversation.ID)), []string{"plan failure: There is no such field.", "over"})
}

package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine"
	"foyer/inbox"
)

// simulate tries a workflow, and checks that it changes nothing at all.
func (d *desk) simulate(who inbox.Caller, document string, in engine.WorkflowSimulateInput) (*engine.WorkflowSimulation, error) {
	d.Helper()
	in.Definition = definition(d.T, document)
	before := d.dump()
	got, err := d.WorkflowSimulate(d.ctx(), who, in)
	if diff := cmp.Diff(before, d.dump()); diff != "" {
		d.Errorf("the simulation changed something:\n%s", diff)
	}
	return got, err
}

// madeUp is a contact that is made up.
func madeUp(c engine.ContactCreateInput) *engine.SimulatedContactInput {
	return &engine.SimulatedContactInput{ContactCreateInput: c}
}

func taken(s *engine.WorkflowSimulation) []string {
	return steps(&inbox.WorkflowRun{Steps: s.Steps})
}

const frontDoor = `
format: 1
trigger:
  on: conversation.opened
  when: { field: message.text, op: exists }
steps:
  - key: topic
    ask: { text: "Hi {{ contact.first_name | default: 'there' }}!", answer: choice, choices: [Sales, Support], saveTo: { variable: topic } }
    exits: { timeout: support, invalid: support }
  - key: by_topic
    branch: [{ when: { field: vars.topic, op: equals, value: Sales }, go: sales }]
    else: support
  - key: sales
    route: { team: Sales, priority: HIGH }
    next: hand_over
  - key: support
    route: { team: Support }
  - key: hand_over
    assign: { by: team, timeout: PT30M }
    exits: { timeout: sorry, failure: sorry }
  - key: introduce
    send: { text: "{{ assignee.name }} of {{ team.name }} will answer you." }
    next: mark
  - key: sorry
    send: { text: "Everyone is busy." }
  - key: mark
    tag: { add: [met] }
  - key: remember
    set: { field: first_name, value: Ann }
  - key: write_down
    note: { text: x }
  - key: shut
    close: { category: Done }
`

func TestASimulationChoosesAsARunWouldAndChangesNothing(t *testing.T) {
	d := newDesk(t)
	ana, ben, off := d.hire("Ana"), d.hire("Ben"), d.hire("Cyd", being(inbox.PresenceOffline))
	sales := d.team("Sales", by(inbox.StrategyLeastOpen), ana, ben, off)
	d.team("Support", engine.PolicyPatch{})
	d.give(d.opened("somebody"), ana)

	got := must(d.simulate(d.owner, frontDoor, engine.WorkflowSimulateInput{
		Contact: madeUp(engine.ContactCreateInput{FirstName: new("Eve")}), Message: &engine.SimulatedMessageInput{Text: new("Hello")},
		Answers: []*string{new("what?"), new("1")},
	}))
	same(t, taken(got), []string{"topic next", "by_topic sales", "sales next", "hand_over next", "introduce next", "mark next",
		"remember next", "write_down next", "shut next"})
	question := "Hi Eve!\n1. Sales\n2. Support"
	same(t, got.Sent, []string{question, "Please answer with one of the choices or its number.\n" + question, "Ben of Sales will answer you."})
	if !got.Matches || got.Status != inbox.RunCompleted || *got.TeamID != sales || *got.AssigneeID != ben || got.Reason == nil {
		t.Errorf("%+v", got)
	}

	// What was shown is what happens.
	f := d.publish(frontDoor)
	id := d.opened("eve")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: d.conversation(id).ContactID, FirstName: engine.SetTo("Eve")}))
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, false))
	d.say("eve", "1")
	same(t, steps(d.run(id)), taken(got))
	decided := d.decision(id)
	same(t, decided.Candidates, got.Candidates)
	same(t, decided.Reason, *got.Reason)
}

func TestASimulationKnowsContactsAndTime(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", capped(2))
	d.team("Support", engine.PolicyPatch{}, ana)
	document := `
format: 1
trigger: { on: message.received }
steps:
  - key: returning
    branch: [{ when: { all: [ { field: contact.is_returning, op: equals, value: true }, { field: now, op: after, value: "2030-01-01" } ] }, go: to_owner }]
    else: no_owner
  - key: no_owner
    assign: { by: owner }
    exits: { failure: end }
    next: end
  - key: to_owner
    assign: { by: owner }
    exits: { failure: sorry }
  - key: hello
    send: { text: "Hello again, {{ message.text }}" }
    next: end
  - key: sorry
    send: { text: "Sorry" }
`
	first := d.opened("c1")
	d.give(first, ana)
	d.close(first)
	contact := d.conversation(first).ContactID
	at := inbox.At(time.Date(2030, 6, 1, 0, 0, 0, 0, time.UTC))
	in := engine.WorkflowSimulateInput{ContactID: &contact, Message: &engine.SimulatedMessageInput{Text: new("x")}, At: &at}
	got := must(d.simulate(d.owner, document, in))
	if diff := cmp.Diff([]string{"Hello again, x"}, got.Sent); diff != "" || *got.AssigneeID != ana || *got.Reason != "Ana, the contact's owner." {
		t.Errorf("%s %+v", diff, got)
	}
	same(t, got.Steps[0].At, at)

	d.give(d.opened("c2"), ana)
	d.give(d.opened("c3"), ana)
	got = must(d.simulate(d.owner, document, in))
	same(t, got.Sent, []string{"Sorry"})
	if got.AssigneeID != nil || *got.Reason != "Nobody was assigned: Ana, the contact's owner, was at capacity." {
		t.Errorf("%+v", got)
	}
	same(t, taken(must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{}))), []string{"returning no_owner", "no_owner failure: The contact has no owner."})
}

func TestASimulationKnowsWhetherTheTeamIsOpenAfterAWait(t *testing.T) {
	d := newDesk(t) // on a Monday at nine
	d.hours(d.team("Support", engine.PolicyPatch{}, d.hire("Ana")), office())
	const document = `
format: 1
trigger: { on: conversation.opened }
steps:
  - key: to
    route: { team: Support }
  - key: first
    hours: {}
    exits: { open: pause, closed: end }
  - key: pause
    wait: { for: PT8H }
  - key: second
    hours: {}
    exits: { open: end, closed: ask }
  - key: ask
    ask: { text: "Which?", timeout: P6DT16H }
    exits: { timeout: third }
    next: end
  - key: third
    branch: [{ when: { field: team.is_open, op: equals, value: true }, go: tell }]
    else: end
  - key: tell
    send: { text: "{{ now | date: '%H:%M' }}" }
`
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{Answers: []*string{nil}}))
	d.publish(document)
	id := d.opened("c1")
	d.later(8 * time.Hour)
	d.later(160 * time.Hour)
	same(t, taken(got), steps(d.run(id)))
	same(t, got.Sent, []string{"Which?", "09:00"})
}

func TestASimulationRefusesTheValuesThatARunRefuses(t *testing.T) {
	d := newDesk(t)
	d.field("plan", inbox.FieldText, "Free", "Gold")
	document := "format: 1\ntrigger: { on: conversation.opened }\nsteps:\n"
	for i, set := range []string{"phone, value: \"{{ 'x' }}\"", "phone, value: +43 1 234 567", "country, value: \"{{ 'Narnia' }}\"", "country, value: at",
		"email, value: \"{{ 'nowhere' }}\"", "avatar, value: \"{{ 'x' }}\"", "avatar, value: 'https://example.com/a.png'",
		"plan, value: \"{{ 'Silver' }}\"", "plan, value: gold", "first_name, value: null", "last_name, value: Poe"} {
		document += fmt.Sprintf("  - key: s%d\n    set: { field: %s }\n", i, set)
	}
	document += `  - { key: tell, note: { text: "{{ contact.phone }} {{ contact.country }} {{ contact.email }} {{ contact.avatar }} {{ contact.plan }} {{ contact.display_name }}" } }`
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{}))
	d.publish(document)
	run := d.run(d.opened("c1"))
	same(t, taken(got), steps(run))
	last := len(run.Steps) - 1
	same(t, string(got.Steps[last].Detail), string(run.Steps[last].Detail))
}

func TestASimulationSendsAndTagsAsARunDoes(t *testing.T) {
	d := newDesk(t)
	d.newChannel("Elsewhere", 0)
	const document = `
format: 1
trigger: { on: conversation.opened }
steps:
  - { key: elsewhere, send: { text: Hi, channel: Elsewhere } }
  - key: ask
    ask: { text: "Interest?", saveTo: { tag: true }, retries: 1 }
    exits: { failure: never }
  - { key: tell, note: { text: "{{ contact.tags | join }}" }, next: end }
  - { key: never, send: { text: "No answer is to blame." } }
`
	first := d.opened("c1")
	d.close(first)
	contact := d.conversation(first).ContactID
	long, short := strings.Repeat("x", 201), "bikes"
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{ContactID: &contact, Answers: []*string{&long, &short}}))
	d.publish(document)
	id := d.opened("c1")
	d.say("c1", long)
	d.say("c1", short)
	run := d.run(id)
	want := []string{"elsewhere failure: The contact has no identity on this channel. Choose one of the contact's channels.", "ask next", "tell next"}
	same(t, steps(run), want)
	same(t, taken(got), want)
	same(t, string(got.Steps[2].Detail), string(run.Steps[2].Detail))
	same(t, d.contact(contact).Tags, []string{"bikes"})
}

func TestASimulationAssignsNobodyWhileTheConversationSleeps(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{}, d.hire("Ana"))
	for length, want := range map[string][]string{
		"PT30M": {"route next", "sleep next", "assign next", "greet next"},
		"PT2H":  {"route next", "sleep next", "assign timeout", "sorry next"},
	} {
		document := `
format: 1
trigger: { on: conversation.opened }
steps:
  - { key: route, route: { team: Support } }
  - { key: sleep, snooze: { for: ` + length + ` } }
  - { key: assign, assign: { by: team, timeout: PT1H }, exits: { timeout: sorry } }
  - { key: greet, note: { text: "{{ now | date: '%H:%M' }}" }, next: end }
  - { key: sorry, note: { text: "{{ now | date: '%H:%M' }}" } }
`
		got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{}))
		id := d.publish(document).ID
		conversation := d.opened("c" + length)
		d.later(30 * time.Minute)
		d.later(30 * time.Minute)
		run := d.run(conversation)
		must(d.WorkflowStop(d.ctx(), d.owner, id, false))
		same(t, steps(run), want)
		same(t, taken(got), want)
		same(t, string(got.Steps[3].Detail), string(run.Steps[3].Detail))
		decided := want[2] == "assign next"
		same(t, []bool{got.Reason != nil, got.Candidates != nil}, []bool{decided, decided})
	}
}

func TestASimulationTellsWhereItWaitsAndWhetherItWouldBegin(t *testing.T) {
	d := newDesk(t)
	d.team("Sales", engine.PolicyPatch{})
	d.team("Support", engine.PolicyPatch{}, d.hire("Ana", being(inbox.PresenceOffline)))
	got := must(d.simulate(d.owner, frontDoor, engine.WorkflowSimulateInput{}))
	if got.Matches || got.Status != inbox.RunWaiting || len(got.Steps) != 1 || got.Steps[0].Key != "topic" || got.Steps[0].Exit != nil {
		t.Errorf("%+v", got)
	}
	got = must(d.simulate(d.owner, frontDoor, engine.WorkflowSimulateInput{Answers: []*string{nil}}))
	if got.Sent[1] != "Everyone is busy." || got.AssigneeID != nil || *got.Candidates[0].PassedOver != inbox.PassedOverOffline {
		t.Errorf("%+v", got)
	}
}

func TestASimulationOfAClosedConversationCannotSend(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	must(d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id, Category: new("Spam")}))
	contact := d.conversation(id).ContactID
	got := must(d.simulate(d.owner, `
format: 1
trigger: { on: conversation.closed, when: { field: trigger.category, op: equals, value: Spam } }
steps:
  - key: bye
    send: { text: Bye }
    exits: { failure: mark }
  - key: mark
    tag: { add: [spam] }
`, engine.WorkflowSimulateInput{ContactID: &contact}))
	same(t, taken(got), []string{"bye failure: The conversation is closed and cannot be reopened. Open a new one with conversationOpen.", "mark next"})
	if !got.Matches || len(got.Sent) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestASimulationRecordsTheStepThatTheWorkflowItStartedEnded(t *testing.T) {
	d := newDesk(t)
	d.named("Shut", "format: 1\ntrigger: { on: workflow }\nsteps: [{ key: shut, close: { category: Shut } }]")
	const document = `
format: 1
trigger: { on: conversation.opened }
steps:
  - { key: other, start: { workflow: Shut } }
  - { key: never, note: { text: "It goes on." } }
`
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{}))
	d.publish(document)
	run := d.runs(d.opened("c1"))[0]
	same(t, []inbox.WorkflowRunStatus{got.Status, run.Status}, []inbox.WorkflowRunStatus{inbox.RunCancelled, inbox.RunCancelled})
	same(t, recorded(got.Steps), recorded(run.Steps))
	same(t, len(got.Steps), 1)
}

func TestWhatCannotBeSimulatedIsRefused(t *testing.T) {
	d := newDesk(t)
	agent := d.caller(d.hire("Ana"))
	const fine = "format: 1\ntrigger: { on: message.received }\nsteps: [{ key: a, end: {} }]"
	_, err := d.simulate(agent, fine, engine.WorkflowSimulateInput{})
	refused(t, err, inbox.CodeForbidden, "")
	_, err = d.simulate(d.owner, fine, engine.WorkflowSimulateInput{ContactID: new(inbox.ContactID(99))})
	refused(t, err, inbox.CodeNotFound, "contactId")
	_, err = d.simulate(d.owner, fine, engine.WorkflowSimulateInput{ContactID: new(inbox.ContactID(99)), Contact: &engine.SimulatedContactInput{}})
	refused(t, err, inbox.CodeInvalid, "contact")
	_, err = d.simulate(d.owner, fine, engine.WorkflowSimulateInput{Contact: madeUp(engine.ContactCreateInput{Email: new("nowhere")})})
	refused(t, err, inbox.CodeInvalid, "contact.email")
	_, err = d.simulate(d.owner, fine, engine.WorkflowSimulateInput{Answers: make([]*string, 1001)})
	refused(t, err, inbox.CodeLimitExceeded, "answers")
	_, err = d.simulate(d.owner, "format: 1\ntrigger: { on: message.received }\nsteps: [{ key: a, route: { team: Nowhere } }]", engine.WorkflowSimulateInput{})
	var document *engine.InvalidDocumentError
	if !errors.As(err, &document) || *document.Problems[0].Step != "a" {
		t.Errorf("got %v", err)
	}
}

func TestASimulationOfAMadeUpContactKnowsWhatIsTold(t *testing.T) {
	d := newDesk(t)
	d.newChannel("Elsewhere", 0)
	d.field("plan", inbox.FieldText, "Free", "Gold")
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"Lead"}}))
	const document = `
format: 1
trigger: { on: conversation.opened }
steps:
  - key: by
    branch: [{ when: { all: [ { field: contact.tags, op: hasAny, value: [VIP] }, { field: contact.lifecycle_stage, op: equals, value: lead }, { field: contact.plan, op: equals, value: gold } ] }, go: elsewhere }]
  - { key: no, send: { text: No }, next: end }
  - { key: elsewhere, send: { text: Hi, channel: Elsewhere } }
  - { key: here, send: { text: "{{ contact.plan }} {{ contact.lifecycle_stage }} {{ contact.tags | join }}" } }
`
	contact := madeUp(engine.ContactCreateInput{Tags: []string{" vip ", "Vip", "b"}, LifecycleStage: new("LEAD"), Fields: inbox.JSON(`{"plan": "gold"}`)})
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{Contact: contact}))
	same(t, taken(got), []string{"by elsewhere", "elsewhere failure: The contact has no identity on this channel. Choose one of the contact's channels.", "here next"})
	same(t, got.Sent, []string{"Gold Lead b vip"})
	for field, wrong := range map[string]engine.ContactCreateInput{
		"contact.fields.plan":    {Fields: inbox.JSON(`{"plan": "Silver"}`)},
		"contact.fields.nothing": {Fields: inbox.JSON(`{"nothing": 1}`)},
		"contact.fields":         {Fields: inbox.JSON(`[]`)},
		"contact.lifecycleStage": {LifecycleStage: new("Nobody's")},
		"contact.tags.1":         {Tags: []string{"a", " "}},
		"contact.phone":          {Phone: new("x")},
	} {
		_, err := d.simulate(d.owner, document, engine.WorkflowSimulateInput{Contact: madeUp(wrong)})
		var own *inbox.Error
		if !errors.As(err, &own) || strings.Join(own.Field, ".") != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestASimulatedRunIsRefusedWhatARunIs(t *testing.T) {
	d := newDesk(t)
	d.named("Other", "format: 1\ntrigger: { on: workflow, variables: { n: NUMBER } }\nsteps: [{ key: a, tag: { add: [other] } }]")
	const document = `
format: 1
trigger: { on: conversation.opened }
steps:
  - { key: other, start: { workflow: Other, variables: { n: "{{ message.text }}" } } }
  - { key: tags, note: { text: "Tags: {{ contact.tags | join }}" } }
  - { key: shut, close: {} }
  - { key: again, open: {} }
`
	try := func(contact *inbox.ContactID, text string) []string {
		return taken(must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{ContactID: contact, Message: &engine.SimulatedMessageInput{Text: &text}})))
	}
	same(t, try(nil, "1"), []string{"other next", "tags next", "shut next", "again next"})
	same(t, try(nil, "one")[:1], []string{`other failure: The workflow cannot start: its variable "n" is a number.`})
	id := d.opened("c1")
	contact := d.conversation(id).ContactID
	d.block(contact)
	same(t, try(&contact, "1"), []string{"other failure: The contact is blocked.", "tags next", "shut next", "again failure: The contact is blocked."})
}

package engine_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// askingWorkflow asks for a topic, by its own name.
const askingWorkflow = `
format: 1
name: %s
trigger: { on: conversation.opened }
settings: { exitOnAgentAction: %t }
steps:
  - key: topic
    ask: { text: "%s?", answer: choice, choices: [Sales, Support], saveTo: { variable: topic }, retries: 1, retryText: "Please choose.", timeout: PT10M }
    exits: { timeout: silence, invalid: confused, failure: broken }
  - key: thank
    send: { text: "%s: {{ vars.topic }}" }
    next: end
  - key: silence
    note: { text: Silence }
    next: end
  - key: confused
    note: { text: Confused }
    next: end
  - key: broken
    note: { text: Broken }
`

func (d *desk) asking(name string, exits bool) {
	d.Helper()
	d.publish(fmt.Sprintf(askingWorkflow, name, exits, name, name))
}

func question(name string) string { return "WORKFLOW_RUN: " + name + "?\n1. Sales\n2. Support" }

func TestAQuestionTakesTheNextMessageForItsAnswer(t *testing.T) {
	d := newDesk(t)
	d.asking("Topic", true)
	heard := d.telling("message.received", "{{ message.text }}", "")
	id := d.opened("c1")
	same(t, d.messages(id), []string{"CONTACT: Hello", question("Topic")})
	same(t, *d.runs(id)[0].CurrentStep, "topic")
	types := d.during(func() { d.say("c1", " sales ") })
	same(t, types, []string{"MESSAGE_RECEIVED by CONTACT", "MESSAGE_SENT by WORKFLOW_RUN", "WORKFLOW_RUN_CHANGED by WORKFLOW_RUN"})
	same(t, d.messages(id)[2:], []string{"CONTACT:  sales ", "WORKFLOW_RUN: Topic: Sales"})
	same(t, steps(d.runs(id)[0]), []string{"topic next", "thank next"})
	same(t, string(d.runs(id)[0].Variables), `{"topic":"Sales"}`)
	d.say("c1", "More")
	d.later(time.Hour)
	same(t, d.runs(id)[0].Status, inbox.RunCompleted)
	same(t, d.notes(id), []string{"Hello", "More"}) // the answer was only for the question
	same(t, len(d.runsOf(heard)), 2)
}

func TestAQuestionIsAskedAgainAndThenGivenUp(t *testing.T) {
	d := newDesk(t)
	d.asking("Topic", true)
	id := d.opened("c1")
	d.say("c1", "What?")
	same(t, d.messages(id)[3:], []string{"WORKFLOW_RUN: Please choose.\n1. Sales\n2. Support"})
	d.say("c1", "What?")
	same(t, steps(d.run(id)), []string{"topic invalid: The answer is not one of the choices.", "confused next"})
}

func TestAQuestionThatIsNotAnsweredInTimeIsOver(t *testing.T) {
	d := newDesk(t)
	d.asking("Topic", true)
	id := d.opened("c1")
	d.later(9 * time.Minute)
	d.say("c1", "What?") // asking again does not extend the time
	d.later(time.Minute)
	same(t, steps(d.run(id)), []string{"topic timeout", "silence next"})
	before := len(d.messages(id))
	d.say("c1", "Sales")
	same(t, len(d.messages(id)), before+1)
}

func TestAQuestionThatCannotBeAskedTakesItsFailureExit(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Late
trigger: { on: conversation.opened }
steps:
  - key: pause
    wait: { for: PT1M }
  - key: topic
    ask: { text: Topic? }
    exits: { failure: broken }
    next: end
  - key: broken
    note: { text: Broken }
`)
	id := d.opened("c1")
	must(d.ChannelUpdate(d.ctx(), d.owner, engine.ChannelPatch{ID: d.channel, Disabled: new(true)}))
	d.later(time.Minute)
	same(t, steps(d.run(id)), []string{"pause next", "topic failure: The channel is disabled. Enable it or use another.", "broken next"})
}

func TestALaterQuestionWaitsForTheFirst(t *testing.T) {
	d := newDesk(t)
	d.asking("One", true)
	d.asking("Two", true)
	d.asking("Three", true)
	id := d.opened("c1")
	same(t, d.messages(id), []string{"CONTACT: Hello", question("One")})
	d.later(5 * time.Minute)
	d.say("c1", "1")
	same(t, d.messages(id)[3:], []string{"WORKFLOW_RUN: One: Sales", question("Two")})
	d.later(9 * time.Minute) // its time began when it was asked
	d.say("c1", "2")
	same(t, d.messages(id)[6:], []string{"WORKFLOW_RUN: Two: Support", question("Three")})
	d.later(10 * time.Minute)
	same(t, steps(d.runs(id)[2]), []string{"topic timeout", "silence next"})
	same(t, len(d.messages(id)), 8)
}

func TestTheNextQuestionComesWhenTheFirstGetsNoAnswer(t *testing.T) {
	d := newDesk(t)
	d.asking("One", true)
	d.asking("Two", true)
	id := d.opened("c1")
	d.later(10 * time.Minute)
	same(t, d.messages(id)[2:], []string{question("Two")})
	same(t, steps(d.runs(id)[0]), []string{"topic timeout", "silence next"})
}

func TestATakenOverQuestionMakesWayForThoseThatStay(t *testing.T) {
	d := newDesk(t)
	d.asking("One", true)
	d.asking("Two", false)
	id := d.opened("c1")
	d.send(d.owner, id, "I am here")
	same(t, d.runs(id)[0].Status, inbox.RunTakenOver)
	same(t, d.messages(id)[2:], []string{"AGENT: I am here", question("Two")})
	d.say("c1", "Sales")
	same(t, d.messages(id)[5:], []string{"WORKFLOW_RUN: Two: Sales"})
}

func TestACloseEndsQuestionsAskedAndNot(t *testing.T) {
	d := newDesk(t)
	d.asking("One", true)
	d.asking("Two", true)
	id := d.opened("c1")
	d.close(id)
	for _, r := range d.runs(id) {
		same(t, r.Status, inbox.RunCancelled)
	}
	d.later(time.Hour)
	same(t, len(d.messages(id)), 2)
	next := d.opened("c1") // this message is not an answer
	same(t, d.messages(next), []string{"CONTACT: Hello", question("One")})
}

func TestARepeatedDeliveryAnswersOnce(t *testing.T) {
	d := newDesk(t)
	d.asking("One", true)
	d.asking("Two", true)
	id := d.opened("c1")
	in := d.message("c1", "Sales")
	in.Message.ExternalID = new("m1")
	for range 2 {
		must(d.MessageReceive(d.ctx(), d.key, in))
	}
	same(t, d.messages(id)[2:], []string{"CONTACT: Sales", "WORKFLOW_RUN: One: Sales", question("Two")})
}

func TestAnAnswerIsSavedWhereTheQuestionSays(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Details
trigger: { on: conversation.opened }
steps:
  - key: mail
    ask: { text: Your address?, answer: email, saveTo: { field: email } }
  - key: interest
    ask: { text: "Interest?", answer: text, saveTo: { tag: true } }
  - key: how
    ask: { text: "How was it?", answer: rating, saveTo: { variable: rating } }
  - key: pleased
    branch:
      - { when: { field: vars.rating, op: greater, value: 3 }, go: thank }
    else: end
  - key: thank
    send: { text: "{{ contact.email }}" }
`)
	id := d.opened("c1")
	for _, text := range []string{"nobody", "A@Example.org", "bikes", "★★★★★"} {
		d.say("c1", text)
	}
	contact := d.contact(d.conversation(id).ContactID)
	same(t, contact.Tags, []string{"bikes"})
	texts := d.messages(id)
	same(t, texts[len(texts)-1], "WORKFLOW_RUN: "+*contact.Email)
	same(t, d.run(id).Status, inbox.RunCompleted)
}

func TestTheExampleOfTheDocumentationRunsAsItReads(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben", being(inbox.PresenceOffline))
	sales, support := d.team("Sales", engine.PolicyPatch{}, ana), d.team("Support", engine.PolicyPatch{}, ben)
	d.team("VIP", engine.PolicyPatch{})
	d.publish(string(must(os.ReadFile("workflow/testdata/topics.yaml"))))
	first, second, third := d.opened("c1"), d.opened("c2"), d.opened("c3")
	d.say("c1", "sales")
	d.say("c2", "3")
	same(t, d.conversation(first).Scope(), inbox.Scope{Team: sales, Assignee: ana})
	same(t, d.conversation(second).Scope(), inbox.Scope{Team: support})
	d.later(10 * time.Minute) // nobody answers in the third
	same(t, d.conversation(third).Scope(), inbox.Scope{Team: support})
	d.later(30 * time.Minute)
	same(t, d.messages(third)[2:], []string{"WORKFLOW_RUN: Everyone is busy. We will answer here as soon as we can."})
	d.presence(ben, inbox.PresenceOnline)
	same(t, d.assignee(third), ben)
}

func TestQuestionsKeepTheirTurnAcrossTransactions(t *testing.T) {
	for _, before := range []int{48, 49, 50, 51} { // around the number after which a run goes on in a transaction of its own
		t.Run(fmt.Sprint(before, " steps before"), func(t *testing.T) {
			d := newDesk(t)
			notes := strings.Builder{}
			for i := range before {
				fmt.Fprintf(&notes, "  - { key: n%d, note: { text: Note } }\n", i)
			}
			for _, name := range []string{"One", "Two"} {
				d.publish("format: 1\nname: " + name + "\ntrigger: { on: conversation.opened }\nsteps:\n" + notes.String() +
					"  - { key: ask, ask: { text: " + name + "?, saveTo: { tag: true } } }\n  - { key: end_note, note: { text: Done } }\n")
			}
			id := d.opened("c1")
			d.FireDue(d.ctx())
			asked := d.messages(id)
			d.say("c1", "first")
			d.FireDue(d.ctx())
			d.say("c1", "second")
			d.FireDue(d.ctx())
			if len(asked) != 2 || len(d.messages(id)) != 5 {
				t.Errorf("at first it read %q, at last %q", asked, d.messages(id))
			}
			for _, r := range d.runs(id) {
				same(t, r.Status, inbox.RunCompleted)
			}
			same(t, d.contact(d.conversation(id).ContactID).Tags, []string{"first", "second"})
		})
	}
}

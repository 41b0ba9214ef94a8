package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// named publishes a workflow under a name that other workflows start it by.
func (d *desk) named(name, document string) *inbox.Workflow {
	d.Helper()
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: name, Definition: definition(d.T, document)}))
	return must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
}

func TestAWorkflowStartsAnotherAndWaitsForItsEnd(t *testing.T) {
	d := newDesk(t)
	child := d.named("Survey", `
format: 1
trigger: { on: workflow, variables: { topic: TEXT } }
steps:
  - key: ask
    ask: { text: "How was {{ trigger.variables.topic }}?", answer: rating }
    exits: { timeout: fail }
    next: end
  - key: fail
    jump: { to: ask, max: 1 }
`)
	d.publish(`
format: 1
name: Parent
trigger: { on: conversation.opened }
steps:
  - key: survey
    start: { workflow: Survey, variables: { topic: "{{ message.text }}" }, waitForEnd: true }
    exits: { failure: sorry }
  - key: thank
    send: { text: Thanks }
    next: end
  - key: sorry
    note: { text: Sorry }
`)
	id := d.opened("c1")
	same(t, d.messages(id)[1:], []string{"WORKFLOW_RUN: How was Hello?"})
	d.later(25*time.Hour - time.Hour) // the question is asked again
	d.say("c1", "5")
	same(t, d.messages(id)[3:], []string{"CONTACT: 5", "WORKFLOW_RUN: Thanks"})
	same(t, steps(d.runs(id)[0]), []string{"survey next", "thank next"})

	failed := d.opened("c2")
	must(d.WorkflowStop(d.ctx(), d.owner, child.ID, true))
	same(t, steps(d.starter(failed)), []string{"survey failure: The workflow it started ended as CANCELLED.", "sorry next"})
	same(t, steps(d.run(d.opened("c3"))), []string{"survey failure: The workflow is not published with the trigger workflow.", "sorry next"})
}

// starter returns the first of the two runs of a conversation, which started the other.
func (d *desk) starter(id inbox.ConversationID) *inbox.WorkflowRun {
	d.Helper()
	runs := d.runs(id)
	if len(runs) != 2 {
		d.Fatalf("the conversation has %d runs, want 2", len(runs))
	}
	return runs[0]
}

func TestAWorkflowThatIsStartedRunsBesideItsStarter(t *testing.T) {
	d := newDesk(t)
	d.named("Marker", `
format: 1
trigger: { on: workflow }
steps:
  - key: pause
    wait: { for: PT1M }
  - key: mark
    note: { text: Marked }
`)
	d.publish(`
format: 1
name: Parent
trigger: { on: conversation.opened }
steps:
  - key: mark
    start: { workflow: Marker }
  - key: twice
    start: { workflow: Marker }
  - key: done
    note: { text: Done }
`)
	id := d.opened("c1")
	d.later(time.Minute)
	same(t, d.notes(id), []string{"Done", "Marked"})
	same(t, steps(d.starter(id)), []string{"mark next", "twice failure: The workflow does not start: its condition does not hold, or it runs or has run for this contact.", "done next"})
}

func TestAVariableThatIsNotTakenIsTheFailureOfTheStep(t *testing.T) {
	d := newDesk(t)
	const document = `
format: 1
trigger: { on: workflow, variables: { count: NUMBER, color: TEXT } }
steps:
  - key: tell
    note: { text: "{{ trigger.variables.count }}" }
`
	child := d.named("Child", document)
	parent := d.publish(`
format: 1
name: Parent
trigger: { on: conversation.opened }
steps:
  - key: text
    start: { workflow: Child, variables: { count: "{{ message.text }}" } }
  - key: unknown
    start: { workflow: Child, variables: { color: red } }
`)
	must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: child.ID, Definition: definition(t, strings.Replace(document, ", color: TEXT", "", 1))}))
	must(d.WorkflowPublish(d.ctx(), d.owner, child.ID))
	id := d.opened("c1")
	same(t, steps(d.run(id)), []string{`text failure: The workflow cannot start: its variable "count" is a number.`,
		`unknown failure: The workflow cannot start: it takes no variable "color".`})
	same(t, len(d.runsOf(parent)), 1)
	id = d.say("c2", "42").Conversation.ID
	same(t, d.notes(id), []string{"42"})
	log := d.starter(id).Steps[0]
	same(t, string(log.Detail), fmt.Sprintf(`{"run":%q,"variables":{"count":"42"},"workflow":"Child"}`, d.runsOf(child)[0].ID))
}

func TestARunGoesOnAfterTheRunItWaitsForHasClosedTheConversation(t *testing.T) {
	d := newDesk(t)
	d.named("Closer", `
format: 1
trigger: { on: workflow }
steps:
  - key: pause
    wait: { for: PT1M }
  - key: shut
    close: {}
  - key: rest
    wait: { for: PT1M }
`)
	d.publish(`
format: 1
name: Parent
trigger: { on: conversation.opened }
steps:
  - key: close
    start: { workflow: Closer, waitForEnd: true }
  - key: done
    note: { text: Done }
`)
	id := d.opened("c1")
	d.later(time.Minute)
	d.verify()
	d.later(time.Minute)
	same(t, d.notes(id), []string{"Done"})
}

func TestStartsNestTenDeepAtMost(t *testing.T) {
	d := newDesk(t)
	var last *inbox.Workflow
	for i := range 12 {
		start := "{ key: go, end: {} }"
		if i > 0 {
			start = fmt.Sprintf("{ key: go, start: { workflow: Level %d, waitForEnd: true } }", i-1)
		}
		last = d.named(fmt.Sprint("Level ", i), fmt.Sprintf("format: 1\ntrigger: { on: workflow }\nsteps:\n  - %s\n", start))
	}
	d.publish("format: 1\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: go, start: { workflow: Level 11 } }\n")
	runs := d.runs(d.opened("c1"))
	if len(runs) != 11 || len(d.runsOf(last)) != 1 {
		t.Fatalf("there are %d runs, want 11", len(runs))
	}
	for _, r := range runs {
		same(t, r.Status, inbox.RunCompleted)
	}
	if got := steps(runs[10])[0]; !strings.HasPrefix(got, "go failure: Workflows can start each other at most 10 levels deep") {
		t.Errorf("the innermost went %q", got)
	}
}

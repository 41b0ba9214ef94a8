package engine_test

import (
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// Times in texts are in the workspace's zone, in runs and in simulations.
func TestTimesInTextsAreInTheWorkspacesZone(t *testing.T) {
	d := newDesk(t)
	d.field("birthday", inbox.FieldDate)
	d.field("visit", inbox.FieldTime)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{TimeZone: new("Asia/Tokyo")}))
	d.publish(`
format: 1
name: Telling
trigger: { on: message.received }
steps:
  - { key: field, set: { field: visit, value: "2026-06-30T20:30:00Z" } }
  - { key: day, set: { field: birthday, value: "2026-06-30" } }
  - key: tell
    note: { text: "{{ now | date: '%z' }} {{ conversation.opened_at | date: '%z' }} {{ contact.visit | date: '%F %R' }} {{ contact.visit | date: '%R', 'UTC' }} {{ contact.birthday | date: '%-d %b' }} {{ contact.visit }}" }
`)
	in := d.say("c1", "Hello")
	same(t, d.notes(in.Conversation.ID), []string{"+0900 +0900 2026-07-01 05:30 20:30 30 Jun 2026-07-01T05:30:00+09:00"})
}

// Nothing that a contact writes ends a run.
func TestAContactCannotEndARun(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Sharing
trigger: { on: conversation.opened }
steps:
  - { key: ask, ask: { text: How many of you?, answer: number, saveTo: { variable: n } } }
  - { key: share, send: { text: "Each pays {{ 100.0 | divided_by: vars.n }}" }, exits: { failure: sorry } }
  - { key: sorry, note: { text: "They said {{ message.text }}" } }
`)
	in := d.say("c1", "Hello")
	d.say("c1", "٠")
	run := d.run(in.Conversation.ID)
	same(t, run.Status, inbox.RunCompleted)
	same(t, d.notes(in.Conversation.ID), []string{"They said ٠"})
	if got := run.Steps[1]; got.Error == nil || !strings.Contains(*got.Error, "division by zero") {
		t.Errorf("the log says %v", got.Error)
	}
}

// The assignee in a simulated run is the contact's owner for later steps, as in a run.
func TestASimulationsOwnAssignmentSetsTheOwner(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.team("Support", engine.PolicyPatch{}, ana)
	const document = `
format: 1
name: Twice
trigger: { on: conversation.opened }
steps:
  - { key: early, assign: { by: owner }, exits: { failure: route } }
  - { key: route, route: { team: Support } }
  - { key: first, assign: { by: team } }
  - { key: back, unassign: {} }
  - { key: again, assign: { by: owner } }
  - { key: tell, note: { text: "{{ assignee.name }}" } }
`
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{}))
	d.publish(document)
	run := d.run(d.opened("c1"))
	want := []string{"early failure: The contact has no owner.", "route next", "first next", "back next", "again next", "tell next"}
	same(t, steps(run), want)
	same(t, taken(got), want)
	same(t, *got.AssigneeID, ana)
}

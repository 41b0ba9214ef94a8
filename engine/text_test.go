package engine_test

import (
	"strings"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// Times in texts are in the workspace's zone, in the run as in the simulation.
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

// What a contact writes ends no run.
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

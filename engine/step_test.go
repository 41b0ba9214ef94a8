package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// byNumber returns a conversation by the number that people know it by.
func (d *desk) byNumber(n int64) *inbox.Conversation {
	d.Helper()
	return view(d, func(r *store.ReadTx) (*inbox.Conversation, error) { return r.ConversationByNumber(n) })
}

func TestARunWaitsAndGoesOnOnceTheTimeHasCome(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Patience
trigger: { on: conversation.opened }
steps:
  - key: a_while
    wait: { for: PT10M }
  - key: until
    wait: { until: "2026-03-02T09:30:00Z" }
  - key: past
    wait: { until: "2026-03-01" }
  - key: done
    send: { text: Still there? }
`)
	id := d.opened("c1")
	run := d.run(id)
	if run.Status != inbox.RunWaiting || *run.CurrentStep != "a_while" {
		t.Fatalf("got %+v", run)
	}
	d.later(9 * time.Minute)
	same(t, *d.run(id).CurrentStep, "a_while")
	d.later(time.Minute)
	same(t, *d.run(id).CurrentStep, "until")
	d.later(20 * time.Minute)
	same(t, steps(d.run(id)), []string{"a_while next", "until next", "past next", "done next"})
	same(t, d.messages(id), []string{"CONTACT: Hello", "WORKFLOW_RUN: Still there?"})
	d.later(time.Hour)
	same(t, len(d.messages(id)), 2)
}

func TestAWaitingRunEndsWithItsConversationAndWhenAPersonActs(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Patience
trigger: { on: conversation.opened }
steps:
  - key: a_while
    wait: { for: PT10M }
  - key: done
    send: { text: Still there? }
`)
	closed, taken := d.opened("c1"), d.opened("c2")
	d.close(closed)
	d.send(d.owner, taken, "I am here")
	d.later(time.Hour)
	same(t, d.run(closed).Status, inbox.RunCancelled)
	same(t, d.run(taken).Status, inbox.RunTakenOver)
	same(t, len(d.messages(closed)), 1)
}

func TestAConversationIsTakenFromItsAssigneeAndSetAside(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", capped(1))
	d.team("Support", engine.PolicyPatch{}, ana)
	d.publish(`
format: 1
name: Later
trigger: { on: conversation.opened }
steps:
  - key: to
    route: { team: Support }
  - key: who
    assign: { by: team }
  - key: off
    unassign: {}
  - key: aside
    snooze: { for: PT1H }
  - key: over
    snooze: { until: "2026-03-02T08:00:00Z" }
`)
	id := d.opened("c1")
	c := d.conversation(id)
	if c.AssigneeID != nil || c.SnoozedUntil == nil || *c.SnoozedUntil != inbox.At(d.clock.Now().Add(time.Hour)) {
		t.Errorf("the conversation is %+v", c)
	}
	same(t, steps(d.run(id)), []string{"to next", "who next", "off next", "aside next", "over next"})
	d.give(d.opened("c2"), ana) // she has capacity again
	d.later(time.Hour)
	if c := d.conversation(id); c.SnoozedUntil != nil {
		t.Errorf("it sleeps until %v", c.SnoozedUntil)
	}
}

func TestARunOpensTheNextConversationAndGoesOnThere(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Again
trigger: { on: conversation.opened }
steps:
  - key: same
    open: {}
  - key: shut
    close: {}
  - key: anew
    open: {}
  - key: greet
    send: { text: "Welcome back to {{ conversation.number }}" }
  - key: linger
    wait: { for: PT1H }
`)
	first := d.opened("c1")
	second := d.byNumber(2)
	if c := d.conversation(first); c.Status != inbox.Closed || second == nil || second.Source != inbox.SourceWorkflow || *second.ChannelID != d.channel {
		t.Fatalf("the first is %s, the second %+v", c.Status, second)
	}
	run := d.run(second.ID) // the only one: what it opens does not start it
	same(t, steps(run), []string{"same next", "shut next", "anew next", "greet next"})
	same(t, second.OpenedBy, inbox.ByRun(run.ID))
	same(t, len(d.runs(first)), 0)
	same(t, d.messages(second.ID), []string{"WORKFLOW_RUN: Welcome back to 2"})
	d.close(second.ID)
	same(t, d.run(second.ID).Status, inbox.RunCancelled)
}

func TestAJumpLeadsBackAsOftenAsItMay(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Reminders
trigger: { on: conversation.opened }
steps:
  - key: remind
    send: { text: Still there? }
  - key: pause
    wait: { for: PT1H }
  - key: again
    jump: { to: remind, max: 2 }
    exits: { exhausted: bye }
  - key: bye
    close: {}
`)
	id := d.opened("c1")
	for range 4 {
		d.later(time.Hour)
	}
	same(t, len(d.messages(id)), 4) // the contact's and three reminders
	same(t, d.run(id).Status, inbox.RunCompleted)
	same(t, d.conversation(id).Status, inbox.Closed)
}

func TestHoursOfAStepsOwnAreInItsTimeZone(t *testing.T) {
	d := newDesk(t) // on a Monday at nine in UTC
	d.publish(`
format: 1
name: Hours
trigger: { on: conversation.opened }
steps:
  - key: here
    hours: { schedule: { timeZone: UTC, week: { mon: ["09:00-17:00"] } } }
    exits: { open: there, closed: end }
  - key: there
    hours: { schedule: { timeZone: America/New_York, week: { mon: ["09:00-17:00"] } } }
    exits: { open: end, closed: tell }
  - key: tell
    send: { text: New York sleeps }
`)
	same(t, steps(d.run(d.opened("c1"))), []string{"here open", "there closed", "tell next"})
}

func TestTodayIsADayOfTheWorkspacesTimeZone(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{TimeZone: new("Asia/Tokyo")}))
	d.publish(`
format: 1
name: Tomorrow
trigger: { on: conversation.opened }
steps:
  - key: midnight
    wait: { until: "2026-03-03" }
  - key: tell
    note: { text: Good morning }
`)
	id := d.opened("c1") // at six in the evening in Tokyo
	d.later(6*time.Hour - time.Minute)
	same(t, d.run(id).Status, inbox.RunWaiting)
	d.later(time.Minute)
	same(t, d.run(id).Status, inbox.RunCompleted)
}

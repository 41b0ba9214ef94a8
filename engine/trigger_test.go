package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// telling publishes a workflow that notes a text on a trigger; more has further parts of the trigger.
func (d *desk) telling(trigger, text, more string) *inbox.Workflow {
	d.Helper()
	return d.publish(fmt.Sprintf(`
format: 1
name: Telling
trigger: { on: %s%s }
steps:
  - key: tell
    note: { text: "%s" }
`, trigger, more, text))
}

// notes returns the texts of the notes in a conversation, oldest first.
func (d *desk) notes(id inbox.ConversationID) []string {
	d.Helper()
	var texts []string
	for _, e := range d.events(0) {
		if added, ok := e.(*inbox.NoteAdded); ok && added.ConversationID == id {
			notes := view(d, func(r *store.ReadTx) ([]*inbox.Note, error) { return r.Notes([]inbox.NoteID{added.NoteID}) })
			texts = append(texts, notes[0].Text)
		}
	}
	return texts
}

// runsOf returns all runs of a workflow, oldest first.
func (d *desk) runsOf(f *inbox.Workflow) []*inbox.WorkflowRun {
	d.Helper()
	return view(d, func(r *store.ReadTx) ([]*inbox.WorkflowRun, error) {
		runs, err := runsOfWorkflow(r, f.ID)
		slices.Reverse(runs)
		return runs, err
	})
}

func TestEveryMessageStartsWhatWaitsForMessages(t *testing.T) {
	d := newDesk(t)
	d.telling("message.received", "{{ message.text }}", `, when: { field: message.text, op: contains, value: help }`)
	id := d.say("c1", "Help").Conversation.ID
	d.say("c1", "Thanks")
	d.say("c1", "help!")
	same(t, d.notes(id), []string{"Help", "help!"})
}

func TestAMessageThatOnlyAcknowledgesStartsNothing(t *testing.T) {
	d := newDesk(t)
	d.channel = d.newChannel("Graceful", inbox.Duration(3600))
	d.telling("message.received", "{{ message.text }}", "")
	id := d.opened("c1")
	d.close(id)
	for _, text := range []string{
		"Thanks!", "ok 👍", "👍🏽", "\u200fOK\u200f", "Grazie mille.", "Merci beaucoup !", "d’accord", "¡Muchas gracias!", "Vielen Dank…", "好的，谢谢！",
	} {
		same(t, d.say("c1", text).Conversation.ID, id)
	}
	same(t, d.notes(id), []string{"Hello"})
	if d.say("c1", "ok?").Conversation.ID == id {
		t.Error("a question counts as an acknowledgement")
	}
}

func TestACloseStartsWhatFollowsIt(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Survey
trigger: { on: conversation.closed, when: { field: trigger.category, op: equals, value: done } }
steps:
  - key: tell
    note: { text: "{{ trigger.source }} {{ trigger.category }} {{ conversation.closed_source }}" }
  - key: late
    send: { text: Too late }
    exits: { failure: pause }
    next: end
  - key: pause
    wait: { for: P1D }
  - key: mark
    tag: { add: [asked] }
`)
	id := d.opened("c1")
	must(d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id, Category: new("Done")}))
	same(t, d.run(id).Status, inbox.RunWaiting) // the close that started it does not end it
	same(t, d.notes(id), []string{"AGENT Done AGENT"})
	next := d.opened("c1")
	d.close(next) // without a category; and the run goes on in the first
	d.later(24 * time.Hour)
	same(t, steps(d.run(id)), []string{"tell next", "late failure: The conversation is closed and cannot be reopened. Open a new one with conversationOpen.",
		"pause next", "mark next"})
	same(t, d.contact(d.conversation(id).ContactID).Tags, []string{"asked"})
	same(t, len(d.runs(next)), 0)
}

func TestAnAssignmentStartsWhatFollowsIt(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	d.telling("conversation.assigned", "{{ trigger.previous_assignee }} {{ trigger.previous_assignee_name }} {{ assignee.name }}",
		`, when: { any: [ { field: trigger.previous_assignee, op: equals, value: Ana }, { field: trigger.previous_assignee, op: notExists } ] }`)
	id := d.opened("c1")
	d.give(id, ana)
	d.give(id, ben) // from Ana
	d.give(id, ana) // from Ben
	same(t, d.notes(id), []string{"  Ana", ana.String() + " Ana Ben"})
}

func TestAChangedContactStartsWhatFollows(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{LifecycleStages: []string{"Lead", "Customer"}}))
	d.telling("contact.tag_changed", "+{{ trigger.added }} -{{ trigger.removed }}", `, when: { field: trigger.added, op: hasAny, value: [vip, old] }`)
	d.telling("contact.field_changed", "{{ trigger.field }}: {{ trigger.from }} to {{ trigger.to }}", `, when: { field: trigger.field, op: in, value: [email, first_name] }`)
	d.telling("contact.lifecycle_changed", "{{ trigger.from }} to {{ trigger.to }}", "")
	in := d.say("c1", "Hello")
	id := in.Conversation.ID
	update := func(p engine.ContactPatch) {
		p.ID = in.Contact.ID
		must(d.ContactUpdate(d.ctx(), d.owner, p))
	}
	update(engine.ContactPatch{AddTags: []string{"vip", "old"}})
	update(engine.ContactPatch{AddTags: []string{"new"}, RemoveTags: []string{"old"}})
	update(engine.ContactPatch{Email: engine.SetTo("a@example.org"), FirstName: engine.SetTo("Ann"), LastName: engine.SetTo("Lee")})
	update(engine.ContactPatch{Email: engine.SetTo("b@example.org"), LifecycleStage: engine.SetTo("Lead")})
	update(engine.ContactPatch{LifecycleStage: engine.SetTo("Customer")})
	update(engine.ContactPatch{LifecycleStage: engine.SetTo("Customer")})
	got := d.notes(id)
	same(t, got[1:], []string{"first_name:  to Ann", "email:  to a@example.org", "email: a@example.org to b@example.org", " to Lead", "Lead to Customer"})
	if !strings.Contains(got[0], "vip") || !strings.HasSuffix(got[0], "-") {
		t.Errorf("the tags are shown as %q", got[0])
	}
}

func TestAMessagesProfileIsAChangeToo(t *testing.T) {
	d := newDesk(t)
	d.telling("contact.field_changed", "{{ trigger.field }} {{ trigger.to }}", "")
	id := d.opened("c1")
	in := d.message("c1", "Me")
	in.Contact.FirstName = new("Ann")
	must(d.MessageReceive(d.ctx(), d.key, in))
	same(t, d.notes(id), []string{"first_name Ann"})
}

func TestARunWithoutAConversationDoesWhatNeedsNone(t *testing.T) {
	d := newDesk(t)
	f := d.publish(`
format: 1
name: Alone
trigger: { on: contact.tag_changed }
steps:
  - key: who
    branch:
      - { when: { all: [ { field: contact.tags, op: hasAny, value: [vip] }, { field: conversation.number, op: notExists }, { field: contact.is_returning, op: equals, value: true } ] }, go: name }
    else: end
  - key: name
    set: { field: first_name, value: "VIP" }
  - key: say
    send: { text: Hi }
  - key: keep
    note: { text: Hi }
  - key: ask
    ask: { text: "Who?" }
  - key: whose
    assign: { by: workspace }
  - key: pause
    wait: { for: PT1H }
  - key: anew
    open: {}
  - key: greet
    send: { text: "Hi {{ contact.first_name }}" }
`)
	in := d.say("c1", "Hello")
	d.close(in.Conversation.ID)
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: in.Contact.ID, AddTags: []string{"vip"}}))
	run := d.runsOf(f)[0]
	none := "The run has no conversation. Open one with a step `open` before this one."
	same(t, steps(run), []string{"who name", "name next", "say failure: " + none, "keep failure: " + none,
		"ask failure: " + none, "whose failure: " + none})
	if run.ConversationID != nil || run.Status != inbox.RunWaiting {
		t.Errorf("got %+v", run)
	}
	d.later(time.Hour)
	same(t, d.messages(d.byNumber(2).ID), []string{"WORKFLOW_RUN: Hi VIP"})
	same(t, d.run(d.byNumber(2).ID).Status, inbox.RunCompleted)
}

func TestNothingRunsForABlockedContact(t *testing.T) {
	d := newDesk(t)
	closed := d.telling("conversation.closed", "Bye", "")
	waiting := d.publish(`
format: 1
name: Alone
trigger: { on: contact.tag_changed }
steps:
  - key: pause
    wait: { for: PT1H }
`)
	in := d.say("c1", "Hello")
	d.close(in.Conversation.ID)
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: in.Contact.ID, AddTags: []string{"vip"}}))
	d.opened("c1")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: in.Contact.ID, Blocked: new(true)}))
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: in.Contact.ID, AddTags: []string{"bad"}}))
	same(t, len(d.runsOf(closed)), 1) // only by the first close
	same(t, len(d.runsOf(waiting)), 1)
	same(t, d.runsOf(waiting)[0].Status, inbox.RunCancelled)
}

func TestAWorkflowIsNotStartedByWhatItsOwnRunDoes(t *testing.T) {
	d := newDesk(t)
	f := d.publish(`
format: 1
name: Tagging
trigger: { on: contact.tag_changed }
steps:
  - key: mark
    tag: { add: [seen] }
`)
	in := d.say("c1", "Hello")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: in.Contact.ID, AddTags: []string{"vip"}}))
	same(t, len(d.runsOf(f)), 1)
}

func TestAChainOfWorkflowsThatStartEachOtherEnds(t *testing.T) {
	d := newDesk(t)
	swap := func(name, on, off string) *inbox.Workflow {
		return d.publish(fmt.Sprintf(`
format: 1
name: %s
trigger: { on: contact.tag_changed, when: { field: trigger.added, op: hasAny, value: [%s] } }
steps:
  - key: swap
    tag: { add: [%s], remove: [%s] }
`, name, on, off, on))
	}
	ping, pong := swap("Ping", "ping", "pong"), swap("Pong", "pong", "ping")
	in := d.say("c1", "Hello")
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: in.Contact.ID, AddTags: []string{"ping"}}))
	d.later(time.Hour)
	runs := append(d.runsOf(ping), d.runsOf(pong)...)
	failed := 0
	for _, r := range runs {
		if r.Status == inbox.RunFailed {
			failed++
			if r.Error == nil || !strings.Contains(*r.Error, "chain") {
				t.Errorf("it failed with %v", r.Error)
			}
		}
	}
	if len(runs) != 9 || failed != 1 {
		t.Errorf("there are %d runs, %d failed; want 8 and one that failed", len(runs), failed)
	}
}

func TestAWorkflowThatGivesBackWhatTheDefaultTeamTakesComesToAnEnd(t *testing.T) {
	d := newDesk(t)
	d.defaultTeam(d.team("Support", engine.PolicyPatch{}, d.hire("Ana")))
	f := d.publish(`
format: 1
name: Refusing
trigger: { on: conversation.assigned }
steps:
  - key: off
    unassign: {}
  - key: nowhere
    route: { team: null }
`)
	id := d.opened("c1")
	d.later(time.Hour)
	if n := len(d.runsOf(f)); n != 9 || d.conversation(id).AssigneeID == nil {
		t.Errorf("there are %d runs, and %v has it", n, d.assignee(id))
	}
}

func TestWhatHappenedBeforeACloseStartsNothingAfterIt(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Closing
trigger: { on: conversation.opened }
steps:
  - key: shut
    close: {}
`)
	opened, message := d.telling("conversation.opened", "Hi", ""), d.telling("message.received", "Hi", "")
	d.opened("c1")
	same(t, len(d.runsOf(opened))+len(d.runsOf(message)), 0)
}

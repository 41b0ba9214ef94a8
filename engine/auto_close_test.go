package engine_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

const (
	minute = inbox.Duration(60)
	day    = 24 * 60 * minute
)

// autoClose makes conversations close after this much silence of the contact.
func (d *desk) autoClose(after inbox.Duration) {
	d.Helper()
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{AutoClose: engine.SetTo(after)}))
}

// answered opens a conversation with a contact that an agent has answered last.
func (d *desk) answered(by inbox.AgentID, contact string) inbox.ConversationID {
	d.Helper()
	id := d.opened(contact)
	d.send(d.caller(by), id, "Anything else?")
	return id
}

func (d *desk) isOpen(id inbox.ConversationID, want bool, when string) {
	d.Helper()
	if got := d.conversation(id).IsOpen(); got != want {
		d.Errorf("%s it is open: %t, want %t", when, got, want)
	}
}

func TestAConversationClosesWhenTheContactDoesNotAnswer(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", capped(1))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.autoClose(30 * minute)
	id := d.answered(ana, "c1")
	d.route(id, team)
	next := d.queuedIn(team, "c2")
	d.later(30*time.Minute - time.Millisecond)
	d.isOpen(id, true, "before the time")
	types := d.during(func() { d.later(time.Millisecond) })
	same(t, types, []string{"CONVERSATION_CLOSED by SYSTEM", "CONVERSATION_ASSIGNED by SYSTEM"})
	c := d.conversation(id)
	if c.IsOpen() || *c.ClosedSource != inbox.CloseAuto || *c.ClosedBy != inbox.BySystem() || c.AnsweredAt != nil {
		t.Errorf("it closed as %+v", c)
	}
	if d.assignee(next) != ana {
		t.Error("its agent has no room for what was queued")
	}
	if d.say("c1", "Are you there?").Conversation.ID == id {
		t.Error("the contact's next message reopened it")
	}
}

func TestAnAnswerInTimeKeepsAConversationOpen(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.autoClose(30 * minute)
	id := d.answered(ana, "c1")
	d.later(29 * time.Minute)
	d.say("c1", "One moment")
	d.later(48 * time.Hour)
	d.isOpen(id, true, "while the contact waits")
	d.send(d.caller(ana), id, "Take your time")
	d.later(29 * time.Minute)
	d.send(d.caller(ana), id, "Still there?")
	d.later(29 * time.Minute)
	d.isOpen(id, true, "before the last message has been unanswered for long")
	d.later(time.Minute)
	d.isOpen(id, false, "afterwards")
}

func TestOnlyWhatAPersonWroteIsWaitedUpon(t *testing.T) {
	d := newDesk(t)
	d.autoClose(minute)
	d.publish("format: 1\nname: Greet\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: s, send: { text: Hi } }\n")
	greeted, integrated := d.opened("c1"), d.opened("c2")
	d.send(d.key, integrated, "From a script")
	d.later(24 * time.Hour)
	d.isOpen(greeted, true, "after a workflow's message")
	d.isOpen(integrated, true, "after an integration's message")
}

func TestASnoozedConversationDoesNotCloseAndHasItsTimeAnewWhenItWakes(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.autoClose(30 * minute)
	id, reminded := d.answered(ana, "c1"), d.answered(ana, "c2")
	d.snooze(id, 2*time.Hour)
	d.snooze(reminded, 2*time.Hour)
	d.later(2*time.Hour - time.Minute)
	d.isOpen(id, true, "while snoozed")
	d.later(time.Minute)
	d.later(29 * time.Minute)
	d.isOpen(id, true, "just after it woke")
	d.say("c2", "Here again")
	d.later(time.Minute)
	d.isOpen(id, false, "half an hour after it woke")
	d.isOpen(reminded, true, "with an answer")
}

func TestAConversationThatWaitsForAnAgentDoesNotClose(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", capped(1))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.autoClose(30 * minute)
	id, asleep := d.answered(ana, "c1"), d.answered(ana, "c2")
	for _, c := range []inbox.ConversationID{id, asleep} {
		d.route(c, team)
		must(d.ConversationUnassign(d.ctx(), d.owner, c))
	}
	d.presence(ana, inbox.PresenceOffline)
	d.assign(id)
	d.snooze(asleep, 3*time.Hour)
	d.assign(asleep)
	d.later(4 * time.Hour) // the second has woken, into the queue
	for _, c := range []inbox.ConversationID{id, asleep} {
		if d.conversation(c).QueuedAt == nil {
			t.Fatalf("%s is not queued", c)
		}
	}
	d.presence(ana, inbox.PresenceOnline)
	d.later(time.Second)
	d.isOpen(id, false, "assigned after a day of silence")
	if d.assignee(asleep) != ana {
		t.Error("the one behind it was not assigned")
	}
}

func TestSwitchedOnLaterAutoCloseClosesOldConversationsToo(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	for i := range 1000 {
		d.answered(ana, fmt.Sprintf("c%d", i))
	}
	waiting := d.opened("waiting")
	d.later(8 * 24 * time.Hour)
	last := d.answered(ana, "last")
	d.later(time.Hour)
	same(t, d.agent(ana).OpenConversations, int32(1001))
	d.autoClose(7 * day)
	d.FireDue(d.ctx())
	same(t, d.agent(ana).OpenConversations, int32(1))
	d.isOpen(last, true, "within the time")
	d.isOpen(waiting, true, "while the contact waits")
}

func TestWithoutAutoCloseConversationsStayOpen(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.autoClose(minute)
	id := d.answered(ana, "c1")
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{AutoClose: engine.Patch[inbox.Duration]{Set: true}}))
	d.later(365 * 24 * time.Hour)
	d.isOpen(id, true, "a year later")
}

func TestRunsThatWaitEndWhenTheirConversationClosesOfItself(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.autoClose(minute)
	d.publish("format: 1\nname: Later\ntrigger: { on: conversation.opened }\nsettings: { exitOnAgentAction: false }\nsteps:\n  - { key: w, wait: { for: P1D } }\n  - { key: n, note: { text: n } }\n")
	d.publish("format: 1\nname: Survey\ntrigger: { on: conversation.closed, when: { field: conversation.closed_source, op: equals, value: AUTO } }\nsteps:\n  - { key: n, note: { text: closed } }\n")
	id := d.answered(ana, "c1")
	d.later(time.Minute)
	var statuses []inbox.WorkflowRunStatus
	for _, r := range d.runs(id) {
		statuses = append(statuses, r.Status)
	}
	same(t, statuses, []inbox.WorkflowRunStatus{inbox.RunCancelled, inbox.RunCompleted})
	same(t, d.notes(id), []string{"closed"})
}

func TestTheTimeOfAutoCloseIsBetweenAMinuteAndAYear(t *testing.T) {
	d := newDesk(t)
	for after, fine := range map[inbox.Duration]bool{0: false, minute - 1: false, minute: true, 365 * day: true, 365*day + 1: false} {
		workspace, err := d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{AutoClose: engine.SetTo(after)})
		if !fine {
			refused(t, err, inbox.CodeInvalid, "autoClose")
		} else if err != nil || *workspace.AutoClose != after {
			t.Errorf("%s: %v, %v", after, workspace, err)
		}
	}
}

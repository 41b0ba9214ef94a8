package engine_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

const patience = `
format: 1
name: Patience
trigger: { on: conversation.opened }
steps:
  - { key: hello, note: { text: Hello } }
  - { key: a_while, wait: { for: PT10M } }
  - { key: again, ask: { text: Still there? } }
`

// TestWhoeverEndsARunIsNamed ends waiting runs in every way in which somebody can.
func TestWhoeverEndsARunIsNamed(t *testing.T) {
	for name, test := range map[string]struct {
		end    func(d *desk, id inbox.ConversationID)
		by     func(d *desk) inbox.ActorRef
		status inbox.WorkflowRunStatus
		reason string
	}{
		"an agent sends": {func(d *desk, id inbox.ConversationID) { d.send(d.owner, id, "I am here") },
			func(d *desk) inbox.ActorRef { return d.owner.Actor }, inbox.RunTakenOver, "Olga sent a message."},
		"an agent assigns by hand": {func(d *desk, id inbox.ConversationID) { d.give(id, d.owner.Actor.Agent()) },
			func(d *desk) inbox.ActorRef { return d.owner.Actor }, inbox.RunTakenOver, "Olga assigned the conversation."},
		"an agent closes": {func(d *desk, id inbox.ConversationID) { d.close(id) },
			func(d *desk) inbox.ActorRef { return d.owner.Actor }, inbox.RunCancelled, "The conversation was closed."},
		"a key closes": {func(d *desk, id inbox.ConversationID) {
			must(d.ConversationClose(d.ctx(), d.key, engine.ConversationCloseInput{ConversationID: id}))
		}, func(d *desk) inbox.ActorRef { return d.key.Actor }, inbox.RunCancelled, "The conversation was closed."},
		"another run closes": {func(d *desk, _ inbox.ConversationID) {
			d.publish("format: 1\nname: Goodbye\ntrigger: { on: message.received }\nsteps: [ { key: c, close: {} } ]\n")
			d.say("c1", "Bye")
		}, func(*desk) inbox.ActorRef { return inbox.ByRun(2) }, inbox.RunCancelled, "The conversation was closed."},
		"a manager stops the workflow": {func(d *desk, _ inbox.ConversationID) { must(d.WorkflowStop(d.ctx(), d.owner, 1, true)) },
			func(d *desk) inbox.ActorRef { return d.owner.Actor }, inbox.RunCancelled, "The workflow was stopped."},
		"a manager blocks the contact": {func(d *desk, id inbox.ConversationID) {
			must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: d.conversation(id).ContactID, Blocked: new(true)}))
		}, func(d *desk) inbox.ActorRef { return d.owner.Actor }, inbox.RunCancelled, "The contact was blocked."},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.publish(patience)
			id := d.opened("c1")
			after := d.db.HeadNumber()
			test.end(d, id)
			r, by := d.runs(id)[0], test.by(d)
			if r.Status != test.status || r.EndedBy == nil || *r.EndedBy != by || r.EndReason == nil || *r.EndReason != test.reason || r.Error != nil {
				t.Fatalf("the run ended as %+v", r)
			}
			last := r.Steps[len(r.Steps)-1]
			var detail map[string]any
			if err := json.Unmarshal(last.Detail, &detail); err != nil {
				t.Fatal(err)
			}
			same(t, detail, map[string]any{"status": string(test.status), "reason": test.reason})
			if last.Key != "a_while" || last.Type != "wait" || last.Exit != nil || last.Error != nil {
				t.Errorf("its log ends with %+v", last)
			}
			told := 0
			for _, event := range d.events(after) {
				if e, ok := event.(*inbox.WorkflowRunChanged); ok && e.RunID == r.ID {
					told++
					if e.Actor != by || e.RunStatus != test.status {
						t.Errorf("the event is %+v", e)
					}
				}
			}
			same(t, told, 1)
		})
	}
}

func TestARunThatEndsByItselfNamesNobody(t *testing.T) {
	d := newDesk(t)
	d.publish(patience)
	id := d.opened("c1")
	d.later(10 * time.Minute)
	d.say("c1", "Yes")
	r := d.run(id)
	if r.Status != inbox.RunCompleted || r.EndedBy != nil || r.EndReason != nil {
		t.Errorf("the run ended as %+v", r)
	}
}

// overrunning is a workflow that executes more steps than a run may.
func overrunning() string {
	document := "format: 1\nname: Round and round\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: a, set: { variable: said, value: \"{{ message.text }}\" } }\n"
	for _, key := range "bcdefghijklmnopqrstuv" {
		document += "  - { key: " + string(key) + ", jump: { to: a, max: 10 } }\n"
	}
	return document
}

func TestEachEndOfARunIsReportedAndFailuresAreLoggedWithoutTexts(t *testing.T) {
	d := newDesk(t)
	var (
		log  bytes.Buffer
		ends []engine.RunEnd
	)
	d.Engine = engine.New(d.db, engine.Options{Clock: d.clock.Now, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		OnRunEnd: func(end engine.RunEnd) { ends = append(ends, end) }})
	waiting := d.publish(patience)
	failing := d.publish(overrunning())
	id := d.say("c1", "my secret words").Conversation.ID
	for range 1000 {
		if d.runs(id)[1].Status != inbox.RunRunning {
			break
		}
		d.later(0)
	}
	d.close(id)
	runs := d.runs(id)
	same(t, runs[1].Status, inbox.RunFailed)
	same(t, len(ends), 2)
	same(t, []inbox.WorkflowID{ends[0].WorkflowID, ends[1].WorkflowID}, []inbox.WorkflowID{failing.ID, waiting.ID})
	same(t, []inbox.WorkflowRunStatus{ends[0].Status, ends[1].Status}, []inbox.WorkflowRunStatus{inbox.RunFailed, inbox.RunCancelled})
	text := log.String()
	for _, part := range []string{"level=WARN", "workflow=" + failing.ID.String(), "run=" + runs[1].ID.String(), "step=", "1000 steps"} {
		if !strings.Contains(text, part) {
			t.Errorf("the log does not have %q:\n%s", part, text)
		}
	}
	if strings.Count(text, "\n") != 1 || strings.Contains(text, "secret") {
		t.Errorf("the log is\n%s", text)
	}
}

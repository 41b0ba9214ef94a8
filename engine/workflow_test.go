package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestAWorkflowRunsOncePerContactWhereItSaysSo(t *testing.T) {
	d := newDesk(t)
	d.publish(`
format: 1
name: Welcome
trigger: { on: conversation.opened, oncePerContact: true }
steps:
  - key: greet
    send: { text: Welcome }
`)
	for i, want := range []int{1, 0} {
		id := d.opened("c1")
		if n := len(d.runs(id)); n != want {
			t.Errorf("conversation %d of the contact has %d runs, want %d", i+1, n, want)
		}
		d.close(id)
	}
	if n := len(d.runs(d.opened("c2"))); n != 1 {
		t.Errorf("another contact has %d runs, want 1", n)
	}
}

func TestSeveralWorkflowsRunSideBySideAndEachOnceAtATime(t *testing.T) {
	d := newDesk(t)
	for i := range 25 { // more than start in one transaction
		d.publish(fmt.Sprintf(`
format: 1
name: Note %d
trigger: { on: conversation.opened }
steps:
  - key: remember
    note: { text: "%d" }
  - key: greet
    send: { text: "%d" }
`, i, i, i))
	}
	id := d.opened("c1")
	d.FireDue(d.ctx())
	runs := d.runs(id)
	if len(runs) != 25 {
		t.Errorf("%d workflows ran, want 25", len(runs))
	}
	for _, r := range runs {
		same(t, r.Status, inbox.RunCompleted)
		same(t, steps(r), []string{"remember next", "greet next"})
	}
	want := []string{"CONTACT: Hello"}
	for i := range 25 {
		want = append(want, fmt.Sprintf("WORKFLOW_RUN: %d", i)) // in order, whichever transaction did it
	}
	same(t, d.messages(id), want)
}

func TestALongRunGoesOnInTransactionsOfItsOwn(t *testing.T) {
	d := newDesk(t)
	d.defaultTeam(d.team("Support", engine.PolicyPatch{}, d.hire("Ana")))
	var document strings.Builder
	document.WriteString("format: 1\nname: Long\ntrigger: { on: conversation.opened }\nsteps:\n")
	for i := range 90 {
		fmt.Fprintf(&document, "  - key: s%d\n    note: { text: \"%d\" }\n", i, i)
	}
	d.publish(document.String())
	id := d.opened("c1")
	run := d.run(id)
	if run.Status != inbox.RunRunning || len(run.Steps) == 0 || len(run.Steps) == 90 {
		t.Fatalf("after the first transaction the run is %s with %d steps", run.Status, len(run.Steps))
	}
	if c := d.conversation(id); c.TeamID != nil {
		t.Error("the default team took it while a run takes care of it")
	}
	d.FireDue(d.ctx())
	run = d.run(id)
	if run.Status != inbox.RunCompleted || len(run.Steps) != 90 {
		t.Errorf("the run is %s with %d steps, want all 90", run.Status, len(run.Steps))
	}
	if c := d.conversation(id); c.TeamID == nil || c.AssigneeID == nil {
		t.Error("the default team did not take the conversation that the run left unassigned")
	}
}

func TestARunCutShortLeavesTheConversationToTheDefaultTeam(t *testing.T) {
	d := newDesk(t)
	d.defaultTeam(d.team("Support", engine.PolicyPatch{}, d.hire("Ana")))
	var document strings.Builder
	document.WriteString("format: 1\nname: Long\ntrigger: { on: conversation.opened }\nsteps:\n")
	for i := range 90 {
		fmt.Fprintf(&document, "  - key: s%d\n    note: { text: \"%d\" }\n", i, i)
	}
	f := d.publish(document.String())
	id := d.opened("c1")
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, true))
	same(t, d.run(id).Status, inbox.RunCancelled)
	if c := d.conversation(id); c.TeamID == nil || c.AssigneeID == nil {
		t.Error("the default team did not take it")
	}
}

func TestAContactHasOneActiveRunOfAWorkflowWhateverConversationItIsIn(t *testing.T) {
	d := newDesk(t)
	var document strings.Builder
	document.WriteString("format: 1\nname: Long\ntrigger: { on: conversation.opened }\nsteps:\n  - key: shut\n    close: {}\n")
	for i := range 90 {
		fmt.Fprintf(&document, "  - key: s%d\n    note: { text: \"%d\" }\n", i, i)
	}
	d.publish(document.String())
	first := d.opened("c1") // closed at once, and the run goes on for a while
	second := d.opened("c1")
	if n := len(d.runs(second)); n != 0 || d.run(first).Status != inbox.RunRunning {
		t.Errorf("while the first is %s, %d more started", d.run(first).Status, n)
	}
	if other := d.opened("c2"); len(d.runs(other)) != 1 {
		t.Error("another contact has to wait for it")
	}
	d.FireDue(d.ctx())
	same(t, d.run(first).Status, inbox.RunCompleted)
}

func TestStoppingAWorkflow(t *testing.T) {
	for _, cancel := range []bool{true, false} {
		t.Run(fmt.Sprint("cancelling ", cancel), func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana", being(inbox.PresenceOffline))
			d.team("Support", engine.PolicyPatch{}, ana)
			f := d.publish(inboundWorkflow)
			ids := make([]inbox.ConversationID, 45) // more than one transaction cancels
			for i := range ids {
				ids[i] = d.opened(fmt.Sprint("c", i))
			}
			if stopped := must(d.WorkflowStop(d.ctx(), d.owner, f.ID, cancel)); stopped.Status != inbox.WorkflowStopped {
				t.Errorf("it is %s", stopped.Status)
			}
			if n := len(d.runs(d.opened("late"))); n != 0 {
				t.Errorf("a stopped workflow started %d runs", n)
			}
			d.verify()
			d.FireDue(d.ctx())
			d.presence(ana, inbox.PresenceOnline)
			want := inbox.RunCompleted
			if cancel {
				want = inbox.RunCancelled
			}
			for _, id := range ids {
				if d.run(id).Status != want || d.assignee(id) != ana {
					t.Fatalf("%v: the run is %s and %v has it, want %s and Ana", id, d.run(id).Status, d.assignee(id), want)
				}
			}
		})
	}
}

func TestRunsThatStartAfterAWorkflowIsPublishedAgainAreNotCancelled(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{}, d.hire("Ana", being(inbox.PresenceOffline)))
	f := d.publish(inboundWorkflow)
	for i := range 45 {
		d.opened(fmt.Sprint("c", i))
	}
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, true))
	d.clock.move(time.Second)
	must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	later := d.opened("later")
	d.FireDue(d.ctx())
	same(t, d.run(later).Status, inbox.RunWaiting)
	if left := view(d, func(r *store.ReadTx) ([]inbox.WorkflowRunID, error) {
		return r.ActiveRunsOfWorkflow(f.ID, inbox.At(d.clock.Now()), 100)
	}); len(left) != 1 {
		t.Errorf("%d runs are left, want the one that started later", len(left))
	}
}

func TestARunKeepsTheVersionItStartedWith(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	f := d.publish(fmt.Sprintf(patientWorkflow, true))
	old := d.opened("old")
	changed := must(d.WorkflowUpdate(d.ctx(), d.owner, engine.WorkflowPatch{ID: f.ID, Definition: definition(t,
		strings.Replace(fmt.Sprintf(patientWorkflow, true), "You have an agent now.", "New text", 1))})).Workflow
	if changed.Version != 1 || changed.Status != inbox.WorkflowPublished || string(changed.PublishedDefinition) == string(changed.Definition) {
		t.Errorf("an edited workflow is %+v", changed)
	}
	middle := d.opened("middle") // the draft changes nothing yet
	if got := must(d.WorkflowPublish(d.ctx(), d.owner, f.ID)); got.Version != 2 {
		t.Errorf("published as version %d, want 2", got.Version)
	}
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Name: new("Help")})) // a rename does no harm
	young := d.opened("young")
	d.presence(ana, inbox.PresenceOnline)
	for id, want := range map[inbox.ConversationID]string{old: "You have an agent now.", middle: "You have an agent now.", young: "New text"} {
		if texts := d.messages(id); texts[len(texts)-1] != "WORKFLOW_RUN: "+want {
			t.Errorf("%v got %q, want %q", id, texts, want)
		}
	}
	if v := d.run(old).Version; v != 1 {
		t.Errorf("the old run has version %d", v)
	}
}

func TestEachPublishAddsAVersion(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{})
	f := d.publish(inboundWorkflow)
	must(d.WorkflowStop(d.ctx(), d.owner, f.ID, false))
	again := must(d.WorkflowPublish(d.ctx(), d.owner, f.ID))
	if again.Status != inbox.WorkflowPublished || again.Version != 2 {
		t.Errorf("got %s, version %d", again.Status, again.Version)
	}
}

func TestAWorkflowThatCannotBePublishedSaysWhy(t *testing.T) {
	d := newDesk(t)
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Inbound", Definition: definition(t, inboundWorkflow)}))
	_, err := d.WorkflowPublish(d.ctx(), d.owner, f.ID) // there is no team Support
	problems, ok := errors.AsType[*engine.InvalidDocumentError](err)
	if !ok || len(problems.Problems) != 1 || *problems.Problems[0].Step != "to_support" {
		t.Errorf("got %v, want a problem in to_support", err)
	}
	_, err = d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Other", Definition: inbox.JSON(`{"format":1}`)})
	if _, ok := errors.AsType[*engine.InvalidDocumentError](err); !ok {
		t.Errorf("got %v, want an invalid document", err)
	}
	_, err = d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: " INBOUND ", Definition: f.Definition})
	refused(t, err, inbox.CodeTaken, "name")
	_, err = d.WorkflowStop(d.ctx(), d.owner, f.ID, false)
	refused(t, err, inbox.CodeConflict, "id")
}

func TestAWorkflowIsNotOverwrittenByWhoHasNotSeenTheLastChange(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{})
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Inbound", Definition: definition(t, inboundWorkflow)}))
	patch := engine.WorkflowPatch{ID: f.ID, Description: engine.SetTo("Mine"), IfUpdatedAt: &f.UpdatedAt}
	if change := must(d.WorkflowUpdate(d.ctx(), d.owner, patch)); change.Refused != nil {
		t.Errorf("refused: %v", change.Refused)
	}
	patch.Description = engine.SetTo("Yours")
	change := must(d.WorkflowUpdate(d.ctx(), d.owner, patch)) // within the same millisecond
	if change.Refused == nil || change.Refused.Code != inbox.CodeConflict || *change.Workflow.Description != "Mine" {
		t.Errorf("got %+v, want CONFLICT and what is there", change)
	}
}

func TestStepsThatAskForNothingLeaveTheTransactionToOthersToo(t *testing.T) {
	d := newDesk(t)
	var document strings.Builder
	document.WriteString("format: 1\nname: Long\ntrigger: { on: conversation.opened }\nsteps:\n")
	for i := range 90 {
		fmt.Fprintf(&document, "  - key: s%d\n    set: { variable: v, value: \"%d\" }\n", i, i)
	}
	d.publish(document.String())
	id := d.opened("c1")
	run := d.run(id)
	if n := len(run.Steps); run.Status != inbox.RunRunning || n < 10 || n > 60 {
		t.Fatalf("after the first transaction the run is %s with %d steps", run.Status, n)
	}
	d.FireDue(d.ctx())
	run = d.run(id)
	same(t, run.Status, inbox.RunCompleted)
	same(t, len(run.Steps), 90)
	same(t, string(run.Variables), `{"v":"89"}`)
}

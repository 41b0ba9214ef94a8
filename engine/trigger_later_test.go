package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// tellings publishes n workflows with a trigger, each of which notes a text and its number.
func (d *desk) tellings(n int, trigger, text string) []*inbox.Workflow {
	d.Helper()
	list := make([]*inbox.Workflow, n)
	for i := range list {
		list[i] = d.publish(fmt.Sprintf(`
format: 1
name: Telling %[2]d of %[1]s
trigger: { on: %[1]s }
steps:
  - key: tell
    note: { text: "%[3]s %[2]d" }
`, trigger, i, text))
	}
	return list
}

// tellingsOf returns the texts that tellings note.
func tellingsOf(text string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("%s %d", text, i)
	}
	return list
}

// triggerEvents counts the trigger events that are still to be tested with some workflows.
func (d *desk) triggerEvents() int {
	d.Helper()
	return len(view(d, func(r *store.ReadTx) ([]*store.TriggerEvent, error) { return r.TriggerEventList() }))
}

func TestTriggersThatATransactionHasNoTimeForAreLookedAtInTheNext(t *testing.T) {
	d := newDesk(t)
	d.defaultTeam(d.team("Support", engine.PolicyPatch{}, d.hire("Ana")))
	d.tellings(40, "message.received", "{{ message.text }}")
	d.clock.tick(time.Millisecond)
	id := d.opened("c1")
	if n := len(d.notes(id)); n == 0 || n == 40 || d.triggerEvents() != 1 {
		t.Fatalf("the first transaction started %d of 40, and left %d trigger events", n, d.triggerEvents())
	}
	if c := d.conversation(id); c.TeamID != nil {
		t.Error("the default team took it while workflows have yet to be looked at")
	}
	d.verify()
	d.FireDue(d.ctx())
	same(t, d.notes(id), tellingsOf("Hello", 40))
	same(t, d.triggerEvents(), 0)
	if c := d.conversation(id); c.TeamID == nil || c.AssigneeID == nil {
		t.Error("the default team did not take what no workflow routed")
	}
}

func TestShortTriggersAreLookedAtInOneTransactionHoweverSlowTheMachineIs(t *testing.T) {
	d := newDesk(t)
	d.tellings(4, "conversation.opened", "opened")
	d.tellings(4, "message.received", "received")
	d.clock.tick(600 * time.Microsecond)
	same(t, d.notes(d.opened("c1")), append(tellingsOf("opened", 4), tellingsOf("received", 4)...))
}

func TestWhatIsLookedAtLaterComesInTheOrderItHappened(t *testing.T) {
	d := newDesk(t)
	d.tellings(30, "contact.field_changed", "{{ trigger.field }}")
	id := d.opened("c1")
	d.clock.tick(time.Millisecond)
	contact := d.conversation(id).ContactID
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, FirstName: engine.SetTo("Ada"), LastName: engine.SetTo("Lovelace")}))
	same(t, d.triggerEvents(), 2)
	d.FireDue(d.ctx())
	same(t, d.notes(id), append(tellingsOf("first_name", 30), tellingsOf("last_name", 30)...))
}

func TestATriggerThatIsLookedAtLaterReadsTheMessageItIsAbout(t *testing.T) {
	d := newDesk(t)
	d.tellings(40, "conversation.opened", "told")
	f := d.telling("message.received", "asked", ", when: { field: message.text, op: equals, value: Refund }")
	d.clock.tick(time.Millisecond)
	d.say("c1", "Refund")
	d.say("c1", "please")
	if n := len(d.runsOf(f)); n != 0 {
		t.Fatalf("%d runs have started at once", n)
	}
	d.FireDue(d.ctx())
	same(t, len(d.runsOf(f)), 1)
}

func TestWhatEndsMeanwhileStartsNothingLater(t *testing.T) {
	for name, end := range map[string]func(d *desk, f *inbox.Workflow, id inbox.ConversationID){
		"the conversation closes": func(d *desk, _ *inbox.Workflow, id inbox.ConversationID) { d.close(id) },
		"the contact is blocked": func(d *desk, _ *inbox.Workflow, id inbox.ConversationID) {
			d.block(d.conversation(id).ContactID)
		},
		"the workflow is stopped": func(d *desk, f *inbox.Workflow, _ inbox.ConversationID) {
			must(d.WorkflowStop(d.ctx(), d.owner, f.ID, false))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			list := d.tellings(20, "message.received", "told")
			last := list[len(list)-1]
			d.clock.tick(time.Millisecond)
			id := d.opened("c1")
			same(t, d.triggerEvents(), 1)
			end(d, last, id)
			d.FireDue(d.ctx())
			same(t, d.triggerEvents(), 0)
			same(t, len(d.runsOf(last)), 0)
		})
	}
}

func TestWhatWaitsBehindATriggerEventThatFailsIsNotAskedWithoutAPause(t *testing.T) {
	d := newDesk(t)
	f := d.telling("message.received", "told", "")
	id := d.opened("c1")
	contact := d.conversation(id).ContactID
	insert := func(state string) (row *store.TriggerEvent) {
		return must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (*store.TriggerEvent, error) {
			row := &store.TriggerEvent{ContactID: contact, ConversationID: &id, State: state}
			if err := tx.InsertTriggerEvent(row); err != nil {
				return nil, err
			}
			return row, tx.SetTimer(store.Timer{Kind: store.TimerTrigger, SubjectID: row.ID, Due: tx.Now()})
		}))
	}
	broken := insert(`{`)
	insert(string(must(json.Marshal(map[string]any{
		"trigger": "message.received", "depth": 1, "cause": inbox.BySystem(), "workflows": []inbox.WorkflowID{f.ID},
	}))))
	ctx, cancel := context.WithTimeout(d.ctx(), 10*time.Second)
	defer cancel()
	d.FireDue(ctx)
	if ctx.Err() != nil {
		t.Error("timers fire without an end")
	}
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.DeleteTriggerEvent(broken.ID) }))
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.ClearTimer(store.TimerTrigger, broken.ID)
	}))
	d.clock.move(time.Second)
	d.FireDue(d.ctx())
	same(t, len(d.runsOf(f)), 2)
}

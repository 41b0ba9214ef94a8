package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// undoneJob undoes a job and returns the job that did.
func (d *desk) undoneJob(by inbox.Caller, id inbox.JobID) *inbox.Job {
	d.Helper()
	return d.finish(must(d.JobUndo(d.ctx(), by, engine.JobUndoInput{ID: id})).ID)
}

func TestWhatAJobHasChangedIsBroughtBack(t *testing.T) {
	t.Parallel()
	later := inbox.At(newClock().Now().Add(time.Hour))
	for name, action := range map[string]engine.JobAction{
		"assign":                 {Assign: &engine.ConversationAssignInput{AgentID: new(inbox.AgentID(4))}},
		"unassign":               {Unassign: true},
		"route":                  {Route: &engine.RoutePatch{Team: engine.SetTo(inbox.TeamID(2)), Priority: new(inbox.PriorityHigh)}},
		"route to no team":       {Route: &engine.RoutePatch{Team: engine.Patch[inbox.TeamID]{Set: true}}},
		"snooze":                 {Snooze: &engine.ConversationSnoozeInput{Until: &later}},
		"wake":                   {Wake: true},
		"tags that a few had":    {Tags: &engine.TagsAction{AddTags: []string{"vip", "new"}, RemoveTags: []string{"old"}}},
		"tags that nobody wants": {Tags: &engine.TagsAction{RemoveTags: []string{"old"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDeskHere(t)
			ana := d.hire("Ana", capped(1), being(inbox.PresenceBusy)) // she is given what she has
			d.hire("Ben", being(inbox.PresenceBusy))
			d.hire("Cid", being(inbox.PresenceBusy)) // agt_4
			support := d.team("Support", limit(1), ana)
			d.team("Sales", limit(1))
			ids := d.many(5)
			d.give(ids[0], ana)
			for _, id := range ids[1:4] {
				d.route(id, support)
				d.assign(id) // they queue
				d.clock.move(time.Minute)
			}
			d.snooze(ids[3], 2*time.Hour)
			must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: d.conversation(ids[1]).ContactID, AddTags: []string{"old", "new"}}))
			type state struct {
				Scope             inbox.Scope
				Priority          inbox.Priority
				Snoozed, QueueKey *inbox.Time
				Tags              []string
			}
			look := func() (all []state) {
				for _, id := range ids {
					c := d.conversation(id)
					all = append(all, state{c.Scope(), c.Priority, c.SnoozedUntil, c.QueueKey, d.contact(c.ContactID).Tags})
				}
				return all
			}
			before := look()
			job := d.start(d.owner, action, ids...)
			d.finish(job)
			changed := look()
			undo := d.undoneJob(d.owner, job)
			if undo.FailedCount != 0 || *undo.UndoesID != job || undo.Total == 0 {
				t.Errorf("it was undone by %+v, failing with %v", undo, d.failures(undo.ID))
			}
			same(t, look(), before)
			redo := d.undoneJob(d.owner, undo.ID)
			if redo.FailedCount != 0 {
				t.Errorf("it was done again by %+v, failing with %v", redo, d.failures(redo.ID))
			}
			same(t, look(), changed)
		})
	}
}

func TestWhatHasChangedSinceAJobIsNotBroughtBack(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", capped(2)), d.hire("Ben")
	ids := d.many(4)
	for _, id := range ids[:3] {
		d.give(id, ana)
	}
	job := d.start(d.owner, engine.JobAction{Assign: &engine.ConversationAssignInput{AgentID: &ben}}, ids...)
	d.finish(job)
	d.close(ids[0])
	d.give(ids[1], d.owner.Actor.Agent())
	d.give(ids[3], ana)
	d.give(ids[3], ben)
	undo := d.undoneJob(d.owner, job)
	same(t, d.failures(undo.ID), map[inbox.ConversationID]inbox.Code{
		ids[0]: inbox.CodeConflict, ids[1]: inbox.CodeConflict, ids[3]: inbox.CodeConflict,
	})
	if d.assignee(ids[2]) != ana {
		t.Error("what nobody had changed was not brought back")
	}
}

func TestUndoingObeysCapacityAndTheRightsOfWhoUndoes(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", capped(1)), d.hire("Ben", seeing(inbox.VisibilityAssigned))
	mara := d.caller(d.hire("Mara", func(a *inbox.Agent) { a.Role = inbox.RoleManager }))
	ids := d.many(2)
	d.give(ids[0], ana)
	d.give(ids[1], ana)
	job := d.start(mara, engine.JobAction{Unassign: true}, ids...)
	d.finish(job)
	_, err := d.JobUndo(d.ctx(), d.caller(ben), engine.JobUndoInput{ID: job})
	refused(t, err, inbox.CodeNotFound, "id")
	undo := d.undoneJob(d.owner, job)
	same(t, d.failures(undo.ID), map[inbox.ConversationID]inbox.Code{ids[0]: inbox.CodeAtCapacity})
	if undo.Starter != d.owner.Actor {
		t.Errorf("%v started it", undo.Starter)
	}
}

func TestSomeJobsCannotBeUndone(t *testing.T) {
	d := newDesk(t)
	ids := d.many(2)
	undo := func(id inbox.JobID) error {
		_, err := d.JobUndo(d.ctx(), d.owner, engine.JobUndoInput{ID: id})
		return err
	}
	running := d.start(d.owner, closing(), ids[0])
	refused(t, undo(running), inbox.CodeConflict, "id")
	d.finish(running)
	refused(t, undo(running), inbox.CodeInvalid, "id")
	idle := d.start(d.owner, engine.JobAction{Wake: true}, ids[1])
	d.finish(idle)
	refused(t, undo(idle), inbox.CodeInvalid, "id")
	refused(t, undo(99), inbox.CodeNotFound, "id")
	if n := len(d.dump()["jobs"]); n != 2 {
		t.Errorf("%d jobs are stored, want 2", n)
	}
}

package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// types counts the events of each type in the log.
func (d *desk) types() map[inbox.EventType]int {
	d.Helper()
	found := make(map[inbox.EventType]int)
	for _, e := range must(store.View(d.ctx(), d.db, func(r *store.ReadTx) ([]inbox.EventRecord, error) { return r.Events(0, 1e6) })) {
		found[e.Type]++
	}
	return found
}

// revisions returns the newest event of each subject of these kinds with an id up to 20.
func (d *desk) revisions(kinds ...inbox.SubjectKind) map[inbox.Subject]inbox.Cursor {
	d.Helper()
	var ids []int64
	for id := range int64(20) {
		ids = append(ids, id+1)
	}
	found := make(map[inbox.Subject]inbox.Cursor)
	for _, kind := range kinds {
		for id, cursor := range must(store.View(d.ctx(), d.db, func(r *store.ReadTx) (map[int64]inbox.Cursor, error) { return r.Revisions(kind, ids) })) {
			found[inbox.Subject{Kind: kind, ID: id}] = cursor
		}
	}
	return found
}

func (d *desk) timeline(id inbox.ConversationID) []inbox.EventRecord {
	d.Helper()
	return must(store.View(d.ctx(), d.db, func(r *store.ReadTx) ([]inbox.EventRecord, error) {
		return r.EventsOf(inbox.Subject{Kind: inbox.SubjectConversation, ID: int64(id)}, 0, 0, 1e6, false)
	}))
}

func (d *desk) parse(c inbox.Cursor) error {
	_, err := store.View(d.ctx(), d.db, func(r *store.ReadTx) (int64, error) { return r.ParseCursor(c) })
	return err
}

// day is a working day: an agent comes, takes a conversation by the team's policy and closes it, a contact changes, and
// the agent goes.
func (d *desk) day(agent inbox.AgentID, team inbox.TeamID, contact string) inbox.ConversationID {
	d.Helper()
	d.presence(agent, inbox.PresenceOnline)
	id := d.queuedIn(team, contact)
	v := must(store.View(d.ctx(), d.db, func(r *store.ReadTx) (*inbox.Conversation, error) { return r.Conversation(id) }))
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: v.ContactID, AddTags: []string{contact, d.clock.Now().String()[:10]}}))
	d.close(id)
	d.presence(agent, inbox.PresenceOffline)
	d.clock.move(24 * time.Hour)
	return id
}

func TestOldEventsAreForgottenAndTimelinesStayWhole(t *testing.T) {
	d := newDesk(t) // verifies itself at its end
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), ana)
	first := d.day(ana, team, "carla")
	old := must(store.View(d.ctx(), d.db, func(r *store.ReadTx) (inbox.Cursor, error) { return r.Head() }))
	for range 5 {
		d.day(ana, team, "carla")
	}
	d.day(ana, team, "otto")
	kinds := []inbox.SubjectKind{inbox.SubjectAgent, inbox.SubjectTeam, inbox.SubjectContact, inbox.SubjectConversation}
	before, revisions, timeline := d.types(), d.revisions(kinds...), d.timeline(first)
	head := d.db.HeadNumber()

	if removed := must(d.Forget(d.ctx(), 30*24*time.Hour)); removed > 0 || d.parse(old) != nil {
		t.Errorf("%d events of the last month were removed, and a cursor in it is read with %v", removed, d.parse(old))
	}
	removed := must(d.Forget(d.ctx(), 36*time.Hour)) // all but the last day
	after := d.types()
	gone := 0
	for kind, n := range before {
		gone += n - after[kind]
		if kind != inbox.EventPresenceChanged && kind != inbox.EventContactChanged && after[kind] != n {
			t.Errorf("of %d events %s are left %d", n, kind, after[kind])
		}
	}
	// Of six days, one change of presence is left, and one of the contact.
	if after[inbox.EventPresenceChanged] != 1+2 || after[inbox.EventContactChanged] != 1+2 || int64(gone) != removed {
		t.Errorf("left %v of %v, said to have removed %d", after, before, removed)
	}
	same(t, d.revisions(kinds...), revisions)
	same(t, d.timeline(first), timeline)
	if d.db.HeadNumber() != head {
		t.Errorf("the head moved from %d to %d", head, d.db.HeadNumber())
	}
	if err := d.parse(old); !errors.Is(err, store.ErrCursorExpired) {
		t.Errorf("a cursor from before is read with %v", err)
	}
	if err := d.parse(d.db.CursorAt(d.db.Floor())); err != nil {
		t.Errorf("the oldest one is read with %v", err)
	}
	d.verify()
	if removed := must(d.Forget(d.ctx(), 36*time.Hour)); removed > 0 {
		t.Errorf("again %d were removed", removed)
	}
	d.day(ana, team, "carla")
	must(d.Forget(d.ctx(), time.Hour))
}

func TestForgettingGoesOnWhereItWasInterrupted(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	for range 300 { // more than one transaction looks at
		d.presence(ana, inbox.PresenceOffline)
		d.presence(ana, inbox.PresenceOnline)
	}
	d.clock.move(2 * time.Hour)
	must(store.UpdateLater(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		if err := tx.RaiseFloor(d.db.HeadNumber()); err != nil {
			return struct{}{}, err
		}
		_, done, err := tx.SweepLog(100)
		if done {
			t.Error("one chunk was enough")
		}
		return struct{}{}, err
	}))
	must(d.Forget(d.ctx(), time.Hour))
	if n := d.types()[inbox.EventPresenceChanged]; n != 1 {
		t.Errorf("%d changes of presence are left", n)
	}
}

func TestRetainForgetsAtOnceAndEndsWithItsContext(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.presence(ana, inbox.PresenceOffline)
	d.clock.move(2 * time.Hour)
	ctx, stop := context.WithCancel(d.ctx())
	ended := make(chan error, 1)
	go func() { ended <- d.Retain(ctx, time.Hour) }()
	for late := time.Now().Add(2 * time.Minute); d.types()[inbox.EventPresenceChanged] > 1; {
		if time.Now().After(late) {
			t.Fatal("nothing was forgotten")
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

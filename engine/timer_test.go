package engine_test

import (
	"context"
	"testing"
	"time"

	"foyer/engine"
	"foyer/engine/verify"
	"foyer/inbox"
	"foyer/store"
)

func TestRunFiresWhatIsDueAsTheClockMoves(t *testing.T) {
	d := newDesk(t)
	id, other := d.opened("c1"), d.opened("c2")
	ctx, stop := context.WithCancel(d.ctx())
	ended := make(chan error, 1)
	go func() { ended <- d.Engine.Run(ctx) }()
	d.snooze(id, time.Hour)
	d.clock.move(2 * time.Hour)
	d.snooze(other, time.Hour) // a new timer wakes the loop
	for d.conversation(id).SnoozedUntil != nil {
		more := d.db.Committed()
		if d.conversation(id).SnoozedUntil == nil {
			break
		}
		<-more
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if d.conversation(other).SnoozedUntil == nil {
		t.Error("the other one woke early")
	}
}

func TestFireDueSaysHowLongToWait(t *testing.T) {
	d := newDesk(t)
	if got := d.FireDue(d.ctx()); got != 30*time.Second {
		t.Errorf("with nothing to wait for it waits %s", got)
	}
	d.snooze(d.opened("c1"), 20*time.Second)
	d.snooze(d.opened("c2"), time.Hour)
	if got := d.FireDue(d.ctx()); got != 20*time.Second {
		t.Errorf("got %s, want the time to the first", got)
	}
	d.clock.move(time.Minute)
	if got := d.FireDue(d.ctx()); got != 30*time.Second {
		t.Errorf("got %s, want no more than a sweep", got)
	}
}

func TestATimerThatFailsDoesNotHoldUpTheOthers(t *testing.T) {
	d := newDesk(t)
	id := d.opened("c1")
	d.snooze(id, time.Minute)
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) { // for a run that does not exist
		return struct{}{}, tx.SetTimer(store.Timer{Kind: store.TimerRun, SubjectID: 99, Due: 1})
	}))
	d.clock.move(time.Hour)
	if got := d.FireDue(d.ctx()); got != time.Second {
		t.Errorf("it tries again in %s", got)
	}
	if d.conversation(id).SnoozedUntil != nil {
		t.Error("the other timer was held up")
	}
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.ClearTimer(store.TimerRun, 99)
	}))
}

func TestATimerFiresOnceWhoeverFiresIt(t *testing.T) {
	d := newDesk(t)
	d.snooze(d.opened("c1"), time.Minute)
	d.clock.move(time.Hour)
	types := d.during(func() { atOnce(10, func(int) { d.FireDue(d.ctx()) }) })
	same(t, types, []string{"CONVERSATION_WOKEN by SYSTEM"})
}

func TestVerifyReportsWhatTheTablesDoNotOweToTheLog(t *testing.T) {
	t.Parallel()
	d := openDesk(t, t.TempDir()+"/foyer.db", newClock())
	ana := d.hire("Ana")
	d.owner, d.key = d.caller(ana), inbox.Caller{Actor: inbox.ByAgent(ana), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
	d.owner.Role = inbox.RoleOwner
	d.channel = d.newChannel("Website", 0)
	for range 400 { // more than one chunk of the log
		d.close(d.opened("c1"))
	}
	add := func(n int) {
		must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, tx.AddOpen(ana, n) }))
	}
	add(3)
	report := must(verify.Run(d.ctx(), d.db))
	same(t, report.Findings, []string{"agt_1 has 3 open conversations in the tables, 0 by the log."})
	if want := int(d.db.HeadNumber()); report.Events != want || want < 1000 {
		t.Errorf("it read %d events of %d", report.Events, want)
	}
	add(-3)
	ctx, cancel := context.WithCancel(d.ctx())
	cancel()
	if _, err := verify.Run(ctx, d.db); err == nil {
		t.Error("it claims to have read what it could not")
	}
}

func TestTheZeroOptionsAreTheSystemsClockAndNoLog(t *testing.T) {
	t.Parallel()
	d := openDesk(t, t.TempDir()+"/foyer.db", newClock())
	e := engine.New(d.db, engine.Options{})
	before := inbox.At(time.Now())
	caller := inbox.Caller{Actor: inbox.BySystem(), Role: inbox.RoleOwner, Visibility: inbox.VisibilityAll}
	if at := must(e.ChannelCreate(d.ctx(), caller, engine.ChannelCreateInput{Name: "Website", Kind: inbox.ChannelAPI})).CreatedAt; at < before {
		t.Errorf("created at %s, want now, %s", at, before)
	}
}

package engine_test

import (
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// grace is how long an agent without a connection stays what they are, and a little more.
const grace = 46 * time.Second

// connect opens a connection of an agent, who has a session from then on, and returns what closes it. Both are stored at once.
func (d *desk) connect(id inbox.AgentID) (disconnect func()) {
	d.Helper()
	hash, now := sha256.Sum256(fmt.Append(nil, "the session of ", id)), inbox.At(d.clock.Now())
	must(store.Update(d.ctx(), d.db, func(tx *store.Tx) (struct{}, error) {
		if s, err := tx.Session(hash[:]); s != nil || err != nil {
			return struct{}{}, err
		}
		return struct{}{}, tx.InsertSession(hash[:], &inbox.Session{AgentID: id, CreatedAt: now, ExpiresAt: now.Add(1000 * time.Hour)})
	}))
	closed := d.Connect(d.ctx(), id)
	d.sync()
	return func() {
		d.Helper()
		closed()
		d.sync()
	}
}

// sync stores who is connected.
func (d *desk) sync() {
	d.Helper()
	if !d.SyncConnections(d.ctx()) {
		d.Error("the connections could not be stored")
	}
}

// is checks an agent's presence.
func (d *desk) is(id inbox.AgentID, want inbox.Presence) {
	d.Helper()
	if got := d.agent(id).Presence; got != want {
		d.Errorf("%s is %s, want %s", id, got, want)
	}
}

// chooses lets an agent choose their presence, until after a while unless that is zero.
func (d *desk) chooses(id inbox.AgentID, p inbox.Presence, length time.Duration) {
	d.Helper()
	in := engine.PresenceSetInput{Presence: p}
	if length != 0 {
		in.Until = new(inbox.At(d.clock.Now().Add(length)))
	}
	must(d.PresenceSet(d.ctx(), d.caller(id), in))
}

// restart stops the server as a crash does, and starts it after a while.
func (d *desk) restart(down time.Duration) {
	d.Helper()
	d.shut()
	d.clock.move(down)
	d.open()
	if err := d.BeginConnections(d.ctx()); err != nil {
		d.Fatal(err)
	}
}

func TestAnAgentWhoseLastConnectionIsGoneIsOfflineAfterTheGrace(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	disconnect := d.connect(ana)
	d.later(time.Hour)
	d.is(ana, inbox.PresenceOnline)
	disconnect()
	d.later(44 * time.Second)
	d.is(ana, inbox.PresenceOnline)
	same(t, d.during(func() { d.later(time.Second) }), []string{"PRESENCE_CHANGED by SYSTEM"})
	d.is(ana, inbox.PresenceOffline)
}

func TestTheNextConnectionBringsBackTheFormerPresence(t *testing.T) {
	for _, former := range []inbox.Presence{inbox.PresenceOnline, inbox.PresenceBusy} {
		t.Run(string(former), func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana", being(former))
			d.connect(ana)()
			d.later(grace)
			d.later(12 * time.Hour)
			d.is(ana, inbox.PresenceOffline)
			same(t, d.during(func() { d.connect(ana) }), []string{"PRESENCE_CHANGED by SYSTEM"})
			d.is(ana, former)
		})
	}
}

func TestAfterTwelveHoursAConnectionBringsBackNothing(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.connect(ana)()
	d.later(grace)
	d.later(12*time.Hour + time.Second)
	var disconnect func()
	same(t, d.during(func() { disconnect = d.connect(ana) }), []string(nil))
	disconnect()
	d.later(grace)
	d.connect(ana)
	d.is(ana, inbox.PresenceOffline)
}

func TestAReloadWithinTheGraceIsNothing(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	disconnect := d.connect(ana)
	same(t, d.during(func() {
		for range 5 {
			disconnect()
			d.later(30 * time.Second)
			disconnect = d.connect(ana)
		}
		d.later(time.Hour)
	}), []string(nil))
	d.is(ana, inbox.PresenceOnline)
}

func TestTabsAndDevicesCountTogether(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	tab, other, phone := d.connect(ana), d.connect(ana), d.connect(ana)
	d.connect(ben)()
	tab()
	phone()
	d.later(time.Hour)
	d.is(ana, inbox.PresenceOnline)
	d.is(ben, inbox.PresenceOffline)
	other()
	d.later(grace)
	d.is(ana, inbox.PresenceOffline)
}

func TestAConnectionThatComesAndGoesBeforeItIsStoredLeavesNothing(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.unchanged(func() {
		d.Connect(d.ctx(), ana)()
		d.sync()
	})
	disconnect := d.connect(ana)
	d.unchanged(func() {
		d.Connect(d.ctx(), ana)()
		d.sync()
	})
	d.unchanged(func() {
		again := d.Connect(d.ctx(), ana)
		disconnect() // after the other has opened: a reload that overlaps
		d.Connect(d.ctx(), ana)
		again()
		d.sync()
	})
}

func TestWhoComesBackIsGivenWhatWaits(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.connect(ana)()
	d.later(grace)
	id := d.queuedIn(team, "c1")
	if got := d.assignee(id); got != 0 {
		t.Errorf("%s got it while they were away", got)
	}
	d.connect(ana)
	if got := d.assignee(id); got != ana {
		t.Errorf("it was given to %s", got)
	}
}

func TestAnAgentWhoGoesOfflineWhileBeingAssignedIsAssignedBeforeOrNotAtAll(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	const rounds = 20
	for i := range rounds {
		disconnect := d.connect(ana)
		d.is(ana, inbox.PresenceOnline)
		disconnect()
		d.clock.move(grace)
		var id inbox.ConversationID
		atOnce(2, func(n int) {
			if n == 0 {
				d.FireDue(d.ctx())
			} else {
				id = d.queuedIn(team, fmt.Sprint("c", i))
			}
		})
		d.is(ana, inbox.PresenceOffline)
		if d.assignee(id) == 0 && d.conversation(id).QueuedAt == nil {
			t.Errorf("%s is neither assigned nor queued", id)
		}
	}
	// That nobody was assigned while they were OFFLINE is among what the end of each test verifies.
}

func TestAChosenOfflineSurvivesReconnecting(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	disconnect := d.connect(ana)
	d.chooses(ana, inbox.PresenceOffline, 0)
	disconnect()
	d.later(grace)
	disconnect = d.connect(ana)
	d.is(ana, inbox.PresenceOffline)

	d.chooses(ana, inbox.PresenceOnline, 0)
	disconnect()
	d.later(grace)
	d.chooses(ana, inbox.PresenceOffline, 0) // while it is what they are already, by themselves
	d.connect(ana)
	d.is(ana, inbox.PresenceOffline)
}

func TestAPresenceSetWithoutAConnectionStaysUntilOneHasComeAndGone(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	d.chooses(ana, inbox.PresenceOnline, 0)
	d.later(100 * time.Hour)
	d.is(ana, inbox.PresenceOnline)
	disconnect := d.connect(ana)
	d.is(ana, inbox.PresenceOnline)
	disconnect()
	d.later(grace)
	d.is(ana, inbox.PresenceOffline)
	d.chooses(ana, inbox.PresenceBusy, 0)
	d.later(100 * time.Hour)
	d.is(ana, inbox.PresenceBusy)
}

func TestAPresenceSetWithinTheGraceEndsWithIt(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.connect(ana)()
	d.later(30 * time.Second)
	d.chooses(ana, inbox.PresenceBusy, 0)
	d.later(grace)
	d.is(ana, inbox.PresenceOffline)
	d.connect(ana)
	d.is(ana, inbox.PresenceBusy)
}

func TestWithoutAGraceAnAgentIsOfflineAtOnce(t *testing.T) {
	d := newDesk(t)
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{PresenceGrace: new(inbox.Duration(0))}))
	ana := d.hire("Ana")
	d.connect(ana)()
	d.FireDue(d.ctx())
	d.is(ana, inbox.PresenceOffline)
	d.connect(ana)
	d.is(ana, inbox.PresenceOnline)
}

func TestTheGraceIsTheWorkspaces(t *testing.T) {
	d := newDesk(t)
	for _, bad := range []inbox.Duration{-1, 601} {
		_, err := d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{PresenceGrace: &bad})
		refused(t, err, inbox.CodeInvalid, "presenceGrace")
	}
	must(d.WorkspaceUpdate(d.ctx(), d.owner, engine.WorkspacePatch{PresenceGrace: new(inbox.Duration(600))}))
	ana := d.hire("Ana")
	d.connect(ana)()
	d.later(599 * time.Second)
	d.is(ana, inbox.PresenceOnline)
	d.later(time.Second)
	d.is(ana, inbox.PresenceOffline)
}

func TestAfterAStartOfTheServerEverybodyHasAFreshGrace(t *testing.T) {
	d := newDesk(t)
	connected, leaving, gone, without := d.hire("Connected"), d.hire("Leaving"), d.hire("Gone"), d.hire("Without")
	d.connect(gone)()
	d.later(grace)
	d.connect(connected)
	d.connect(leaving)()
	d.restart(3 * time.Hour)
	d.later(44 * time.Second)
	d.is(connected, inbox.PresenceOnline)
	d.is(leaving, inbox.PresenceOnline)
	d.connect(leaving)
	d.later(2 * time.Second)
	d.is(connected, inbox.PresenceOffline)
	d.is(leaving, inbox.PresenceOnline)
	d.is(without, inbox.PresenceOnline) // no connection of theirs has come and gone
	d.connect(connected)
	d.is(connected, inbox.PresenceOnline)
	d.connect(gone)
	d.is(gone, inbox.PresenceOnline)
}

func TestTheServerKilledWithinTheGraceChangesNobodysPresence(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.connect(ana)()
	d.later(30 * time.Second)
	same(t, d.during(func() {
		d.restart(30 * time.Second)
		d.FireDue(d.ctx())
		d.connect(ana)
		d.later(time.Hour)
	}), []string(nil))
}

func TestAConnectionThatCannotBeStoredIsStoredLaterAndHoldsUpNobody(t *testing.T) {
	d := newDesk(t)
	next := d.hire("Ana") + 1
	disconnect := d.Connect(d.ctx(), next) // of somebody who is not there yet
	var others []func()
	for i := range 300 {
		others = append(others, d.Connect(d.ctx(), d.hire(fmt.Sprint("Agent", i), func(a *inbox.Agent) { a.ID = next + 1 + inbox.AgentID(i) })))
	}
	connected := func() int {
		return len(view(d, func(r *store.ReadTx) ([]*store.Connection, error) { return r.ConnectionList() }))
	}
	for range 2 {
		if d.SyncConnections(d.ctx()) || connected() != len(others) {
			t.Errorf("%d are connected", connected())
		}
	}
	d.hire("Eva", func(a *inbox.Agent) { a.ID = next })
	d.sync()
	if connected() != len(others)+1 {
		t.Errorf("%d are connected", connected())
	}
	atOnce(len(others), func(i int) { others[i]() })
	disconnect()
	d.sync()
	if connected() != 0 {
		t.Errorf("%d are still connected", connected())
	}
}

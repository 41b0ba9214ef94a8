package engine_test

import (
	"fmt"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// nobody is the assignee of a conversation that has none.
const nobody = inbox.AgentID(0)

// preferring is a policy that prefers the contact's owner.
func preferring() engine.PolicyPatch { return engine.PolicyPatch{Sticky: new(inbox.StickyPrefer)} }

func (d *desk) leave(team inbox.TeamID, agent inbox.AgentID) {
	d.Helper()
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, RemoveMemberIDs: []inbox.AgentID{agent}}))
}

func (d *desk) disable(agent inbox.AgentID) {
	d.Helper()
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: agent, Disabled: new(true)}))
}

func TestTheOwnerIsPreferredIfTheyCanTakeIt(t *testing.T) {
	for name, test := range map[string]struct {
		policy  engine.PolicyPatch
		prepare func(d *desk, team inbox.TeamID, owner inbox.AgentID)
		owner   bool // who gets it is the owner; else it is Ben, whose turn it is
		reason  string
	}{
		"she is there":   {preferring(), func(*desk, inbox.TeamID, inbox.AgentID) {}, true, "Ana, the contact's owner."},
		"she is offline": {preferring(), func(d *desk, _ inbox.TeamID, owner inbox.AgentID) { d.presence(owner, inbox.PresenceOffline) }, false, "Ben, the only agent available; 1 other was offline."},
		"she is busy":    {preferring(), func(d *desk, _ inbox.TeamID, owner inbox.AgentID) { d.presence(owner, inbox.PresenceBusy) }, false, "Ben, the only agent available; 1 other was busy."},
		"she has no room": {preferring(), func(d *desk, _ inbox.TeamID, owner inbox.AgentID) {
			d.give(d.opened("other"), owner)
			d.setLimit(owner, 1)
		}, false, "Ben, the only agent available; 1 other was at capacity."},
		"she left the team":       {preferring(), func(d *desk, team inbox.TeamID, owner inbox.AgentID) { d.leave(team, owner) }, false, "Ben, the only agent available."},
		"the team does not ask":   {engine.PolicyPatch{}, func(*desk, inbox.TeamID, inbox.AgentID) {}, false, "Ben, assigned longest ago of 2 available."},
		"she would be waited for": {requiring(10 * time.Minute), func(*desk, inbox.TeamID, inbox.AgentID) {}, true, "Ana, the contact's owner."},
		"she does not count without a skill": {requiring(10 * time.Minute), func(d *desk, team inbox.TeamID, owner inbox.AgentID) {
			d.presence(owner, inbox.PresenceOffline)
			d.policy(team, engine.PolicyPatch{RequireSkills: []string{"billing"}})
		}, false, "Ben, the only agent available; 1 other lacked a skill."},
		"she does not count in another team": {requiring(10 * time.Minute), func(d *desk, team inbox.TeamID, owner inbox.AgentID) {
			d.presence(owner, inbox.PresenceOffline)
			d.leave(team, owner)
		},
			false, "Ben, the only agent available."},
		"she does not count once disabled": {requiring(10 * time.Minute), func(d *desk, _ inbox.TeamID, owner inbox.AgentID) { d.disable(owner) }, false, "Ben, the only agent available; 1 other was disabled."},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ben, ana := d.hire("Ben", skilled("Billing")), d.hire("Ana")
			team := d.team("Support", test.policy, ana, ben)
			d.knownTo(ana, "c1")
			test.prepare(d, team, ana)
			id := d.queuedIn(team, "c1")
			want := ben
			if test.owner {
				want = ana
			}
			same(t, d.assignee(id), want)
			same(t, d.decision(id).Reason, test.reason)
		})
	}
}

// skilled gives an agent skills.
func skilled(skills ...string) func(*inbox.Agent) {
	return func(a *inbox.Agent) { a.Skills = skills }
}

func (d *desk) setLimit(agent inbox.AgentID, n int32) {
	d.Helper()
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: agent, MaxOpen: engine.SetTo(n)}))
}

func TestAConversationWaitsForTheOwnerUntilTheyComeOrTheWaitIsOver(t *testing.T) {
	type scene struct {
		*desk
		id       inbox.ConversationID
		support  inbox.TeamID
		ana, ben inbox.AgentID
	}
	for name, test := range map[string]struct {
		away   func(s scene) // why Ana, who owns the contact, cannot take it at first
		happen func(s scene) // five minutes later
		owner  bool          // Ana gets it then, else Ben
		reason string
	}{
		"she comes online": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.presence(s.ana, inbox.PresenceOnline) },
			true, "Ana, the contact's owner. It had waited 5 minutes at place 1 until Ana came online."},
		"she is not busy any more": {func(s scene) { s.presence(s.ana, inbox.PresenceBusy) }, func(s scene) { s.presence(s.ana, inbox.PresenceOnline) },
			true, "Ana, the contact's owner. It had waited 5 minutes at place 1 until Ana came online."},
		"she has room": {func(s scene) { s.give(s.opened("other"), s.ana); s.setLimit(s.ana, 1) }, func(s scene) { s.close(s.first(s.ana)) },
			true, "Ana, the contact's owner. It had waited 5 minutes at place 1 until Ana had room."},
		"she may have more": {func(s scene) { s.give(s.opened("other"), s.ana); s.setLimit(s.ana, 1) }, func(s scene) { s.setLimit(s.ana, 2) },
			true, "Ana, the contact's owner. It had waited 5 minutes at place 1 until somebody could take it."},
		"she leaves the team": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.leave(s.support, s.ana) },
			false, "Ben, the only agent available. It had waited 5 minutes at place 1 until somebody could take it."},
		"she is disabled": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.disable(s.ana) },
			false, "Ben, the only agent available; 1 other was disabled. It had waited 5 minutes at place 1 until somebody could take it."},
		"she loses the skill": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) {
			must(s.AgentUpdate(s.ctx(), s.owner, engine.AgentPatch{ID: s.ana, Skills: []string{}}))
		}, false, "Ben, the only agent available; 1 other lacked a skill. It had waited 5 minutes at place 1 until somebody could take it."},
		"the team needs another skill": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) {
			s.policy(s.support, engine.PolicyPatch{RequireSkills: []string{"refunds"}})
		}, false, "Ben, the only agent available; 1 other lacked a skill. It had waited 5 minutes at place 1 until somebody could take it."},
		"the team only prefers her": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.policy(s.support, preferring()) },
			false, "Ben, the only agent available; 1 other was offline. It had waited 5 minutes at place 1 until somebody could take it."},
		"the team waits less long": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.policy(s.support, requiring(5*time.Minute)) },
			false, "Ben, the only agent available; 1 other was offline. It had waited 5 minutes at place 1 until somebody could take it."},
		"the wait is over": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.later(5 * time.Minute) },
			false, "Ben, the only agent available; 1 other was offline. It had waited 10 minutes at place 1 until the wait for the contact's owner was over."},
		"it sleeps over the end of the wait": {func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, func(s scene) { s.snooze(s.id, time.Hour); s.later(time.Hour) },
			false, "Ben, the only agent available; 1 other was offline. It had waited 65 minutes at place 1 until it woke."},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ben, ana := d.hire("Ben", skilled("Billing", "Refunds")), d.hire("Ana", skilled("billing"))
			policy := requiring(10 * time.Minute)
			policy.RequireSkills = []string{"Billing"}
			support := d.team("Support", policy, ana, ben)
			d.knownTo(ana, "c1")
			s := scene{d, 0, support, ana, ben}
			test.away(s)
			s.id = d.queuedIn(support, "c1")
			same(t, d.decision(s.id).Reason, "It waits for Ana, the contact's owner, for up to 10 minutes.")
			d.later(5 * time.Minute)
			same(t, d.assignee(s.id), nobody)
			d.verify()
			test.happen(s)
			want := ben
			if test.owner {
				want = ana
			}
			same(t, d.assignee(s.id), want)
			same(t, d.decision(s.id).Reason, test.reason)
			d.later(time.Hour)
			same(t, d.assignee(s.id), want)
		})
	}
}

func TestAReturningContactIsNotStrandedWhenTheOwnerDoesNotCome(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Ben", being(inbox.PresenceOffline))
	team := d.team("Support", requiring(10*time.Minute), ana, ben)
	d.knownTo(ana, "c1")
	d.knownTo(ana, "c2")
	first, second := d.queuedIn(team, "c1"), d.queuedIn(team, "c2")
	d.presence(ben, inbox.PresenceOnline)
	same(t, d.assignee(first), nobody) // there is time left for Ana
	d.presence(ben, inbox.PresenceOffline)
	d.later(time.Hour)
	for _, id := range []inbox.ConversationID{first, second} {
		if c := d.conversation(id); c.QueuedAt == nil || c.QueueOwner != nil {
			t.Errorf("it is %+v, want it to wait for anybody", c)
		}
	}
	d.presence(ben, inbox.PresenceOnline)
	same(t, d.assignee(first), ben)
	same(t, d.assignee(second), ben)
}

func TestConversationsThatWaitForTheirOwnerHoldUpNobody(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Ben", capped(1))
	team := d.team("Support", requiring(10*time.Minute), ana, ben)
	for i := range 150 {
		d.knownTo(ana, fmt.Sprint("hers", i))
	}
	names := make(map[inbox.ConversationID]string)
	for i := range 150 {
		names[d.queuedIn(team, fmt.Sprint("hers", i))] = fmt.Sprint(i)
	}
	first, second := d.queuedIn(team, "c1"), d.queuedIn(team, "c2")
	same(t, d.assignee(first), ben)
	same(t, d.assignee(second), nobody)
	d.close(first)
	same(t, d.assignee(second), ben)
	d.setLimit(ana, 1)
	d.presence(ana, inbox.PresenceOnline)
	for i, name := range d.order(ana, names) {
		if name != fmt.Sprint(i) {
			t.Fatalf("%s came at place %d", name, i)
		}
	}
}

func TestManyWaitsForOwnersThatEndAtOnceLeaveTheQueueInOrder(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Ben")
	team := d.team("Support", requiring(10*time.Minute), ana, ben)
	for i := range 150 {
		d.knownTo(ana, fmt.Sprint("hers", i))
	}
	for i := range 150 {
		d.queuedIn(team, fmt.Sprint("hers", i))
	}
	d.leave(team, ana)
	d.FireDue(d.ctx())
	same(t, d.agent(ben).OpenConversations, int32(150))
}

func TestTheWaitForTheOwnerGoesOnWhileTheTeamIsClosed(t *testing.T) {
	for name, test := range map[string]struct {
		length time.Duration
		comes  bool // Ana does before the team opens
		owner  bool // gets it at opening
	}{
		"she comes in the morning":             {7 * 24 * time.Hour, true, true},
		"she comes though the wait is over":    {10 * time.Minute, true, true},
		"she does not come, the wait is over":  {10 * time.Minute, false, false},
		"she does not come, and may yet do so": {7 * 24 * time.Hour, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t) // on Monday, 2026-03-02, at nine
			ana, ben := d.hire("Ana"), d.hire("Ben")
			team := d.team("Support", requiring(test.length), ana, ben)
			d.hours(team, office())
			d.knownTo(ana, "c1")
			d.presence(ana, inbox.PresenceOffline)
			d.clock.move(9 * time.Hour)
			id := d.queuedIn(team, "c1")
			same(t, d.assignee(id), nobody)
			if test.comes {
				d.presence(ana, inbox.PresenceOnline)
			}
			d.later(time.Hour)
			same(t, d.assignee(id), nobody)
			d.later(7*24*time.Hour - 10*time.Hour)
			want := nobody
			switch {
			case test.owner:
				want = ana
			case test.length == 10*time.Minute:
				want = ben
			}
			same(t, d.assignee(id), want)
			if want == nobody {
				d.later(10 * time.Hour)
				d.later(7*24*time.Hour - 10*time.Hour)
				same(t, d.assignee(id), ben)
			}
		})
	}
}

func TestATeamThatNeverOpensKeepsWhatItHas(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.hours(team, &inbox.Hours{TimeZone: "UTC"})
	id := d.queuedIn(team, "c1")
	d.later(24 * time.Hour)
	same(t, d.assignee(id), nobody)
	d.verify()
	d.hours(team, nil)
	same(t, d.assignee(id), ana)
}

func TestAContactKeepsTheirOwnerAfterACloseUnlessThePolicySaysOtherwise(t *testing.T) {
	for name, keep := range map[string]bool{"kept": true, "not kept": false} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana")
			team := d.team("Support", engine.PolicyPatch{KeepOwner: &keep}, ana)
			id := d.queuedIn(team, "c1")
			contact := d.conversation(id).ContactID
			if owner := d.contact(contact).OwnerID; owner == nil || *owner != ana {
				t.Errorf("the owner is %v, want Ana", owner)
			}
			d.close(id)
			if owner := d.contact(contact).OwnerID; (owner != nil) != keep {
				t.Errorf("the owner is %v after the close", owner)
			}
		})
	}
}

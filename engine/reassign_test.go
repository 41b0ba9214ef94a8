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

// unanswered takes conversations from agents who have not answered for this long.
func unanswered(length inbox.Duration) engine.PolicyPatch {
	return engine.PolicyPatch{ReassignWhenNoReply: engine.SetTo(length)}
}

// away takes conversations from agents who have been offline for half an hour.
func away() engine.PolicyPatch {
	return engine.PolicyPatch{ReassignWhenOffline: engine.SetTo(30 * minute)}
}

// until moves the clock to a time and fires what is due by then.
func (d *desk) until(at time.Time) {
	d.Helper()
	d.later(at.Sub(d.clock.Now()))
}

// handovers returns the reasons of the decisions by which a conversation went from its agent to another or stayed, oldest first.
func (d *desk) handovers(id inbox.ConversationID) []string {
	d.Helper()
	made := view(d, func(r *store.ReadTx) ([]*inbox.AssignmentDecision, error) { return r.DecisionsOf(id, 100) })
	var reasons []string
	for _, m := range slices.Backward(made) {
		if *m.Trigger == inbox.TriggerReassign {
			reasons = append(reasons, m.Reason)
		}
	}
	return reasons
}

// pending returns how many timers for conversations are set.
func (d *desk) pending() int {
	d.Helper()
	return len(slices.DeleteFunc(view(d, func(r *store.ReadTx) ([]store.Timer, error) { return r.Timers(10_000) }),
		func(t store.Timer) bool { return t.Kind != store.TimerAttend }))
}

func TestAConversationGoesToAnotherAgentWhenItsOwnIsSilentOrAway(t *testing.T) {
	type scene struct {
		*desk
		id      inbox.ConversationID
		ana     inbox.AgentID
		support inbox.TeamID
	}
	for name, test := range map[string]struct {
		policy engine.PolicyPatch
		happen func(s scene) // happens while Ana has it
		after  time.Duration // how far the clock moves until the conversation moves; zero: it never does
	}{
		"nothing happens":        {unanswered(10 * minute), func(scene) {}, 10 * time.Minute},
		"the contact insists":    {unanswered(10 * minute), func(s scene) { s.later(5 * time.Minute); s.say("c1", "Hello?") }, 10 * time.Minute},
		"she answers in time":    {unanswered(10 * minute), func(s scene) { s.later(9 * time.Minute); s.send(s.caller(s.ana), s.id, "Hi") }, 0},
		"an integration answers": {unanswered(10 * minute), func(s scene) { s.send(s.key, s.id, "Hi") }, 0},
		"another agent answers":  {unanswered(10 * minute), func(s scene) { s.send(s.owner, s.id, "Hi") }, 0},
		"the contact asks again": {unanswered(10 * minute), func(s scene) {
			s.later(time.Minute)
			s.send(s.caller(s.ana), s.id, "Hi")
			s.later(time.Minute)
			s.say("c1", "And?")
		}, 12 * time.Minute},
		"it is given to her anew": {unanswered(10 * minute), func(s scene) {
			must(s.ConversationUnassign(s.ctx(), s.owner, s.id))
			s.later(5 * time.Minute)
			s.give(s.id, s.ana)
		}, 15 * time.Minute},
		"she is offline":          {unanswered(10 * minute), func(s scene) { s.presence(s.ana, inbox.PresenceOffline) }, 10 * time.Minute},
		"it is closed":            {unanswered(10 * minute), func(s scene) { s.close(s.id) }, 0},
		"it is unassigned":        {unanswered(10 * minute), func(s scene) { must(s.ConversationUnassign(s.ctx(), s.owner, s.id)) }, 0},
		"it goes to another team": {unanswered(10 * minute), func(s scene) { s.route(s.id, s.team("Sales", engine.PolicyPatch{})) }, 0},
		"it is snoozed":           {unanswered(10 * minute), func(s scene) { s.snooze(s.id, 48*time.Hour); s.later(48 * time.Hour) }, 48*time.Hour + 10*time.Minute},
		"the contact wakes it":    {unanswered(10 * minute), func(s scene) { s.snooze(s.id, 48*time.Hour); s.later(time.Hour); s.say("c1", "Hello?") }, 70 * time.Minute},
		"the policy goes": {unanswered(10 * minute), func(s scene) {
			s.policy(s.support, engine.PolicyPatch{ReassignWhenNoReply: engine.Patch[inbox.Duration]{Set: true}})
		}, 0},
		"the policy becomes short": {unanswered(10 * minute), func(s scene) { s.policy(s.support, unanswered(5*minute)) }, 5 * time.Minute},
		"the policy becomes long":  {unanswered(10 * minute), func(s scene) { s.policy(s.support, unanswered(20*minute)) }, 20 * time.Minute},
		"the policy comes late":    {engine.PolicyPatch{}, func(s scene) { s.later(24 * time.Hour); s.policy(s.support, unanswered(5*minute)); s.FireDue(s.ctx()) }, 24 * time.Hour},
		"she leaves the team": {unanswered(10 * minute), func(s scene) {
			must(s.TeamUpdate(s.ctx(), s.owner, engine.TeamPatch{ID: s.support, RemoveMemberIDs: []inbox.AgentID{s.ana}}))
		}, 10 * time.Minute},

		"she is there":  {away(), func(scene) {}, 0},
		"she goes home": {away(), func(s scene) { s.later(time.Hour); s.presence(s.ana, inbox.PresenceOffline) }, 90 * time.Minute},
		"she is busy":   {away(), func(s scene) { s.presence(s.ana, inbox.PresenceBusy) }, 0},
		"she comes back": {away(), func(s scene) {
			s.presence(s.ana, inbox.PresenceOffline)
			s.later(29 * time.Minute)
			s.presence(s.ana, inbox.PresenceOnline)
		}, 0},
		"she leaves again": {away(), func(s scene) {
			s.presence(s.ana, inbox.PresenceOffline)
			s.later(29 * time.Minute)
			s.presence(s.ana, inbox.PresenceOnline)
			s.later(time.Minute)
			s.presence(s.ana, inbox.PresenceOffline)
		}, time.Hour},
		"she gets it while away": {away(), func(s scene) {
			s.presence(s.ana, inbox.PresenceOffline)
			must(s.ConversationUnassign(s.ctx(), s.owner, s.id))
			s.later(20 * time.Minute)
			s.give(s.id, s.ana)
		}, 50 * time.Minute},
		"she goes home when all is answered": {away(), func(s scene) {
			s.send(s.caller(s.ana), s.id, "Hi")
			s.presence(s.ana, inbox.PresenceOffline)
		}, 30 * time.Minute},
		"she was away when the policy came": {engine.PolicyPatch{}, func(s scene) {
			s.presence(s.ana, inbox.PresenceOffline)
			s.later(10 * time.Minute)
			s.policy(s.support, away())
		}, 30 * time.Minute},
		"it is snoozed while she is away": {away(), func(s scene) {
			s.presence(s.ana, inbox.PresenceOffline)
			s.snooze(s.id, 48*time.Hour)
			s.later(48 * time.Hour)
		}, 48*time.Hour + 30*time.Minute},
		"the sooner of both": {engine.PolicyPatch{ReassignWhenNoReply: engine.SetTo(20 * minute), ReassignWhenOffline: engine.SetTo(5 * minute)},
			func(s scene) { s.later(5 * time.Minute); s.presence(s.ana, inbox.PresenceOffline) }, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana, ben := d.hire("Ana"), d.hire("Ben", being(inbox.PresenceBusy))
			support := d.team("Support", test.policy, ana, ben)
			id := d.queuedIn(support, "c1")
			d.presence(ben, inbox.PresenceOnline)
			if d.assignee(id) != ana {
				t.Fatal("Ana does not have it")
			}
			start := d.clock.Now()
			test.happen(scene{d, id, ana, support})
			had := d.assignee(id)
			if test.after == 0 {
				d.later(90 * 24 * time.Hour)
				if got := d.assignee(id); got != had {
					t.Errorf("it went from %v to %v", had, got)
				}
				return
			}
			if at := start.Add(test.after - time.Millisecond); d.clock.Now().Before(at) {
				d.until(at)
				if got := d.assignee(id); got != ana {
					t.Errorf("it went to %v before the time", got)
				}
			}
			d.until(start.Add(test.after))
			if got := d.assignee(id); got != ben {
				t.Errorf("%v has it when the time is over, want Ben", got)
			}
		})
	}
}

// shift is a team in which Ana has a conversation that waits for an answer, and others may take it.
func (d *desk) shift(policy engine.PolicyPatch, others ...func(*inbox.Agent)) (id inbox.ConversationID, team inbox.TeamID, ana inbox.AgentID, rest []inbox.AgentID) {
	d.Helper()
	ana = d.hire("Ana")
	team = d.team("Support", policy, ana)
	id = d.queuedIn(team, "c1")
	for i, change := range others {
		rest = append(rest, d.hire([]string{"Ben", "Cem", "Dan", "Eva"}[i], change))
	}
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: rest}))
	return id, team, ana, rest
}

func here(*inbox.Agent) {}

func TestAHandoverSaysFromWhomAndWhy(t *testing.T) {
	d := newDesk(t)
	id, team, ana, rest := d.shift(unanswered(10*minute), here, being(inbox.PresenceOffline))
	d.clock.move(10 * time.Minute)
	before := d.db.HeadNumber()
	same(t, d.during(func() { d.FireDue(d.ctx()) }), []string{"CONVERSATION_UNASSIGNED by SYSTEM", "CONVERSATION_ASSIGNED by SYSTEM"})
	made := d.decision(id)
	same(t, made.Reason, "Ben, the only agent available; 1 other was offline. It was taken from Ana, who had not answered for 10 minutes.")
	if *made.Trigger != inbox.TriggerReassign || *made.AssigneeID != rest[0] || *made.TeamID != team || *made.Strategy != inbox.StrategyRoundRobin {
		t.Errorf("decided %+v", made)
	}
	same(t, made.PassedOver, []inbox.PassedOverCount{{Reason: inbox.PassedOverOffline, Count: 1}, {Reason: inbox.PassedOverTakenBack, Count: 1}})
	if assigned := d.events(before)[1].(*inbox.ConversationAssigned); assigned.DecisionID == nil || *assigned.DecisionID != made.ID {
		t.Errorf("the event refers to %v", assigned.DecisionID)
	}
	same(t, d.conversation(id).TakenFrom, []inbox.AgentID{ana})
	d.send(d.caller(rest[0]), id, "Hi")
	same(t, len(d.conversation(id).TakenFrom), 0)
	same(t, d.pending(), 0)
}

func TestAConversationStaysWithItsAgentWhileNobodyElseIsThere(t *testing.T) {
	d := newDesk(t)
	id, _, ana, rest := d.shift(away(), being(inbox.PresenceOffline), being(inbox.PresenceOffline), being(inbox.PresenceOffline))
	d.presence(ana, inbox.PresenceOffline)
	same(t, d.during(func() {
		for range 5 {
			d.later(30 * time.Minute)
		}
	}), []string(nil))
	same(t, d.assignee(id), ana)
	stays := "It stays with Ana, who has been offline for 30 minutes: nobody else was available, 3 were offline."
	same(t, d.handovers(id), []string{stays})
	if made := d.decision(id); made.AssigneeID != nil || len(made.Candidates) != 4 {
		t.Errorf("decided %+v", made)
	}
	d.presence(rest[1], inbox.PresenceOnline)
	d.later(30 * time.Minute)
	same(t, d.assignee(id), rest[1])
	same(t, d.handovers(id), []string{stays,
		"Cem, the only agent available; 2 others were offline. It was taken from Ana, who had been offline for 3 hours."})
}

func TestThatAConversationStaysIsSaidOnceInEachWait(t *testing.T) {
	d := newDesk(t)
	id, _, ana, _ := d.shift(unanswered(10 * minute))
	stays := "It stays with Ana, who has not answered for 10 minutes: there is nobody else to choose from."
	d.later(10 * time.Minute)
	d.later(10 * time.Minute)
	d.snooze(id, time.Minute)
	d.later(time.Minute)
	d.later(10 * time.Minute)
	same(t, d.handovers(id), []string{stays})
	d.send(d.caller(ana), id, "Hi")
	d.later(time.Hour)
	d.say("c1", "And?")
	d.later(10 * time.Minute)
	d.later(10 * time.Minute)
	same(t, d.handovers(id), []string{stays, stays})
}

func TestAfterThreeAgentsAConversationStays(t *testing.T) {
	d := newDesk(t)
	id, _, ana, rest := d.shift(unanswered(10*minute), here, here, here, here)
	var had []inbox.AgentID
	for range 6 {
		d.later(10 * time.Minute)
		had = append(had, d.assignee(id))
	}
	same(t, had, []inbox.AgentID{rest[0], rest[1], rest[2], rest[2], rest[2], rest[2]})
	said := d.handovers(id)
	same(t, said[3:], []string{"It stays with Dan, who has not answered for 10 minutes: it has been taken from its agent 3 times while the contact waited."})
	same(t, d.conversation(id).TakenFrom, []inbox.AgentID{ana, rest[0], rest[1]})
	same(t, d.pending(), 0)
	d.send(d.caller(rest[2]), id, "Hi")
	d.say("c1", "And?")
	d.later(10 * time.Minute)
	same(t, d.assignee(id), rest[3]) // another wait has begun
}

func TestAConversationGoesBackOnlyWhereNobodyElseIsLeft(t *testing.T) {
	d := newDesk(t)
	id, _, ana, rest := d.shift(unanswered(10*minute), here, being(inbox.PresenceBusy))
	d.later(10 * time.Minute)
	same(t, d.assignee(id), rest[0])
	d.later(10 * time.Minute)
	same(t, d.assignee(id), ana)
	d.presence(rest[1], inbox.PresenceOnline)
	d.later(10 * time.Minute)
	same(t, d.assignee(id), rest[1])
}

func TestOnlyTheHoursOfTheTeamCount(t *testing.T) {
	d := newDesk(t) // on Monday, 2026-03-02, at nine
	id, team, ana, rest := d.shift(engine.PolicyPatch{ReassignWhenNoReply: engine.SetTo(30 * minute), ReassignWhenOffline: engine.SetTo(60 * minute)}, here)
	d.send(d.caller(ana), id, "Hi")
	d.hours(team, office())
	monday := time.Date(2026, time.March, 9, 9, 0, 0, 0, time.UTC)
	d.until(monday.Add(-7*24*time.Hour + 7*time.Hour + 50*time.Minute)) // ten to five
	d.say("c1", "And?")
	d.later(10 * time.Minute)
	d.presence(ana, inbox.PresenceOffline)
	d.until(monday.Add(20*time.Minute - time.Millisecond))
	same(t, d.assignee(id), ana)
	d.until(monday.Add(20 * time.Minute))
	same(t, d.assignee(id), rest[0])
	same(t, len(d.handovers(id)), 1)

	d.until(monday.Add(9 * time.Hour)) // in the evening, much too late
	d.presence(ana, inbox.PresenceOnline)
	same(t, d.assignee(id), rest[0])
	d.hours(team, &inbox.Hours{TimeZone: "UTC"}) // never
	d.later(30 * 24 * time.Hour)
	same(t, d.assignee(id), rest[0])
	d.hours(team, nil)
	d.FireDue(d.ctx())
	same(t, d.assignee(id), ana)
}

func TestAllConversationsOfAnAgentWhoLeavesGoToOthers(t *testing.T) {
	const many = 1000
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", away(), ana)
	for i := range many {
		d.queuedIn(team, fmt.Sprint("c", i))
	}
	asleep, elsewhere := d.queuedIn(team, "asleep"), d.queuedIn(d.team("Sales", engine.PolicyPatch{}, ana), "elsewhere")
	d.snooze(asleep, 48*time.Hour)
	ben, cem := d.hire("Ben"), d.hire("Cem")
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{ben, cem}}))
	d.presence(ana, inbox.PresenceOffline)
	same(t, d.pending(), many)
	d.later(30 * time.Minute)
	for agent, want := range map[inbox.AgentID]int32{ana: 1, ben: many / 2, cem: many / 2} {
		same(t, d.agent(agent).OpenConversations, want)
	}
	same(t, d.assignee(asleep), ana)
	same(t, d.assignee(elsewhere), ana)
}

func TestConversationsOfADisabledAgentAreNotTakenTwice(t *testing.T) {
	d := newDesk(t)
	id, _, ana, rest := d.shift(engine.PolicyPatch{ReassignWhenNoReply: engine.SetTo(minute), ReassignWhenOffline: engine.SetTo(minute)}, here)
	d.presence(rest[0], inbox.PresenceOffline)
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	d.later(time.Hour)
	if c := d.conversation(id); c.QueuedAt == nil || len(c.TakenFrom) > 0 {
		t.Errorf("it is %+v, want it queued", c)
	}
	d.presence(rest[0], inbox.PresenceOnline)
	same(t, d.assignee(id), rest[0])
}

func TestATeamThatAssignsByHandGetsAConversationBackWithItsAge(t *testing.T) {
	d := newDesk(t)
	policy := unanswered(10 * minute)
	policy.Strategy = new(inbox.StrategyManual)
	ana := d.hire("Ana")
	team := d.team("Support", policy, ana)
	id := d.queuedIn(team, "c1")
	d.later(time.Hour)
	d.give(id, ana)
	since := *d.conversation(id).WaitingSince
	same(t, d.during(func() { d.later(10 * time.Minute) }), []string{"CONVERSATION_UNASSIGNED by SYSTEM", "CONVERSATION_QUEUED by SYSTEM"})
	if c := d.conversation(id); c.QueuedAt == nil || *c.QueuedAt != since {
		t.Errorf("it is %+v, want it queued since %s", c, since)
	}
	same(t, d.decision(id).Reason, "Nobody was chosen: the policy leaves assignment to people. It was taken from Ana, who had not answered for 10 minutes.")
	for range 3 {
		d.give(id, ana)
		d.later(10 * time.Minute)
	}
	same(t, d.assignee(id), ana)
	if said := d.decision(id).Reason; !strings.HasPrefix(said, "It stays with Ana") {
		t.Errorf("it says %q", said)
	}
}

func TestStickinessSkipsAnAgentFromWhomItWasTaken(t *testing.T) {
	d := newDesk(t)
	policy := unanswered(10 * minute)
	policy.Sticky, policy.StickyWait = new(inbox.StickyRequireUntil), engine.SetTo(30*minute)
	id, _, _, rest := d.shift(policy, here, here)
	d.later(10 * time.Minute)
	same(t, d.assignee(id), rest[0]) // it does not wait for Ana, who owns the contact
	must(d.ConversationUnassign(d.ctx(), d.owner, id))
	contact := d.conversation(id).ContactID
	if owner := d.contact(contact).OwnerID; *owner != rest[0] {
		t.Errorf("the owner is %v, want Ben", *owner)
	}
	d.presence(rest[0], inbox.PresenceOffline)
	d.assign(id)
	if c := d.conversation(id); !equal(c.QueueOwner, rest[0]) {
		t.Errorf("it is %+v, want it to wait for Ben", c)
	}
	d.presence(rest[0], inbox.PresenceOnline)
	d.later(10 * time.Minute)
	same(t, d.assignee(id), rest[1])
}

func equal[T comparable](p *T, v T) bool { return p != nil && *p == v }

func TestNothingIsSetWherePoliciesTakeNothingBack(t *testing.T) {
	d := newDesk(t)
	id, _, ana, _ := d.shift(engine.PolicyPatch{}, here)
	d.say("c1", "Hello?")
	d.presence(ana, inbox.PresenceOffline)
	d.snooze(id, time.Minute)
	d.later(time.Minute)
	same(t, d.pending(), 0)
}

func TestAConversationThatIsTakenLinesUpBehindAQueueThatDrains(t *testing.T) {
	d := newDesk(t)
	id, team, _, rest := d.shift(unanswered(10*minute), being(inbox.PresenceOffline))
	d.presence(d.assignee(id), inbox.PresenceBusy)
	for i := range 250 {
		d.queuedIn(team, fmt.Sprint("w", i))
	}
	d.clock.move(10 * time.Minute)
	d.presence(rest[0], inbox.PresenceOnline) // takes some, and the rest are due
	d.later(time.Second)
	d.later(time.Second)
	same(t, d.agent(rest[0]).OpenConversations, int32(251))
}

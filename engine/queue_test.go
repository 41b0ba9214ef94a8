package engine_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// order returns the order in which conversations are assigned while an agent who may have one takes and closes them.
func (d *desk) order(agent inbox.AgentID, of map[inbox.ConversationID]string) []string {
	d.Helper()
	var names []string
	for range of {
		current := view(d, func(r *store.ReadTx) ([]inbox.ConversationID, error) { return r.OpenConversationsOf(agent, 1000) })
		if len(current) != 1 {
			d.Fatalf("the agent has %d conversations, want 1", len(current))
		}
		names = append(names, of[current[0]])
		d.close(current[0])
	}
	return names
}

func TestAQueueIsFirstComeFirstServed(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), ana)
	names := make(map[inbox.ConversationID]string)
	var want []string
	for i := range 10 {
		if i%2 == 0 { // pairs within one millisecond, too
			d.clock.move(time.Second)
		}
		name := fmt.Sprint("c", i)
		names[d.queuedIn(team, name)] = name
		want = append(want, name)
	}
	d.presence(ana, inbox.PresenceOnline)
	same(t, d.order(ana, names), want)
}

func TestPrioritiesHaveAHeadStartAndNothingStarves(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), ana)
	names := make(map[inbox.ConversationID]string)
	add := func(name string, priority inbox.Priority) {
		id := d.opened(name)
		must(d.ConversationRoute(d.ctx(), d.key, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team), Priority: &priority}))
		d.assign(id)
		names[id] = name
		same(t, *d.conversation(id).QueueKey, inbox.At(d.clock.Now()).Add(-map[inbox.Priority]time.Duration{
			inbox.PriorityUrgent: 24 * time.Hour, inbox.PriorityHigh: 4 * time.Hour, inbox.PriorityLow: -4 * time.Hour}[priority]))
	}
	add("normal, oldest", inbox.PriorityNormal)
	add("low, oldest", inbox.PriorityLow)
	d.clock.move(3 * time.Hour)
	add("high, after 3 h", inbox.PriorityHigh)
	d.clock.move(2 * time.Hour)
	add("normal, after 5 h", inbox.PriorityNormal)
	add("high, after 5 h", inbox.PriorityHigh)
	d.clock.move(18 * time.Hour)
	add("urgent, after 23 h", inbox.PriorityUrgent)
	d.clock.move(2 * time.Hour)
	add("urgent, after 25 h", inbox.PriorityUrgent)
	d.presence(ana, inbox.PresenceOnline)
	same(t, d.order(ana, names), []string{"high, after 3 h", "urgent, after 23 h", "normal, oldest", "high, after 5 h",
		"urgent, after 25 h", "low, oldest", "normal, after 5 h"})
}

func TestAPriorityChangedInTheQueueMovesThePlaceAndKeepsTheAge(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), ana)
	first := d.queuedIn(team, "first")
	d.clock.move(time.Minute)
	second := d.queuedIn(team, "second")
	began := *d.conversation(second).QueuedAt
	d.clock.move(time.Minute)
	must(d.ConversationRoute(d.ctx(), d.key, engine.RoutePatch{ConversationID: second, Priority: new(inbox.PriorityHigh)}))
	c := d.conversation(second)
	if *c.QueuedAt != began || *c.QueueKey != began.Add(-4*time.Hour) {
		t.Errorf("queued since %s at %s, want %s still", c.QueuedAt, c.QueueKey, began)
	}
	position := func(id inbox.ConversationID) int {
		return view(d, func(r *store.ReadTx) (int, error) { return r.QueuePosition(must(r.Conversation(id))) })
	}
	if a, b := position(first), position(second); a != 2 || b != 1 {
		t.Errorf("the places are %d and %d, want 2 and 1", a, b)
	}
}

func TestRoutingToAnotherTeamKeepsTheAgeAndIsTakenThere(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	empty := d.team("Empty", engine.PolicyPatch{}, d.hire("Off", being(inbox.PresenceOffline)))
	full := d.team("Full", limit(1), ana)
	d.queuedIn(full, "taken")
	waiting := d.queuedIn(empty, "c1")
	began := *d.conversation(waiting).QueuedAt
	d.clock.move(time.Hour)
	younger := d.queuedIn(full, "c2")
	d.clock.move(time.Hour)
	d.route(waiting, full)
	if c := d.conversation(waiting); c.QueuedAt == nil || *c.QueuedAt != began || c.Scope().Team != full {
		t.Fatalf("routed as %+v, want it queued since %s", c, began)
	}
	taken := view(d, func(r *store.ReadTx) ([]inbox.ConversationID, error) { return r.OpenConversationsOf(ana, 1000) })
	d.close(taken[0])
	if d.assignee(waiting) != ana || d.assignee(younger) != 0 {
		t.Error("the older one, which came from another team, was not served first")
	}
	idle := d.team("Idle", engine.PolicyPatch{}, d.hire("Ida"))
	d.route(younger, idle)
	if d.assignee(younger) == 0 {
		t.Error("it was not taken in the team it was routed to, where somebody is free")
	}
}

func TestWhateverFreesAnAgentDrainsTheQueuesTheyServe(t *testing.T) {
	raise := func(d *desk, agent inbox.AgentID, _ inbox.TeamID) {
		must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: agent, MaxOpen: engine.SetTo[int32](5)}))
	}
	for name, free := range map[string]func(d *desk, agent inbox.AgentID, team inbox.TeamID){
		"a close": func(d *desk, agent inbox.AgentID, _ inbox.TeamID) { d.close(d.first(agent)) },
		"an unassignment": func(d *desk, agent inbox.AgentID, _ inbox.TeamID) {
			must(d.ConversationUnassign(d.ctx(), d.owner, d.first(agent)))
		},
		"a snooze":         func(d *desk, agent inbox.AgentID, _ inbox.TeamID) { d.snooze(d.first(agent), time.Hour) },
		"a reassignment":   func(d *desk, agent inbox.AgentID, _ inbox.TeamID) { d.give(d.first(agent), d.owner.Actor.Agent()) },
		"an own limit":     raise,
		"a block":          func(d *desk, agent inbox.AgentID, _ inbox.TeamID) { d.block(d.conversation(d.first(agent)).ContactID) },
		"a policy's limit": func(d *desk, _ inbox.AgentID, team inbox.TeamID) { d.policy(team, limit(2)) },
		"no limit any more": func(d *desk, _ inbox.AgentID, team inbox.TeamID) {
			d.policy(team, engine.PolicyPatch{MaxOpen: engine.Patch[int32]{Set: true}})
		},
		"a new member": func(d *desk, _ inbox.AgentID, team inbox.TeamID) {
			must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{d.hire("New")}}))
		},
		"a member online": func(d *desk, _ inbox.AgentID, team inbox.TeamID) {
			late := d.hire("Late", being(inbox.PresenceBusy))
			must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{late}}))
			d.presence(late, inbox.PresenceOnline)
		},
		"a looser policy": func(d *desk, _ inbox.AgentID, team inbox.TeamID) {
			must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{d.hire("Off", being(inbox.PresenceOffline))}}))
			d.policy(team, engine.PolicyPatch{OnlineOnly: new(false)})
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana")
			team := d.team("Support", limit(1), ana)
			d.queuedIn(team, "first")
			second, third := d.queuedIn(team, "second"), d.queuedIn(team, "third")
			if d.assignee(second) != 0 {
				t.Fatal("the second is not queued")
			}
			types := d.during(func() { free(d, ana, team) })
			if d.assignee(second) == 0 {
				t.Errorf("nobody has the first of the queue after %v", types)
			}
			if !slices.Contains(types, "CONVERSATION_ASSIGNED by SYSTEM") {
				t.Errorf("got %v, want the queue to assign", types)
			}
			if name != "an own limit" && name != "no limit any more" && d.assignee(third) != 0 {
				t.Error("more was assigned than there is room for")
			}
		})
	}
}

func (d *desk) first(agent inbox.AgentID) inbox.ConversationID {
	d.Helper()
	list := view(d, func(r *store.ReadTx) ([]inbox.ConversationID, error) { return r.OpenConversationsOf(agent, 1000) })
	if len(list) == 0 {
		d.Fatal("the agent has no conversation")
	}
	return list[0]
}

func (d *desk) block(id inbox.ContactID) {
	d.Helper()
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, Blocked: new(true)}))
}

func (d *desk) policy(team inbox.TeamID, policy engine.PolicyPatch) {
	d.Helper()
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, Policy: &policy}))
}

func TestAnAgentInTwoTeamsServesTheLongestWaitFirst(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline), capped(1))
	one, two := d.team("One", engine.PolicyPatch{}, ana), d.team("Two", engine.PolicyPatch{}, ana)
	names := make(map[inbox.ConversationID]string)
	var want []string
	for i := range 6 {
		d.clock.move(time.Second)
		name := fmt.Sprint("c", i)
		names[d.queuedIn([]inbox.TeamID{one, two}[i%2], name)] = name
		want = append(want, name)
	}
	d.presence(ana, inbox.PresenceOnline)
	same(t, d.order(ana, names), want)
}

func TestALongQueueDrainsInPartsWithoutAnybodyAskingAgain(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	for i := range 250 {
		d.queuedIn(team, fmt.Sprint("c", i))
	}
	d.presence(ana, inbox.PresenceOnline)
	if n := d.agent(ana).OpenConversations; n == 0 || n == 250 {
		t.Errorf("one transaction assigned %d", n)
	}
	d.FireDue(d.ctx())
	if n := d.agent(ana).OpenConversations; n != 250 {
		t.Errorf("%d are assigned, want all 250", n)
	}
}

func TestAClosedConversationLeavesTheQueue(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), ana)
	first, second := d.queuedIn(team, "c1"), d.queuedIn(team, "c2")
	d.close(first)
	if n := view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(team) }).QueueLength; n != 1 {
		t.Errorf("the queue is %d long, want 1", n)
	}
	d.presence(ana, inbox.PresenceOnline)
	if d.assignee(second) != ana {
		t.Error("the one behind it was not served")
	}
}

func TestAMessageInTheQueueKeepsThePlace(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{}, d.hire("Off", being(inbox.PresenceOffline)))
	id := d.queuedIn(team, "c1")
	before := d.conversation(id)
	d.clock.move(time.Minute)
	d.say("c1", "Are you there?")
	after := d.conversation(id)
	if *after.QueuedAt != *before.QueuedAt || *after.QueueKey != *before.QueueKey || *after.WaitingSince != *before.WaitingSince {
		t.Errorf("got %+v, want the place of %+v", after, before)
	}
}

func TestADisabledAgentsConversationsGoBackWithTheirAge(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben", being(inbox.PresenceOffline))
	team := d.team("Support", limit(9), ana, ben)
	old := d.queuedIn(team, "old")
	answered := d.queuedIn(team, "answered")
	asleep := d.queuedIn(team, "asleep")
	free := d.opened("free")
	d.give(free, ana)
	d.send(d.caller(ana), answered, "Yes")
	d.snooze(asleep, time.Hour)
	d.send(d.caller(ana), old, "Yes")
	d.clock.move(time.Minute)
	d.say("old", "But")
	wrote, opened := *d.conversation(old).WaitingSince, d.conversation(answered).OpenedAt
	contact := d.conversation(old).ContactID
	d.clock.move(time.Minute)
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	if a := d.agent(ana); a.OpenConversations != 0 || a.Presence != inbox.PresenceOffline || a.DisabledAt == nil {
		t.Errorf("disabled as %+v", a)
	}
	if owner := d.contact(contact).OwnerID; owner != nil {
		t.Errorf("the contact is still owned by %v", *owner)
	}
	for id, since := range map[inbox.ConversationID]inbox.Time{old: wrote, answered: opened} {
		if c := d.conversation(id); c.AssigneeID != nil || c.QueuedAt == nil || *c.QueuedAt != since {
			t.Errorf("%v is %+v, want it queued since %s", id, c, since)
		}
	}
	if c := d.conversation(free); c.AssigneeID != nil || c.QueuedAt != nil {
		t.Errorf("the one without a team is %+v", c)
	}
	d.presence(ben, inbox.PresenceOnline)
	d.later(2 * time.Hour)
	for _, id := range []inbox.ConversationID{old, answered, asleep} {
		if got := d.assignee(id); got != ben {
			t.Errorf("%v went to %v, want Ben", id, got)
		}
	}
}

func TestADisabledAgentLosesManyConversationsInParts(t *testing.T) {
	const many = 130
	for name, enable := range map[string]bool{"disabled for good": false, "enabled meanwhile": true} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana, ben := d.hire("Ana"), d.hire("Ben", being(inbox.PresenceOffline))
			team := d.team("Support", engine.PolicyPatch{}, ana, ben)
			for i := range many {
				d.queuedIn(team, fmt.Sprint("c", i))
			}
			with := func() int {
				return len(view(d, func(r *store.ReadTx) ([]inbox.ConversationID, error) { return r.OpenConversationsOf(ana, 1000) }))
			}
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
			left := with()
			if left == 0 || left == many {
				t.Fatalf("one transaction took %d of %d", many-left, many)
			}
			if got := d.assignee(d.queuedIn(team, "late")); got != 0 {
				t.Errorf("%v was assigned, who is disabled", got)
			}
			d.verify() // what is left to do is no finding
			if enable {
				must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(false)}))
			}
			d.FireDue(d.ctx())
			want := 0
			if enable {
				want = left
			}
			if got := with(); got != want {
				t.Errorf("%d are left with them, want %d", got, want)
			}
			owned := view(d, func(r *store.ReadTx) (n int, err error) {
				page, err := r.ContactList(store.ContactFilter{}, 0, 1000)
				if err != nil {
					return 0, err
				}
				for _, c := range page.Contacts {
					if c.OwnerID != nil && *c.OwnerID == ana {
						n++
					}
				}
				return n, nil
			})
			if owned != 0 {
				t.Errorf("%d contacts are theirs still", owned)
			}
			if !enable {
				d.presence(ben, inbox.PresenceOnline)
				d.FireDue(d.ctx())
				if n := d.agent(ben).OpenConversations; n != many+1 {
					t.Errorf("the other agent has %d, want all %d", n, many+1)
				}
			}
		})
	}
}

func TestLeavingATeamKeepsConversations(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	id := d.queuedIn(team, "c1")
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, RemoveMemberIDs: []inbox.AgentID{ana}}))
	if got := d.assignee(id); got != ana {
		t.Errorf("%v has it, want Ana still", got)
	}
	if got := d.assignee(d.queuedIn(team, "c2")); got != 0 {
		t.Errorf("%v was assigned, who left", got)
	}
}

func TestAPolicyOfItsOwnLetsAConversationBeTakenOutOfTurn(t *testing.T) {
	d := newDesk(t)
	off := d.hire("Off", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), off)
	d.publish(`
format: 1
name: Urgent
trigger: { on: conversation.opened }
steps:
  - key: team
    route: { team: Support }
  - key: anybody
    assign: { by: team, policy: { onlineOnly: false } }
`)
	first := d.opened("first") // takes Off's only place
	same(t, d.conversation(first).Scope(), inbox.Scope{Team: team, Assignee: off})
	second := d.opened("second") // queued: Off is full
	if d.conversation(second).QueuedAt == nil {
		t.Fatal("the second is not queued")
	}
	d.close(first)
	if got := d.assignee(second); got != off {
		t.Errorf("%v has the second, want Off: its workflow takes agents who are offline", got)
	}
}

func TestWhoeverCannotBeServedDoesNotHoldUpThoseBehindThem(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	// By the team's policy nobody can take this one while Ana is offline.
	d.queuedIn(team, "strict")
	d.give(d.opened("other"), ana)
	d.publish(`
format: 1
name: Picky
trigger: { on: conversation.opened }
steps:
  - key: team
    route: { team: Support }
  - key: anybody
    assign: { by: team, policy: { onlineOnly: false, maxOpen: 1 } }
`)
	picky := d.opened("picky")
	if d.conversation(picky).QueuedAt == nil {
		t.Fatal("it is not queued")
	}
	d.close(d.first(ana))
	if got := d.assignee(picky); got != ana {
		t.Errorf("%v has the one behind, want Ana: she may have one, online or not", got)
	}
}

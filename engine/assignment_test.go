package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func assignTo(id inbox.ConversationID, to inbox.AgentID) engine.ConversationAssignInput {
	return engine.ConversationAssignInput{ConversationID: id, AgentID: &to}
}

func TestAssigningByHandGivesTheConversationToTheAgentNamed(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Ben")
	id := d.opened("c1")

	change := must(d.ConversationAssign(d.ctx(), d.owner, assignTo(id, ana)))
	if change.Conversation.Scope().Assignee != ana || change.Decision != nil || change.Cursor == "" {
		t.Errorf("assigned as %+v", change)
	}
	d.clock.move(time.Minute)
	types := d.during(func() { must(d.ConversationAssign(d.ctx(), d.key, assignTo(id, ben))) })
	same(t, types, []string{"CONVERSATION_ASSIGNED by API_KEY"})
	c := d.conversation(id)
	if c.Scope().Assignee != ben || *c.FirstAssignedAt != c.OpenedAt {
		t.Errorf("reassigned as %+v", c)
	}
	if a, b := d.agent(ana).OpenConversations, d.agent(ben).OpenConversations; a != 0 || b != 1 {
		t.Errorf("Ana has %d and Ben %d open conversations, want 0 and 1", a, b)
	}
	d.unchanged(func() { must(d.ConversationAssign(d.ctx(), d.key, assignTo(id, ben))) })
}

func TestOnlyIfUnassignedIsRefusedOnceSomebodyHasTheConversation(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	id := d.opened("c1")
	in := assignTo(id, ana)
	in.OnlyIfUnassigned = true
	if change := must(d.ConversationAssign(d.ctx(), d.owner, in)); change.Refused != nil {
		t.Errorf("refused: %v", change.Refused)
	}
	in.AgentID = &ben
	d.unchanged(func() {
		change := must(d.ConversationAssign(d.ctx(), d.owner, in))
		if change.Refused == nil || change.Refused.Code != inbox.CodeConflict || change.Conversation.Scope().Assignee != ana {
			t.Errorf("got %+v, want CONFLICT and Ana's conversation", change)
		}
	})
}

func TestNobodyIsGivenMoreThanTheyMayHaveButOnPurposeByAPerson(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	d.give(d.opened("c1"), ana)
	id := d.opened("c2")
	d.route(id, team)
	for name, in := range map[string]struct {
		caller inbox.Caller
		over   bool
		code   inbox.Code
		field  string
	}{
		"a person":       {d.owner, false, inbox.CodeAtCapacity, "agentId"},
		"a key":          {d.key, false, inbox.CodeAtCapacity, "agentId"},
		"a key, over it": {d.key, true, inbox.CodeForbidden, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d.unchanged(func() {
				input := assignTo(id, ana)
				input.OverCapacity = in.over
				_, err := d.ConversationAssign(d.ctx(), in.caller, input)
				refused(t, err, in.code, in.field)
			})
		})
	}
	d.give(id, ana)
	if n := d.agent(ana).OpenConversations; n != 2 {
		t.Errorf("Ana has %d open conversations, want 2", n)
	}
}

func TestAnAgentsOwnLimitReplacesTheTeams(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", capped(2)), d.hire("Ben")
	team := d.team("Support", limit(1), ana, ben)
	got := make(map[inbox.AgentID]int)
	for i := range 4 {
		got[d.assignee(d.queuedIn(team, fmt.Sprint("c", i)))]++
	}
	same(t, got, map[inbox.AgentID]int{ana: 2, ben: 1, 0: 1})
}

func TestAssignmentErrorsChangeNothing(t *testing.T) {
	d := newDesk(t)
	ana, gone := d.hire("Ana"), d.hire("Gone")
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: gone, Disabled: new(true)}))
	open, closed := d.opened("c1"), d.opened("c2")
	d.close(closed)
	for name, test := range map[string]struct {
		in    engine.ConversationAssignInput
		code  inbox.Code
		field string
	}{
		"unknown conversation": {assignTo(999, ana), inbox.CodeNotFound, "conversationId"},
		"closed conversation":  {assignTo(closed, ana), inbox.CodeClosed, "conversationId"},
		"unknown agent":        {assignTo(open, 999), inbox.CodeNotFound, "agentId"},
		"disabled agent":       {assignTo(open, gone), inbox.CodeInvalid, "agentId"},
		"neither agent nor team": {engine.ConversationAssignInput{ConversationID: open}, inbox.CodeRequired,
			"agentId"},
	} {
		t.Run(name, func(t *testing.T) {
			d.unchanged(func() {
				_, err := d.ConversationAssign(d.ctx(), d.owner, test.in)
				refused(t, err, test.code, test.field)
			})
		})
	}
}

func TestUnassigningFreesCapacityAndLeavesTheTeam(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	first, second := d.queuedIn(team, "c1"), d.queuedIn(team, "c2")
	if d.assignee(first) != ana || d.assignee(second) != 0 {
		t.Fatal("want the first assigned and the second queued")
	}
	must(d.ConversationUnassign(d.ctx(), d.owner, first))
	c := d.conversation(first)
	if c.AssigneeID != nil || c.Scope().Team != team || c.QueuedAt != nil {
		t.Errorf("unassigned as %+v", c)
	}
	if got := d.assignee(second); got != ana {
		t.Errorf("the queued conversation went to %v, want Ana", got)
	}
	d.unchanged(func() { must(d.ConversationUnassign(d.ctx(), d.owner, first)) })
}

func TestRoundRobinStaysEvenToWithinOne(t *testing.T) {
	for step, n := range map[time.Duration]int{0: 3000, time.Second: 300} { // all within one millisecond, too
		t.Run(step.String(), func(t *testing.T) {
			d := newDesk(t)
			var agents []inbox.AgentID
			for i := range 7 {
				agents = append(agents, d.hire(fmt.Sprint("Agent", i)))
			}
			team := d.team("Support", engine.PolicyPatch{}, agents...)
			id := d.opened("c1")
			d.route(id, team)
			got := make(map[inbox.AgentID]int)
			for i := range n {
				d.clock.move(step)
				got[d.assign(id).Conversation.Scope().Assignee]++
				for _, a := range agents {
					for _, b := range agents {
						if got[a] > got[b]+1 {
							t.Fatalf("after %d assignments %v has %d and %v %d", i+1, a, got[a], b, got[b])
						}
					}
				}
			}
		})
	}
}

func TestRoundRobinTurnsAreTheTeamsOwn(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	support := d.team("Support", engine.PolicyPatch{}, ana, ben)
	sales := d.team("Sales", engine.PolicyPatch{}, ana)
	if got := d.assignee(d.queuedIn(support, "c1")); got != ana {
		t.Errorf("the first goes to %v, want Ana: nobody had a turn", got)
	}
	d.queuedIn(sales, "c2") // Ana again, but not from Support
	if got := d.assignee(d.queuedIn(support, "c3")); got != ben {
		t.Errorf("the second goes to %v, want Ben", got)
	}
	if got := d.assignee(d.queuedIn(support, "c4")); got != ana {
		t.Errorf("the third goes to %v, want Ana", got)
	}
}

func TestLeastOpenChoosesTheFewestThenTheLongestNotAssigned(t *testing.T) {
	d := newDesk(t)
	ana, ben, cem := d.hire("Ana"), d.hire("Ben"), d.hire("Cem")
	team := d.team("Support", by(inbox.StrategyLeastOpen), ana, ben, cem)
	d.give(d.opened("other1"), ana)
	d.give(d.opened("other2"), ana)
	d.give(d.opened("other3"), ben)
	var got []inbox.AgentID
	for i := range 6 {
		got = append(got, d.assignee(d.queuedIn(team, fmt.Sprint("c", i))))
	}
	// Counts before each: 2 1 0, 2 1 1, 2 2 1, 2 2 2, …; ties go to who has waited longest for a turn in this team.
	same(t, got, []inbox.AgentID{cem, ben, cem, ana, ben, cem})
}

func TestLongestIdleChoosesWhoHasDoneNothingLongest(t *testing.T) {
	d := newDesk(t)
	ana, ben, cem := d.hire("Ana"), d.hire("Ben"), d.hire("Cem")
	team := d.team("Support", by(inbox.StrategyLongestIdle), ana, ben, cem)
	talk := d.opened("talk")
	d.clock.move(time.Minute)
	d.send(d.caller(ana), talk, "Hello") // Ana did something now
	d.clock.move(time.Minute)
	must(d.NoteAdd(d.ctx(), d.caller(ben), engine.NoteAddInput{ConversationID: talk, Text: "Seen"}))
	d.clock.move(time.Minute)
	var got []inbox.AgentID
	for i := range 4 {
		got = append(got, d.assignee(d.queuedIn(team, fmt.Sprint("c", i))))
		d.clock.move(time.Minute)
	}
	same(t, got, []inbox.AgentID{cem, ana, ben, cem})
}

func TestManualTeamsQueueAndAreHandedOutByHand(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", by(inbox.StrategyManual), ana)
	id := d.queuedIn(team, "c1")
	if c := d.conversation(id); c.AssigneeID != nil || c.QueuedAt == nil {
		t.Fatalf("got %+v, want it queued", c)
	}
	d.presence(ana, inbox.PresenceOffline)
	d.presence(ana, inbox.PresenceOnline)
	if got := d.assignee(id); got != 0 {
		t.Errorf("the queue drained to %v", got)
	}
	d.give(id, ana)
	if c := d.conversation(id); c.Scope().Assignee != ana || c.QueuedAt != nil {
		t.Errorf("got %+v", c)
	}
}

func TestOnlineOnlyLooksAtPresence(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceBusy)), d.hire("Ben", being(inbox.PresenceOffline))
	strict := d.team("Strict", engine.PolicyPatch{}, ana, ben)
	loose := d.team("Loose", engine.PolicyPatch{OnlineOnly: new(false)}, ana, ben)
	if got := d.assignee(d.queuedIn(strict, "c1")); got != 0 {
		t.Errorf("%v was assigned, who is not online", got)
	}
	if got := d.assignee(d.queuedIn(loose, "c2")); got != ana {
		t.Errorf("got %v, want Ana, whose turn it is", got)
	}
}

func TestADecisionExplainsItself(t *testing.T) {
	d := newDesk(t)
	full, busy, off := d.hire("Full", capped(1)), d.hire("Busy", being(inbox.PresenceBusy)), d.hire("Off", being(inbox.PresenceOffline))
	gone, ana, ben := d.hire("Gone"), d.hire("Ana"), d.hire("Ben")
	team := d.team("Support", engine.PolicyPatch{}, full, busy, off, gone, ana, ben)
	d.give(d.opened("other"), full)
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: gone, Disabled: new(true)}))

	id := d.opened("c1")
	d.route(id, team)
	change := d.assign(id)
	stored := d.decision(id)
	same(t, change.Decision, stored)
	if *stored.AssigneeID != ana || *stored.Strategy != inbox.StrategyRoundRobin || *stored.TeamID != team || stored.ConversationID != id {
		t.Errorf("decided %+v", stored)
	}
	reasons := make(map[inbox.AgentID]inbox.PassedOverReason)
	for _, c := range stored.Candidates {
		if c.PassedOver != nil {
			reasons[c.AgentID] = *c.PassedOver
		}
		if c.Eligible() != (c.AgentID == ana || c.AgentID == ben) {
			t.Errorf("%v is eligible: %t", c.AgentID, c.Eligible())
		}
	}
	same(t, reasons, map[inbox.AgentID]inbox.PassedOverReason{full: inbox.PassedOverAtCapacity, busy: inbox.PassedOverBusy,
		off: inbox.PassedOverOffline, gone: inbox.PassedOverDisabled, ben: inbox.PassedOverNotChosen})
	counts := make(map[inbox.PassedOverReason]int32)
	for _, c := range stored.PassedOver {
		counts[c.Reason] = c.Count
	}
	same(t, counts, map[inbox.PassedOverReason]int32{inbox.PassedOverAtCapacity: 1, inbox.PassedOverBusy: 1,
		inbox.PassedOverOffline: 1, inbox.PassedOverDisabled: 1, inbox.PassedOverNotChosen: 1})
	same(t, stored.Reason, "Ana, assigned longest ago of 2 available; 1 other was at capacity, 1 was busy, 1 was offline and 1 was disabled.")
	event := d.events(d.db.HeadNumber() - 1)[0].(*inbox.ConversationAssigned)
	if event.DecisionID == nil || *event.DecisionID != stored.ID {
		t.Errorf("the event refers to %v", event.DecisionID)
	}
}

func TestADecisionThatQueuesIsStoredEachTimeItIsAskedFor(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{}, d.hire("Off", being(inbox.PresenceOffline)))
	id := d.queuedIn(team, "c1")
	first := d.decision(id)
	same(t, first.Reason, "Nobody was available: 1 was offline.")
	types := d.during(func() {
		again := d.assign(id)
		same(t, again.Decision, d.decision(id))
	})
	same(t, types, []string(nil))
}

func TestTheAgentLastAssignedOwnsTheContact(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	first := d.say("c1", "Hello")
	d.give(first.Conversation.ID, ana)
	d.give(first.Conversation.ID, ben)
	d.close(first.Conversation.ID)
	if owner := d.contact(first.Contact.ID).OwnerID; owner == nil || *owner != ben {
		t.Errorf("the owner is %v, want Ben, after the close too", owner)
	}
}

func TestAutomationNeverTakesAConversationThatSomebodyElseGotInBetween(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	id := d.queuedIn(team, "c1")
	ben := d.hire("Ben")
	d.give(id, ben)
	d.presence(ana, inbox.PresenceOnline)
	if got := d.assignee(id); got != ben {
		t.Errorf("%v has it, want Ben", got)
	}
	if q := view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(team) }).QueueLength; q != 0 {
		t.Errorf("the queue is %d long, want 0", q)
	}
}

// TestAStepAssignsToNobodyWhoIsNotThere lets a step name an agent, or ask for the owner, who cannot take a conversation.
func TestAStepAssignsToNobodyWhoIsNotThere(t *testing.T) {
	for name, test := range map[string]struct {
		step, reason string
		prepare      func(d *desk, ana inbox.AgentID)
	}{
		"the agent named is offline": {"{ agent: Ana }", "Nobody was assigned: Ana, whom the workflow names, was offline.", func(d *desk, ana inbox.AgentID) { d.presence(ana, inbox.PresenceOffline) }},
		"the agent named is busy":    {"{ agent: Ana }", "Nobody was assigned: Ana, whom the workflow names, was busy.", func(d *desk, ana inbox.AgentID) { d.presence(ana, inbox.PresenceBusy) }},
		"the owner is offline":       {"{ by: owner }", "Nobody was assigned: Ana, the contact's owner, was offline.", func(d *desk, ana inbox.AgentID) { d.presence(ana, inbox.PresenceOffline) }},
		"the owner is there":         {"{ by: owner }", "Ana, the contact's owner.", func(*desk, inbox.AgentID) {}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana")
			team := d.team("Support", by(inbox.StrategyManual))
			d.give(d.opened("c1"), ana)
			d.close(1)
			test.prepare(d, ana)
			d.publish("format: 1\nname: By name\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: to, route: { team: Support } }\n  - { key: a, assign: " + test.step + " }\n")
			id := d.opened("c1")
			made := d.decision(id)
			if !strings.HasPrefix(test.reason, "Nobody") {
				if d.assignee(id) != ana || made.Reason != test.reason || made.Strategy != nil || *made.AssigneeID != ana {
					t.Errorf("decided %+v", made)
				}
				return
			}
			first := view(d, func(r *store.ReadTx) ([]*inbox.AssignmentDecision, error) { return r.DecisionsOf(id, 10) })
			if refused := first[len(first)-1]; refused.Reason != test.reason || refused.AssigneeID != nil {
				t.Errorf("decided %+v", refused)
			}
			if c := d.conversation(id); c.AssigneeID != nil || c.QueuedAt == nil || *c.TeamID != team {
				t.Errorf("the conversation is %+v", c)
			}
		})
	}
}

func TestTheRunLogNamesTheAgentAndSaysWhy(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	d.team("Support", engine.PolicyPatch{}, ana, d.hire("Off", being(inbox.PresenceOffline)))
	d.publish("format: 1\nname: In\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: to, route: { team: Support } }\n" +
		"  - { key: a, assign: { by: team } }\n  - { key: again, assign: { by: team } }\n")
	logged := d.run(d.opened("c1")).Steps
	for at, want := range map[int]map[string]string{
		1: {"assignee": ana.String(), "assigneeName": "Ana", "reason": "Ana, the only agent available; 1 other was offline."},
		2: {"assignee": ana.String(), "assigneeName": "Ana"},
	} {
		var detail map[string]any
		if err := json.Unmarshal(logged[at].Detail, &detail); err != nil {
			t.Fatal(err)
		}
		for key, text := range want {
			if detail[key] != text {
				t.Errorf("step %s has %s %v, want %s", logged[at].Key, key, detail[key], text)
			}
		}
	}
}

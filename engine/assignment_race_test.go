package engine_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

func TestTwoWritersForAnAgentsLastPlaceLeaveOneWaiting(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	ids := make([]inbox.ConversationID, 8)
	for i := range ids {
		ids[i] = d.opened(fmt.Sprint("c", i))
		d.route(ids[i], team)
	}
	refusals := make([]error, len(ids))
	atOnce(len(ids), func(i int) {
		in := engine.ConversationAssignInput{ConversationID: ids[i]}
		if i%2 == 0 {
			in.AgentID = &ana
		}
		_, refusals[i] = d.ConversationAssign(d.ctx(), d.key, in)
	})
	has := 0
	for i, id := range ids {
		c := d.conversation(id)
		switch {
		case c.AssigneeID != nil:
			has++
		case i%2 == 0:
			refused(t, refusals[i], inbox.CodeAtCapacity, "agentId")
		case c.QueuedAt == nil:
			t.Errorf("%v has neither an agent nor a place in the queue", id)
		}
	}
	if n := d.agent(ana).OpenConversations; has != 1 || n != 1 {
		t.Errorf("%d are assigned, and Ana has %d; want 1", has, n)
	}
	d.right()
}

func TestARuleAndARouterWhoActAtOnceLeaveEachConversationInOnePlace(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Ben", being(inbox.PresenceOffline))
	support, sales := d.team("Support", limit(20), ana), d.team("Sales", limit(20), ben)
	d.publish(inboundWorkflow)
	const n = 60
	var mu sync.Mutex
	var ids []inbox.ConversationID
	atOnce(n+2, func(i int) {
		switch i {
		case n:
			d.presence(ana, inbox.PresenceOnline)
		case n + 1:
			d.presence(ben, inbox.PresenceOnline)
		default:
			id := d.opened(fmt.Sprint("c", i))
			if i%2 == 0 {
				d.route(id, sales)
			}
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, id)
		}
	})
	for _, id := range ids {
		c := d.conversation(id)
		if (c.AssigneeID != nil) == (c.QueuedAt != nil) || c.Scope().Team != support && c.Scope().Team != sales {
			t.Errorf("%v is %+v: want it assigned or queued, with a team", id, c)
		}
	}
	if a, b := d.agent(ana).OpenConversations, d.agent(ben).OpenConversations; a > 20 || b > 20 {
		t.Errorf("Ana has %d and Ben %d, who may have 20", a, b)
	}
	d.right()
}

func TestAnAgentWhoGoesOfflineWhileBeingAssignedGetsNothingAfterwards(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", engine.PolicyPatch{}, ana)
	atOnce(41, func(i int) {
		if i == 20 {
			d.presence(ana, inbox.PresenceOffline)
			return
		}
		d.queuedIn(team, fmt.Sprint("c", i))
	})
	offline := false
	for _, event := range d.events(0) {
		switch e := event.(type) {
		case *inbox.PresenceChanged:
			offline = e.AgentID == ana && e.Presence == inbox.PresenceOffline
		case *inbox.ConversationAssigned:
			if offline {
				t.Errorf("event %d assigns %v to Ana, who had gone offline", e.Number, e.ConversationID)
			}
		}
	}
	queue := view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(team) }).QueueLength
	if has := d.agent(ana).OpenConversations; has+queue != 40 {
		t.Errorf("Ana has %d and %d wait, want 40 together", has, queue)
	}
	d.right()
}

func TestATeamThatIsEmptiedKeepsItsQueueForWhoeverJoins(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", limit(1), ana)
	names := map[inbox.ConversationID]string{}
	for _, name := range []string{"first", "second", "third"} {
		names[d.queuedIn(team, name)] = name
		d.clock.move(time.Second)
	}
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, RemoveMemberIDs: []inbox.AgentID{ana}}))
	d.presence(ana, inbox.PresenceOnline)
	d.right()
	if n := view(d, func(r *store.ReadTx) (*inbox.Team, error) { return r.Team(team) }).QueueLength; n != 3 {
		t.Fatalf("%d wait, want all 3", n)
	}
	ben := d.hire("Ben")
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{ben}}))
	d.right()
	same(t, d.order(ben, names), []string{"first", "second", "third"})
}

func TestWhatTheLastAgentOfATeamHadWaitsWithItsAgeOnceTheyAreDisabled(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(2), ana)
	first, second, third := d.queuedIn(team, "c1"), d.queuedIn(team, "c2"), d.queuedIn(team, "c3")
	began := d.conversation(first).OpenedAt
	d.clock.move(time.Hour)
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	for _, id := range []inbox.ConversationID{first, second, third} {
		if c := d.conversation(id); c.AssigneeID != nil || c.QueuedAt == nil || *c.QueuedAt != began {
			t.Errorf("%v is %+v, want it queued since %s", id, c, began)
		}
	}
	d.right()
	ben := d.hire("Ben", capped(1))
	must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{ben}}))
	same(t, d.order(ben, map[inbox.ConversationID]string{first: "first", second: "second", third: "third"}), []string{"first", "second", "third"})
}

func TestAConversationOfAnAgentWhoLeftTheCompanyWaitsForNobodyWhoIsGone(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana"), d.hire("Bo", being(inbox.PresenceOffline))
	team := d.team("Support", requiring(time.Hour), ana, bo)
	open, closed := d.queuedIn(team, "open"), d.queuedIn(team, "closed")
	d.close(closed)
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	d.presence(bo, inbox.PresenceOnline)
	if got := d.assignee(open); got != bo {
		t.Errorf("%v has the open one, want Bo at once", got)
	}
	if got := d.assignee(d.queuedIn(team, "closed")); got != bo {
		t.Errorf("%v has the next one of a contact whose agent is gone, want Bo at once", got)
	}
	d.right()
}

func TestAConversationSnoozedInTheQueueAndWokenWhenItsTeamIsClosedIsServedAtOpening(t *testing.T) {
	d := newDesk(t) // on a Monday at nine
	ana := d.hire("Ana", being(inbox.PresenceBusy))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	d.hours(team, &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: []string{"09:00-17:00"}, Tue: []string{"09:00-17:00"}}})
	id := d.queuedIn(team, "c1")
	began := *d.conversation(id).QueuedAt
	d.snooze(id, 10*time.Hour)
	d.presence(ana, inbox.PresenceOnline)
	d.later(10 * time.Hour)
	if c := d.conversation(id); c.AssigneeID != nil || c.QueuedAt == nil || *c.QueuedAt != began {
		t.Fatalf("woken as %+v, want it queued since %s", c, began)
	}
	d.right()
	d.later(14*time.Hour - time.Second)
	if got := d.assignee(id); got != 0 {
		t.Errorf("%v has it before the team opens", got)
	}
	d.later(time.Second)
	if got := d.assignee(id); got != ana {
		t.Errorf("%v has it when the team opens, want Ana", got)
	}
	d.right()
}

func TestOfTwoAgentsWhoPickTheSameConversationOneGetsItAndTheOtherIsToldWho(t *testing.T) {
	d := newDesk(t)
	names := map[inbox.AgentID]string{}
	var agents []inbox.AgentID
	for _, name := range []string{"Ana", "Ben"} {
		agents = append(agents, d.hire(name))
		names[agents[len(agents)-1]] = name
	}
	team := d.team("Support", by(inbox.StrategyManual), agents...)
	callers := []inbox.Caller{d.caller(agents[0]), d.caller(agents[1])}
	for i := range 20 {
		id := d.queuedIn(team, fmt.Sprint("c", i))
		changes := make([]*engine.ConversationChange, 2)
		atOnce(2, func(i int) {
			changes[i] = must(d.ConversationAssign(d.ctx(), callers[i], engine.ConversationAssignInput{ConversationID: id, AgentID: &agents[i], OnlyIfUnassigned: true}))
		})
		holder := d.assignee(id)
		for i, change := range changes {
			switch {
			case agents[i] == holder && change.Refused != nil:
				t.Errorf("%s has it and was refused: %v", names[holder], change.Refused)
			case agents[i] != holder && (change.Refused == nil || change.Refused.Code != inbox.CodeConflict || !strings.Contains(change.Refused.Message, names[holder])):
				t.Errorf("%s was told %v, want that %s has it", names[agents[i]], change.Refused, names[holder])
			}
		}
	}
}

func TestANewcomerLinesUpBehindALongQueueThatDrainsInParts(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", being(inbox.PresenceOffline))
	team := d.team("Support", engine.PolicyPatch{}, ana)
	var waiting []inbox.ConversationID
	for i := range 150 {
		waiting = append(waiting, d.queuedIn(team, fmt.Sprint("c", i)))
	}
	d.clock.move(time.Minute)
	d.presence(ana, inbox.PresenceOnline)
	late := d.queuedIn(team, "late")
	if c := d.conversation(late); c.AssigneeID != nil || c.QueuedAt == nil {
		t.Fatalf("the newcomer is %+v, want it queued behind those who wait", c)
	}
	if reason := d.decision(late).Reason; !strings.Contains(reason, "lines up") {
		t.Errorf("it waits because %q", reason)
	}
	d.right()
	d.FireDue(d.ctx())
	last := inbox.ConversationID(0)
	for _, event := range d.events(0) {
		if e, ok := event.(*inbox.ConversationAssigned); ok {
			last = e.ConversationID
		}
	}
	if last != late || d.agent(ana).OpenConversations != int32(len(waiting)+1) {
		t.Errorf("%v was assigned last, of %d; want the newcomer, of all", last, d.agent(ana).OpenConversations)
	}
	d.right()
}

func TestAWorkflowThatClosesOneConversationAndAssignsAnotherDoesNotOvertakeTheQueue(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	d.publish(`
format: 1
name: Start again
trigger: { on: message.received, when: { field: message.text, op: equals, value: "Again" } }
steps:
  - key: close
    close: {}
  - key: open
    open: {}
  - key: to
    route: { team: Support }
  - key: who
    assign: { by: team }
`)
	first := d.queuedIn(team, "c1")
	waiting := d.queuedIn(team, "c2")
	d.clock.move(time.Minute)
	d.say("c1", "Again")
	if d.conversation(first).IsOpen() {
		t.Fatal("the workflow has not closed it")
	}
	if got := d.assignee(waiting); got != ana {
		t.Errorf("%v has the one that waited, want Ana", got)
	}
	next := view(d, func(r *store.ReadTx) (*inbox.Conversation, error) {
		return r.OpenConversation(d.conversation(first).ContactID)
	})
	if next == nil || next.AssigneeID != nil || next.QueuedAt == nil {
		t.Errorf("the new one is %+v, want it queued", next)
	}
	d.right()
}

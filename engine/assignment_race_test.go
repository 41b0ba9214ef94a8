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

// requiring is a policy that waits for the contact's owner.
func requiring(wait time.Duration) engine.PolicyPatch {
	return engine.PolicyPatch{Sticky: new(inbox.StickyRequireUntil), StickyWait: engine.SetTo(inbox.Duration(wait / time.Second))}
}

// right checks the rules of assignment over the rows as they are.
func (d *desk) right() {
	d.Helper()
	for _, wrong := range d.picture().wrong() {
		d.Error(wrong)
	}
}

// own makes an agent the owner of a contact.
func (d *desk) own(id inbox.ContactID, owner inbox.AgentID) {
	d.Helper()
	must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: id, Owner: engine.SetTo(owner)}))
}

// knownTo lets a contact write and leaves them with an owner and no open conversation.
func (d *desk) knownTo(owner inbox.AgentID, contact string) {
	d.Helper()
	c := d.say(contact, "Hello").Conversation
	d.close(c.ID)
	d.own(c.ContactID, owner)
}

func TestWhatWaitsForAnOwnerInOneTeamDoesNotHideWhatWaitsForThemInAnother(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Bo", being(inbox.PresenceOffline))
	shut, open := d.team("Shut", requiring(time.Hour), ana, bo), d.team("Open", requiring(time.Hour), ana, bo)
	d.hours(shut, &inbox.Hours{TimeZone: "UTC"})
	for i, team := range []inbox.TeamID{shut, open} {
		d.knownTo(ana, fmt.Sprint("c", i))
		d.clock.move(time.Second)
		d.queuedIn(team, fmt.Sprint("c", i))
	}
	d.presence(ana, inbox.PresenceOnline)
	d.right()
}

func TestMoreThanOneTransactionMayAssignWaitsForTheirOwner(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Bo", being(inbox.PresenceOffline))
	team := d.team("Support", requiring(time.Hour), ana, bo)
	const many = 250
	for i := range many {
		d.knownTo(ana, fmt.Sprint("c", i))
		d.queuedIn(team, fmt.Sprint("c", i))
	}
	d.presence(ana, inbox.PresenceOnline)
	d.right()
	d.FireDue(d.ctx())
	d.right()
	if n := d.agent(ana).OpenConversations; n != many {
		t.Errorf("their owner has %d, want %d", n, many)
	}
}

func TestTheOwnerChangesWhileAConversationWaitsForTheOldOne(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceOffline)), d.hire("Bo")
	team := d.team("Support", requiring(time.Hour), ana, bo)
	d.knownTo(ana, "c1")
	id := d.queuedIn(team, "c1")
	if d.assignee(id) != 0 {
		t.Fatal("it does not wait for Ana")
	}
	d.own(d.conversation(id).ContactID, bo)
	if got := d.assignee(id); got != bo {
		t.Errorf("%v has it, want the new owner", got)
	}
	d.right()
}

func TestTheContactsLanguageChangesWhileTheyWait(t *testing.T) {
	for name, change := range map[string]func(d *desk, contact inbox.ContactID){
		"by hand": func(d *desk, contact inbox.ContactID) {
			must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Language: engine.SetTo("fr")}))
		},
		"to none": func(d *desk, contact inbox.ContactID) {
			must(d.ContactUpdate(d.ctx(), d.owner, engine.ContactPatch{ID: contact, Language: engine.Patch[string]{Set: true}}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			speaking := func(tag string) func(*inbox.Agent) { return func(a *inbox.Agent) { a.Languages = []string{tag} } }
			gert, fleur := d.hire("Gert", speaking("de"), being(inbox.PresenceOffline)), d.hire("Fleur", speaking("fr"))
			team := d.team("Support", engine.PolicyPatch{MatchLanguage: new(true)}, gert, fleur)
			in := d.message("c1", "Hallo")
			in.Contact.Language = new("de")
			id := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation.ID
			d.route(id, team)
			d.assign(id)
			if d.assignee(id) != 0 {
				t.Fatal("it does not wait for Gert")
			}
			change(d, d.conversation(id).ContactID)
			if got := d.assignee(id); got != fleur {
				t.Errorf("%v has it, want Fleur", got)
			}
			d.right()
		})
	}
}

func TestTheAgentWhomTheWorkspacesQueueWaitsForLeavesTheCompany(t *testing.T) {
	d := newDesk(t)
	ana, bo := d.hire("Ana", being(inbox.PresenceBusy)), d.hire("Bo")
	d.publish(`
format: 1
name: Mine
trigger: { on: conversation.opened, when: { field: message.text, op: equals, value: "Mine" } }
steps:
  - key: who
    assign: { by: workspace, policy: { sticky: REQUIRE_UNTIL, stickyWait: PT1H } }
`)
	d.knownTo(ana, "c1")
	id := d.say("c1", "Mine").Conversation.ID
	if d.assignee(id) != 0 {
		t.Fatal("it does not wait for Ana")
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(true)}))
	if got := d.assignee(id); got != bo {
		t.Errorf("%v has it, want Bo", got)
	}
	d.right()
}

func TestANewcomerAtTheMomentATeamOpensLinesUpBehindThoseWhoWaitedForIt(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana")
	team := d.team("Support", limit(1), ana)
	d.hours(team, &inbox.Hours{TimeZone: "UTC", Week: inbox.Week{Mon: []string{"10:00-17:00"}}})
	early := d.queuedIn(team, "early")
	d.clock.move(time.Hour)
	late := d.queuedIn(team, "late")
	d.right()
	d.FireDue(d.ctx())
	if d.assignee(early) != ana || d.assignee(late) != 0 {
		t.Errorf("%v has the early one, %v the late one; want Ana and nobody", d.assignee(early), d.assignee(late))
	}
	d.right()
}

func TestAStepThatAsksTheWholeWorkspaceQueuesWhereTheTeamCanTakeIt(t *testing.T) {
	d := newDesk(t)
	off := d.hire("Off", being(inbox.PresenceOffline))
	d.team("Support", engine.PolicyPatch{OnlineOnly: new(false)}, off)
	d.publish(`
format: 1
name: Anybody
trigger: { on: conversation.opened }
steps:
  - key: to
    route: { team: Support }
  - key: who
    assign: { by: workspace }
`)
	id := d.opened("c1")
	if got := d.assignee(id); got != off {
		t.Errorf("%v has it, want Off, whom the team's own policy takes", got)
	}
	d.right()
}

func TestAnAgentWhoSpeaksTheLanguageFreesWhatWaitedForAnOwnerWhoDoesNot(t *testing.T) {
	german := func(a *inbox.Agent) { a.Languages = []string{"de"} }
	for name, test := range map[string]struct {
		before func(*inbox.Agent)
		comes  engine.AgentPatch
	}{
		"who learns it": {func(*inbox.Agent) {}, engine.AgentPatch{Languages: []string{"de"}}},
		"who is back":   {german, engine.AgentPatch{Disabled: new(false)}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana, bo := d.hire("Ana", test.before), d.hire("Bo", being(inbox.PresenceOffline))
			team := d.team("Support", engine.PolicyPatch{MatchLanguage: new(true), OnlineOnly: new(false), MaxOpen: engine.SetTo[int32](1),
				Sticky: new(inbox.StickyRequireUntil), StickyWait: engine.SetTo[inbox.Duration](3600)}, ana, bo)
			d.give(d.opened("other"), bo)
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: ana, Disabled: new(name == "who is back")}))
			third := d.hire("Cy", capped(1))
			must(d.TeamUpdate(d.ctx(), d.owner, engine.TeamPatch{ID: team, AddMemberIDs: []inbox.AgentID{third}}))
			d.give(d.opened("another"), third)
			in := d.message("c1", "Hallo")
			in.Contact.Language = new("de")
			c := must(d.MessageReceive(d.ctx(), d.key, in)).Conversation
			d.own(c.ContactID, bo)
			d.route(c.ID, team)
			d.assign(c.ID)
			if d.assignee(c.ID) != 0 || d.conversation(c.ID).QueueOwner == nil {
				t.Fatal("it does not wait for Bo")
			}
			test.comes.ID = ana
			must(d.AgentUpdate(d.ctx(), d.owner, test.comes))
			if got := d.assignee(c.ID); got != ana {
				t.Errorf("%v has it, want Ana, who speaks German", got)
			}
			d.right()
		})
	}
}

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

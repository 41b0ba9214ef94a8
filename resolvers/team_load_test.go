package resolvers_test

import (
	"fmt"
	"slices"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

// waiting puts a conversation into a team's queue.
func (d *desk) waiting(team inbox.TeamID, contact string) inbox.ConversationID {
	d.Helper()
	id := d.receive(contact, "hello").Conversation.ID
	_, err := d.engine.ConversationRoute(d.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)})
	d.must(err)
	_, err = d.engine.ConversationAssign(d.Context(), d.owner.Caller, engine.ConversationAssignInput{ConversationID: id})
	d.must(err)
	return id
}

func (d *desk) presence(who person, p inbox.Presence) {
	d.Helper()
	_, err := d.engine.PresenceSet(d.Context(), who.Caller, engine.PresenceSetInput{Presence: p})
	d.must(err)
}

// load returns the load of a team, as a line.
func (d *desk) load(team inbox.TeamID) string {
	d.Helper()
	a := d.ask(d.owner, `query($id: ID!) { node(id: $id) { ... on Team { load { open capacity online busy offline } } } }`, variables{"id": team.String()}).ok()
	l := a.at("node.load").(map[string]any)
	return fmt.Sprintf("%v of %v, %v online, %v busy, %v offline", l["open"], l["capacity"], l["online"], l["busy"], l["offline"])
}

func TestTheLoadOfATeamIsThatOfItsMembersWhoAreNotDisabled(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support")
	want := func(want string) {
		t.Helper()
		if got := d.load(team); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	want("0 of 0, 0 online, 0 busy, 0 offline")
	ann, ben, eve := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll), d.hire("Ben", inbox.RoleAgent, inbox.VisibilityAll), d.hire("Eve", inbox.RoleAgent, inbox.VisibilityAll)
	_, err := d.engine.TeamUpdate(t.Context(), d.owner.Caller, engine.TeamPatch{ID: team,
		AddMemberIDs: []inbox.AgentID{ann.Actor.Agent(), ben.Actor.Agent(), eve.Actor.Agent()}})
	d.must(err)
	d.presence(ann, inbox.PresenceOnline)
	d.presence(ben, inbox.PresenceBusy)
	want("0 of <nil>, 1 online, 1 busy, 1 offline")
	_, err = d.engine.AgentUpdate(t.Context(), d.owner.Caller, engine.AgentPatch{ID: ben.Actor.Agent(), MaxOpen: engine.SetTo[int32](2)})
	d.must(err)
	want("0 of <nil>, 1 online, 1 busy, 1 offline") // the others have no limit yet
	_, err = d.engine.TeamUpdate(t.Context(), d.owner.Caller, engine.TeamPatch{ID: team, Policy: &engine.PolicyPatch{MaxOpen: engine.SetTo[int32](5)}})
	d.must(err)
	d.waiting(team, "a")
	d.waiting(d.team("Sales", ann), "b") // another team's conversations count as well
	snoozed := d.waiting(team, "c")
	want("3 of 12, 1 online, 1 busy, 1 offline")
	d.ask(d.owner, `mutation($id: ID!) { conversationSnooze(input: {conversationId: $id, until: "2100-01-01T00:00:00Z"}) { userErrors { code } } }`, variables{"id": snoozed.String()}).ok()
	want("2 of 12, 1 online, 1 busy, 1 offline")
	_, err = d.engine.AgentUpdate(t.Context(), d.owner.Caller, engine.AgentPatch{ID: eve.Actor.Agent(), Disabled: new(true)})
	d.must(err)
	want("2 of 7, 1 online, 1 busy, 0 offline")
}

func TestTheOldestOfAQueueIsTheOneThatHasWaitedLongestWhateverItsPriority(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support")
	const query = `query($id: ID!) { node(id: $id) { ... on Team { oldestQueuedAt queue { nodes { id queuedAt } } } } }`
	ask := func() answer { return d.ask(d.owner, query, variables{"id": team.String()}).ok() }
	if a := ask(); a.at("node.oldestQueuedAt") != nil {
		t.Errorf("an empty queue has %v", a.Data)
	}
	oldest, urgent := d.waiting(team, "a"), d.waiting(team, "b")
	_, err := d.engine.ConversationRoute(t.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: urgent, Priority: new(inbox.PriorityUrgent)})
	d.must(err)
	a := ask()
	if a.text("node.queue.nodes.0.id") != urgent.String() || a.text("node.queue.nodes.1.id") != oldest.String() ||
		a.text("node.oldestQueuedAt") != a.text("node.queue.nodes.1.queuedAt") {
		t.Errorf("got %v", a.Data)
	}
}

func TestTheQueuesAreOneListInWhichEachPlaceIsAQueues(t *testing.T) {
	d := newDesk(t)
	support, sales := d.team("Support"), d.team("Sales")
	tom := d.hire("Tom", inbox.RoleAgent, inbox.VisibilityTeam)
	_, err := d.engine.TeamUpdate(t.Context(), d.owner.Caller, engine.TeamPatch{ID: sales, AddMemberIDs: []inbox.AgentID{tom.Actor.Agent()}})
	d.must(err)
	d.receive("not queued", "hello")
	first, other, urgent, last := d.waiting(support, "a"), d.waiting(sales, "b"), d.waiting(support, "c"), d.waiting(sales, "d")
	_, err = d.engine.ConversationRoute(t.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: urgent, Priority: new(inbox.PriorityUrgent)})
	d.must(err)
	const query = `query($first: Int!, $after: String) { conversations(filter: {queued: true}, orderBy: QUEUE, first: $first, after: $after) {
		totalCount nodes { id } pageInfo { endCursor hasNextPage } } }`
	for _, c := range []struct {
		who  person
		want []inbox.ConversationID
	}{{d.owner, []inbox.ConversationID{urgent, first, other, last}}, {tom, []inbox.ConversationID{other, last}}} {
		var got []string
		var after any
		for more := true; more; {
			a := d.ask(c.who, query, variables{"first": 3, "after": after}).ok()
			got = append(got, a.each("conversations.nodes", "id")...)
			more, after = a.at("conversations.pageInfo.hasNextPage").(bool), a.at("conversations.pageInfo.endCursor")
			if a.at("conversations.totalCount") != float64(len(c.want)) {
				t.Errorf("it counts %v, want %d", a.at("conversations.totalCount"), len(c.want))
			}
		}
		want := make([]string, len(c.want))
		for i, id := range c.want {
			want[i] = id.String()
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", c.who.Visibility, got, want)
		}
	}
}

func TestTheLoadsOfAllTeamsAreReadAtOnce(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAssigned)
	for i := range 10 {
		d.waiting(d.team(fmt.Sprintf("Team %d", i), ann), fmt.Sprint(i))
	}
	a, statements := d.statements(3, ann, `{ teams { nodes { oldestQueuedAt load { open capacity online busy offline } } } }`, nil)
	if statements > 3 {
		t.Errorf("%d statements for ten teams, their loads and their queues", statements)
	}
	for i := range 10 {
		if at := fmt.Sprintf("teams.nodes.%d.", i); a.at(at+"oldestQueuedAt") == nil || a.at(at+"load.offline") != float64(1) {
			t.Errorf("team %d: %v", i, a.at(fmt.Sprintf("teams.nodes.%d", i)))
		}
	}
}

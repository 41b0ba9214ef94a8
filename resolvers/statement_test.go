package resolvers_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

const inboxPage = `query($first: Int!) { conversations(filter: {status: OPEN}, first: $first) {
	pageInfo { hasNextPage endCursor }
	nodes { id number status priority
		contact { displayName } assignee { name } team { name } lastMessage { text } } } }`

// statements runs an operation and counts the statements of its scope, the only one. If there are more than there should be,
// it runs again, and siblings have longer to ask for what they need: a busy machine is no reason for another statement.
func (d *desk) statements(most int, who person, query string, vars variables) (a answer, n int) {
	d.Helper()
	for _, wait := range []time.Duration{100 * time.Millisecond, time.Second, 5 * time.Second} {
		var scopes, statements atomic.Int32
		d.resolver.OnScope(func(n int) {
			scopes.Add(1)
			statements.Add(int32(n))
		})
		d.resolver.SetWait(wait)
		a = d.ask(who, query, vars).ok()
		if n := scopes.Load(); n > 1 {
			d.Errorf("%d scopes", n)
		}
		if n = int(statements.Load()); n <= most {
			break
		}
	}
	return a, n
}

func TestAnInboxPageTakesAtMostFiveStatementsWhateverItsLength(t *testing.T) {
	d := newDesk(t)
	ann, tom := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll), d.hire("Tom", inbox.RoleAgent, inbox.VisibilityTeam)
	teams := []inbox.TeamID{d.team("Sales", tom), d.team("Support", tom), d.team("VIP", tom)}
	for i := range 30 {
		v := d.receive(fmt.Sprintf("contact %d", i), "hello").Conversation
		_, err := d.engine.ConversationRoute(t.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: v.ID, Team: engine.SetTo(teams[i%3])})
		d.must(err)
		agents := []inbox.AgentID{ann.Actor.Agent(), tom.Actor.Agent()}
		_, err = d.engine.ConversationAssign(t.Context(), d.owner.Caller, engine.ConversationAssignInput{ConversationID: v.ID, AgentID: &agents[i%2]})
		d.must(err)
	}
	for _, viewer := range []person{d.owner, ann, tom} {
		for _, first := range []int{1, 25, 100} {
			a, statements := d.statements(5, viewer, inboxPage, variables{"first": first})
			if n := len(a.at("conversations.nodes").([]any)); n != min(first, 30) {
				t.Fatalf("%d conversations, want %d", n, min(first, 30))
			}
			if statements > 5 {
				t.Errorf("visibility %s: a page of %d took %d statements", viewer.Visibility, first, statements)
			}
		}
	}
}

func TestWhatAMutationAnswersIsNotReadAgain(t *testing.T) {
	d := newDesk(t)
	const receive = `mutation($channel: ID!) { messageReceive(input: {channelId: $channel, contact: {externalId: "a"}, message: {text: "hi"}}) {
		message { id text conversation { id %s } } conversation { id number %s contact { displayName } } contact { id }
		opened duplicate cursor userErrors { code } } }`
	_, statements := d.statements(0, d.owner, fmt.Sprintf(receive, "", ""), variables{"channel": d.channel.String()})
	if statements != 0 {
		t.Errorf("%d statements for what the mutation answered", statements)
	}
	// State and revision have to be of one snapshot, so the state is read again here.
	if _, statements = d.statements(2, d.owner, fmt.Sprintf(receive, "", "revision"), variables{"channel": d.channel.String()}); statements != 2 {
		t.Errorf("%d statements for a conversation and its revision, want 2", statements)
	}
}

func TestTotalCountIsCountedOnlyWhenAskedFor(t *testing.T) {
	d := newDesk(t)
	d.receive("a", "hello")
	_, without := d.statements(2, d.owner, `{ conversations { nodes { id } } contacts { nodes { id } } }`, nil)
	a, with := d.statements(without+2, d.owner, `{ conversations { ...counted } contacts { totalCount } }
		fragment counted on ConversationConnection { totalCount }`, nil)
	if a.at("conversations.totalCount") != float64(1) || a.at("contacts.totalCount") != float64(1) || with != without+2 {
		t.Errorf("counts are %v and took %d statements beside %d", a.Data, with-without, without)
	}
}

func TestAnIDThatTheParentKnowsIsNotRead(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	team := d.team("Sales", ann)
	v := d.receive("a", "hello").Conversation
	_, err := d.engine.ConversationRoute(t.Context(), d.owner.Caller, engine.RoutePatch{ConversationID: v.ID, Team: engine.SetTo(team)})
	d.must(err)
	agent := ann.Actor.Agent()
	_, err = d.engine.ConversationAssign(t.Context(), d.owner.Caller, engine.ConversationAssignInput{ConversationID: v.ID, AgentID: &agent})
	d.must(err)

	const query = `query($id: ID!) { conversation(id: $id) { contact { id ...more } team { __typename id ...more } assignee { ...bare ...more } } }
		fragment bare on Node { id }
		fragment more on Node { __typename %s }`
	a, statements := d.statements(1, d.owner, fmt.Sprintf(query, ""), variables{"id": v.ID.String()})
	if statements != 1 {
		t.Errorf("%d statements for a conversation and three ids, want 1", statements)
	}
	for path, want := range map[string]string{"contact": v.ContactID.String(), "team": team.String(), "assignee": agent.String()} {
		if got := a.at("conversation." + path + ".id"); got != want {
			t.Errorf("%s has the id %v, want %s", path, got, want)
		}
	}
	named := fmt.Sprintf(query, "... on Agent { name }")
	if a, statements = d.statements(2, d.owner, named, variables{"id": v.ID.String()}); statements != 2 || a.at("conversation.assignee.name") != "Ann" {
		t.Errorf("%d statements, assignee %v; want 2 with the name", statements, a.at("conversation.assignee"))
	}
}

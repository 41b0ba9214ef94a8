package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/inbox"
)

const nodesQuery = `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Conversation { number } ... on Contact { displayName } ... on Note { text } } }`

// everyNode returns the ids of everything in the office, and those that name nothing.
func (o *office) everyNode() []string {
	ids := []string{"", "cnv_zzzzz", "x", o.channel.String(), o.sales.String(), o.support.String(), o.workflow.String(), o.loose.String(),
		o.owner.Actor.Agent().String(), o.team.Actor.Agent().String(), inbox.APIKeyID(o.key.Actor.ID).String()}
	for _, c := range o.conversations {
		ids = append(ids, c.nodes...)
	}
	return ids
}

func TestNodesAreWhatEachNodeIsInTheOrderOfTheIDs(t *testing.T) {
	o := newOffice(t)
	ids := o.everyNode()
	ids = append(ids, ids[3], ids[3])
	for _, who := range []person{o.owner, o.all, o.team, o.own, o.key} {
		found := o.ask(who, nodesQuery, variables{"ids": ids}).ok().at("nodes").([]any)
		if len(found) != len(ids) {
			t.Fatalf("%d nodes for %d ids", len(found), len(ids))
		}
		seen := 0
		for i, id := range ids {
			one := o.ask(who, strings.Replace(nodesQuery, "query($ids: [ID!]!) { nodes(ids: $ids)", "query($ids: ID!) { node(id: $ids)", 1), variables{"ids": id}).ok().at("node")
			if fmt.Sprint(found[i]) != fmt.Sprint(one) {
				t.Errorf("%s, %s: %v among others, %v alone", who.Visibility, id, found[i], one)
			}
			if one != nil {
				seen++
			}
		}
		if seen == 0 || seen == len(ids) {
			t.Errorf("%s sees %d of %d", who.Visibility, seen, len(ids))
		}
	}
}

func TestNodesOfAKindAreReadAtOnce(t *testing.T) {
	o := newOffice(t)
	ids := o.everyNode()
	for who, most := range map[*person]int{&o.owner: 11, &o.team: 13} { // 11 kinds; what Tom may see, and which contacts
		a, n := o.statements(most, *who, nodesQuery, variables{"ids": ids})
		if found := a.at("nodes").([]any); len(found) != len(ids) || n > most {
			t.Errorf("%s: %d statements for %d nodes, want at most %d", who.Visibility, n, len(found), most)
		}
	}
}

func TestNodesAreAtMostAHundredAndCostWhatTheyAre(t *testing.T) {
	o := newOffice(t)
	many := make([]string, 101)
	for i := range many {
		many[i] = o.sales.String()
	}
	if a := o.ask(o.owner, nodesQuery, variables{"ids": many}); a.code() != "BAD_REQUEST" {
		t.Errorf("101 ids: %v", a.Errors)
	}
	cost := func(n int) int {
		return o.ask(o.owner, `query($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }`, variables{"ids": many[:n]}).ok().requested()
	}
	if few, all := cost(10), cost(100); all-few != 90*2 {
		t.Errorf("10 nodes cost %d points and 100 cost %d", few, all)
	}
}

func TestMeIsTheAgentBehindTheTokenAndNobodyForAKey(t *testing.T) {
	o := newOffice(t)
	if got := o.ask(o.team, `{ me { name role } }`, nil).ok().text("me.name"); got != "Tom" {
		t.Errorf("Tom is %s", got)
	}
	if got := o.ask(o.key, `{ me { name } }`, nil).ok().at("me"); got != nil {
		t.Errorf("a key is the agent %v", got)
	}
}

func TestWhatIsMineIsForWhomeverLooks(t *testing.T) {
	o := newOffice(t)
	assignees := func(who person, filter string) string {
		var names []string
		for _, node := range o.ask(who, `{ conversations(filter: `+filter+`) { nodes { assignee { name } } } }`, nil).ok().at("conversations.nodes").([]any) {
			names = append(names, node.(map[string]any)["assignee"].(map[string]any)["name"].(string))
		}
		return strings.Join(names, " ")
	}
	both := fmt.Sprintf(`{mine: true, assigneeIds: [%q]}`, o.own.Actor.Agent())
	for _, c := range []struct {
		who          person
		filter, want string
	}{
		{o.team, `{mine: true}`, "Tom"},
		{o.own, `{mine: true}`, "Oscar"},
		{o.key, `{mine: true}`, ""},
		{o.own, both, "Oscar"},
		{o.team, both, ""},
		{o.own, `{mine: false}`, ""},
	} {
		if got := assignees(c.who, c.filter); got != c.want {
			t.Errorf("%v, %s: %q, want %q", c.who.Actor, c.filter, got, c.want)
		}
	}
	total := func(who person, filter string) float64 {
		return o.ask(who, `{ conversations(filter: `+filter+`) { totalCount } }`, nil).ok().at("conversations.totalCount").(float64)
	}
	if all, mine, others := total(o.owner, `{}`), total(o.owner, `{mine: true}`), total(o.owner, `{mine: false}`); mine != 0 || others != all || all == 0 {
		t.Errorf("%v of the owner's and %v of others make %v", mine, others, all)
	}
	if all, mine, others := total(o.team, `{}`), total(o.team, `{mine: true}`), total(o.team, `{mine: false}`); mine == 0 || mine+others != all {
		t.Errorf("%v of Tom's and %v of others make %v", mine, others, all)
	}
}

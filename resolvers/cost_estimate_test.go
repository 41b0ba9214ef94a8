package resolvers_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"

	"foyer/inbox"
	"foyer/resolvers"
)

// requested returns the estimated cost in an answer.
func (a answer) requested() int {
	a.t.Helper()
	text, err := json.Marshal(a.Extensions["cost"])
	if err != nil {
		a.t.Fatal(err)
	}
	var c struct{ Requested int }
	if err := json.Unmarshal(text, &c); err != nil {
		a.t.Fatal(err)
	}
	return c.Requested
}

func recipe(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../clients/recipes/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheScreensOfAnHonestFrontEndPassAndCostWhatTheGuideSays(t *testing.T) {
	d := newDesk(t)
	v := d.receive("a", "hello").Conversation
	guide, err := os.ReadFile("../docs/clients.md")
	d.must(err)
	for _, c := range []struct {
		screen, query string
		vars          variables
	}{
		{"an inbox of 50 rows", recipe(t, "inbox.graphql"), variables{"filter": variables{"status": "OPEN"}}},
		{"a thread with 50 messages and 50 notes", recipe(t, "thread.graphql"), variables{"id": v.ID}},
		{"the usual introspection query", introspection.Query, nil},
	} {
		points := d.ask(d.owner, c.query, c.vars).ok().requested()
		told := inbox.Thousands(points)
		if c.vars == nil { // it grows with the schema
			told = "up to " + inbox.Thousands((points+99)/100*100)
		}
		row := fmt.Sprintf("| %s | %s |", c.screen, told)
		if !strings.Contains(string(guide), row) {
			t.Errorf("docs/clients.md lacks the row %s", row)
		}
	}
}

func TestWhatTakesMuchIsRefusedAsTooComplex(t *testing.T) {
	d := newDesk(t)
	several := func(n int, field string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, " a%d: %s", i, field)
		}
		return b.String()
	}
	aliased := func(n int, field string) string { return "{" + several(n, field) + " }" }
	for _, c := range []struct{ behaviour, query, dearest string }{
		{"custom fields of many", aliased(24, "contacts(first: 100) { nodes { fields } }"), "contacts.nodes.fields 21600"},
		{"introspection that multiplies", `{ __schema { types {` + several(12, "fields { ...f }") + ` } } }
			fragment f on __Field { type {` + several(12, "fields { name description }") + ` ofType { fields { ...g } } } }
			fragment g on __Field { name description type { name description } args { name description } }`, "__schema "},
		{"the whole schema again and again", aliased(20, "__schema { types { description fields { name description args { name description type { name } } type { name } } } }"), "__schema "},
		{"searches", aliased(24, `conversations(first: 1, filter: {search: "a b c d e f g h i j k l m n o p"}) { nodes { id } }`), "conversations 40"},
		{"scans", aliased(29, `contacts(first: 1, filter: {tags: ["a"], blocked: true}) { nodes { id } }`), "contacts 5858"},
		{"drawings", `{ workflows(first: 100) { nodes { diagram { svg } } } }`, "workflows.nodes.diagram.svg 5100"},
	} {
		a := d.ask(d.owner, c.query, nil)
		if a.code() != "QUERY_TOO_COMPLEX" {
			t.Errorf("%s: got code %q for %d points", c.behaviour, a.code(), a.requested())
			continue
		}
		text, err := json.Marshal(a.Errors[0].Extensions["dearest"])
		d.must(err)
		var dearest []struct {
			Path string
			Cost int
		}
		d.must(json.Unmarshal(text, &dearest))
		if got := fmt.Sprint(dearest[0].Path, " ", dearest[0].Cost); !strings.HasPrefix(got, c.dearest) || len(dearest) > 3 {
			t.Errorf("%s: the dearest are %v, want first %s", c.behaviour, dearest, c.dearest)
		}
		if want := fmt.Sprintf("%s (%d)", dearest[0].Path, dearest[0].Cost); !strings.Contains(a.Errors[0].Message, want) {
			t.Errorf("%s: the message does not name %s: %s", c.behaviour, want, a.Errors[0].Message)
		}
	}
}

func TestPathsAreNamedWithWhatTheyCostAllInAll(t *testing.T) {
	d := newDesk(t)
	d.limited(resolvers.Limits{MaxCost: 300})
	a := d.ask(d.owner, `query($n: Int) { x: conversations(first: 20) { nodes { ...row } } conversations(first: $n) { nodes { ...row } edges { cursor } } }
		fragment row on Conversation { id messages(last: 5) { nodes { id text } } }`, variables{"n": 10})
	a.wantCode("QUERY_TOO_COMPLEX")
	text, err := json.Marshal(a.Errors[0].Extensions["dearest"])
	d.must(err)
	const want = `[{"path":"conversations.nodes.messages.nodes.text","cost":300},{"path":"conversations.nodes.messages.nodes.id","cost":150},` +
		`{"path":"conversations.nodes.id","cost":30}]`
	if string(text) != want {
		t.Errorf("got %s, want %s", text, want)
	}
}

func TestAPageCountsItsMembersAndNotWhatIsBesideThem(t *testing.T) {
	d := newDesk(t)
	id := d.receive("a", "hello").Conversation.ID.String()
	for query, want := range map[string]int{
		`{ conversations(first: 100) { pageInfo { endCursor hasNextPage } } }`:                                    4,
		`{ conversations(first: 100) { totalCount } }`:                                                            2 + 50,
		`{ conversations(first: 10) { nodes { id } edges { cursor node { id } } } }`:                              3 + 10 + 10*3,
		`{ conversations(first: 10, filter: {search: "two words"}) { nodes { id } } }`:                            12 + 300,
		`{ conversations(first: 10, filter: {contactIds: ["con_1", "con_2"]}) { nodes { id } } }`:                 12 + 2,
		`{ contacts(first: 10, filter: {tags: ["a"]}) { nodes { id } } }`:                                         12 + 101,
		`{ conversation(id: "` + id + `") { contact { fields } } }`:                                               3 + 8,
		`{ conversation(id: "` + id + `") { messages(last: 10) { nodes { attachments { url } } } } }`:             3 + 10*(1+2),
		`query { conversation(id: "` + id + `") { ... on Conversation { timeline(last: 1) { nodes { at } } } } }`: 4,
	} {
		if got := d.ask(d.owner, query, nil).ok().requested(); got != want {
			t.Errorf("%s costs %d, want %d", query, got, want)
		}
	}
}

var members = regexp.MustCompile(`"[A-Za-z_]+":`)

// Introspection is estimated at as many fields as there are in the answer, plus its descriptions.
func TestIntrospectionIsCountedOverTheSchemaAsItIs(t *testing.T) {
	d := newDesk(t)
	for _, query := range []string{
		introspection.Query,
		`{ __schema { types { name fields { name type { name ofType { name } } } } } }`,
		`{ __schema { types { possibleTypes { name interfaces { name } } enumValues { name } inputFields { name type { name } } } directives { name args { name } } } }`,
		`{ __type(name: "Query") { possibleTypes { name } fields { name type { ...t } } } } fragment t on __Type { name ofType { name fields { name } } fields { name } }`,
		`{ __schema { queryType { name } mutationType { fields { name args { type { ofType { inputFields { name } } } } } } subscriptionType { name } } }`,
	} {
		query = strings.ReplaceAll(query, "description", "")
		a := d.ask(d.owner, query, nil)
		a.ok()
		text, err := json.Marshal(a.Data)
		d.must(err)
		fields := len(members.FindAll(text, -1))
		if got, want := a.requested(), 1+fields/20; got < want-1 || got > want+1+want/50 {
			t.Errorf("%d fields cost %d points, want %d: %s", fields, got, want, query)
		}
	}
}

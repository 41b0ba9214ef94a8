package resolvers_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"foyer/engine"
	"foyer/resolvers"
)

// said returns an answer as JSON, without its cost.
func said(t *testing.T, a answer) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"data": a.Data, "errors": a.Errors})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTooMuchIsRefusedHoweverItIsWritten(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("é", 201)
	deep := func(n int) any {
		var value any = "x"
		for range n {
			value = []any{value}
		}
		return map[string]any{"a": value}
	}
	const create = `mutation($i: ContactCreateInput!) { contactCreate(input: $i) { contact { id } userErrors { code field } } }`
	const refused = `"userErrors":[{"code":"LIMIT_EXCEEDED","field":[`
	for name, c := range map[string]struct {
		query     string
		variables variables
		want      string
	}{
		"in a variable": {create, variables{"i": variables{"firstName": long}}, refused + `"firstName"]`},
		"in a variable for a part": {`mutation($n: String) { contactCreate(input: {firstName: $n}) { userErrors { code field } } }`,
			variables{"n": long}, refused + `"firstName"]`},
		"in a default": {`mutation($n: String = "` + long + `") { contactCreate(input: {firstName: $n}) { userErrors { code field } } }`,
			nil, refused + `"firstName"]`},
		"in the document":      {`mutation { contactCreate(input: {tags: ["a", "` + long + `"]}) { userErrors { code field } } }`, nil, refused + `"tags","1"]`},
		"one value for a list": {create, variables{"i": variables{"tags": long}}, refused + `"tags","0"]`},
		"through a fragment": {`mutation { ...f } fragment f on Mutation { made: contactCreate(input: {firstName: "` + long + `"}) { userErrors { code field } } }`,
			nil, `"made":{` + refused + `"firstName"]`},
		"in a list of a list": {create, variables{"i": variables{"identities": []any{variables{"channelId": "x", "externalId": strings.Repeat("x", 256)}}}},
			refused + `"identities","0","externalId"]`},
		"JSON too deep":   {create, variables{"i": variables{"fields": deep(65)}}, refused + `"fields"]`},
		"JSON deep":       {create, variables{"i": variables{"fields": deep(63)}}, `"code":"INVALID","field":["fields","a"]`},
		"an id":           {`query($i: ID!) { node(id: $i) { id } }`, variables{"i": strings.Repeat("x", 65)}, `"BAD_REQUEST"`},
		"further down":    {`{ conversations { nodes { messages(after: "` + strings.Repeat("x", 201) + `") { nodes { id } } } } }`, nil, `"message":"after: This may have at most 200 characters."`},
		"a list of enums": {`query($f: ConversationFilter) { conversations(filter: $f) { nodes { id } } }`, variables{"f": variables{"priorities": make([]string, 0)}}, `"errors":null`},
	} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the second time the document is known
				if got := said(t, d.askWith(d.executor, d.owner, c.query, c.variables)); !strings.Contains(got, c.want) {
					t.Errorf("got %s, want %s in it", got, c.want)
				}
			}
		})
	}
}

func TestMutationsBesideOneThatIsRefusedRun(t *testing.T) {
	d := newDesk(t)
	got := said(t, d.ask(d.owner, `mutation($long: String) {
		a: contactCreate(input: {firstName: "Ann"}) { contact { firstName } userErrors { code } }
		b: contactCreate(input: {firstName: $long}) { contact { firstName } userErrors { code } }
		c: contactCreate(input: {firstName: "Cleo"}) { contact { firstName } userErrors { code } } }`,
		variables{"long": strings.Repeat("x", 201)}))
	want := `{"data":{"a":{"contact":{"firstName":"Ann"},"userErrors":[]},` +
		`"b":{"contact":null,"userErrors":[{"code":"LIMIT_EXCEEDED"}]},` +
		`"c":{"contact":{"firstName":"Cleo"},"userErrors":[]}},"errors":null}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnInputThatIsRefusedRefusesNoneAfterIt(t *testing.T) {
	d := newDesk(t)
	const create = `mutation($name: String) { contactCreate(input: {firstName: $name}) { contact { firstName } userErrors { code } } }`
	for _, c := range []struct{ name, want string }{
		{strings.Repeat("x", 201), `{"data":{"contactCreate":{"contact":null,"userErrors":[{"code":"LIMIT_EXCEEDED"}]}},"errors":null}`},
		{"Ann", `{"data":{"contactCreate":{"contact":{"firstName":"Ann"},"userErrors":[]}},"errors":null}`}, // the document is kept by now
	} {
		if got := said(t, d.ask(d.owner, create, variables{"name": c.name})); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestIntrospectionSaysHowMuchAnInputMayHold(t *testing.T) {
	d := newDesk(t)
	soon := func() time.Time { return time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC) } // the session has not ended
	e := engine.New(d.db, engine.Options{Clock: soon, Logger: slog.New(slog.DiscardHandler), Limits: engine.Limits{Tags: 7, Name: 1_000}})
	configured := resolvers.New(e, d.db, nil, slog.New(slog.DiscardHandler))
	for resolver, want := range map[*resolvers.Resolver]string{
		d.resolver: `At most 100 items, each of at most 200 characters.`,
		configured: `At most 7 items, each of at most 1,000 characters.`,
	} {
		ctx, err := resolver.Authenticate(t.Context(), d.owner.token)
		d.must(err)
		got := said(t, d.askIn(ctx, resolver.Executor(), `{ __type(name: "ContactCreateInput") { inputFields { name description } } }`, nil))
		if !strings.Contains(got, `The tags.\n`+want) {
			t.Errorf("got %s, want %s in it", got, want)
		}
	}
}

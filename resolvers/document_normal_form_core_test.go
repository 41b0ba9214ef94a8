package resolvers

import (
	"reflect"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"foyer/engine"
	"foyer/graph"
)

func formOf(t *testing.T, query string) normalForm {
	t.Helper()
	parsed, errs := gqlparser.LoadQueryWithRules(graph.NewSchema(&Resolver{}, graph.NewLimits(engine.Limits{}.Named)).Schema(), query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatalf("%s: %v", query, errs)
	}
	return normalize(parsed.Operations[0])
}

func TestTheNormalFormTellsApartWhatIsShownDifferentlyAndNothingElse(t *testing.T) {
	const plain = `subscription { events { __typename ... on Event { cursor } } }`
	const filtered = `subscription($f: EventFilter) { events(filter: $f) { __typename } }`
	const spread = `subscription { events { ...a } } fragment a on Event { cursor at }`
	for _, c := range []struct {
		what, one, other string
		same             bool
	}{
		{"comments and white space", plain, "# 7\nsubscription{events{__typename ... on Event{cursor # here\n}}}", true},
		{"the operation's name", plain, `subscription Inbox { events { __typename ... on Event { cursor } } }`, true},
		{"where it begins, as a text", plain, `subscription { events(after: "1.2") { __typename ... on Event { cursor } } }`, true},
		{"where it begins, as a variable", plain, `subscription($a: Cursor) { events(after: $a) { __typename ... on Event { cursor } } }`, true},
		{"an alias that is none", plain, `subscription { events: events { __typename ... on Event { cursor: cursor } } }`, true},
		{"the names of variables", filtered, `subscription($other: EventFilter) { events(filter: $other) { __typename } }`, true},
		{"the names of fragments", spread, `subscription { events { ...z } } fragment z on Event { cursor at }`, true},
		{"the order of fragments", `subscription { events { ...a ...b } } fragment a on Event { at } fragment b on StreamReady { cursor }`,
			`subscription { events { ...a ...b } } fragment b on StreamReady { cursor } fragment a on Event { at }`, true},
		{"the order of an object's members", `subscription { events(filter: {teamIds: [], types: [NOTE_ADDED]}) { __typename } }`,
			`subscription { events(filter: {types: [NOTE_ADDED], teamIds: []}) { __typename } }`, true},
		{"block strings", `subscription { events(filter: {teamIds: ["a"]}) { __typename } }`, `subscription { events(filter: {teamIds: ["""a"""]}) { __typename } }`, true},

		{"an alias", plain, `subscription { events { __typename ... on Event { place: cursor } } }`, false},
		{"the root field's alias", plain, `subscription { all: events { __typename ... on Event { cursor } } }`, false},
		{"the order of fields", spread, `subscription { events { ...a } } fragment a on Event { at cursor }`, false},
		{"what is selected", plain, `subscription { events { __typename ... on Event { cursor at } } }`, false},
		{"of which type", plain, `subscription { events { __typename ... on StreamReady { cursor } } }`, false},
		{"directives", plain, `subscription { events { __typename ... on Event @include(if: true) { cursor } } }`, false},
		{"the value of a directive", `subscription { events { __typename ... on Event @include(if: false) { cursor } } }`,
			`subscription { events { __typename ... on Event @include(if: true) { cursor } } }`, false},
		{"an argument", filtered, `subscription { events { __typename } }`, false},
		{"the value of an argument", `subscription { events(filter: {teamIds: ["a"]}) { __typename } }`, `subscription { events(filter: {teamIds: ["b"]}) { __typename } }`, false},
		{"one text for two", `subscription { events(filter: {teamIds: ["a", "b"]}) { __typename } }`, `subscription { events(filter: {teamIds: ["a\",:\"b"]}) { __typename } }`, false},
		{"null and a name", `subscription { events(filter: null) { __typename } }`, `subscription { events { __typename } }`, false},
	} {
		one, other := formOf(t, c.one), formOf(t, c.other)
		if same := reflect.DeepEqual(one.text, other.text) && len(one.variables) == len(other.variables); same != c.same {
			t.Errorf("%s: the same %t, want %t:\n%s\n%s", c.what, same, c.same, one.text, other.text)
		}
	}
}

func TestVariablesAreInTheOrderOfTheirUse(t *testing.T) {
	form := formOf(t, `subscription($unlike: Boolean!, $f: EventFilter, $a: Cursor) {
		events(after: $a, filter: $f) { __typename @skip(if: $unlike) ... on Event @include(if: $unlike) { at } } }`)
	if want := []string{"f", "unlike"}; !reflect.DeepEqual(form.variables, want) {
		t.Errorf("got %v, want %v", form.variables, want)
	}
}

package resolvers_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/inbox"
)

// repeated returns a text n times, each with its number.
func repeated(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

func TestAStrangerIsRefusedBeforeTheDocumentIsValidated(t *testing.T) {
	d := newDesk(t)
	login := `login(input: {email: "a@example.org", password: "x"}) { userErrors { code } }`
	for _, c := range []struct{ behaviour, query, code string }{
		{"a log-in", `mutation { ` + login + ` }`, ""},
		{"a log-in in fragments", `mutation { ...a } fragment a on Mutation { ... on Mutation { ` + login + ` } }`, ""},
		{"nothing", `{ __typename }`, ""},
		{"one operation of several", `query q { head } mutation m { ` + login + ` }`, "VALIDATION_FAILED"}, // the answer does not say which
		{"one alias for several fields", `{ ` + strings.Repeat("a: head a: me { id } ", 200) + `}`, "BAD_REQUEST"},
		{"the same with fewer tokens", `{ ` + strings.Repeat("a: head a: me ", 30) + `}`, "UNAUTHENTICATED"},
		{"the same in a fragment", `{ ...f } fragment f on Query { ` + strings.Repeat("a: head a: me ", 30) + `}`, "UNAUTHENTICATED"},
		{"fragments in circles", `{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }`, "VALIDATION_FAILED"},
		{"unknown fields", `{ ` + strings.Repeat("x ", 200) + `}`, "UNAUTHENTICATED"},
		{"a long name", `{ ` + strings.Repeat("x", 2_000) + ` }`, "QUERY_TOO_COMPLEX"},
		{"a long document", `{ __typename } #` + strings.Repeat("x", 10_000), "UNAUTHENTICATED"},
		{"introspection", `{ __schema { types { name } } }`, "UNAUTHENTICATED"},
		{"a subscription", `subscription { __typename }`, "UNAUTHENTICATED"},
		{"two log-ins", `mutation { a: ` + login + ` b: ` + login + ` }`, "UNAUTHENTICATED"},
	} {
		if got := d.ask(person{}, c.query, nil).firstCode(); got != c.code {
			t.Errorf("%s: got code %q, want %q", c.behaviour, got, c.code)
		}
	}
}

func TestADocumentIsRefusedByItsFormBeforeItIsValidated(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct{ behaviour, query, code string }{
		{"one alias for several fields", `{ ` + strings.Repeat("a: head a: me { id } ", 100) + `}`, "QUERY_TOO_COMPLEX"},
		{"the same in an operation that is not run", `query q { head } query p { ` + strings.Repeat("a: head ", 100) + `}`, "VALIDATION_FAILED"},
		{"one field very often", `{ ` + strings.Repeat("head ", 900) + `}`, "QUERY_TOO_COMPLEX"},
		{"one field often", `{ ` + strings.Repeat("head ", 300) + `}`, ""},
		{"unknown fields", `{ ` + strings.Repeat("x ", 900) + `}`, "QUERY_TOO_COMPLEX"},
		{"a long name", `{ ` + strings.Repeat("x", 2_000) + ` }`, "QUERY_TOO_COMPLEX"},
		{"a long name that is a text", `{ conversations(filter: {search: "` + strings.Repeat("x", 500) + `"}) { nodes { id } } }`, ""},
	} {
		if got := d.ask(d.owner, c.query, nil).firstCode(); got != c.code {
			t.Errorf("%s: got code %q, want %q", c.behaviour, got, c.code)
		}
	}
}

func TestAHundredMistakesAreFoundAtMostAndToldInShort(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("€", 5_000)
	for behaviour, query := range map[string]string{
		"unknown fields":         `{ ` + repeated("x%d ", 900) + `}`,
		"conflicts":              `{ ` + repeated("conversation(id: %d) { id } ", 100) + `}`,
		"undefined variables":    `query(` + repeated("$a%d: X ", 200) + `) { head }`,
		"a value that is quoted": `{ conversations(filter: {x: "` + long + `", status: "` + long + `"}, first: "` + long + `") { nodes { id } } }`,
	} {
		a := d.ask(d.owner, query, nil)
		if n := len(a.Errors); n == 0 || n > 100 {
			t.Errorf("%s: %d mistakes are shown", behaviour, n)
		}
		for _, err := range a.Errors {
			if len(err.Message) > 1_100 {
				t.Errorf("%s: one has %d bytes", behaviour, len(err.Message))
			}
			if err.Extensions["code"] != "VALIDATION_FAILED" {
				t.Errorf("%s: the code is %v", behaviour, err.Extensions["code"])
			}
		}
	}
}

func TestDocumentsOfStrangersAreNotKept(t *testing.T) {
	d := newDesk(t)
	for i := range 20 {
		d.ask(person{}, fmt.Sprintf("{ a%d: __typename }", i), nil).ok()
	}
	if n := d.executor.KeptDocuments(); n != 0 {
		t.Errorf("%d bytes are kept of strangers' documents", n)
	}
}

func TestNobodyPushesOutTheDocumentsOfOthers(t *testing.T) {
	d := newDesk(t)
	agent := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	d.ask(agent, `{ head }`, nil).ok()
	for i := range 1_100 {
		d.ask(d.owner, fmt.Sprintf("{ a%d: head }", i), nil).ok()
	}
	if !d.executor.Keeps(`{ head }`) {
		t.Error("the document of an agent was evicted by those of another")
	}
	if d.executor.Keeps(`{ a0: head }`) {
		t.Error("the first of very many is still kept")
	}
}

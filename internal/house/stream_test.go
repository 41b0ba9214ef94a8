package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// A client that renders everything selects every member of StreamItem in one document. It validates only if a field
// name has one type and nullability in all of them.
func TestOneDocumentSelectsAllOfTheStream(t *testing.T) {
	schema := loadSchema(t)
	document := subscribeToAll(schema)
	if _, errs := gqlparser.LoadQueryWithRules(schema, document, rules.NewDefaultRules()); len(errs) > 0 {
		t.Fatalf("%v in:\n%s", errs, document)
	}
}

func TestADocumentWithConflictingMembersIsRefused(t *testing.T) {
	schema := gqlparser.MustLoadSchema(&ast.Source{Name: "conflict.graphql", Input: `
		type Query { a: Int }
		type Subscription { events: StreamItem! }
		union StreamItem = A | B
		type A { who: Who! }
		type B { who: Who }
		type Who { name: String! }`})
	if _, errs := gqlparser.LoadQueryWithRules(schema, subscribeToAll(schema), rules.NewDefaultRules()); len(errs) == 0 {
		t.Error("the field who is Who! in A and Who in B, and validation did not notice")
	}
}

// subscribeToAll selects every field of every member of StreamItem, and below objects the fields without fields of
// their own.
func subscribeToAll(schema *ast.Schema) string {
	var b strings.Builder
	b.WriteString("subscription {\n  events {\n    __typename\n")
	for _, member := range schema.Types["StreamItem"].Types {
		fmt.Fprintf(&b, "    ... on %s {%s }\n", member, selection(schema, schema.Types[member], true))
	}
	b.WriteString("  }\n}\n")
	return b.String()
}

// selection selects the fields of a type that need no argument and, if deep, the plain fields of their objects too.
func selection(schema *ast.Schema, of *ast.Definition, deep bool) string {
	var b strings.Builder
	for _, field := range of.Fields {
		kind := schema.Types[field.Type.Name()]
		switch {
		case slices.ContainsFunc(field.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil }):
		case kind.IsLeafType():
			b.WriteString(" " + field.Name)
		case deep:
			fmt.Fprintf(&b, " %s { __typename%s }", field.Name, selection(schema, kind, false))
		}
	}
	return b.String()
}

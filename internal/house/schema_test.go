package house

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

// convention is one rule about schema.graphql.
type convention struct {
	name   string
	broken string // a schema with exactly one violation, besides what every schema needs
	want   string // the report about it
	check  func(*ast.Schema, reporter)
}

// reporter is called with one violation and its place.
type reporter func(at *ast.Position, format string, args ...any)

func TestSchemaKeepsItsConventions(t *testing.T) {
	schema := loadSchema(t)
	for _, c := range conventions() {
		t.Run(c.name, func(t *testing.T) {
			for _, problem := range c.problems(schema) {
				t.Error(problem)
			}
		})
	}
}

func TestEachConventionIsEnforced(t *testing.T) {
	for _, c := range conventions() {
		t.Run(c.name, func(t *testing.T) {
			source := &ast.Source{Name: "broken.graphql", Input: c.broken}
			schema, err := gqlparser.LoadSchema(source)
			if err != nil {
				t.Fatal(err)
			}
			problems := c.problems(schema)
			if len(problems) != 1 || !strings.HasSuffix(problems[0], c.want) {
				t.Errorf("got %q, want one that ends with %q", problems, c.want)
			}
		})
	}
}

func (c convention) problems(schema *ast.Schema) []string {
	var problems []string
	c.check(schema, func(at *ast.Position, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s:%d: %s", at.Src.Name, at.Line, fmt.Sprintf(format, args...)))
	})
	slices.Sort(problems)
	return problems
}

func conventions() []convention {
	return []convention{
		{
			"types are described",
			`type Query { "Yes." a(b: Int): Int } "Yes." enum E { F }`,
			"Query is not described", checkTypeDescriptions,
		},
		{
			"fields are described",
			`type Query { a: Int }`,
			"Query.a is not described", checkFieldDescriptions,
		},
		{
			"arguments are described, unless their name says all",
			`type Query { a(id: ID!, since: Int): Int }`,
			"Query.a(since) is not described", checkArgumentDescriptions,
		},
		{
			"names are written like everywhere in GraphQL",
			`type Query { a_b: Int } enum E { A_B }`,
			`Query.a_b: want lower camel case`, checkNames,
		},
		{
			"only ids are of type ID, and are named so",
			`type Query { id: ID aId: ID bIds: [ID!] owner: ID }`,
			"Query.owner: ID fits fields named id, ids, …Id, …Ids, and only those", checkIDs,
		},
		{
			"an object with an id is a Node",
			`interface Node { id: ID! } type A implements Node { id: ID! } type B { id: ID! } type Query { a: A b: B }`,
			"B has an id and does not implement Node", checkNodes,
		},
		{
			"what is found by an id may be missing",
			`type Query { a(id: ID!): Int b(id: ID!): Int! }`,
			"Query.b: an unknown id gives null, so the field is nullable", checkLookups,
		},
		{
			"a mutation takes one input of its own",
			`type Query { a: Int } type Mutation { teamAdd(input: TeamInput!): Int } input TeamInput { a: Int }`,
			"Mutation.teamAdd: want exactly one argument, input: TeamAddInput!", checkMutationInputs,
		},
		{
			"a mutation that creates takes an idempotency key",
			`type Query { a: Int } type Mutation { teamCreate(input: TeamCreateInput!): Int } input TeamCreateInput { name: String }`,
			"Mutation.teamCreate: TeamCreateInput has no idempotencyKey: String", checkIdempotencyKeys,
		},
		{
			"a mutation answers with a nullable payload and user errors",
			`type Query { a: Int } type Mutation { a: APayload } type APayload { userErrors: [String!] }`,
			"Mutation.a: APayload has no userErrors: [UserError!]!", checkMutationPayloads,
		},
		{
			"an update leaves unchanged what is left out",
			`type Query { a: Int } input AUpdateInput { id: ID! name: String! }`,
			"AUpdateInput.name is required or has a default: left out means unchanged", checkUpdates,
		},
		{
			"every text, list and JSON that comes in has a maximum",
			`directive @limit(length: Int, items: Int, bytes: Int, of: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | SCALAR
			 scalar Short @limit(length: 9) enum E { F } type Query { a(since: Short, of: E, after: String @limit(length: 9)): Int }
			 input B { c: Int d: [ID!] @limit(items: 9) e: [String!] @limit(items: 9) }`,
			"B.e has no maximum of its length: @limit(length:) or @limit(of:)", checkLimits,
		},
		{
			"a list that comes in has a maximum",
			`directive @limit(length: Int, items: Int, bytes: Int, of: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | SCALAR
			 type Query { a(bs: [B] @limit(of: "bs"), cIds: [ID!] @limit(length: 9)): Int } input B { d: Int }`,
			"Query.a(cIds) has no maximum of its items: @limit(items:) or @limit(of:)", checkLimits,
		},
		{
			"JSON that comes in has a maximum",
			`directive @limit(length: Int, items: Int, bytes: Int, of: String) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | SCALAR
			 scalar JSON type Query { a: Int } input B { d: JSON @limit(bytes: 9) e: JSON @limit(length: 9) }`,
			"B.e has no maximum of its bytes: @limit(bytes:) or @limit(of:)", checkLimits,
		},
		{
			"a paged list is a nullable connection, and a connection is paged",
			`type Query { a(first: Int! = 25, after: String): [Int!] }`,
			"Query.a: want first and after, and a nullable …Connection", checkPages,
		},
		{
			"a page has at most 100",
			`type Query { a(first: Int! = 500): Int }`,
			"Query.a: first is 500 unless given; at most 100", checkPageSizes,
		},
		{
			"connections have the shape that Relay expects",
			`type Query { a: Int } type PageInfo { a: Int } type A { a: Int }
			 type AEdge { cursor: String! node: A } type AConnection { edges: [AEdge!]! nodes: [A!]! pageInfo: PageInfo! }`,
			"AEdge has no node: A!", checkConnections,
		},
		{
			"every kind of event is in the stream and in EventType",
			`type Query { a: Int } interface Event { at: Int } union StreamItem = NoteAdded
			 type NoteAdded implements Event { at: Int } enum EventType { NOTE_ADDED NOTE_GONE }`,
			"EventType.NOTE_GONE has no event NoteGone", checkEvents,
		},
		{
			"a field name has one type in all members of a union",
			`type Query { u: U } union U = A | B type A { x: Int! y: Int } type B { x: Int y: Int }`,
			"U: x is Int! in A, Int in B", checkUnions,
		},
		{
			"what is deprecated says why and until when",
			`type Query { a: Int @deprecated(reason: "Use b. Goes 2027-01-31.") b: Int @deprecated(reason: "Use a.") }`,
			"Query.b is deprecated without a date like 2027-01-31", checkDeprecations,
		},
	}
}

// loadSchema reads and validates schema.graphql.
func loadSchema(t *testing.T) *ast.Schema {
	t.Helper()
	const name = "schema.graphql"
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: name, Input: text(t, tree(), name)})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// definitions returns the schema's own types in the order of the file.
func definitions(schema *ast.Schema) []*ast.Definition {
	own := slices.DeleteFunc(slices.Collect(maps.Values(schema.Types)), func(d *ast.Definition) bool { return d.BuiltIn })
	slices.SortFunc(own, func(a, b *ast.Definition) int { return cmp.Compare(a.Position.Start, b.Position.Start) })
	return own
}

// eachField calls visit for the fields of the schema's own types, input types included.
func eachField(schema *ast.Schema, visit func(*ast.Definition, *ast.FieldDefinition)) {
	for _, definition := range definitions(schema) {
		for _, field := range definition.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				visit(definition, field)
			}
		}
	}
}

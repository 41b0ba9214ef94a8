package everyop

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/engine"
	"foyer/graph"
)

// Maker makes requests from a schema.
type Maker struct {
	schema *ast.Schema
	limits *graph.Limits

	// Value returns the value for a place, such as Mutation.noteAdd(input.conversationId), or nil for one that is made up.
	Value func(place string, of *ast.Type) any
	// Depth is the number of objects to which the answers of queries and subscriptions are selected. If it is 0, only the
	// user errors of mutations are selected.
	Depth int
	// Only is the name of the one operation to make, such as Query.contacts. If it is empty, all are made.
	Only string
}

// New returns a Maker of the server's schema with the limits of an engine.
func New(limits engine.Limits) *Maker {
	of := graph.NewLimits(limits.Named)
	return &Maker{schema: of.Schema(), limits: of, Value: func(string, *ast.Type) any { return nil }}
}

// Operation is one request.
type Operation struct {
	Name      string // such as Query.contacts, or Conversation.messages for a field further down
	Kind      ast.Operation
	Query     string
	Variables map[string]any // as decoded from JSON, whole numbers as int64
}

// Operations returns a request for every operation, with no more than it needs.
func (m *Maker) Operations() []Operation {
	var operations []Operation
	for _, t := range m.targets() {
		operations = append(operations, m.operation(t, m.needed(t)))
	}
	return operations
}

// Full returns a request for every operation that takes arguments, with all values at their limits as far as the request has
// space. The bytes are divided among all values, the items of lists first.
func (m *Maker) Full(bytes int) []Operation {
	var operations []Operation
	for _, t := range m.targets() {
		if len(t.field.Arguments) == 0 {
			continue
		}
		values := make(map[string]any, len(t.field.Arguments))
		for _, a := range t.field.Arguments {
			values[a.Name] = m.full(t.place(a.Name), a.Type, a.Directives, bytes/len(t.field.Arguments))
		}
		operations = append(operations, m.operation(t, values))
	}
	return operations
}

// needed returns the arguments that a field needs.
func (m *Maker) needed(t target) map[string]any {
	values := map[string]any{}
	for _, a := range t.field.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			values[a.Name] = m.least(t.place(a.Name), a.Type)
		}
	}
	return values
}

// operation returns the request for a field with these arguments.
func (m *Maker) operation(t target, values map[string]any) Operation {
	var declared, given []string
	for _, a := range t.field.Arguments {
		if _, ok := values[a.Name]; ok {
			declared = append(declared, "$"+a.Name+": "+a.Type.String())
			given = append(given, a.Name+": $"+a.Name)
		}
	}
	selected := t.field.Name
	if len(given) > 0 {
		selected += "(" + strings.Join(given, ", ") + ")"
	}
	selected = t.reach(selected + m.selection(t.field.Type.Name(), m.depthOf(t)))
	kind := t.kind()
	query := string(kind)
	if len(declared) > 0 {
		query += "(" + strings.Join(declared, ", ") + ")"
	}
	return Operation{Name: t.name(), Kind: kind, Query: query + " { " + selected + " }", Variables: values}
}

func (m *Maker) depthOf(t target) int {
	if t.object == m.schema.Mutation {
		return m.Depth
	}
	return max(m.Depth, 1)
}

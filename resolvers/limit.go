package resolvers

import (
	"context"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

const (
	// maxDepthOfSchema is how deep introspection may go: the usual query for all of it is 15 deep.
	maxDepthOfSchema = 16
	// listCost is how many members a list is taken to have that is not paged.
	listCost = 20
)

// limits refuses operations that ask for too much, before anything of them runs, and tells in each answer what it cost.
type limits struct {
	*Resolver
	schema    *ast.Schema
	documents *documents
}

var _ interface {
	graphql.HandlerExtension
	graphql.OperationParameterMutator
	graphql.OperationContextMutator
	graphql.ResponseInterceptor
} = limits{}

func (limits) ExtensionName() string { return "Limits" }

func (limits) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationParameters takes the first point, for which the document is read and validated.
func (l limits) MutateOperationParameters(ctx context.Context, _ *graphql.RawParams) *gqlerror.Error {
	c := &cost{Requested: 1, Maximum: l.limits.MaxCost}
	graphql.GetOperationContext(ctx).Stats.SetExtension(costExtension, c)
	return l.spend(ctx, c, 1)
}

// size is how large an operation is.
type size struct {
	depth     depth
	aliases   int
	elsewhere string // a field that is not for streams
	cost      int
}

// MutateOperationContext measures the operation and takes what it costs.
func (l limits) MutateOperationContext(ctx context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	s := l.measure(operation)
	switch {
	case s.elsewhere != "":
		return requestError(codeValidation, "%s is not available inside a subscription.", s.elsewhere)
	case s.depth.data > l.limits.MaxDepth:
		return requestError(codeTooComplex, "The operation is %d deep; at most %d is allowed.", s.depth.data, l.limits.MaxDepth)
	case s.depth.schema > maxDepthOfSchema:
		return requestError(codeTooComplex, "The operation is %d deep; at most %d is allowed.", s.depth.schema, maxDepthOfSchema)
	case s.aliases > l.limits.MaxAliases:
		return requestError(codeTooComplex, "The operation has %d aliases; at most %d are allowed.", s.aliases, l.limits.MaxAliases)
	}
	c := costOf(operation)
	c.introspects = s.depth.schema > 0
	c.Requested = max(1, s.cost)
	if c.Requested > c.Maximum {
		return requestError(codeTooComplex, "The operation costs %d points; at most %d are allowed.", c.Requested, c.Maximum)
	}
	refused := l.spend(ctx, c, c.Requested-1)
	c.tell(ctx) // now: the header of a stream is written before its first item
	return refused
}

// measure gives the size of an operation. It is kept with its document, unless it depends on variables. What is too deep
// has no cost.
func (l limits) measure(operation *graphql.OperationContext) size {
	if known, ok := l.documents.size(operation.RawQuery, operation.Operation); ok {
		return known
	}
	selections := operation.Operation.SelectionSet
	form := newForm(operation.Operation.Operation == ast.Subscription)
	s := size{depth: form.measure(selections), aliases: form.aliases, elsewhere: form.elsewhere}
	if s.elsewhere != "" || s.depth.data > l.limits.MaxDepth || s.depth.schema > maxDepthOfSchema {
		return s
	}
	bill := bill{schema: l.schema, variables: operation.Variables,
		fields: make(map[*ast.Field]int), fragments: make(map[fragmentOn]int)}
	s.cost = bill.selections(selections, l.schema.Types[rootType(operation.Operation.Operation)])
	if !bill.varies {
		l.documents.keepSize(operation.RawQuery, operation.Operation, s)
	}
	return s
}

// InterceptResponse tells what an answer cost. The items of a stream do not: they may be others' as well.
func (l limits) InterceptResponse(ctx context.Context, next graphql.ResponseHandler) *graphql.Response {
	if !graphql.HasOperationContext(ctx) {
		return next(ctx)
	}
	operation := graphql.GetOperationContext(ctx)
	stream := operation.Operation != nil && operation.Operation.Operation == ast.Subscription
	if c := costOf(operation); c != nil && !stream {
		c.tell(ctx) // where it was refused before it was measured
		graphql.RegisterExtension(ctx, costExtension, c)
	}
	return next(ctx)
}

func rootType(operation ast.Operation) string {
	switch operation {
	case ast.Mutation:
		return "Mutation"
	case ast.Subscription:
		return "Subscription"
	default:
		return "Query"
	}
}

// fieldsElsewhere reach conversations other than the one an event is about. Those who follow a stream may not all see
// them, and what an item shows does not depend on who asks; nor does a stream ask conditions for each of its events.
func fieldsElsewhere() []string {
	return []string{"Contact.openConversation", "Contact.conversations", "Team.queue", "Conversation.queuePosition", "Conversation.shortcuts", "Workflow.runs"}
}

// depth is how deep a selection goes: in data, and in the schema.
type depth struct{ data, schema int }

func (d depth) or(other depth) depth {
	return depth{max(d.data, other.data), max(d.schema, other.schema)}
}

// form is what an operation looks like. A fragment is looked at once, however often it is spread: fragments that spread
// others twice would otherwise take time without bound.
type form struct {
	depths    map[string]depth // of fragments
	aliases   int
	streams   bool
	elsewhere string // the first field found that is not for streams
}

func newForm(streams bool) *form { return &form{depths: make(map[string]depth), streams: streams} }

func (f *form) measure(selections ast.SelectionSet) depth {
	var deepest depth
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			deepest = deepest.or(f.field(s))
		case *ast.InlineFragment:
			deepest = deepest.or(f.measure(s.SelectionSet))
		case *ast.FragmentSpread:
			known, ok := f.depths[s.Name]
			if !ok {
				known = f.measure(s.Definition.SelectionSet)
				f.depths[s.Name] = known
			}
			deepest = deepest.or(known)
		}
	}
	return deepest
}

func (f *form) field(field *ast.Field) depth {
	if field.Alias != "" && field.Alias != field.Name {
		f.aliases++
	}
	if f.streams && f.elsewhere == "" && field.ObjectDefinition != nil {
		if name := field.ObjectDefinition.Name + "." + field.Name; slices.Contains(fieldsElsewhere(), name) {
			f.elsewhere = name
		}
	}
	below := f.measure(field.SelectionSet)
	if ofSchema(field) {
		return depth{schema: max(below.data, below.schema) + 1}
	}
	return depth{data: below.data + 1, schema: below.schema}
}

// ofSchema tells whether a field is introspection.
func ofSchema(field *ast.Field) bool { return field.Name == "__schema" || field.Name == "__type" }

// bill adds up what an operation costs: a point for each field, as often as the lists above it have members.
type bill struct {
	schema    *ast.Schema
	variables map[string]any
	fields    map[*ast.Field]int // what has been added up
	fragments map[fragmentOn]int
	varies    bool // whether it depends on variables
}

// fragmentOn is a fragment as it applies to one type of object.
type fragmentOn struct{ fragment, object string }

// selections gives what the fields cost that are selected of one type of object.
func (b *bill) selections(selections ast.SelectionSet, object *ast.Definition) int {
	cost := 0
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			cost = bounded(cost + b.field(s))
		case *ast.InlineFragment:
			if b.applies(s.TypeCondition, object) {
				cost = bounded(cost + b.selections(s.SelectionSet, object))
			}
		case *ast.FragmentSpread:
			cost = bounded(cost + b.fragment(s.Definition, object))
		}
	}
	return cost
}

func (b *bill) fragment(fragment *ast.FragmentDefinition, object *ast.Definition) int {
	if !b.applies(fragment.TypeCondition, object) {
		return 0
	}
	key := fragmentOn{fragment.Name, object.Name}
	cost, known := b.fragments[key]
	if !known {
		cost = b.selections(fragment.SelectionSet, object)
		b.fragments[key] = cost
	}
	return cost
}

// applies tells whether a fragment's condition holds for a type of object.
func (b *bill) applies(condition string, object *ast.Definition) bool {
	return condition == "" || condition == object.Name ||
		slices.Contains(b.schema.GetPossibleTypes(b.schema.Types[condition]), object)
}

// field gives what a field costs with all below it: of what it may turn out to be, the dearest.
func (b *bill) field(field *ast.Field) int {
	cost, known := b.fields[field]
	if known {
		return cost
	}
	result := b.schema.Types[field.Definition.Type.Name()]
	if result.IsCompositeType() && !ofSchema(field) {
		for _, object := range b.schema.GetPossibleTypes(result) {
			cost = max(cost, b.selections(field.SelectionSet, object))
		}
	}
	cost = bounded(1 + dear[field.ObjectDefinition.Name+"."+field.Name] + cost*b.members(field))
	b.fields[field] = cost
	return cost
}

// dear is what fields cost besides, which take much more time than others; never written to.
var dear = map[string]int{"WorkflowDiagram.svg": 50, "Mutation.workflowSimulate": 20}

// members is how many objects a field is taken to give.
func (b *bill) members(field *ast.Field) int {
	switch {
	case isConnection(field.Definition.Type.Name()):
		return b.pageLength(field)
	case field.Definition.Type.Elem == nil, field.ObjectDefinition != nil && isConnection(field.ObjectDefinition.Name):
		return 1 // the connection has counted already
	default:
		return listCost
	}
}

func isConnection(name string) bool { return strings.HasSuffix(name, "Connection") }

// pageLength gives how many are asked for. More than a page may have is refused when the field is resolved.
func (b *bill) pageLength(field *ast.Field) int {
	arguments := field.ArgumentMap(b.variables)
	for _, name := range []string{"first", "last"} {
		if given := field.Arguments.ForName(name); given != nil && given.Value.Kind == ast.Variable {
			b.varies = true
		}
		var n int64
		switch value := arguments[name].(type) {
		case int64:
			n = value
		case int:
			n = int64(value)
		case interface{ Int64() (int64, error) }:
			var err error
			if n, err = value.Int64(); err != nil {
				n = maxPage
			}
		default:
			continue
		}
		return int(min(max(n, 0), maxPage))
	}
	return defaultPage
}

// bounded keeps sums from overflowing: beyond the limit it does not matter by how much.
func bounded(cost int) int { return min(cost, 1_000_000) }

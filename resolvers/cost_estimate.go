package resolvers

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// bill estimates the cost of an operation: a point for each field and the extra price of the field, times the members of the
// lists above it.
type bill struct {
	schema    *ast.Schema
	variables map[string]any
	explains  bool // whether parts have the cost of each path
	fields    map[*ast.Field]part
	fragments map[fragmentOn]part
	varies    bool // whether it depends on variables
}

func newBill(schema *ast.Schema, variables map[string]any) *bill {
	return &bill{schema: schema, variables: variables, fields: make(map[*ast.Field]part), fragments: make(map[fragmentOn]part)}
}

// sum is the cost of a selection: the part that counts once, and the part that counts for each member of the page.
type sum struct{ once, each int }

func (s sum) plus(other sum) sum {
	return sum{bounded(s.once + other.once), bounded(s.each + other.each)}
}

// of returns the cost of a selection for a page with n members, or for n objects.
func (s sum) of(page, objects int) int { return bounded((s.once + bounded(s.each*page)) * objects) }

// part is the cost of a selection and, if the bill explains, of each path in it.
type part struct {
	sum
	paths paths
}

func (p *part) add(other part) {
	p.sum = p.plus(other.sum)
	if other.paths != nil {
		if p.paths == nil {
			p.paths = make(paths)
		}
		p.paths.add(other.paths)
	}
}

// fragmentOn is a fragment as it applies to one type of object.
type fragmentOn struct{ fragment, object string }

// selections returns the cost of the fields that are selected of one type of object.
func (b *bill) selections(selections ast.SelectionSet, object *ast.Definition) (total part) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			total.add(b.field(s))
		case *ast.InlineFragment:
			if b.applies(s.TypeCondition, object) {
				total.add(b.selections(s.SelectionSet, object))
			}
		case *ast.FragmentSpread:
			total.add(b.fragment(s.Definition, object))
		}
	}
	return total
}

func (b *bill) fragment(fragment *ast.FragmentDefinition, object *ast.Definition) part {
	if !b.applies(fragment.TypeCondition, object) {
		return part{}
	}
	key := fragmentOn{fragment.Name, object.Name}
	total, known := b.fragments[key]
	if !known {
		total = b.selections(fragment.SelectionSet, object)
		b.fragments[key] = total
	}
	return total
}

// applies reports whether a fragment's condition holds for a type of object.
func (b *bill) applies(condition string, object *ast.Definition) bool {
	return condition == "" || condition == object.Name ||
		slices.Contains(b.schema.GetPossibleTypes(b.schema.Types[condition]), object)
}

// field returns the cost of a field with all fields below it.
func (b *bill) field(field *ast.Field) part {
	total, known := b.fields[field]
	if known {
		return total
	}
	page, objects := b.members(field)
	multiplied := func(below sum) sum {
		if isPage(field) {
			return sum{each: below.of(page, objects)}
		}
		return sum{once: below.of(page, objects)}
	}
	below, own := b.below(field, page, objects), sum{once: b.price(field)}
	total.sum = own.plus(multiplied(below.sum))
	if b.explains {
		total.paths = paths{field.Name: own}
		for path, s := range below.paths {
			total.paths[field.Name+"."+path] = multiplied(s)
		}
	}
	b.fields[field] = total
	return total
}

// below returns the cost of the selection below a field. If its objects may be of several types, this is the cost for the
// most expensive type.
func (b *bill) below(field *ast.Field, page, objects int) (dearest part) {
	result := b.schema.Types[field.Definition.Type.Name()]
	if !result.IsCompositeType() || ofSchema(field) {
		return part{}
	}
	for i, candidate := range b.schema.GetPossibleTypes(result) {
		total := b.selections(field.SelectionSet, candidate)
		if i == 0 || total.of(page, objects) > dearest.of(page, objects) {
			dearest = total
		}
	}
	return dearest
}

// price returns the cost of a field itself, once.
func (b *bill) price(field *ast.Field) int {
	if ofSchema(field) {
		lookup := schemaBill{schema: b.schema, variables: b.variables, known: make(map[lookedUp]int)}
		points := lookup.points(field)
		b.varies = b.varies || lookup.varies
		return points
	}
	price := bounded(1 + extra(field.ObjectDefinition.Name+"."+field.Name))
	if given := field.Arguments.ForName("filter"); given != nil {
		b.varies = b.varies || hasVariables(given.Value)
		price = bounded(price + filterPrice(field.ArgumentMap(b.variables)["filter"]))
	}
	return price
}

// members returns how many members the page that a field returns has or, if it returns no page, how many objects it
// returns.
func (b *bill) members(field *ast.Field) (page, objects int) {
	switch {
	case isConnection(field.Definition.Type.Name()):
		return b.pageLength(field), 1
	case field.Definition.Type.Elem == nil, isPage(field):
		return 1, 1
	case field.Arguments.ForName("ids") != nil:
		return 1, b.idsGiven(field)
	default:
		return 1, listLength(field.ObjectDefinition.Name + "." + field.Name)
	}
}

// idsGiven returns how many objects a field returns that is asked for them by id.
func (b *bill) idsGiven(field *ast.Field) int {
	b.varies = b.varies || hasVariables(field.Arguments.ForName("ids").Value)
	ids, isList := field.ArgumentMap(b.variables)["ids"].([]any)
	if !isList { // one id in place of a list
		return 1
	}
	return len(ids)
}

// isPage reports whether a field is the list of a connection: its length is what was requested of the connection.
func isPage(field *ast.Field) bool {
	return field.Definition.Type.Elem != nil && field.ObjectDefinition != nil && isConnection(field.ObjectDefinition.Name)
}

func isConnection(name string) bool { return strings.HasSuffix(name, "Connection") }

// pageLength returns how many members are requested. If they are more than a page may have, the field's resolver
// refuses.
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
	if field.Definition.Type.Name() == "ConversationConnection" {
		return conversationPage
	}
	return defaultPage
}

// hasVariables reports whether a value depends on variables.
func hasVariables(value *ast.Value) bool {
	return value.Kind == ast.Variable ||
		slices.ContainsFunc(value.Children, func(c *ast.ChildValue) bool { return hasVariables(c.Value) })
}

// bounded limits a cost, so that sums do not overflow.
func bounded(cost int) int { return min(cost, 1_000_000) }

package resolvers

import (
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

const (
	// unitsOfSchema is how many units of introspection cost a point. A unit is a field of the answer, or a stretch of a
	// description of as many bytes.
	unitsOfSchema = 20
	bytesOfUnit   = 13
	// maxLookups is how many parts of the schema are looked at, at most, to estimate the cost of an operation.
	maxLookups = 200_000
)

// schemaBill counts the fields that an introspection answers, by walking over the schema as the answer would. The selection on
// a type is counted once, however often the walk comes to the type.
type schemaBill struct {
	schema    *ast.Schema
	variables map[string]any
	known     map[lookedUp]int
	varies    bool // whether it depends on variables
}

// lookedUp is a field or a fragment, as it is selected of a part of the schema.
type lookedUp struct{ selected, part any }

// typeText is a type as the schema writes it, such as [Agent!]!.
type typeText string

// points returns the cost of a root field of introspection.
func (b *schemaBill) points(field *ast.Field) int {
	return bounded(1 + b.field(field, nil)/unitsOfSchema)
}

func (b *schemaBill) units(selections ast.SelectionSet, part any) (total int) {
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			total += b.once(lookedUp{s, part}, func() int { return b.field(s, part) })
		case *ast.InlineFragment:
			total += b.units(s.SelectionSet, part)
		case *ast.FragmentSpread:
			total += b.once(lookedUp{s.Definition, part}, func() int { return b.units(s.Definition.SelectionSet, part) })
		}
		total = min(total, math.MaxInt32)
	}
	return total
}

// once returns a count that is computed once. If there is too much to look at, it returns the largest count.
func (b *schemaBill) once(key lookedUp, count func() int) int {
	if known, ok := b.known[key]; ok {
		return known
	}
	if len(b.known) >= maxLookups {
		return math.MaxInt32
	}
	b.known[key] = 0 // reserves its place: fragments do not contain themselves
	n := count()
	b.known[key] = n
	return n
}

func (b *schemaBill) field(field *ast.Field, part any) int {
	if len(field.SelectionSet) == 0 {
		return 1 + b.text(field.Name, part)/bytesOfUnit
	}
	total := 1
	for _, below := range b.below(field, part) {
		total = min(total+b.units(field.SelectionSet, below), math.MaxInt32)
	}
	return total
}

// text returns the length of a text of the schema.
func (b *schemaBill) text(name string, part any) int {
	if name != "description" {
		return 0
	}
	switch p := part.(type) {
	case typeText:
		if def := b.schema.Types[string(p)]; def != nil {
			return len(def.Description)
		}
	case *ast.FieldDefinition:
		return len(p.Description)
	case *ast.ArgumentDefinition:
		return len(p.Description)
	case *ast.EnumValueDefinition:
		return len(p.Description)
	case *ast.DirectiveDefinition:
		return len(p.Description)
	}
	return 0
}

// below returns the parts of the schema that a field of a part returns. The part is nil at the root.
func (b *schemaBill) below(field *ast.Field, part any) []any {
	switch p := part.(type) {
	case nil:
		if field.Name == "__schema" {
			return []any{b.schema}
		}
		b.varies = b.varies || hasVariables(field.Arguments.ForName("name").Value)
		name, _ := field.ArgumentMap(b.variables)["name"].(string)
		return b.named(name)
	case *ast.Schema:
		return b.ofSchema(field.Name)
	case typeText:
		return b.ofType(field.Name, string(p))
	case *ast.FieldDefinition:
		if field.Name == "args" {
			return parts(p.Arguments)
		}
		return []any{typeText(p.Type.String())}
	case *ast.ArgumentDefinition:
		return []any{typeText(p.Type.String())}
	case *ast.DirectiveDefinition:
		return parts(p.Arguments)
	}
	return nil
}

func (b *schemaBill) ofSchema(field string) (found []any) {
	switch field {
	case "types":
		for name := range b.schema.Types {
			found = append(found, typeText(name))
		}
	case "directives":
		for _, directive := range b.schema.Directives {
			found = append(found, directive)
		}
	case "queryType":
		return b.named("Query")
	case "mutationType":
		return b.named("Mutation")
	case "subscriptionType":
		return b.named("Subscription")
	}
	return found
}

func (b *schemaBill) ofType(field, text string) []any {
	if field == "ofType" {
		inner, nonNull := strings.CutSuffix(text, "!")
		if !nonNull {
			if inner = strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"); inner == text {
				return nil
			}
		}
		return []any{typeText(inner)}
	}
	def := b.schema.Types[text]
	switch {
	case def == nil:
		return nil
	case field == "fields" && (def.Kind == ast.Object || def.Kind == ast.Interface), field == "inputFields" && def.Kind == ast.InputObject:
		visible := slices.DeleteFunc(slices.Clone(def.Fields), func(f *ast.FieldDefinition) bool { return strings.HasPrefix(f.Name, "__") })
		return parts(visible)
	case field == "interfaces":
		return b.named(def.Interfaces...)
	case field == "enumValues":
		return parts(def.EnumValues)
	case field == "possibleTypes" && def.IsAbstractType():
		var names []string
		for _, possible := range b.schema.GetPossibleTypes(def) {
			names = append(names, possible.Name)
		}
		return b.named(names...)
	}
	return nil
}

// named returns the types with these names.
func (b *schemaBill) named(names ...string) (found []any) {
	for _, name := range names {
		if b.schema.Types[name] != nil {
			found = append(found, typeText(name))
		}
	}
	return found
}

func parts[T any](list []T) []any {
	found := make([]any, len(list))
	for i, part := range list {
		found[i] = part
	}
	return found
}

package house

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// unlimited are the scalars of GraphQL whose values have a size of their own.
func unlimited() []string { return []string{"Int", "Float", "Boolean", "ID"} }

// checkLimits finds inputs without a maximum: lists, texts, and scalars of Foyer's that have none themselves.
func checkLimits(schema *ast.Schema, report reporter) {
	eachField(schema, func(of *ast.Definition, field *ast.FieldDefinition) {
		if of.Kind == ast.InputObject {
			checkLimit(schema, of.Name+"."+field.Name, field.Type, field.Directives, field.Position, report)
		}
		for _, argument := range field.Arguments {
			at := of.Name + "." + field.Name + "(" + argument.Name + ")"
			checkLimit(schema, at, argument.Type, argument.Directives, argument.Position, report)
		}
	})
}

func checkLimit(schema *ast.Schema, at string, of *ast.Type, directives ast.DirectiveList, position *ast.Position, report reporter) {
	lacks := func(directives ast.DirectiveList, kind string) bool {
		limit := directives.ForName("limit")
		return limit == nil || limit.Arguments.ForName(kind) == nil && limit.Arguments.ForName("of") == nil
	}
	const problem = "%s has no maximum of its %s: @limit(%s:) or @limit(of:)"
	if of.Elem != nil && lacks(directives, "items") {
		report(position, problem, at, "items", "items")
	}
	scalar := schema.Types[of.Name()]
	if scalar.Kind != ast.Scalar || slices.Contains(unlimited(), scalar.Name) {
		return
	}
	kind := "length"
	if scalar.Name == "JSON" {
		kind = "bytes"
	}
	if lacks(directives, kind) && lacks(scalar.Directives, kind) {
		report(position, problem, at, kind, kind)
	}
}

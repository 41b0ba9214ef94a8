package resolvers

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// This file stands in for gqlgen's CreateOperationContext if there is nothing to find out about an operation: its document is
// known, and each value of a variable is plainly of its type. gqlgen would coerce the values by reflection, which takes
// 103 of the 874 allocations of a messageReceive and 8 of its 105 µs (BenchmarkMessageReceive/again). Nothing is decided
// here: whatever is not plain goes to gqlgen, and a property test compares the two.

// known returns the context of an operation that is known already, or nil if gqlgen has to make it.
func (e *Executor) known(ctx context.Context, params *graphql.RawParams) *graphql.OperationContext {
	document := e.documents.find(params.Query)
	if document == nil {
		return nil
	}
	operation := document.parsed.Operations.ForName(params.OperationName)
	if operation == nil {
		return nil
	}
	values, ok := e.variables.plain(operation, params.Variables)
	if !ok {
		return nil
	}
	return &graphql.OperationContext{
		RawQuery: params.Query, OperationName: params.OperationName, Extensions: params.Extensions, Headers: params.Headers,
		Doc: document.parsed, Operation: operation, Variables: values,
		DisableIntrospection: accountOf(ctx) == "", RecoverFunc: recovered,
		ResolverMiddleware: document.fields, RootResolverMiddleware: document.rootFields,
		Stats: graphql.Stats{Read: params.ReadTime, OperationStart: graphql.GetStartTime(ctx)},
	}
}

// prepareKnown runs the remaining steps for a known operation.
func (e *Executor) prepareKnown(ctx context.Context, operation *graphql.OperationContext) gqlerror.List {
	ctx = graphql.WithOperationContext(ctx, operation)
	err := e.resolver.takeFirstPoint(ctx)
	if err == nil {
		err = checkCaller(ctx, operation.Doc, operation.Operation)
	}
	if err == nil {
		err = e.checkOperation(ctx, operation)
	}
	if err != nil {
		return gqlerror.List{err}
	}
	return nil
}

// plain returns the values of the variables of an operation, and reports whether they can be used as they are given.
func (v variables) plain(operation *ast.OperationDefinition, given map[string]any) (map[string]any, bool) {
	values := make(map[string]any, len(given))
	for _, definition := range operation.VariableDefinitions {
		value, ok := given[definition.Variable]
		if !ok {
			if definition.DefaultValue != nil || definition.Type.NonNull {
				return nil, false
			}
			continue
		}
		if !v.fits(value, definition.Type) {
			return nil, false
		}
		values[definition.Variable] = value
	}
	return values, true
}

// fits reports whether a value is plainly of a type.
func (v variables) fits(value any, of *ast.Type) bool {
	if value == nil {
		return !of.NonNull
	}
	if of.Elem != nil {
		list, ok := value.([]any)
		if !ok {
			return false
		}
		for _, member := range list {
			if !v.fits(member, of.Elem) {
				return false
			}
		}
		return true
	}
	definition := v.schema.Types[of.NamedType]
	if definition == nil {
		return false
	}
	switch definition.Kind {
	case ast.Scalar:
		return fitsScalar(value, of.NamedType)
	case ast.Enum:
		text, ok := value.(string)
		return ok && definition.EnumValues.ForName(text) != nil
	case ast.InputObject:
		return v.fitsInput(value, definition)
	default:
		return false
	}
}

func (v variables) fitsInput(value any, of *ast.Definition) bool {
	object, ok := value.(map[string]any)
	if !ok || !hasOne(object, of) {
		return false
	}
	known := 0
	for _, field := range of.Fields {
		member, ok := object[field.Name]
		if !ok {
			if field.Type.NonNull {
				return false
			}
			continue
		}
		known++
		if !v.fits(member, field.Type) {
			return false
		}
	}
	return known == len(object)
}

func fitsScalar(value any, name string) bool {
	ok := true // Foyer's own scalars decide themselves
	switch name {
	case "String", "ID":
		_, ok = value.(string)
	case "Int":
		_, ok = value.(int64)
	case "Float":
		_, ok = value.(float64)
	case "Boolean":
		_, ok = value.(bool)
	}
	return ok
}

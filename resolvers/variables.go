package resolvers

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// variables recognises the values of variables that are as their types want them, which most are. Whatever else they may
// be, such as one value in place of a list, a default or a mistake, is for gqlparser to find out: it looks at each value by
// reflection, which takes longer than the rest of what is done before an operation runs. What it takes and should not is
// refused then.
type variables struct{ schema *ast.Schema }

var _ interface {
	graphql.HandlerExtension
	graphql.OperationContextMutator
} = variables{}

func (variables) ExtensionName() string { return "Variables" }

func (variables) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses what gqlparser takes against the specification: texts for numbers, and the names of
// enums in other letters, which nothing behind it knows. Values that fit need not be looked at again.
func (v variables) MutateOperationContext(_ context.Context, operation *graphql.OperationContext) *gqlerror.Error {
	for _, definition := range operation.Operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(definition.Variable)}
		if err := v.stray(path, operation.Variables[definition.Variable], definition.Type); err != nil {
			return err
		}
	}
	return nil
}

// stray finds such a value in one that gqlparser has taken.
func (v variables) stray(path ast.Path, value any, of *ast.Type) *gqlerror.Error {
	if value == nil {
		return nil
	}
	if of.Elem != nil {
		list := reflect.ValueOf(value) // what was one value is a list of its own type
		for i := range list.Len() {
			if err := v.stray(append(path, ast.PathIndex(i)), list.Index(i).Interface(), of.Elem); err != nil {
				return err
			}
		}
		return nil
	}
	definition := v.schema.Types[of.NamedType]
	text, isText := value.(string)
	switch {
	case definition.Kind == ast.Enum && definition.EnumValues.ForName(text) == nil:
		return strayError(path, "%q is not a valid %s", value, of.NamedType)
	case isText && (of.NamedType == "Int" || of.NamedType == "Float"):
		return strayError(path, "cannot use string as %s", of.NamedType)
	case definition.Kind == ast.InputObject:
		for _, field := range definition.Fields {
			if err := v.stray(append(path, ast.PathName(field.Name)), value.(map[string]any)[field.Name], field.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameVariables puts the place of a value in front of what is wrong with it. The path has the place too, but most clients
// show people the message alone, and "unknown field" does not say which.
func nameVariables(errs gqlerror.List) {
	for _, err := range errs {
		if root, ok := first(err.Path).(ast.PathName); !ok || root != "variable" || len(err.Path) == 1 {
			continue
		}
		place := err.Path[1:].String()
		// gqlparser has Go's word for a list.
		err.Message = "$" + place + ": " + strings.Replace(err.Message, ", not a slice", ", not a list", 1)
	}
}

func first(path ast.Path) ast.PathElement {
	if len(path) == 0 {
		return nil
	}
	return path[0]
}

func strayError(path ast.Path, format string, args ...any) *gqlerror.Error {
	err := requestError(codeValidation, format, args...)
	err.Path = slices.Clone(path) // which shares its memory with that of other fields
	return err
}

// of returns the values of the variables that an operation has; false where something would have to be done to them.
func (v variables) of(operation *ast.OperationDefinition, given map[string]any) (map[string]any, bool) {
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

// fits reports whether a value is of a type without a doubt.
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
	if !ok {
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
	ok := true // what a scalar of ours takes is its own business
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

package resolvers

import (
	"reflect"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// variables checks the values of variables beyond what gqlparser does.
type variables struct{ schema *ast.Schema }

// check refuses values that gqlparser accepts against the specification: texts for numbers, names of enums in other letters, which
// the code behind it does not expect, and more or less than one field where exactly one may be given.
func (v variables) check(operation *graphql.OperationContext) *gqlerror.Error {
	for _, definition := range operation.Operation.VariableDefinitions {
		path := ast.Path{ast.PathName("variable"), ast.PathName(definition.Variable)}
		if err := v.stray(path, operation.Variables[definition.Variable], definition.Type); err != nil {
			return err
		}
	}
	return nil
}

// stray returns an error for such a value within one that gqlparser has accepted, or nil if there is none.
func (v variables) stray(path ast.Path, value any, of *ast.Type) *gqlerror.Error {
	if value == nil {
		return nil
	}
	if of.Elem != nil {
		list := reflect.ValueOf(value) // a single value has become a list of its own type
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
		if err := oneOf(path, value.(map[string]any), definition); err != nil {
			return err
		}
		for _, field := range definition.Fields {
			if err := v.stray(append(path, ast.PathName(field.Name)), value.(map[string]any)[field.Name], field.Type); err != nil {
				return err
			}
		}
	}
	return nil
}

// oneOf returns an error if an object must have exactly one of its fields and has another number of them, or one that is null.
// gqlparser sees to it in documents only.
func oneOf(path ast.Path, value map[string]any, of *ast.Definition) *gqlerror.Error {
	if hasOne(value, of) {
		return nil
	}
	names := make([]string, len(of.Fields))
	for i, field := range of.Fields {
		names[i] = field.Name
	}
	return strayError(path, "%s takes exactly one of its fields, which is not null: %s", of.Name, strings.Join(names, ", "))
}

// hasOne reports whether an object has exactly one field, which is not null, or need not.
func hasOne(value map[string]any, of *ast.Definition) bool {
	if of.Directives.ForName("oneOf") == nil {
		return true
	}
	for _, field := range value {
		return len(value) == 1 && field != nil
	}
	return false
}

// nameVariables puts the place of a value in front of what is wrong with it. The path has the place too, but most clients
// show their users only the message, and "unknown field" does not say which.
func nameVariables(errs gqlerror.List) {
	for _, err := range errs {
		if len(err.Path) < 2 || err.Path[0] != ast.PathName("variable") {
			continue
		}
		place := err.Path[1:].String()
		// gqlparser uses Go's word for a list.
		err.Message = "$" + place + ": " + strings.Replace(err.Message, ", not a slice", ", not a list", 1)
	}
}

func strayError(path ast.Path, format string, args ...any) *gqlerror.Error {
	err := requestError(codeValidation, format, args...)
	err.Path = slices.Clone(path) // it shares its memory with that of other fields
	return err
}

package everyop

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// selection returns a selection of all fields of a type that need no arguments, to a depth in objects. At depth 0 it
// selects user errors only.
func (m *Maker) selection(name string, depth int) string {
	of := m.schema.Types[name]
	switch {
	case !of.IsCompositeType():
		return ""
	case depth == 0 && of.Fields.ForName("userErrors") != nil:
		return " { userErrors { code message field } }"
	case of.Kind == ast.Object:
		return " { " + m.fields(of, depth, nil) + " }"
	}
	objects := m.schema.GetPossibleTypes(of)
	parts := []string{"__typename"}
	for _, object := range objects {
		parts = append(parts, "... on "+object.Name+" { "+m.fields(object, depth, clashing(objects))+" }")
	}
	return " { " + strings.Join(parts, " ") + " }"
}

// fields returns a selection of the fields of an object, with an alias for those in clash.
func (m *Maker) fields(of *ast.Definition, depth int, clash map[string]bool) string {
	parts := []string{"__typename"}
	for _, field := range of.Fields {
		below := m.schema.Types[field.Type.Name()]
		if needs(field) || below.IsCompositeType() && depth <= 1 && field.Name != "userErrors" {
			continue
		}
		name := field.Name
		if clash[name] {
			name = of.Name + "_" + name + ": " + name
		}
		parts = append(parts, name+m.selection(below.Name, depth-1))
	}
	return strings.Join(parts, " ")
}

// clashing returns the names of fields that have different types in these objects, and so cannot be selected together.
func clashing(objects []*ast.Definition) map[string]bool {
	types, clash := map[string]string{}, map[string]bool{}
	for _, object := range objects {
		for _, field := range object.Fields {
			if known, ok := types[field.Name]; ok && known != field.Type.String() {
				clash[field.Name] = true
			}
			types[field.Name] = field.Type.String()
		}
	}
	return clash
}

// needs reports whether a field has arguments that must be given.
func needs(field *ast.FieldDefinition) bool {
	for _, a := range field.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil {
			return true
		}
	}
	return strings.HasPrefix(field.Name, "__")
}

package everyop

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// target is a field to request, and the way to it.
type target struct {
	object *ast.Definition
	field  *ast.FieldDefinition
	way    []string // selections from the root to the object, the outermost first
	on     string   // the required type of a union or an interface; empty for other fields
}

// reach wraps a selection of the object in the way to it.
func (t target) reach(selected string) string {
	for _, outer := range slices.Backward(t.way) {
		selected = outer + " { " + selected + " }"
	}
	return selected
}

func (t target) kind() ast.Operation {
	if len(t.way) > 0 {
		return ast.Query
	}
	return ast.Operation(strings.ToLower(t.object.Name))
}

func (t target) name() string { return t.object.Name + "." + t.field.Name }

// place returns the place of an argument, in the form that Maker.Value gets.
func (t target) place(argument string) string {
	if t.on != "" {
		argument += " of " + t.on
	}
	return fmt.Sprintf("%s(%s)", t.name(), argument)
}

// targets returns the fields that requests are made for.
func (m *Maker) targets() []target {
	targets := m.all()
	if m.Only == "" {
		return targets
	}
	return slices.DeleteFunc(targets, func(t target) bool { return t.name() != m.Only })
}

// all returns every field of the roots, and every field with arguments of the objects that queries reach, by the shortest
// way.
func (m *Maker) all() []target {
	var targets []target
	for _, root := range []*ast.Definition{m.schema.Query, m.schema.Mutation, m.schema.Subscription} {
		for _, field := range root.Fields {
			if !strings.HasPrefix(field.Name, "__") {
				targets = append(targets, target{object: root, field: field})
			}
		}
	}
	seen := map[*ast.Definition]bool{m.schema.Query: true}
	for found := []target{{object: m.schema.Query}}; len(found) > 0; found = found[1:] {
		from := found[0]
		for _, field := range from.object.Fields {
			if len(from.way) > 0 && len(field.Arguments) > 0 {
				targets = append(targets, target{object: from.object, field: field, way: from.way})
			}
			for _, object := range m.schema.GetPossibleTypes(m.schema.Types[field.Type.Name()]) {
				if seen[object] || strings.HasPrefix(field.Name, "__") {
					continue
				}
				seen[object] = true
				step := target{object: from.object, field: field}
				if object.Name != field.Type.Name() {
					step.on = object.Name
				}
				way := append(slices.Clip(from.way), m.literal(step))
				if step.on != "" {
					way = append(way, "... on "+step.on)
				}
				found = append(found, target{object: object, way: way})
			}
		}
	}
	return targets
}

// literal returns a selection of a field with the arguments that it needs as literals.
func (m *Maker) literal(t target) string {
	var given []string
	for name, value := range m.needed(t) {
		given = append(given, fmt.Sprintf("%s: %#v", name, value))
	}
	if len(given) == 0 {
		return t.field.Name
	}
	return t.field.Name + "(" + strings.Join(given, ", ") + ")"
}

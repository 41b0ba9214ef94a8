package everyop

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/engine"
)

// Case is a request with one value at its limit, or just beyond it, and otherwise no more than it needs.
type Case struct {
	Operation
	Path  []string // of the value: the argument, then fields inside it, and 0 for items of lists
	Limit string   // its kind: length, items or bytes
	Most  int      // the limit
}

// AtLimits returns a Case at each limit of each value.
func (m *Maker) AtLimits() []Case { return m.cases(0) }

// Beyond returns a Case just beyond each limit of each value.
func (m *Maker) Beyond() []Case { return m.cases(1) }

func (m *Maker) cases(more int) []Case {
	var cases []Case
	for _, t := range m.targets() {
		for _, a := range t.field.Arguments {
			m.values(t.place(a.Name), a.Type, a.Directives, more, func(v limited) {
				values := m.needed(t)
				values[a.Name] = v.value
				made := Case{Operation: m.operation(t, values), Path: append([]string{a.Name}, v.path...), Limit: v.kind, Most: v.most}
				cases = append(cases, made)
			})
		}
	}
	return cases
}

// limited is a value at one of its limits, or just beyond it.
type limited struct {
	value any
	path  []string
	kind  string
	most  int
}

// values calls yield for every limit in a type, with a value that is more beyond it.
func (m *Maker) values(place string, of *ast.Type, directives ast.DirectiveList, more int, yield func(limited)) {
	limit := m.limits.Of(of, directives)
	if of.Elem != nil {
		if limit.Items > 0 {
			yield(limited{m.list(place, of, limit.Items+more), nil, "items", limit.Items})
		}
		m.values(place+".0", of.Elem, directives, more, func(item limited) {
			yield(limited{[]any{item.value}, append([]string{"0"}, item.path...), item.kind, item.most})
		})
		return
	}
	definition := m.schema.Types[of.NamedType]
	switch definition.Kind {
	case ast.InputObject:
		for _, field := range definition.Fields {
			m.values(below(place, field.Name), field.Type, field.Directives, more, func(inside limited) {
				object := m.object(place, of)
				if oneOf(definition) {
					clear(object)
				}
				object[field.Name] = inside.value
				yield(limited{object, append([]string{field.Name}, inside.path...), inside.kind, inside.most})
			})
		}
	case ast.Scalar:
		m.scalar(of.NamedType, limit, more, yield)
	default: // enums have a size of their own
	}
}

func (m *Maker) scalar(name string, limit engine.Limit, more int, yield func(limited)) {
	switch {
	case limit.Bytes > 0:
		yield(limited{json(limit.Bytes + more), nil, "bytes", limit.Bytes})
	case limit.Length > 0:
		yield(limited{text(name, limit.Length+more), nil, "length", limit.Length})
	}
}

// list returns a list of n least items. Texts among them are all different.
func (m *Maker) list(place string, of *ast.Type, n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = m.least(place+".0", of.Elem)
		if of.Elem.NamedType == "String" {
			list[i] = strconv.Itoa(i)
		}
	}
	return list
}

// object returns the least object of a type, for the caller to change.
func (m *Maker) object(place string, of *ast.Type) map[string]any {
	object, ok := m.least(place, of).(map[string]any)
	if !ok {
		return map[string]any{}
	}
	return object
}

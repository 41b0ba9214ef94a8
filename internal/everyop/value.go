package everyop

import (
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// examples holds texts of scalars that have a format; never written to.
var examples = map[string]string{
	"Time": "2026-01-31T09:30:00Z", "Duration": "PT15M", "Cursor": "0.0", "URL": "https://example.com/", "ID": "none_1",
}

// least returns the least value of a type: required fields only, and one item in lists.
func (m *Maker) least(place string, of *ast.Type) any {
	if value := m.Value(place, of); value != nil {
		return value
	}
	if of.Elem != nil {
		return []any{m.least(place+".0", of.Elem)}
	}
	definition := m.schema.Types[of.NamedType]
	switch definition.Kind {
	case ast.Enum:
		return definition.EnumValues[0].Name
	case ast.InputObject:
		object := map[string]any{}
		for i, field := range definition.Fields {
			if field.Type.NonNull && field.DefaultValue == nil || i == 0 && oneOf(definition) {
				object[field.Name] = m.least(below(place, field.Name), field.Type)
			}
		}
		return object
	default: // a scalar
	}
	switch of.NamedType {
	case "Int":
		return int64(1)
	case "Boolean":
		return true
	case "JSON":
		return map[string]any{}
	default:
		return text(of.NamedType, 1)
	}
}

// full returns a value at its limits, of about size bytes at most. Scalars that have a format keep it.
func (m *Maker) full(place string, of *ast.Type, directives ast.DirectiveList, bytes int) any {
	if value := m.Value(place, of); value != nil {
		return value
	}
	limit := m.limits.Of(of, directives)
	if of.Elem != nil {
		const least = 16 // bytes of an item, about
		list := make([]any, max(1, min(limit.Items, bytes/least)))
		for i := range list {
			list[i] = m.full(place+".0", of.Elem, directives, bytes/len(list))
			if item, ok := list[i].(string); ok && of.Elem.NamedType == "String" {
				list[i] = distinct(item, i)
			}
		}
		return list
	}
	definition := m.schema.Types[of.NamedType]
	if definition.Kind == ast.InputObject {
		fields := definition.Fields
		if oneOf(definition) {
			fields = fields[len(fields)-1:]
		}
		object := make(map[string]any, len(fields))
		for _, field := range fields {
			object[field.Name] = m.full(below(place, field.Name), field.Type, field.Directives, bytes/len(fields))
		}
		return object
	}
	switch {
	case limit.Bytes > 0:
		return json(max(len(emptyJSON), min(limit.Bytes, bytes)))
	case of.NamedType == "String" || of.NamedType == "URL":
		return text(of.NamedType, min(limit.Length, bytes))
	default:
		return m.least(place, of)
	}
}

// oneOf reports whether exactly one field of an input may be given.
func oneOf(definition *ast.Definition) bool { return definition.Directives.ForName("oneOf") != nil }

// text returns a text of a scalar of n characters, or more if its example is longer.
func text(scalar string, length int) string {
	example := examples[scalar]
	return example + strings.Repeat("x", max(0, length-len(example)))
}

// distinct returns the text with a number in place of its beginning.
func distinct(text string, n int) string {
	number := strconv.Itoa(n)
	return number + text[min(len(number), len(text)):]
}

// emptyJSON is the shortest object that json returns.
const emptyJSON = `{"a":""}`

// json returns an object of a number of bytes.
func json(bytes int) any { return map[string]any{"a": strings.Repeat("x", bytes-len(emptyJSON))} }

// below returns the place of a field in the object at a place.
func below(place, field string) string { return strings.TrimSuffix(place, ")") + "." + field + ")" }

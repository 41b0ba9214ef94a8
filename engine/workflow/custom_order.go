package workflow

import (
	"cmp"
	"slices"
)

// leading and trailing are the names that people write first and last in an object; never written to.
var (
	leading = []string{
		"$schema", "format", "name", "description", "trigger", "settings", "key", "on", "when", "go", "workflow",
		"field", "variable", "op", "value", "text", "answer", "method", "url", "label", "type", "timeZone",
		"mon", "tue", "wed", "thu", "fri", "sat", "sun",
	}
	trailing = []string{"next", "else", "exits", "steps"}
)

// inCustomOrder puts a document into the order in which people write one, if it has lost its own: what comes as a variable
// of a request has its members sorted by name. Any other stays as it is.
func inCustomOrder(value any) any {
	if !isSorted(value) {
		return value
	}
	return reordered(value)
}

// isSorted reports whether the members of all objects are sorted by name.
func isSorted(value any) bool {
	switch value := value.(type) {
	case orderedObject:
		return slices.IsSortedFunc(value, func(a, b member) int { return cmp.Compare(a.name, b.name) }) &&
			!slices.ContainsFunc(value, func(m member) bool { return !isSorted(m.value) })
	case []any:
		return !slices.ContainsFunc(value, func(item any) bool { return !isSorted(item) })
	}
	return true
}

func reordered(value any) any {
	switch value := value.(type) {
	case orderedObject:
		object := make(orderedObject, len(value))
		for i, m := range value {
			object[i] = member{m.name, reordered(m.value)}
		}
		slices.SortStableFunc(object, func(a, b member) int { return cmp.Compare(rank(a.name), rank(b.name)) })
		return object
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = reordered(item)
		}
		return list
	}
	return value
}

// rank is where a name stands: what is neither leading nor trailing stands between.
func rank(name string) int {
	if at := slices.Index(leading, name); at >= 0 {
		return at
	}
	return len(leading) + 1 + slices.Index(trailing, name)
}

package workflow

import (
	"fmt"
	"slices"
	"strings"
)

// textField returns the field that the first parts of a path lead to, and how many parts these are; size, first or last
// may follow. The problem says why there is no such field.
func (s *stepCompiler) textField(parts []string) (field Field, used int, problem string) {
	name := parts[0]
	if name == "secrets" {
		return Field{}, 0, "secrets can be used only in the url, the headers and the body of a step `http`, as {{ secrets.NAME }} without filters"
	}
	if !slices.Contains(groups, name) {
		return Field{}, 0, fmt.Sprintf("there is no variable %s here; use contact, conversation, message, assignee, "+
			"team, channel, workspace, trigger, vars and now", quote(name))
	}
	if len(parts) == 1 && name != "now" {
		return Field{}, 0, fmt.Sprintf("%s needs a dot and the name of a field after it", quote(name))
	}
	scope, whole := s.scope(), strings.Join(parts, ".")
	if field, known := scope.find(whole); known {
		return field, len(parts), ""
	}
	last := len(parts) - 1
	if slices.Contains([]string{"size", "first", "last"}, parts[last]) {
		if field, known := scope.find(strings.Join(parts[:last], ".")); known {
			return field, last, ""
		}
	}
	return Field{}, 0, scope.unknown(whole)
}

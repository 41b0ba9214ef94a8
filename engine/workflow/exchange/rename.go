package exchange

import (
	"regexp"
	"slices"
	"strings"

	"foyer/engine/workflow"
	"foyer/engine/workflow/template"
)

// References returns the names and ids by which the document refers to teams, agents, channels, workflows and custom
// fields of contacts: each once, in document order, as it is written. It returns nil if the document is not JSON.
func References(document []byte) []workflow.Reference {
	value, err := readJSON(document)
	if err != nil {
		return nil
	}
	var found []workflow.Reference
	rename(value, func(reference workflow.Reference) string {
		if !slices.Contains(found, reference) {
			found = append(found, reference)
		}
		return reference.Written
	})
	return found
}

// rename returns a document with every reference in it changed.
func rename(document any, change func(workflow.Reference) string) any {
	r := renamer(change)
	return members(document, func(name string, value any) any {
		switch name {
		case "trigger":
			return r.part(name, value)
		case "steps":
			return items(value, func(step any) any { return members(step, r.step) })
		default:
			return value
		}
	})
}

// renamer is a rename in progress.
type renamer func(workflow.Reference) string

// step changes one member of a step. The body of its kind alone is an object or a list that can refer to something.
func (r renamer) step(name string, value any) any {
	if text, isText := value.(string); isText {
		return text
	}
	return r.part(name, value)
}

// part changes what stands at a place of the trigger or of a step's body, such as send.channel.
func (r renamer) part(place string, value any) any {
	if place == "trigger.when" || place == "branch.when" {
		return r.condition(value)
	}
	if kind := workflow.ReferenceAt(place); kind != "" {
		return r.reference(kind, value)
	}
	switch value := value.(type) {
	case string:
		if strings.HasPrefix(place, "trigger.") {
			return value // no text there is a template
		}
		return r.text(value)
	case []any:
		return items(value, func(item any) any { return r.part(place, item) })
	default:
		return members(value, func(name string, value any) any { return r.part(place+"."+name, value) })
	}
}

// reference changes a text that is a reference, or a list of them.
func (r renamer) reference(kind workflow.ReferenceKind, value any) any {
	return items(value, func(item any) any {
		written, isText := item.(string)
		if !isText || written == "" || kind == workflow.ReferenceField && builtIn(written) {
			return item
		}
		return r(workflow.Reference{Kind: kind, Written: written})
	})
}

const contactPrefix = "contact."

// builtIn reports whether contacts have a field of this name in every workspace.
func builtIn(name string) bool {
	return slices.ContainsFunc(workflow.Fields(), func(f workflow.Field) bool { return f.Path == contactPrefix+name })
}

// condition changes the tests of a condition.
func (r renamer) condition(value any) any {
	o, _ := value.(object)
	tested, _ := o.get("field").(string)
	return members(value, func(name string, value any) any {
		switch name {
		case "all", "any", "not":
			return items(value, r.condition)
		case "field":
			path, _ := value.(string)
			if name, ofContact := strings.CutPrefix(path, contactPrefix); ofContact {
				renamed, _ := r.reference(workflow.ReferenceField, name).(string)
				return contactPrefix + renamed
			}
		case "value":
			if kind := workflow.ComparedWith(tested); kind != "" {
				return r.reference(kind, value)
			}
		}
		return value
	})
}

// variableName is a name that can stand behind contact. in a template.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// text changes the custom fields that a template names. If a name cannot stand in a template, the text keeps what is written.
func (r renamer) text(written string) string {
	return template.Rename(written, func(path string) string {
		name, ofContact := strings.CutPrefix(path, contactPrefix)
		name, rest, _ := strings.Cut(name, ".") // such as size
		if !ofContact {
			return path
		}
		renamed, _ := r.reference(workflow.ReferenceField, name).(string)
		if !variableName.MatchString(renamed) {
			return path
		}
		return strings.TrimSuffix(contactPrefix+renamed+"."+rest, ".")
	})
}

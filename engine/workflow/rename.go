package workflow

import (
	"regexp"
	"slices"
	"strings"
)

// References returns what the document refers to, names or ids as they stand in it: teams, agents, channels, workflows and
// custom fields of contacts. Each once, in document order; nil where it is not JSON. They are what ExportYAML asks the names
// of.
func References(document []byte) []Reference {
	value, err := readOrdered(document)
	if err != nil {
		return nil
	}
	var found []Reference
	seen := map[Reference]bool{}
	rename(value, func(reference Reference) string {
		if !seen[reference] {
			seen[reference] = true
			found = append(found, reference)
		}
		return reference.Written
	})
	return found
}

// rename returns an ordered document with every reference in it changed.
func rename(document any, change func(reference Reference) string) any {
	root, ok := document.(orderedObject)
	if !ok {
		return document
	}
	r := renamer{change}
	return r.members(root, func(name string, value any) any {
		switch name {
		case "trigger":
			return r.trigger(value)
		case "steps":
			return each(value, func(step any) any {
				return r.members(step, r.step)
			})
		default:
			return value
		}
	})
}

type renamer struct {
	change func(reference Reference) string
}

// members changes the members of an object; what is none stays as it is.
func (r renamer) members(value any, change func(name string, value any) any) any {
	object, ok := value.(orderedObject)
	if !ok {
		return value
	}
	changed := make(orderedObject, len(object))
	for i, m := range object {
		changed[i] = member{m.name, change(m.name, m.value)}
	}
	return changed
}

// each changes the items of a list, or the value itself where it is none.
func each(value any, change func(item any) any) any {
	list, ok := value.([]any)
	if !ok {
		return change(value)
	}
	changed := make([]any, len(list))
	for i, item := range list {
		changed[i] = change(item)
	}
	return changed
}

// reference changes a text that is a reference, or a list of them.
func (r renamer) reference(kind ReferenceKind, value any) any {
	return each(value, func(item any) any {
		if written, ok := item.(string); ok && written != "" {
			return r.change(Reference{kind, written})
		}
		return item
	})
}

func (r renamer) trigger(value any) any {
	return r.members(value, func(name string, value any) any {
		switch name {
		case "when":
			return r.condition(value)
		case "contact":
			return r.members(value, func(name string, value any) any {
				if name == "channel" {
					return r.reference(ReferenceChannel, value)
				}
				return value
			})
		default:
			return value
		}
	})
}

// step changes one part of a step.
func (r renamer) step(name string, body any) any {
	kind, _ := kindNamed(name)
	if kind.name == branchKind.name {
		return each(body, func(way any) any {
			return r.members(way, func(name string, value any) any {
				if name == "when" {
					return r.condition(value)
				}
				return value
			})
		})
	}
	return r.members(body, func(name string, value any) any {
		switch {
		case kind.name == setKind.name && name == "field":
			return r.field(value, "")
		case kind.references[name] != "":
			return r.reference(kind.references[name], value)
		case kind.name == askKind.name && name == "saveTo":
			return r.members(value, func(name string, value any) any {
				if name == "field" {
					return r.field(value, "")
				}
				return value
			})
		default:
			return r.texts(value)
		}
	})
}

// field changes the name of a custom field behind a prefix.
func (r renamer) field(value any, prefix string) any {
	written, ok := value.(string)
	name, inside := strings.CutPrefix(written, prefix)
	is := func(f Field) bool { return f.Path == contactPrefix+name }
	if !ok || !inside || name == "" || slices.ContainsFunc(fields, is) {
		return value
	}
	return prefix + r.change(Reference{ReferenceField, name})
}

// comparedByID are the fields whose constants are references; never written to.
var comparedByID = map[string]ReferenceKind{
	"conversation.team": ReferenceTeam, "conversation.assignee": ReferenceAgent, "conversation.channel": ReferenceChannel,
	"trigger.previous_assignee": ReferenceAgent, "trigger.agent": ReferenceAgent,
}

// condition changes the tests of a condition.
func (r renamer) condition(value any) any {
	object, _ := value.(orderedObject)
	tested, _ := object.get("field").(string)
	return r.members(value, func(name string, value any) any {
		switch {
		case name == "all" || name == "any" || name == "not":
			return each(value, r.condition)
		case name == "field":
			return r.field(value, contactPrefix)
		case name == "value" && comparedByID[tested] != "":
			return r.reference(comparedByID[tested], value)
		case name == "value" && tested == "trigger.field":
			return each(value, func(item any) any { return r.field(item, "") })
		default:
			return value
		}
	})
}

var (
	// liquidPart is what of a text is Liquid.
	liquidPart = regexp.MustCompile(`(?s)\{\{.*?\}\}|\{%.*?%\}`)
	// contactPath is a field of the contact there.
	contactPath = regexp.MustCompile(`\bcontact\.([A-Za-z_][A-Za-z0-9_]*)`)
	// plainName is a name that can stand there.
	plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// texts changes the custom fields that texts name.
func (r renamer) texts(value any) any {
	switch value := value.(type) {
	case string:
		return liquidPart.ReplaceAllStringFunc(value, func(part string) string {
			return contactPath.ReplaceAllStringFunc(part, func(written string) string {
				renamed, _ := r.field(written, contactPrefix).(string)
				if !plainName.MatchString(strings.TrimPrefix(renamed, contactPrefix)) {
					return written
				}
				return renamed
			})
		})
	case []any:
		return each(value, r.texts)
	default:
		return r.members(value, func(_ string, value any) any { return r.texts(value) })
	}
}

package resolvers

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// fieldsElsewhere returns the fields that subscriptions do not have. Either they reach conversations other than the one an
// event is about, which some subscribers may not see, while an item is the same for all subscribers. Or they evaluate
// conditions of workflows, which takes too long for each event. Or they are for some viewers only.
func fieldsElsewhere() []string {
	return []string{"Contact.openConversation", "Contact.conversations", "Team.queue", "Conversation.queuePosition", "Conversation.queueState", "Conversation.viewers", "Conversation.shortcuts",
		"Conversation.unread", "Conversation.firstUnreadId", "Conversation.watched",
		"Workflow.runs", "Agent.presenceHistory", "Agent.preferences", "Agent.signature", "Agent.timeZone"}
}

// depth is how deep a selection goes: in data, and in the schema.
type depth struct{ data, schema int }

func (d depth) or(other depth) depth {
	return depth{max(d.data, other.data), max(d.schema, other.schema)}
}

// form measures an operation. It examines a fragment once, however often it is spread: fragments that spread others twice would
// otherwise take time without bound.
type form struct {
	depths    map[string]depth // of fragments
	streams   bool
	elsewhere string // the first field found that subscriptions do not have
}

func newForm(streams bool) *form { return &form{depths: make(map[string]depth), streams: streams} }

func (f *form) measure(selections ast.SelectionSet) depth {
	var deepest depth
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			deepest = deepest.or(f.field(s))
		case *ast.InlineFragment:
			deepest = deepest.or(f.measure(s.SelectionSet))
		case *ast.FragmentSpread:
			known, ok := f.depths[s.Name]
			if !ok {
				known = f.measure(s.Definition.SelectionSet)
				f.depths[s.Name] = known
			}
			deepest = deepest.or(known)
		}
	}
	return deepest
}

func (f *form) field(field *ast.Field) depth {
	if f.streams && f.elsewhere == "" && field.ObjectDefinition != nil {
		if name := field.ObjectDefinition.Name + "." + field.Name; slices.Contains(fieldsElsewhere(), name) {
			f.elsewhere = name
		}
	}
	below := f.measure(field.SelectionSet)
	if ofSchema(field) {
		return depth{schema: max(below.data, below.schema) + 1}
	}
	return depth{data: below.data + 1, schema: below.schema}
}

// ofSchema reports whether a field is introspection.
func ofSchema(field *ast.Field) bool { return field.Name == "__schema" || field.Name == "__type" }

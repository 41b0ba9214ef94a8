package workflow

import (
	"strconv"
	"time"

	"foyer/inbox"
)

// Facts are the values of fields, which the engine loads for one call. Each group is keyed by the part of the path
// after the name of the group: Contact["first_name"] for contact.first_name. Values are nil, string, bool, float64,
// int64, time.Time, []string or a nested map[string]any; a missing key is nil. Teams, agents and channels are opaque
// ids. Texts show a time in the zone that its value has. Only the fields in Definition.Needs are read.
type Facts struct {
	Contact, Conversation, Message, Assignee, Team, Channel, Workspace, Trigger map[string]any
	// Schedules are the hours of the teams in Needs.Schedules; a team without hours is always open. The hours of the
	// conversation's own team are Team["is_open"]: true, false, or missing if it has none.
	Schedules map[inbox.TeamID]*Schedule
}

// environment is what conditions and texts are evaluated with.
type environment struct {
	facts     *Facts
	variables map[string]any
	now       time.Time
}

// value returns the value of a field, or nil if it is missing.
func (e environment) value(ref fieldRef) any {
	if ref.group == "now" {
		return e.now
	}
	value := e.values(ref.group)[ref.key]
	for _, part := range ref.rest {
		value = below(value, part)
	}
	return value
}

// below returns a part of a nested value: a member of an object; an item of a list, its size, its first or its last
// item.
func below(value any, part string) any {
	switch value := value.(type) {
	case map[string]any:
		return value[part]
	case []any:
		if part == "size" {
			return int64(len(value))
		}
		index, err := strconv.Atoi(part)
		switch part {
		case "first":
			index, err = 0, nil
		case "last":
			index, err = len(value)-1, nil
		}
		if err == nil && index >= 0 && index < len(value) {
			return value[index]
		}
	}
	return nil
}

func (e environment) values(group string) map[string]any {
	switch group {
	case "contact":
		return e.facts.Contact
	case "conversation":
		return e.facts.Conversation
	case "message":
		return e.facts.Message
	case "assignee":
		return e.facts.Assignee
	case "team":
		return e.facts.Team
	case "channel":
		return e.facts.Channel
	case "workspace":
		return e.facts.Workspace
	case "trigger":
		return e.facts.Trigger
	case "vars":
		return e.variables
	default:
		return nil
	}
}

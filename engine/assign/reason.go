package assign

import (
	"fmt"
	"strings"

	"foyer/inbox"
)

// Reason says in one sentence why a decision went as it did.
func Reason(strategy inbox.AssignmentStrategy, chosen bool, passedOver []inbox.PassedOverCount) string {
	if strategy == inbox.StrategyManual {
		return "The team hands out its queue by hand."
	}
	if !chosen && len(passedOver) == 0 {
		return "There is nobody to choose from."
	}
	if !chosen {
		return "Nobody can take it: " + tally(passedOver) + "."
	}
	var others int32
	for _, p := range passedOver {
		if p.Reason == inbox.PassedOverNotChosen {
			others = p.Count
		}
	}
	if others == 0 {
		return "The only one who can take it."
	}
	return fmt.Sprintf("Of %d who can take it, %s.", others+1, rule(strategy))
}

// ReasonOne says in one sentence why the one agent whom a workflow names, or the contact's owner, got a conversation, or
// why not.
func ReasonOne(owner bool, name string, passedOver []inbox.PassedOverCount) string {
	who := "The workflow names " + name
	if owner {
		who = "The contact's owner is " + name
	}
	if len(passedOver) == 0 {
		return who + "."
	}
	return who + ", who cannot take it: " + wording(passedOver[0].Reason) + "."
}

func rule(strategy inbox.AssignmentStrategy) string {
	switch strategy {
	case inbox.StrategyLeastOpen:
		return "the one with the fewest open conversations, longest not assigned"
	case inbox.StrategyLongestIdle:
		return "the one who has been idle longest"
	default:
		return "the one longest not assigned"
	}
}

func tally(passedOver []inbox.PassedOverCount) string {
	parts := make([]string, len(passedOver))
	for i, p := range passedOver {
		parts[i] = fmt.Sprintf("%d %s", p.Count, wording(p.Reason))
	}
	return strings.Join(parts, ", ")
}

func wording(reason inbox.PassedOverReason) string {
	switch reason {
	case inbox.PassedOverAtCapacity:
		return "at capacity"
	default:
		return strings.ToLower(strings.ReplaceAll(string(reason), "_", " "))
	}
}

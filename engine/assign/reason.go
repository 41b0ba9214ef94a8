package assign

import (
	"fmt"
	"strings"

	"foyer/inbox"
)

// Reason returns a sentence that explains a decision: "Ana, assigned longest ago of 3 available; 4 others were offline."
// Winner is the name of the agent who was chosen, or empty if nobody was.
func Reason(strategy inbox.AssignmentStrategy, winner string, passedOver []inbox.PassedOverCount) string {
	var equals int32 // agents who were available too
	var others []inbox.PassedOverCount
	for _, p := range passedOver {
		if p.Reason == inbox.PassedOverNotChosen {
			equals = p.Count
		} else {
			others = append(others, p)
		}
	}
	switch {
	case strategy == inbox.StrategyManual:
		return "Nobody was chosen: the policy leaves assignment to people."
	case winner == "" && len(others) == 0:
		return "Nobody was chosen: there are no agents to choose from."
	case winner == "":
		return "Nobody was available: " + tally(others, "") + "."
	}
	why := "the only agent available"
	if equals > 0 {
		why = fmt.Sprintf("%s of %d available", distinction(strategy), equals+1)
	}
	if len(others) == 0 {
		return fmt.Sprintf("%s, %s.", winner, why)
	}
	return fmt.Sprintf("%s, %s; %s.", winner, why, tally(others, "other"))
}

// ReasonOne returns a sentence that explains why the one agent whom a workflow names, or the contact's owner, was assigned
// or was not.
func ReasonOne(owner bool, name string, passedOver []inbox.PassedOverCount) string {
	who := name + ", whom the workflow names"
	if owner {
		who = name + ", the contact's owner"
	}
	if len(passedOver) == 0 {
		return who + "."
	}
	return fmt.Sprintf("Nobody was assigned: %s, was %s.", who, wording(passedOver[0].Reason))
}

// distinction is what sets the winner apart from the others who were available.
func distinction(strategy inbox.AssignmentStrategy) string {
	switch strategy {
	case inbox.StrategyLeastOpen:
		return "with the fewest open conversations"
	case inbox.StrategyLongestIdle:
		return "idle longest"
	default:
		return "assigned longest ago"
	}
}

// tally counts agents by reason: "4 were offline and 1 was busy". Noun, if given, stands with the first count.
func tally(passedOver []inbox.PassedOverCount, noun string) string {
	parts := make([]string, len(passedOver))
	for i, p := range passedOver {
		verb, plural := "were", "s"
		if p.Count == 1 {
			verb, plural = "was", ""
		}
		subject := fmt.Sprint(p.Count)
		if i == 0 && noun != "" {
			subject += " " + noun + plural
		}
		parts[i] = fmt.Sprintf("%s %s %s", subject, verb, wording(p.Reason))
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
	return parts[0]
}

func wording(reason inbox.PassedOverReason) string {
	return strings.ToLower(strings.ReplaceAll(string(reason), "_", " ")) // "at capacity"
}

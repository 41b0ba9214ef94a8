package assign

import (
	"fmt"
	"strings"
	"time"

	"foyer/inbox"
)

// Account is what the explanation of a decision tells.
type Account struct {
	Strategy   inbox.AssignmentStrategy
	Winner     string // the agent who was chosen, by name; empty if nobody was
	ByOwner    bool   // the winner was preferred as the contact's owner
	PassedOver []inbox.PassedOverCount
	LinesUp    bool           // others who wait in the queue go first
	WaitsFor   string         // the contact's owner, by name, if the conversation waits for them alone
	WaitsUntil *time.Duration // how much longer it does
	Queue      *FromQueue     // nil if the conversation did not wait in a queue
}

// FromQueue is how a conversation had waited whose turn came.
type FromQueue struct {
	For      time.Duration
	Position int32
	Until    inbox.DecisionTrigger // what made the queue drain
	Agent    string                // who did, by name; empty: nobody in particular
}

// Reason returns sentences that explain a decision: "Ana, assigned longest ago of 3 available; 4 others were offline. It had
// waited 12 minutes at place 3 until Ana came online."
func (a Account) Reason() string {
	if a.Queue == nil {
		return a.choice()
	}
	return fmt.Sprintf("%s It had waited %s at place %d %s.", a.choice(), spoken(a.Queue.For), a.Queue.Position, a.Queue.until())
}

func (a Account) choice() string {
	var equals int32 // agents who were available too
	var others []inbox.PassedOverCount
	for _, p := range a.PassedOver {
		if p.Reason == inbox.PassedOverNotChosen {
			equals = p.Count
		} else {
			others = append(others, p)
		}
	}
	switch {
	case a.Strategy == inbox.StrategyManual:
		return "Nobody was chosen: the policy leaves assignment to people."
	case a.LinesUp:
		return "It lines up behind those who wait: the queue is still being worked off."
	case a.WaitsFor != "":
		return fmt.Sprintf("It waits for %s, the contact's owner, for up to %s.", a.WaitsFor, spoken(*a.WaitsUntil))
	case a.Winner == "" && len(others) == 0:
		return "Nobody was chosen: there are no agents to choose from."
	case a.Winner == "" && others[0].Reason == inbox.PassedOverOutOfHours && len(others) == 1:
		return "Nobody was chosen: the team is closed."
	case a.Winner == "":
		return "Nobody was available: " + tally(others, "") + "."
	}
	why := "the only agent available"
	switch {
	case a.ByOwner:
		why = "the contact's owner"
	case equals > 0:
		why = fmt.Sprintf("%s of %d available", distinction(a.Strategy), equals+1)
	}
	if len(others) == 0 || a.ByOwner {
		return fmt.Sprintf("%s, %s.", a.Winner, why)
	}
	return fmt.Sprintf("%s, %s; %s.", a.Winner, why, tally(others, "other"))
}

// until says what ended the wait: "until Ana came online".
func (q *FromQueue) until() string {
	who := q.Agent
	if who == "" {
		who = "an agent"
	}
	switch q.Until {
	case inbox.TriggerOnline:
		return "until " + who + " came online"
	case inbox.TriggerJoined:
		return "until " + who + " joined the team"
	case inbox.TriggerOpenedHours:
		return "until the team opened"
	case inbox.TriggerOwnerWaitOver:
		return "until the wait for the contact's owner was over"
	case inbox.TriggerWoken:
		return "and while it was snoozed"
	default:
		return "until " + who + " had room"
	}
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
	return fmt.Sprintf("Nobody was assigned: %s, %s.", who, wording(passedOver[0].Reason, 1))
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
		subject := fmt.Sprint(p.Count)
		if i == 0 && noun != "" {
			subject += " " + noun
			if p.Count != 1 {
				subject += "s"
			}
		}
		parts[i] = subject + " " + wording(p.Reason, p.Count)
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
	return parts[0]
}

// wording says of a number of agents why they were passed over: "were at capacity".
func wording(reason inbox.PassedOverReason, count int32) string {
	were := "were "
	if count == 1 {
		were = "was "
	}
	switch reason {
	case inbox.PassedOverMissingSkill:
		return "lacked a skill"
	case inbox.PassedOverLanguage:
		return "did not speak the contact's language"
	case inbox.PassedOverNotOwner:
		return were + "not the contact's owner"
	case inbox.PassedOverTakenBack:
		return "had it before"
	case inbox.PassedOverOutOfHours:
		return were + "outside business hours"
	default:
		return were + strings.ToLower(strings.ReplaceAll(string(reason), "_", " "))
	}
}

// spoken returns a length of time as people say it, in its largest unit: "12 minutes".
func spoken(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int64(d / unit.length); n > 1 {
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	if n := int64(d.Round(time.Second) / time.Second); n != 1 {
		return fmt.Sprintf("%d seconds", n)
	}
	return "1 second"
}

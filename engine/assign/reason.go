package assign

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/inbox"
)

// Account is the content of the explanation of a decision.
type Account struct {
	Strategy   inbox.AssignmentStrategy
	Winner     string // the agent who was chosen, by name; empty if nobody was
	ByOwner    bool   // the winner was preferred as the contact's owner
	PassedOver []inbox.PassedOverCount
	LinesUp    bool           // others who wait in the queue go first
	WaitsFor   string         // the contact's owner, by name, if the conversation waits for them alone
	WaitsUntil *time.Duration // how much longer it waits for them
	Queue      *FromQueue     // nil if the conversation did not wait in a queue
	Holder     *Holder        // nil if the conversation had no assignee
}

// Holder is an agent from whom a conversation is taken, or with whom it stays because nobody else can be assigned.
type Holder struct {
	Name    string
	Offline bool // they have been offline; else they have not answered
	For     time.Duration
	Taken   int // from how many agents it has been taken before, if that is why it stays; else zero
}

// FromQueue is how a conversation whose turn came had waited.
type FromQueue struct {
	For      time.Duration
	Position int32
	Until    inbox.DecisionTrigger // what made the queue drain
	Agent    string                // the agent who did, by name; empty: nobody in particular
}

// Reason returns sentences that explain a decision: "Ana, assigned longest ago of 3 available; 4 others were offline. It had
// waited 12 minutes at place 3 until Ana came online."
func (a Account) Reason() string {
	switch {
	case a.Holder != nil:
		return a.handover()
	case a.Queue == nil:
		return a.choice()
	default:
		return fmt.Sprintf("%s It had waited %s at place %d %s.", a.choice(), spoken(a.Queue.For), a.Queue.Position, a.Queue.until())
	}
}

// handover says which agent a conversation is taken from, or why it stays with them.
func (a Account) handover() string {
	h := a.Holder
	moves := h.Taken == 0 && (a.Winner != "" || a.Strategy == inbox.StrategyManual)
	have, been := "has", "not answered"
	if moves {
		have = "had"
	}
	if h.Offline {
		been = "been offline"
	}
	who := fmt.Sprintf("%s, who %s %s for %s", h.Name, have, been, spoken(h.For))
	others := slices.DeleteFunc(slices.Clone(a.PassedOver), func(p inbox.PassedOverCount) bool { return p.Reason == inbox.PassedOverTakenBack })
	switch {
	case h.Taken > 0:
		return fmt.Sprintf("It stays with %s: it has been taken from its agent %d times while the contact waited.", who, h.Taken)
	case moves:
		chosen := a
		chosen.PassedOver = others
		return fmt.Sprintf("%s It was taken from %s.", chosen.choice(), who)
	case len(others) == 0:
		return fmt.Sprintf("It stays with %s: there is nobody else to choose from.", who)
	default:
		return fmt.Sprintf("It stays with %s: nobody else was available, %s.", who, tally(others, past, ""))
	}
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
		return "Nobody was available: " + tally(others, past, "") + "."
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
	return fmt.Sprintf("%s, %s; %s.", a.Winner, why, tally(others, past, "other"))
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
		return "until it woke"
	case inbox.TriggerStep, inbox.TriggerAsked:
		return "until it was routed"
	case inbox.TriggerReassign:
		return "until it was taken from its agent"
	case inbox.TriggerCapacity: // an agent, a policy, hours or the contact changed
		return "until somebody could take it"
	default:
		return "until " + who + " had room"
	}
}

// ReasonOne returns a sentence that explains why the one agent that a workflow names, or the contact's owner, was or was
// not assigned.
func ReasonOne(owner bool, name string, passedOver []inbox.PassedOverCount) string {
	who := name + ", whom the workflow names"
	if owner {
		who = name + ", the contact's owner"
	}
	if len(passedOver) == 0 {
		return who + "."
	}
	return fmt.Sprintf("Nobody was assigned: %s, %s.", who, past.wording(passedOver[0].Reason, 1))
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
func tally(passedOver []inbox.PassedOverCount, when tense, noun string) string {
	parts := make([]string, len(passedOver))
	for i, p := range passedOver {
		subject := fmt.Sprint(p.Count)
		if i == 0 && noun != "" {
			subject += " " + noun
			if p.Count != 1 {
				subject += "s"
			}
		}
		parts[i] = subject + " " + when.wording(p.Reason, p.Count)
	}
	if last := len(parts) - 1; last > 0 {
		return strings.Join(parts[:last], ", ") + " and " + parts[last]
	}
	return parts[0]
}

// tense is the verbs of a tense, for one and for several.
type tense struct{ be, do, lack, have [2]string }

var (
	past    = tense{be: [2]string{"was", "were"}, do: [2]string{"did", "did"}, lack: [2]string{"lacked", "lacked"}, have: [2]string{"had", "had"}}
	present = tense{be: [2]string{"is", "are"}, do: [2]string{"does", "do"}, lack: [2]string{"lacks", "lack"}, have: [2]string{"has had", "have had"}}
)

// wording says of a number of agents why they are passed over: "were at capacity".
func (t tense) wording(reason inbox.PassedOverReason, count int32) string {
	several := 1
	if count == 1 {
		several = 0
	}
	switch reason {
	case inbox.PassedOverMissingSkill:
		return t.lack[several] + " a skill"
	case inbox.PassedOverLanguage:
		return t.do[several] + " not speak the contact's language"
	case inbox.PassedOverNotOwner:
		return t.be[several] + " not the contact's owner"
	case inbox.PassedOverTakenBack:
		return t.have[several] + " it before"
	case inbox.PassedOverOutOfHours:
		return t.be[several] + " outside business hours"
	default:
		return t.be[several] + " " + strings.ToLower(strings.ReplaceAll(string(reason), "_", " "))
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
	if n := int64(d / time.Second); n != 1 {
		return fmt.Sprintf("%d seconds", n)
	}
	return "1 second"
}

// Waiting is what a queued conversation waits for.
type Waiting struct {
	Strategy   inbox.AssignmentStrategy
	PassedOver []inbox.PassedOverCount
	Before     int32          // how many conversations are before it
	Available  bool           // somebody could take it
	Closed     bool           // the team is closed
	Opens      *time.Duration // in how long the team opens, if it is closed and ever does
	WaitsFor   string         // the contact's owner, by name, if it waits for them alone
	WaitsUntil *time.Duration // how much longer it waits for them
}

// Sentence returns sentences that say why a conversation waits, and what would end that: "2 conversations are before it. Nobody
// is available: 4 are offline. It goes on when one of them comes online."
func (w Waiting) Sentence() string {
	before := "It is next. "
	switch w.Before {
	case 0:
	case 1:
		before = "1 conversation is before it. "
	default:
		before = fmt.Sprintf("%d conversations are before it. ", w.Before)
	}
	switch {
	case w.Strategy == inbox.StrategyManual:
		return before + "The policy leaves assignment to people: it waits until somebody picks it."
	case w.Closed && w.Opens == nil:
		return before + "The team is closed and has no opening times: it waits until somebody picks it."
	case w.Closed:
		return before + "The team is closed and opens in " + spoken(*w.Opens) + "."
	case w.WaitsFor != "":
		return before + fmt.Sprintf("It waits for %s, the contact's owner, for up to %s; then others can take it.", w.WaitsFor, spoken(*w.WaitsUntil))
	case w.Available:
		return before + "The queue is being worked off."
	case len(w.PassedOver) == 0:
		return before + "There are no agents to choose from: it goes on when somebody joins the team."
	default:
		return before + "Nobody is available: " + tally(w.PassedOver, present, "") + ". " + w.ends()
	}
}

// ends says what would end the wait.
func (w Waiting) ends() string {
	passes := map[inbox.PassedOverReason]string{inbox.PassedOverOffline: "comes online", inbox.PassedOverBusy: "is no longer busy",
		inbox.PassedOverAtCapacity: "has room again"}
	var ways []string
	for _, p := range w.PassedOver {
		if way, ok := passes[p.Reason]; ok {
			ways = append(ways, way)
		}
	}
	if len(ways) == 0 {
		return "It goes on when somebody who can take it joins the team, or one of them can."
	}
	return "It goes on when one of them " + strings.Join(ways, " or ") + "."
}

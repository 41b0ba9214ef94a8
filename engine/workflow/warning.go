package workflow

import (
	"fmt"
	"slices"

	"foyer/inbox"
)

// triggerOpened is the trigger of a conversation that has opened.
const triggerOpened = "conversation.opened"

// care is a set of the ways in which a conversation can be taken care of at some point of a run.
type care uint8

const (
	byNobody care = 1 << iota // open, and nobody was asked to take it
	byTeam                    // a team, or the workspace, was asked: it is in a queue, or will be once the run has ended
	byAgent                   // assigned
	byOther                   // another workflow was started for it
	closed
)

// Warnings tells what a definition does that may not be meant; nothing of it keeps a document from being published. There is
// a warning for each end of a run that a contact's conversation.opened starts and after which nobody is assigned, nothing was
// queued or closed, and no other workflow started. Conditions are taken to go either way, unless they are about the
// conversation's source. Once a team or the workspace has been asked for an agent, whatever came of it, somebody was asked.
func (d *Definition) Warnings() []Problem {
	if d.trigger != triggerOpened || d.when != nil && foresee(d.when) == never {
		return nil
	}
	entered := make([]care, len(d.steps))
	entered[0] = byNobody
	for again := true; again; { // until nothing new is found: a jump leads back
		again = false
		for i := range d.steps {
			for _, way := range d.waysOut(i, entered[i]) {
				if way.to < len(d.steps) && way.care&^entered[way.to] != 0 {
					entered[way.to] |= way.care
					again = true
				}
			}
		}
	}
	var warnings []Problem
	for i := range d.steps {
		told := make(map[string]bool)
		for _, way := range d.waysOut(i, entered[i]) {
			if way.to >= len(d.steps) && way.care&byNobody != 0 && !told[way.exit] {
				told[way.exit] = true
				warnings = append(warnings, d.nobodyWarning(i, way.exit))
			}
		}
	}
	return warnings
}

func (d *Definition) nobodyWarning(place int, exit string) Problem {
	key, where := d.steps[place].key, "the step"
	if exit != "" {
		where = "the exit " + exit + " of the step"
	}
	return Problem{Step: &key, Path: path{"steps"}.to(place), Message: fmt.Sprintf("After %s %s the workflow ends without assigning anybody: "+
		"the conversation goes to the queue of its team or, if it has none, of the default team.", where, quote(key))}
}

// wayOut is one way out of a step, and how the conversation can be taken care of there. Exit is empty for the usual one.
type wayOut struct {
	exit string
	to   int
	care care
}

// waysOut returns the ways on which a run can leave a step that it enters like this; none where it does not get there.
func (d *Definition) waysOut(place int, entered care) []wayOut {
	if entered == 0 {
		return nil
	}
	s := &d.steps[place]
	if forking, ok := s.action.(forker); ok {
		return forking.waysOut(s, entered)
	}
	var ways []wayOut
	if !s.exhaustive {
		after := entered
		if taking, ok := s.action.(taker); ok {
			after = taking.after(entered)
		}
		ways = append(ways, wayOut{"", s.next.place, after})
	}
	for _, exit := range sortedKeys(s.exits) {
		if to := s.exits[exit]; to.place != s.next.place || s.exhaustive {
			ways = append(ways, wayOut{exit, to.place, entered})
		}
	}
	return ways
}

// taker is an action after which, by the usual way, the conversation is taken care of in another way.
type taker interface{ after(entered care) care }

// forker is an action that can be left by more ways than its next step and its exits, or is taken care of differently by each.
type forker interface {
	waysOut(s *step, entered care) []wayOut
}

// needsAssignee reports whether a condition can only be so, met or not, where the conversation has an assignee.
func needsAssignee(c condition, met bool) bool {
	switch c := c.(type) {
	case allOf:
		return needsAssigneeOf(c, met, met)
	case anyOf:
		return needsAssigneeOf(c, met, !met)
	case not:
		return needsAssignee(c.condition, !met)
	case test:
		of := c.ref.group == groupAssignee || c.ref.group == groupConversation && c.ref.key == "assignee"
		return of && met != c.negated
	}
	return false
}

// needsAssigneeOf is needsAssignee for several, of which each is so, or at least one.
func needsAssigneeOf(conditions []condition, met, each bool) bool {
	needing := func(c condition) bool { return needsAssignee(c, met) }
	if each {
		return slices.ContainsFunc(conditions, needing)
	}
	return len(conditions) > 0 && !slices.ContainsFunc(conditions, func(c condition) bool { return !needing(c) })
}

// foreseen is what can be said of a condition before there are facts.
type foreseen int

const (
	either foreseen = iota
	always
	never
)

// foresee says what a condition is for a conversation that a contact has opened, as far as that follows from its source.
func foresee(c condition) foreseen {
	switch c := c.(type) {
	case allOf:
		return foreseeEach(c, always, never)
	case anyOf:
		return foreseeEach(c, never, always)
	case not:
		switch foresee(c.condition) {
		case always:
			return never
		case never:
			return always
		case either:
		}
	case test:
		if c.ref.key != "source" || c.ref.group != groupConversation && c.ref.group != groupTrigger {
			return either
		}
		source := map[string]any{"source": string(inbox.SourceContact)}
		if c.holds(environment{facts: &Facts{Conversation: source, Trigger: source}}) {
			return always
		}
		return never
	}
	return either
}

// foreseeEach is foresee for several: what none and what one of them that decides makes of all.
func foreseeEach(conditions []condition, none, one foreseen) foreseen {
	sum := none
	for _, c := range conditions {
		if outlook := foresee(c); outlook == one {
			return one
		} else if outlook == either {
			sum = either
		}
	}
	return sum
}

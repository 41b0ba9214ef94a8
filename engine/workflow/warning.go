package workflow

import (
	"fmt"
	"slices"

	"foyer/inbox"
)

// triggerOpened is the trigger of a conversation that has opened.
const triggerOpened = "conversation.opened"

// care is a set of the possible states of a conversation at some point of a run: who takes care of it.
type care uint8

const (
	byNobody care = 1 << iota // open, and nobody was asked to take it
	byTeam                    // a team or the workspace was asked: it is in a queue, or will be once the run has ended
	byAgent                   // assigned
	byOther                   // another workflow was started for it
	closed
)

// Warnings returns what in a definition may be a mistake, but does not prevent publishing. There is a warning for each
// way in which a run that a contact's conversation.opened starts can end so that nobody is assigned, nothing is queued
// or closed, and no other workflow is started. A condition may be true or false, unless it is about the conversation's
// source. Once a team or the workspace has been asked for an agent, the conversation counts as queued.
func (d *Definition) Warnings() []Problem {
	if d.trigger != triggerOpened || d.when != nil && foresee(d.when) == never {
		return nil
	}
	entered := make([]care, len(d.steps))
	entered[0] = byNobody
	for again := true; again; { // until nothing new is found, since a jump leads back
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

// wayOut is a way out of a step, with the possible states of the conversation there. Its exit is "" for next.
type wayOut struct {
	exit string
	to   int
	care care
}

// waysOut returns the ways out of a step that a run reaches in these states, or nil if no run reaches it.
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
		ways = append(ways, wayOut{"", s.next.position, after})
	}
	for _, exit := range sortedKeys(s.exits) {
		if to := s.exits[exit]; to.position != s.next.position || s.exhaustive {
			ways = append(ways, wayOut{exit, to.position, entered})
		}
	}
	return ways
}

// taker is an action that changes who takes care of the conversation when it leaves by next.
type taker interface{ after(entered care) care }

// forker is an action with ways out of its own.
type forker interface {
	waysOut(s *step, entered care) []wayOut
}

// needsAssignee reports whether a condition can only be true, or only be false, if the conversation has an assignee.
func needsAssignee(c condition, met bool) bool {
	switch c := c.(type) {
	case allOf:
		return needsAssigneeOf(c, met, met)
	case anyOf:
		return needsAssigneeOf(c, met, !met)
	case not:
		return needsAssignee(c.condition, !met)
	case test:
		of := c.ref.group == "assignee" || c.ref.group == "conversation" && c.ref.key == "assignee"
		return of && met != c.negated
	}
	return false
}

// needsAssigneeOf is needsAssignee for several conditions: all of which have the value or, if not each, at least one.
func needsAssigneeOf(conditions []condition, met, each bool) bool {
	needing := func(c condition) bool { return needsAssignee(c, met) }
	if each {
		return slices.ContainsFunc(conditions, needing)
	}
	return len(conditions) > 0 && !slices.ContainsFunc(conditions, func(c condition) bool { return !needing(c) })
}

// foreseen is what is known of a condition without facts. The least of several is known of all together, the greatest of
// any of them.
type foreseen int

const (
	never foreseen = iota - 1
	either
	always
)

// foresee returns what is known of a condition for a conversation that a contact opened: what follows from its source.
func foresee(c condition) foreseen {
	switch c := c.(type) {
	case allOf:
		known := always
		for _, one := range c {
			known = min(known, foresee(one))
		}
		return known
	case anyOf:
		known := never
		for _, one := range c {
			known = max(known, foresee(one))
		}
		return known
	case not:
		return -foresee(c.condition)
	case test:
		if c.ref.key != "source" || c.ref.group != "conversation" && c.ref.group != "trigger" {
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

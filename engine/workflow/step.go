package workflow

import (
	"encoding/json"
	"slices"
	"strings"
)

// kind is a kind of step: how it is read and checked. It is compiled to an action, which executes it. Its JSON Schema
// is the entry of the same name under $defs in workflow.schema.json.
type kind struct {
	name  string // the key in the document
	exits []exit // besides next
	// final: nothing follows the step. It has no next and no exits.
	final bool
	// exhaustive: the step always leaves by one of its exits. An exit that the document leaves out leads to next.
	exhaustive bool
	// statuses: HTTP status codes are exits too.
	statuses bool
	// shape is the shape of the step in diagrams, or zero for ShapeStep.
	shape Shape
	// forms is the problem to report about a body that has none of the forms in the schema, if there are several forms.
	forms string
	// references are the members of the body that refer to something, and the kind of what they refer to.
	references map[string]ReferenceKind
	// compile compiles the body, which fits the schema, and reports its problems. The action is used only if there are
	// none.
	compile func(s *stepCompiler, body json.RawMessage) action
	// declare returns the variables that a step sets and their types, with an empty type for a variable that it only
	// clears. It is nil if no step of this kind sets variables.
	declare func(body json.RawMessage) (variables map[string]FieldType)
}

// exit is a named way out of a step.
type exit struct {
	name string
	// ends: the run ends here if the document leaves the exit out. Otherwise such an exit leads to next.
	ends bool
}

// action is a compiled step. It does not change.
type action interface {
	// begin executes the step. If it fails, the step leaves by failure.
	begin(r *execution) (move, error)
}

// fixed is an action that asks for the same effect in every run.
type fixed struct {
	effect Effect
	detail map[string]any
	frees  care // who no longer takes care of the conversation then, if anybody
}

func (f fixed) begin(*execution) (move, error) { return move{effect: f.effect, detail: f.detail}, nil }

func (f fixed) after(entered care) care {
	if entered&f.frees != 0 {
		return entered&^f.frees | byNobody
	}
	return entered
}

// resumer is an action that decides itself what the outcome of its effect means. The others leave by the exit of the
// outcome.
type resumer interface {
	// resume continues with the outcome. If it fails, the step leaves by failure.
	resume(r *execution, outcome Outcome) (move, error)
}

// move is what a step decides: to ask for an effect and wait for its outcome, or to leave at once.
type move struct {
	effect Effect
	// exit is the exit that the step leaves by, if there is no effect. "" means next.
	exit string
	// target is the step that a branch leads to, if exit is "".
	target *target
	// failed says why the step leaves by a failure exit, for the log.
	failed string
	// detail is the rendered input. It has only strings, float64, bool, []any and nil, so that it survives JSON.
	detail map[string]any
}

// kinds returns all kinds of step. It is a function because kinds refer to code that refers to kinds.
func kinds() []kind {
	return []kind{
		sendKind, askKind, branchKind, setKind, tagKind, routeKind, assignKind, unassignKind, openKind, closeKind,
		snoozeKind, noteKind, waitKind, hoursKind, httpKind, startKind, jumpKind, endKind,
	}
}

// StepKinds returns the names of all kinds of step, as documents write them.
func StepKinds() []string { return each(kinds(), func(k kind) string { return k.name }) }

// kindNamed returns the kind with a name.
func kindNamed(name string) (kind, bool) {
	return find(kinds(), func(k kind) bool { return k.name == name })
}

// kindOf returns the kind of a step with these members, and its body.
func kindOf[Body any](parts map[string]Body) (k kind, body Body, ok bool) {
	for _, k := range kinds() {
		if body, is := parts[k.name]; is {
			return k, body, true
		}
	}
	return kind{}, body, false
}

// ReferenceAt returns what kind of reference stands at a place of documents, or "" if none does. A place is the kind of a
// step, or trigger, and behind it the names of the members: send.channel.
func ReferenceAt(place string) ReferenceKind {
	if place == "trigger.contact.channel" {
		return ReferenceChannel
	}
	name, part, _ := strings.Cut(place, ".")
	k, _ := kindNamed(name)
	return k.references[part]
}

// hasExit reports whether the kind has the named exit.
func (k kind) hasExit(name string) bool {
	is := func(e exit) bool { return e.name == name }
	return slices.ContainsFunc(k.exits, is) || k.statuses && isStatus(name)
}

// isStatus reports whether an exit is an HTTP status code, such as 404.
func isStatus(name string) bool {
	return len(name) == 3 && strings.Trim(name, "0123456789") == "" && name[0] >= '1' && name[0] <= '5'
}

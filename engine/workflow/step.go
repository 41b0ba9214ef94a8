package workflow

import (
	"encoding/json"
	"slices"
	"strings"
)

// kind is one kind of step: how it is read and checked. How it is executed is the action it compiles to. Its JSON
// Schema is the entry of the same name under $defs in workflow.schema.json.
type kind struct {
	name  string // the key in the document
	exits []exit // besides next
	// final tells that nothing follows: no next, no exits.
	final bool
	// exhaustive tells that the step always leaves by one of its exits: next is only where those lead that are left out.
	exhaustive bool
	// statuses tells that HTTP status codes are exits too.
	statuses bool
	// shape is how diagrams draw the step; zero: as one that does something.
	shape Shape
	// forms says, for a person, which forms the body can have, where the schema knows several.
	forms string
	// references are the parts of the body that are names or ids, and of what.
	references map[string]ReferenceKind
	// compile reads the body, which fits the schema, and reports what does not hold. The action is used only where
	// there was no problem.
	compile func(s *stepCompiler, body json.RawMessage) action
	// declare returns the variables that a step sets and their types, empty where it only clears one. Nil where no step of
	// this kind sets variables.
	declare func(body json.RawMessage) (variables map[string]FieldType)
}

// exit is a named way out of a step.
type exit struct {
	name string
	// ends tells that the run ends where the document leaves the exit out; else that is next.
	ends bool
}

// action is a compiled step. It is never written to after it was compiled.
type action interface {
	// begin executes the step. An error is why it leaves by failure.
	begin(r *run) (move, error)
}

// fixed is an action that asks for the same effect in every run.
type fixed struct {
	effect Effect
	detail map[string]any
}

func (f fixed) begin(*run) (move, error) { return move{effect: f.effect, detail: f.detail}, nil }

// resumer is an action that decides itself what the outcome of its effect means; of the others the outcome's exit is
// where they leave.
type resumer interface {
	// resume goes on with the outcome. An error is why it leaves by failure.
	resume(r *run, outcome Outcome) (move, error)
}

// move is what a step does: ask for an effect and wait for its outcome, or leave at once.
type move struct {
	effect Effect
	// exit is where it leaves where there is no effect; empty means next.
	exit string
	// target is the step that a branch leads to, where exit is empty.
	target *target
	// failed says, for the log, why it left by a failure exit.
	failed string
	// detail is the input as rendered: strings, float64, bool, []any and nil alone, so that it survives JSON.
	detail map[string]any
}

// kinds returns the kinds supported. A function, since kinds refer to code that refers to kinds.
func kinds() []kind {
	return []kind{
		sendKind, askKind, branchKind, setKind, tagKind, routeKind, assignKind, unassignKind, openKind, closeKind,
		snoozeKind, noteKind, waitKind, hoursKind, httpKind, startKind, jumpKind, endKind,
	}
}

// kindNames returns the keys of the kinds supported.
func kindNames() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// kindNamed returns the kind with this key.
func kindNamed(name string) (kind, bool) {
	list := kinds()
	if at := slices.IndexFunc(list, func(k kind) bool { return k.name == name }); at >= 0 {
		return list[at], true
	}
	return kind{}, false
}

// kindOf returns the kind of a step with these parts, and its body.
func kindOf(parts map[string]json.RawMessage) (k kind, body json.RawMessage, ok bool) {
	for _, k := range kinds() {
		if body, is := parts[k.name]; is {
			return k, body, true
		}
	}
	return kind{}, nil, false
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

// isStatus reports whether an exit is named by an HTTP status code: 404.
func isStatus(name string) bool {
	return len(name) == 3 && strings.Trim(name, "0123456789") == "" && name[0] >= '1' && name[0] <= '5'
}

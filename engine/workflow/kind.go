package workflow

import (
	"encoding/json"
	"slices"
)

// kind is one kind of step: how it is read and checked. How it is executed is the action it compiles to. Its JSON
// Schema is the entry of the same name under $defs in workflow.schema.json.
type kind struct {
	name  string // the key in the document
	exits []exit // besides next
	// final tells that nothing follows: no next, no exits.
	final bool
	// compile reads the body, which fits the schema, and reports what does not hold. The action is used only where
	// there was no problem.
	compile func(s *stepCompiler, body json.RawMessage) action
	// declare gives the variable that a step sets and its type, empty where it only clears it; not ok where it sets
	// none. Nil where no step of this kind sets variables.
	declare func(body json.RawMessage) (name string, declared FieldType, ok bool)
}

// exit is a named way out of a step.
type exit struct {
	name string
	// ends tells that the run ends where the document leaves the exit out; else that is next.
	ends bool
}

// action is a compiled step. It is never written to after it was compiled.
type action interface {
	// begin executes the step. An error ends the run as FAILED.
	begin(r *run) (move, error)
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

// kinds gives the kinds supported. A function, since kinds refer to code that refers to kinds.
func kinds() []kind {
	return []kind{
		sendKind, branchKind, setKind, tagKind, routeKind, assignKind, noteKind, closeKind, endKind,
	}
}

// laterKinds are part of format 1 and not supported yet.
var laterKinds = []string{"ask", "unassign", "open", "snooze", "wait", "hours", "http", "start", "jump"}

// kindNames gives the keys of the kinds supported.
func kindNames() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}

// exit gives the named exit of the kind.
func (k kind) exit(name string) (exit, bool) {
	at := slices.IndexFunc(k.exits, func(e exit) bool { return e.name == name })
	if at < 0 {
		return exit{}, false
	}
	return k.exits[at], true
}

package workflow

import (
	"errors"
	"fmt"
	"maps"

	"foyer/inbox"
)

// MaxExecuted is the most steps one run executes.
const MaxExecuted = 1000

// Advance executes steps until one asks for an effect or the run ends. The engine then applies the effect and calls
// again with the state returned, the outcome, and fresh facts: fields change with effects. The facts hold what
// Definition.Needs names. It writes to nothing it was given, and never fails: a step that cannot be executed ends the
// run as FAILED.
func Advance(def *Definition, state State, in Input) (State, Result) {
	r := run{
		definition:  def,
		state:       state,
		environment: environment{facts: &in.Facts, variables: state.Variables, now: in.Now},
	}
	place, err := r.enter(in.Outcome)
	for err == nil && place < len(def.steps) {
		var effect Effect
		if effect, place, err = r.execute(place); effect != nil {
			r.result.Effect, r.result.Status = effect, inbox.RunWaiting
			return r.state, r.result
		}
	}
	r.end(err)
	return r.state, r.result
}

// run is one call of Advance under way.
type run struct {
	environment
	definition   *Definition
	state        State
	result       Result
	ownVariables bool // environment.variables is a copy of ours
}

// enter gives the place of the step to execute first: that of the state or, where the run was waiting, the one that
// the outcome leads to.
func (r *run) enter(outcome Outcome) (int, *Error) {
	if r.state.Step == "" {
		return 0, nil
	}
	place, ok := r.definition.index[r.state.Step]
	switch {
	case r.state.Step == reservedEnd:
		return 0, &Error{Message: "the run has already ended"}
	case !ok:
		return 0, &Error{Message: "this version of the workflow has no step " + quote(r.state.Step)}
	case !r.state.Waiting:
		return place, nil
	}
	left := &r.definition.steps[place]
	target, ok := left.leave(outcome.Exit)
	if !ok {
		return 0, &Error{Step: left.key, Message: fmt.Sprintf("%s has no exit %s", left.kind, quote(outcome.Exit))}
	}
	r.log(left, exitName(outcome.Exit), merge(r.state.Detail, outcome.Detail), outcome.Error)
	r.state.Waiting, r.state.Detail = false, nil
	return target.place, nil
}

// execute begins the step at the place, and gives the effect that it asks for or the place of the step after it.
func (r *run) execute(place int) (Effect, int, *Error) {
	current := &r.definition.steps[place]
	if r.state.Executed >= MaxExecuted {
		message := fmt.Sprintf("the run has executed %d steps, the most allowed", MaxExecuted)
		return nil, 0, &Error{Step: current.key, Message: message}
	}
	r.state.Executed++
	moved, err := current.action.begin(r)
	if len(moved.detail) == 0 {
		moved.detail = nil // as it is once the state went through JSON
	}
	if err != nil {
		failure := &Error{Step: current.key, Message: err.Error()}
		r.log(current, "", moved.detail, failure.Message)
		return nil, 0, failure
	}
	if moved.effect != nil {
		r.state.Step, r.state.Waiting, r.state.Detail = current.key, true, moved.detail
		r.state.Variables = r.variables
		return moved.effect, 0, nil
	}
	if moved.target != nil {
		r.log(current, moved.target.name, moved.detail, "")
		return nil, moved.target.place, nil
	}
	target, ok := current.leave(moved.exit)
	if !ok {
		return nil, 0, &Error{Step: current.key, Message: fmt.Sprintf("%s has no exit %s", current.kind, quote(moved.exit))}
	}
	exit := exitName(moved.exit)
	if current.final {
		exit = ""
	}
	r.log(current, exit, moved.detail, moved.failed)
	return nil, target.place, nil
}

// end closes the run: COMPLETED, or FAILED with the error.
func (r *run) end(err *Error) {
	r.result.Ended, r.result.Err = true, err
	r.result.Status = inbox.RunCompleted
	if err != nil {
		r.result.Status = inbox.RunFailed
	}
	r.state.Step, r.state.Waiting, r.state.Detail = reservedEnd, false, nil
	r.state.Variables = r.variables
}

func (r *run) log(s *step, exit string, detail map[string]any, failed string) {
	if r.result.Steps == nil {
		r.result.Steps = make([]StepRecord, 0, 4)
	}
	r.result.Steps = append(r.result.Steps, StepRecord{
		Key: s.key, Type: s.kind, Exit: exit, At: r.now, Detail: detail, Error: failed,
	})
}

// leave gives where the exit leads. Any effect can fail, so failure leads on from a step that has no such exit too.
func (s *step) leave(exit string) (target, bool) {
	if exit == "" || exit == ExitNext {
		return s.next, true
	}
	to, ok := s.exits[exit]
	if !ok && exit == ExitFailure {
		return s.next, true
	}
	return to, ok
}

func exitName(exit string) string {
	if exit == "" {
		return ExitNext
	}
	return exit
}

// merge joins two details into a new map; it gives the one as it is where the other is empty.
func merge(rendered, added map[string]any) map[string]any {
	if len(added) == 0 {
		return rendered
	}
	all := make(map[string]any, len(rendered)+len(added))
	maps.Copy(all, rendered)
	maps.Copy(all, added)
	return all
}

// maxVariables bounds the bytes of all variables of a run: their names and texts.
const maxVariables = 64 << 10

// setVariable sets a variable, or clears it where the value is nil.
func (r *run) setVariable(name string, value any) error {
	if !r.ownVariables {
		r.variables, r.ownVariables = maps.Clone(r.variables), true
	}
	if value == nil {
		delete(r.variables, name)
		return nil
	}
	if r.variables == nil {
		r.variables = map[string]any{}
	}
	r.variables[name] = value
	size := 0
	for name, value := range r.variables {
		size += len(name) + variableSize(value)
	}
	if size > maxVariables {
		return errors.New("the variables of the run are larger than 64 KiB")
	}
	return nil
}

func variableSize(value any) int {
	switch value := value.(type) {
	case string:
		return len(value)
	case []any:
		size := 0
		for _, item := range value {
			size += variableSize(item)
		}
		return size
	default:
		return 8
	}
}

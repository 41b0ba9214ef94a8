package workflow

import (
	"cmp"
	"fmt"
	"maps"

	"foyer/inbox"
)

// MaxExecuted is the most steps that one run executes.
const MaxExecuted = 1000

// Advance executes steps until one asks for an effect, the run ends, or Input.Steps steps are done. The engine then
// applies the effect, if there is one, and calls Advance again with the returned state, the outcome, and new facts,
// since effects change fields. The facts hold the fields in Definition.Needs. Advance changes nothing that it is given,
// and never fails: a step that cannot be executed ends the run as FAILED.
func Advance(def *Definition, state State, in Input) (State, Result) {
	facts := in.Facts
	e := execution{
		definition:  def,
		state:       state,
		environment: environment{facts: &facts, variables: state.Variables, now: in.Now},
	}
	effect, position, err := e.enter(in.Outcome)
	for executed := 0; effect == nil && err == nil && position < len(def.steps); executed++ {
		if in.Steps > 0 && executed == in.Steps {
			e.result.Status = inbox.RunRunning
			e.state.Step, e.state.Variables = def.steps[position].key, e.variables // the next to be executed
			return e.state, e.result
		}
		effect, position, err = e.execute(position)
	}
	if effect != nil {
		e.result.Effect, e.result.Status = effect, inbox.RunWaiting
		return e.state, e.result
	}
	e.end(err)
	return e.state, e.result
}

// execution is one call of Advance in progress.
type execution struct {
	environment
	definition *Definition
	state      State
	result     Result
}

// enter returns the position of the first step to execute: the step of the state or, if the run was waiting, the step
// that the outcome leads to. A step that waits may ask for another effect instead.
func (e *execution) enter(outcome Outcome) (Effect, int, *Error) {
	if e.state.Step == "" {
		return nil, 0, nil
	}
	position, ok := e.definition.index[e.state.Step]
	switch {
	case e.state.Step == reservedEnd:
		return nil, 0, &Error{Message: "The run has already ended."}
	case !ok:
		return nil, 0, &Error{Message: "The version of the workflow that this run started with has no step " + quote(e.state.Step) + "."}
	case !e.state.Waiting:
		return nil, position, nil
	}
	current := &e.definition.steps[position]
	rendered := e.state.Detail
	e.state.Waiting, e.state.Detail = false, nil
	if outcome.Exit == ExitAgain {
		return nil, position, nil
	}
	moved, err := move{exit: outcome.Exit, failed: outcome.Error, detail: outcome.Detail}, error(nil)
	if waiting, ok := current.action.(resumer); ok {
		moved, err = waiting.resume(e, outcome)
	}
	moved.detail = merge(rendered, moved.detail)
	return e.leave(current, moved, err)
}

// execute begins the step at a position, and returns the effect that it asks for or the position of the next step.
func (e *execution) execute(position int) (Effect, int, *Error) {
	current := &e.definition.steps[position]
	if e.state.Executed >= MaxExecuted {
		message := fmt.Sprintf("The run has executed %d steps, which is the most a run may execute.", MaxExecuted)
		return nil, 0, &Error{Step: current.key, Message: message}
	}
	e.state.Executed++
	moved, err := current.action.begin(e)
	return e.leave(current, moved, err)
}

// leave carries out what a step decided. It returns the effect that the step asks for or, once the step is left, the
// position of the next one. A step that fails leaves by its exit failure, such as when its text cannot be rendered or
// the variables become too large: what a contact writes never ends a run.
func (e *execution) leave(current *step, moved move, err error) (Effect, int, *Error) {
	if err != nil {
		e.state.Question = nil
		moved = move{exit: ExitFailure, failed: err.Error(), detail: moved.detail}
	}
	if len(moved.detail) == 0 {
		moved.detail = nil // as in a state that was read from JSON
	}
	if moved.effect != nil {
		e.state.Step, e.state.Waiting, e.state.Detail = current.key, true, moved.detail
		e.state.Variables = e.variables
		return moved.effect, 0, nil
	}
	if moved.target != nil {
		e.log(current, moved.target.name, moved.detail, "")
		return nil, moved.target.position, nil
	}
	target, ok := current.leadsTo(moved.exit)
	if !ok {
		return nil, 0, &Error{Step: current.key, Message: fmt.Sprintf("The step has the kind %s, which has no exit %s.", current.kind, quote(moved.exit))}
	}
	exit := cmp.Or(moved.exit, ExitNext)
	if current.final {
		exit = ""
	}
	e.log(current, exit, moved.detail, moved.failed)
	return nil, target.position, nil
}

// end closes the run: COMPLETED, or FAILED with the error.
func (e *execution) end(err *Error) {
	e.result.Ended, e.result.Err = true, err
	e.result.Status = inbox.RunCompleted
	if err != nil {
		e.result.Status = inbox.RunFailed
	}
	e.state.Step, e.state.Waiting, e.state.Detail, e.state.Question = reservedEnd, false, nil, nil
	e.state.Variables = e.variables
}

func (e *execution) log(s *step, exit string, detail map[string]any, failed string) {
	if e.result.Steps == nil {
		e.result.Steps = make([]StepRecord, 0, 4)
	}
	e.result.Steps = append(e.result.Steps, StepRecord{
		Key: s.key, Type: s.kind, Exit: exit, At: e.now, Detail: detail, Error: sentence(failed),
	})
}

// leadsTo returns where an exit leads. Any effect can fail, so a step without an exit failure then goes on as usual.
func (s *step) leadsTo(exit string) (target, bool) {
	if exit == "" || exit == ExitNext {
		return s.next, true
	}
	to, ok := s.exits[exit]
	if !ok && exit == ExitFailure {
		return s.next, true
	}
	return to, ok
}

// merge returns a new map with both details, or one of them if the other is empty.
func merge(rendered, added map[string]any) map[string]any {
	if len(added) == 0 {
		return rendered
	}
	all := make(map[string]any, len(rendered)+len(added))
	maps.Copy(all, rendered)
	maps.Copy(all, added)
	return all
}

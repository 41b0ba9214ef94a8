package workflow

import (
	"errors"
	"fmt"

	"foyer/inbox"
)

// Host is what a run acts on. It has a method for each kind of effect, so that a new kind does not compile before every host
// decides about it, including that of simulations: no host may embed another. The method of an effect returns the outcome, or
// nil if the outcome comes later: the host then keeps the run waiting, and calls Drive again with the outcome. If the method
// fails with an *inbox.Error, the step leaves by failure; any other error ends Drive.
type Host interface {
	// Look returns the input of the next call of Advance: the given outcome, and the present time and facts for
	// Definition.Needs. It returns nil if the run is to continue later, with that outcome.
	Look(Outcome) (*Input, error)
	// Record stores how far the run has come, and ends the run if the result says so.
	Record(State, Result) error
	// Active reports whether the run has not ended. What a step does may end its own run.
	Active() bool

	Send(Send) (*Outcome, error)
	Ask(Ask) (*Outcome, error)
	SetField(SetField) (*Outcome, error)
	SetLifecycle(SetLifecycle) (*Outcome, error)
	Tag(Tag) (*Outcome, error)
	Route(Route) (*Outcome, error)
	Assign(Assign) (*Outcome, error)
	Unassign(Unassign) (*Outcome, error)
	Open(Open) (*Outcome, error)
	Close(Close) (*Outcome, error)
	Snooze(Snooze) (*Outcome, error)
	Note(Note) (*Outcome, error)
	Wait(Wait) (*Outcome, error)
	Start(Start) (*Outcome, error)
	HTTP(HTTP) (*Outcome, error)
}

// Effect is what a run asks its Host to do. Advance is then called with the Outcome: at once or, for Ask, Assign, Wait,
// HTTP, and Start with WaitForEnd, once it is known. Lists and pointers in an Effect may belong to the Definition: read
// only.
type Effect interface{ on(Host) (*Outcome, error) }

// Drive runs a run as far as possible: until it ends, waits for an outcome, or the host lets it continue later.
func Drive(def *Definition, state State, outcome Outcome, h Host) error {
	for {
		in, err := h.Look(outcome)
		if err != nil || in == nil {
			return err
		}
		var result Result
		state, result = advanceSafely(def, state, *in)
		if err := h.Record(state, result); err != nil || !h.Active() {
			return err
		}
		outcome = Outcome{}
		if result.Effect == nil {
			continue // it has executed as many steps as this call may
		}
		done, err := apply(result.Effect, h)
		if err != nil || done == nil || !h.Active() {
			return err
		}
		outcome = *done
	}
}

// apply lets the host do what the run asks for. An error that a caller could act on is the failure of the step.
func apply(effect Effect, h Host) (*Outcome, error) {
	done, err := effect.on(h)
	if refused, ok := errors.AsType[*inbox.Error](err); ok {
		return &Outcome{Exit: ExitFailure, Error: refused.Message}, nil
	}
	return done, err
}

// advanceSafely is Advance, except that a panic fails the run, and nothing else.
func advanceSafely(def *Definition, state State, in Input) (next State, result Result) {
	defer func() {
		if cause := recover(); cause != nil {
			next, result = state, Result{Ended: true, Status: inbox.RunFailed, Panic: fmt.Sprint(cause),
				Err: &Error{Message: "Internal error in this step."}}
		}
	}()
	return Advance(def, state, in)
}

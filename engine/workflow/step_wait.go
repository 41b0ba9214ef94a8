package workflow

import (
	"encoding/json"
	"time"
)

// waitKind is `wait`: {for} or {until}. It goes on at once if that time has passed.
var waitKind = kind{name: "wait", compile: compileWait, shape: ShapeWait, forms: "a step `wait` needs exactly one of `for` and `until`"}

// Wait waits until a time, when its outcome comes.
type Wait struct {
	Until time.Time // later than now
}

func (w Wait) on(host Host) (*Outcome, error) { return host.Wait(w) }

type wait struct{ moment }

func compileWait(s *stepCompiler, body json.RawMessage) action {
	return &wait{s.moment(s.at.to("wait"), body, func(until time.Time) Effect { return Wait{Until: until} })}
}

// resume goes on by next: the timeout means that the time has come.
func (w *wait) resume(_ *execution, outcome Outcome) (move, error) { //nolint:unparam // as every step that waits
	if outcome.Exit == ExitTimeout {
		outcome.Exit = ExitNext
	}
	return move{exit: outcome.Exit, failed: outcome.Error, detail: outcome.Detail}, nil
}

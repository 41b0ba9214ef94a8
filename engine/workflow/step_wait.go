package workflow

import (
	"encoding/json"
	"time"
)

// waitKind is `wait`: {for}, {until} or {untilOpen}. It goes on at once if that time has passed or the team is open.
var waitKind = kind{name: "wait", compile: compileWait, shape: ShapeWait, forms: "a step `wait` " + momentForms,
	references: map[string]ReferenceKind{"untilOpen": ReferenceTeam}}

// Wait waits until a time, when its outcome comes.
type Wait struct {
	Until time.Time // later than now
}

func (w Wait) on(host Host) (*Outcome, error) { return host.Wait(w) }

type wait struct{ moment }

func compileWait(s *stepCompiler, body json.RawMessage) action {
	return &wait{s.moment(s.at.to("wait"), body, func(until time.Time) Effect { return Wait{Until: until} })}
}

// resume goes on by next: the timeout means that the time has come. A team whose hours have changed may still be closed then: it
// waits again.
func (w *wait) resume(e *execution, outcome Outcome) (move, error) {
	if outcome.Exit == ExitTimeout && w.team != 0 {
		return w.begin(e)
	}
	if outcome.Exit == ExitTimeout {
		outcome.Exit = ExitNext
	}
	return move{exit: outcome.Exit, failed: outcome.Error, detail: outcome.Detail}, nil
}

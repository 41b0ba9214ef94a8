package workflow

import (
	"encoding/json"
	"time"
)

// snoozeKind is `snooze`: {for} or {until}. It does nothing if that time has passed.
var snoozeKind = kind{name: "snooze", compile: compileSnooze, forms: "a step `snooze` needs exactly one of `for` and `until`"}

// Snooze snoozes the conversation. Its outcome is known at once.
type Snooze struct {
	Until time.Time // later than now
}

func (s Snooze) on(host Host) (*Outcome, error) { return host.Snooze(s) }

type snooze struct{ moment }

func compileSnooze(s *stepCompiler, body json.RawMessage) action {
	return &snooze{s.moment(s.at.to("snooze"), body)}
}

func (z *snooze) begin(r *run) (move, error) {
	until, moved, err := z.find(r)
	if err != nil || !until.After(r.now) {
		return moved, err
	}
	moved.effect = Snooze{Until: until}
	return moved, nil
}

package workflow

import (
	"encoding/json"
	"time"
)

// snoozeKind is `snooze`: {for}, {until} or {untilOpen}. It does nothing if that time has passed or the team is open.
var snoozeKind = kind{name: "snooze", compile: compileSnooze, forms: "a step `snooze` " + momentForms,
	references: map[string]ReferenceKind{"untilOpen": ReferenceTeam}}

// Snooze snoozes the conversation. Its outcome is known at once.
type Snooze struct {
	Until time.Time // later than now
}

func (s Snooze) on(host Host) (*Outcome, error) { return host.Snooze(s) }

func compileSnooze(s *stepCompiler, body json.RawMessage) action {
	return s.moment(s.at.to("snooze"), body, func(until time.Time) Effect { return Snooze{Until: until} })
}

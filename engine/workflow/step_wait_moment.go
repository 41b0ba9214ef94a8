package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"foyer/inbox"
)

// momentForms says which forms a wait and a snooze can have.
const momentForms = "needs exactly one of `for`, `until` and `untilOpen`"

// moment is when a wait or a snooze ends: after a duration, at a time, or when a team opens. If that time has passed, or the
// team is open, the step is left at once.
type moment struct {
	span   time.Duration // zero if until or team says when
	until  text
	team   inbox.TeamID // zero if until says when
	named  string       // the team, as the document writes it
	effect func(until time.Time) Effect
}

// moment compiles {for}, {until} or {untilOpen} and reports problems.
func (s *stepCompiler) moment(at path, body json.RawMessage, effect func(until time.Time) Effect) moment {
	var doc struct {
		For       string `json:"for"`
		Until     string `json:"until"`
		UntilOpen string `json:"untilOpen"`
	}
	s.decode(at, body, &doc)
	switch {
	case doc.UntilOpen != "":
		team := s.team(at.to("untilOpen"), doc.UntilOpen)
		s.schedules[team] = struct{}{}
		return moment{team: team, named: doc.UntilOpen, effect: effect}
	case doc.Until == "":
		span, err := parseDuration(doc.For)
		if err != nil {
			s.add(at.to("for"), "%s", err)
		}
		return moment{span: span, effect: effect}
	}
	s.zoned = true
	compiled := moment{until: s.text(at.to("until"), doc.Until), effect: effect}
	if compiled.until.isConstant() && compiled.until.constant != "" {
		if _, err := parseMoment(doc.Until, time.UTC); err != nil {
			s.add(at.to("until"), "%s", err)
		}
	}
	return compiled
}

func (m moment) begin(e *execution) (move, error) {
	until, moved, err := m.find(e)
	if err == nil && until.After(e.now) {
		moved.effect = m.effect(until)
	}
	return moved, err
}

// find returns the moment, and a move with its detail. It fails if the text is not a time, and if the team never opens.
func (m moment) find(e *execution) (time.Time, move, error) {
	if m.span > 0 {
		until := e.now.Add(m.span)
		return until, move{detail: map[string]any{"until": inbox.FormatTime(until)}}, nil
	}
	if m.team != 0 {
		return m.opening(e)
	}
	written, err := m.until.render(e.environment)
	if err != nil {
		return time.Time{}, move{}, err
	}
	until, err := parseMoment(written, e.now.Location())
	return until, move{detail: map[string]any{"until": written}}, err
}

// opening is find for a team: now if it is open.
func (m moment) opening(e *execution) (time.Time, move, error) {
	detail := map[string]any{"untilOpen": m.named}
	schedule := e.facts.Schedules[m.team]
	if schedule.Open(e.now) {
		return e.now, move{detail: detail}, nil
	}
	opens, ever := schedule.Next(e.now)
	if !ever {
		return time.Time{}, move{detail: detail}, fmt.Errorf("the team %s never opens: give its hours a span", quote(m.named))
	}
	detail["until"] = inbox.FormatTime(opens.In(e.now.Location()))
	return opens, move{detail: detail}, nil
}

// ClosedTeamWarnings returns a warning for each step that waits for a team to open which never does.
func (d *Definition) ClosedTeamWarnings(schedules map[inbox.TeamID]*Schedule) []Problem {
	var warnings []Problem
	for i := range d.steps {
		s := &d.steps[i]
		m, waits := s.action.(moment)
		if w, is := s.action.(*wait); is {
			m, waits = w.moment, true
		}
		if waits && m.team != 0 && schedules[m.team].neverOpens() {
			warnings = append(warnings, Problem{Step: &s.key, Path: path{"steps"}.to(i, s.kind, "untilOpen"),
				Message: fmt.Sprintf("The team %s never opens, so the step does not wait. Give its hours a span.", quote(m.named))})
		}
	}
	return warnings
}

// parseMoment reads a time by RFC 3339, or a date, which is the beginning of that day in the zone.
func parseMoment(text string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if at, err := inbox.ParseTime(text); err == nil {
		return at, nil
	}
	if day, err := inbox.ParseDate(text); err == nil {
		return beginning(day, zone), nil
	}
	return time.Time{}, errors.New("write a time like 2026-01-31T09:00:00Z (RFC 3339), or a date like 2026-01-31")
}

package workflow

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"foyer/inbox"
)

// moment is when a wait or a snooze ends: after a duration, or at a time. If that time has passed, the step is left at once.
type moment struct {
	span   time.Duration // zero if until says when
	until  text
	effect func(until time.Time) Effect
}

// moment compiles {for} or {until} and reports problems.
func (s *stepCompiler) moment(at path, body json.RawMessage, effect func(until time.Time) Effect) moment {
	var doc struct {
		For   string `json:"for"`
		Until string `json:"until"`
	}
	s.decode(at, body, &doc)
	if doc.Until == "" {
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

// find returns the moment, and a move with its detail. It fails if the text is not a time.
func (m moment) find(e *execution) (time.Time, move, error) {
	if m.span > 0 {
		until := e.now.Add(m.span)
		return until, move{detail: map[string]any{"until": inbox.FormatTime(until)}}, nil
	}
	written, err := m.until.render(e.environment)
	if err != nil {
		return time.Time{}, move{}, err
	}
	until, err := parseMoment(written, e.now.Location())
	return until, move{detail: map[string]any{"until": written}}, err
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

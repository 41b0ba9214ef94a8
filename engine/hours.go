package engine

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"foyer/engine/workflow"
	"foyer/inbox"
)

const (
	// maxSpans is how many spans a day has at most, as in workflow documents.
	maxSpans = 10
	// maxHolidays is how many holidays hours have at most, as in workflow documents.
	maxHolidays = 400
)

// schedules caches the compiled hours of teams: reading the time zone database takes long.
type schedules struct{ byTeam sync.Map } // inbox.TeamID → *preparedHours

type preparedHours struct {
	hours    inbox.Hours
	schedule *workflow.Schedule
}

// schedule returns a team's hours. Nil, which is always open, means that the team has none.
func (e *Engine) schedule(t *inbox.Team) (*workflow.Schedule, error) {
	if t.Hours == nil {
		return nil, nil
	}
	if kept, ok := e.schedules.byTeam.Load(t.ID); ok && reflect.DeepEqual(kept.(*preparedHours).hours, *t.Hours) {
		return kept.(*preparedHours).schedule, nil
	}
	schedule, err := scheduleOf(t.Hours)
	if err != nil {
		return nil, fmt.Errorf("read the hours of %s: %w", t.ID, err)
	}
	e.schedules.byTeam.Store(t.ID, &preparedHours{*t.Hours, schedule})
	return schedule, nil
}

func scheduleOf(h *inbox.Hours) (*workflow.Schedule, error) {
	return workflow.Hours{TimeZone: h.TimeZone, Week: h.Week.Days(), Holidays: h.Holidays}.Schedule()
}

// checkHours checks the hours in the input; nil stands for none.
func checkHours(h *inbox.Hours) error {
	if h == nil {
		return nil
	}
	for day, spans := range h.Week.Days() {
		if len(spans) > maxSpans {
			return inbox.Errorf(inbox.CodeLimitExceeded, "hours.week."+day, "A day may have at most {limit} spans.", inbox.Named("limit", maxSpans))
		}
	}
	if len(h.Holidays) > maxHolidays {
		return inbox.Errorf(inbox.CodeLimitExceeded, "hours.holidays", "There may be at most {limit} of them.", inbox.Named("limit", maxHolidays))
	}
	_, err := scheduleOf(h)
	if wrong, ok := errors.AsType[*workflow.HoursError](err); ok {
		return &inbox.Error{Code: inbox.CodeInvalid, Message: wrong.Message, Field: append([]string{"hours"}, wrong.Path...)}
	}
	return err
}

// Opening says whether a team is open at a moment, and when that changes.
type Opening struct {
	Open bool
	Next *inbox.Time // nil if it never does
}

// Opening reports whether a team is open now.
func (e *Engine) Opening(t *inbox.Team) (Opening, error) {
	schedule, err := e.schedule(t)
	if err != nil {
		return Opening{}, err
	}
	return openingAt(schedule, e.clock()), nil
}

func openingAt(schedule *workflow.Schedule, now time.Time) Opening {
	o := Opening{Open: schedule.Open(now)}
	if next, ok := schedule.Next(now); ok {
		o.Next = new(inbox.At(next))
	}
	return o
}

// applyHours changes a team's hours and reports whether they changed.
func applyHours(t *inbox.Team, p Patch[inbox.Hours]) bool {
	if !p.Set || string(jsonOf(t.Hours)) == string(jsonOf(p.Value)) { // an empty list means the same as none
		return false
	}
	t.Hours = p.Value
	return true
}

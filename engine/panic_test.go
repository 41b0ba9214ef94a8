package engine

import (
	"log/slog"
	"testing"
	"time"

	"foyer/engine/workflow"
)

// A definition that is not there makes the step function panic: nothing that is published does.

func TestAPanicInAStepIsAnErrorOfItsRunAlone(t *testing.T) {
	if _, _, err := advanceSafely(&run{}, workflow.Input{}); err == nil {
		t.Error("the panic was lost")
	}
}

func TestATriggerThatPanicsDoesNotMatch(t *testing.T) {
	e := &Engine{log: slog.New(slog.DiscardHandler)}
	if e.holds(1, nil, workflow.Facts{}, time.Time{}) {
		t.Error("a condition that panicked holds")
	}
}

package engine

import (
	"log/slog"
	"testing"
	"time"

	"foyer/engine/workflow"
)

// A missing definition makes the check panic, which nothing that is published does.

func TestATriggerThatPanicsDoesNotMatch(t *testing.T) {
	e := &Engine{log: slog.New(slog.DiscardHandler)}
	if e.holds(1, nil, workflow.Facts{}, time.Time{}) {
		t.Error("a condition that panicked holds")
	}
}

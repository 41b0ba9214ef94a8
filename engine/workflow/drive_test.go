package workflow

import (
	"testing"

	"foyer/inbox"
)

// brokenHost has a run without a definition. That makes the step function panic, which nothing that is published does.
type brokenHost struct {
	Host
	recorded Result
}

func (*brokenHost) Look(Outcome) (*Input, error) { return &Input{}, nil }
func (*brokenHost) Active() bool                 { return false }
func (h *brokenHost) Record(_ State, result Result) error {
	h.recorded = result
	return nil
}

func TestAPanicInAStepFailsItsRunAlone(t *testing.T) {
	h := &brokenHost{}
	if err := Drive(nil, State{}, Outcome{}, h); err != nil {
		t.Fatal(err)
	}
	if got := h.recorded; !got.Ended || got.Status != inbox.RunFailed || got.Err == nil || got.Panic == "" {
		t.Errorf("%+v", got)
	}
}

package workflow

import (
	"time"

	"foyer/inbox"
)

// State is where a run stands: plain data, which survives a round trip through JSON. The zero State is a run that has
// not begun; Variables may be set before it does. Advance never writes to a State it was given.
type State struct {
	// Step is the key of the step that is executed next or, where Waiting, whose effect was asked for; empty before the
	// first, "end" once the run is over.
	Step    string `json:"step,omitempty"`
	Waiting bool   `json:"waiting,omitempty"`
	// Variables hold strings, float64, bool and []any of strings; at most 64 KiB of them.
	Variables map[string]any `json:"variables,omitempty"`
	// Executed counts the steps begun.
	Executed int `json:"executed,omitempty"`
	// Detail is the input of the step that waits, as rendered, kept for the log.
	Detail map[string]any `json:"detail,omitempty"`
}

// Input is what Advance works with besides the state.
type Input struct {
	Now   time.Time
	Facts Facts
	// Outcome is how the effect asked for last went; ignored where the run was not waiting for one.
	Outcome Outcome
}

// The exits that an outcome can name.
const (
	ExitNext    = "next"
	ExitTimeout = "timeout"
	ExitFailure = "failure"
)

// Outcome is how an effect went.
type Outcome struct {
	// Exit is empty or ExitNext where it went as asked, ExitFailure where it could not be done, ExitTimeout where
	// nobody was assigned in time.
	Exit string
	// Error says why, for a person, in the log.
	Error string
	// Detail is added to the log record of the step: JSON-able, such as the id of the message sent.
	Detail map[string]any
}

// Result is what came of one call of Advance.
type Result struct {
	// Effect is what the engine is to do next; nil exactly where Ended.
	Effect Effect
	Ended  bool
	// Status is RunCompleted or RunFailed where Ended, else RunWaiting.
	Status inbox.WorkflowRunStatus
	// Err says why the run FAILED; nil otherwise.
	Err *Error
	// Steps are the log records of the steps left in this call, in order.
	Steps []StepRecord
}

// StepRecord is one entry of the run log.
type StepRecord struct {
	Key string `json:"key"`
	// Type is the kind of step, as the document writes it: send.
	Type string `json:"type"`
	// Exit is ExitNext, a named exit, the key a branch led to ("end" too), or empty where the run ended in this step.
	Exit string `json:"exit,omitempty"`
	// At is when the step was left.
	At time.Time `json:"at"`
	// Detail is its input as rendered, and what the engine added. Shared with the Definition: read only.
	Detail map[string]any `json:"detail,omitempty"`
	Error  string         `json:"error,omitempty"`
}

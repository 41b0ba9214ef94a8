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
	// Question is how far the question of an ask step has got; nil in other steps.
	Question *Question `json:"question,omitempty"`
	// Jumps counts how often each jump step has led back, by its key.
	Jumps map[string]int `json:"jumps,omitempty"`
}

// Question is how far a question has got.
type Question struct {
	// AskedAt is when it was first asked: its timeout counts from then.
	AskedAt time.Time `json:"askedAt"`
	// Invalid counts the answers that could not be taken.
	Invalid int `json:"invalid,omitempty"`
	// Answered tells that it has its answer, which is being saved.
	Answered bool `json:"answered,omitempty"`
}

// Input is what Advance works with besides the state.
type Input struct {
	// Now is in the workspace's time zone where Needs.Zone says so; else in any.
	Now   time.Time
	Facts Facts
	// Outcome is how the effect asked for last went; ignored where the run was not waiting for one.
	Outcome Outcome
	// Steps is how many steps this call executes at the most; zero: as many as it takes.
	Steps int
}

// The exits that an outcome can name, beside the status codes of http.
const (
	ExitNext    = "next"
	ExitTimeout = "timeout"
	ExitFailure = "failure"
	// ExitAgain is no exit: the effect has not been tried, and the step is executed anew. It is how a question goes on
	// that had to wait for another one: it is rendered, and its timeout begins, when it can be asked.
	ExitAgain = "again"
)

// The exits that only steps choose.
const (
	ExitInvalid   = "invalid"   // of ask
	ExitOpen      = "open"      // of hours
	ExitClosed    = "closed"    // of hours
	ExitExhausted = "exhausted" // of jump
)

// Outcome is how an effect went. It survives a round trip through JSON.
type Outcome struct {
	// Exit is empty or ExitNext where it went as asked, ExitFailure where it could not be done, ExitTimeout where nobody
	// was assigned, or nothing answered, in time; ExitAgain where it has to be asked for once more. Of Wait, ExitTimeout
	// and ExitNext both mean that its time has come.
	Exit string `json:"exit,omitempty"`
	// Error says why, for a person, in the log.
	Error string `json:"error,omitempty"`
	// Invalid tells, with ExitFailure, that the contact's field, or a tag, cannot hold the value, so that another one might do: then
	// a question asks again.
	Invalid bool `json:"invalid,omitempty"`
	// Detail is added to the log record of the step: JSON-able, such as the id of the message sent.
	Detail map[string]any `json:"detail,omitempty"`
	// Answer is the contact's message that answers an Ask.
	Answer *Answer `json:"answer,omitempty"`
	// Response is what an HTTP request got, whatever its status.
	Response *Response `json:"response,omitempty"`
}

// Result is what came of one call of Advance.
type Result struct {
	// Effect is what the engine is to do next; nil where Ended, and where Input.Steps were not enough.
	Effect Effect
	Ended  bool
	// Status is RunCompleted or RunFailed where Ended, RunWaiting where there is an effect, else RunRunning.
	Status inbox.WorkflowRunStatus
	// Err says why the run FAILED; nil otherwise.
	Err *Error
	// Panic is what a step panicked with, for the log of the server; empty where none did.
	Panic string
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

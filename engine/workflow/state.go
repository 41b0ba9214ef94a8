package workflow

import (
	"time"

	"foyer/inbox"
)

// State is how far a run has come: plain data that survives a round trip through JSON. The zero State is a run that has
// not begun; its Variables may be set. Advance never changes a State.
type State struct {
	// Step is the key of the step to execute next or, if Waiting, of the step that waits for its effect. It is ""
	// before the first step, and "end" once the run is over.
	Step    string `json:"step,omitempty"`
	Waiting bool   `json:"waiting,omitempty"`
	// Variables are string, float64, bool and []any of string, of at most 64 KiB altogether.
	Variables map[string]any `json:"variables,omitempty"`
	// Executed is how many steps have begun.
	Executed int `json:"executed,omitempty"`
	// Detail is the rendered input of the step that waits, kept for the log.
	Detail map[string]any `json:"detail,omitempty"`
	// Question is the state of a step `ask`, or nil in other steps.
	Question *Question `json:"question,omitempty"`
	// Jumps is how often each step `jump` has led back, by its key.
	Jumps map[string]int `json:"jumps,omitempty"`
}

// Question is the state of a question.
type Question struct {
	// AskedAt is when it was first asked. Its timeout counts from then.
	AskedAt time.Time `json:"askedAt"`
	// Invalid is how many answers were not valid.
	Invalid int `json:"invalid,omitempty"`
	// Answered is true while a valid answer is being saved.
	Answered bool `json:"answered,omitempty"`
}

// Input is what Advance needs besides the state.
type Input struct {
	// Now is in the workspace's time zone if Needs.Zone reports true, otherwise in any.
	Now   time.Time
	Facts Facts
	// Outcome is the outcome of the last effect. It is ignored if the run was not waiting for one.
	Outcome Outcome
	// Steps is how many steps this call may execute; zero: any number.
	Steps int
}

// The exits that an outcome can have, besides the status codes of `http`.
const (
	ExitNext    = "next"
	ExitTimeout = "timeout"
	ExitFailure = "failure"
	// ExitAgain is not an exit: the effect was not tried, and the step is executed again. A question that had to wait
	// for another one goes on by it: its text is rendered, and its timeout begins, when it can be asked.
	ExitAgain = "again"
)

// The exits that only steps choose.
const (
	ExitInvalid   = "invalid"   // of ask
	ExitOpen      = "open"      // of hours
	ExitClosed    = "closed"    // of hours
	ExitExhausted = "exhausted" // of jump
)

// Outcome is the outcome of an effect. It survives a round trip through JSON.
type Outcome struct {
	// Exit is "" or ExitNext if the effect succeeded, ExitFailure if it failed, ExitTimeout if nobody was assigned or
	// answered in time, and ExitAgain if the run has to ask for it again. For Wait, ExitTimeout and ExitNext both mean
	// that the time has come.
	Exit string `json:"exit,omitempty"`
	// Error says why the effect failed, for the log.
	Error string `json:"error,omitempty"`
	// Invalid reports, with ExitFailure, that the contact's field or a tag cannot hold the value. Another value might
	// do, so a question is asked again.
	Invalid bool `json:"invalid,omitempty"`
	// Detail is added to the log record of the step, such as the id of the message that was sent. It can be encoded as
	// JSON.
	Detail map[string]any `json:"detail,omitempty"`
	// Answer is the contact's message that answers an Ask.
	Answer *Answer `json:"answer,omitempty"`
	// Response is the response to an HTTP request, whatever its status.
	Response *Response `json:"response,omitempty"`
}

// Result is the result of a call of Advance.
type Result struct {
	// Effect is what the engine is to do next. It is nil if Ended, or if Input.Steps did not suffice.
	Effect Effect
	Ended  bool
	// Status is RunCompleted or RunFailed if Ended, RunWaiting if there is an effect, and RunRunning otherwise.
	Status inbox.WorkflowRunStatus
	// Err is why the run failed, or nil if it did not.
	Err *Error
	// Panic is the value of a panic in a step, for the log of the server, or "" if there was none.
	Panic string
	// Steps are the log records of the steps that were left in this call, in order.
	Steps []StepRecord
}

// StepRecord is one entry of the run log.
type StepRecord struct {
	Key string `json:"key"`
	// Type is the kind of step as documents write it, such as send.
	Type string `json:"type"`
	// Exit is ExitNext, a named exit, or the key of the step that a branch led to ("end" too). It is "" if the run
	// ended in this step.
	Exit string `json:"exit,omitempty"`
	// At is when the step was left.
	At time.Time `json:"at"`
	// Detail is the rendered input, and what the engine added. It may share memory with the Definition: read only.
	Detail map[string]any `json:"detail,omitempty"`
	Error  string         `json:"error,omitempty"`
}

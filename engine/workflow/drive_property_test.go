package workflow_test

import (
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
	"foyer/inbox"
)

// fullDocument is the example of the documentation of the format, in JSON.
func fullDocument(t testing.TB) string {
	t.Helper()
	yaml, err := os.ReadFile(filepath.Join("testdata", "topics.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(must(exchange.FromYAML(yaml)))
}

// drawnHost draws an outcome of each effect, a refusal, or that the outcome comes later.
type drawnHost struct {
	t        *rapid.T
	state    workflow.State
	result   workflow.Result
	executed int
	waits    bool
}

func (h *drawnHost) Look(outcome workflow.Outcome) (*workflow.Input, error) {
	return &workflow.Input{Now: noon, Facts: drawFacts(h.t), Outcome: outcome, Steps: 3}, nil
}

func (h *drawnHost) Record(state workflow.State, result workflow.Result) error {
	h.state, h.result = state, result
	h.executed += len(result.Steps)
	return nil
}

func (h *drawnHost) Active() bool { return !h.result.Ended }

func (h *drawnHost) drawn() (*workflow.Outcome, error) {
	switch rapid.IntRange(0, 9).Draw(h.t, "outcome") {
	case 0:
		return nil, inbox.Errorf(inbox.CodeInvalid, "", "It cannot be done.")
	case 1:
		h.waits = true
		return nil, nil
	default:
		return new(drawOutcome(h.t)), nil
	}
}

func (h *drawnHost) Send(workflow.Send) (*workflow.Outcome, error)                 { return h.drawn() }
func (h *drawnHost) Ask(workflow.Ask) (*workflow.Outcome, error)                   { return h.drawn() }
func (h *drawnHost) SetField(workflow.SetField) (*workflow.Outcome, error)         { return h.drawn() }
func (h *drawnHost) SetLifecycle(workflow.SetLifecycle) (*workflow.Outcome, error) { return h.drawn() }
func (h *drawnHost) Tag(workflow.Tag) (*workflow.Outcome, error)                   { return h.drawn() }
func (h *drawnHost) Route(workflow.Route) (*workflow.Outcome, error)               { return h.drawn() }
func (h *drawnHost) Assign(workflow.Assign) (*workflow.Outcome, error)             { return h.drawn() }
func (h *drawnHost) Unassign(workflow.Unassign) (*workflow.Outcome, error)         { return h.drawn() }
func (h *drawnHost) Open(workflow.Open) (*workflow.Outcome, error)                 { return h.drawn() }
func (h *drawnHost) Close(workflow.Close) (*workflow.Outcome, error)               { return h.drawn() }
func (h *drawnHost) Snooze(workflow.Snooze) (*workflow.Outcome, error)             { return h.drawn() }
func (h *drawnHost) Note(workflow.Note) (*workflow.Outcome, error)                 { return h.drawn() }
func (h *drawnHost) Wait(workflow.Wait) (*workflow.Outcome, error)                 { return h.drawn() }
func (h *drawnHost) Start(workflow.Start) (*workflow.Outcome, error)               { return h.drawn() }
func (h *drawnHost) HTTP(workflow.HTTP) (*workflow.Outcome, error)                 { return h.drawn() }

func TestADrivenRunEndsOrWaits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		definition, problems := workflow.Compile(document, office{})
		if len(problems) > 0 {
			t.Fatalf("%s: %v", document, problems)
		}
		h := &drawnHost{t: t}
		for outcome := (workflow.Outcome{}); ; outcome = drawOutcome(t) {
			h.waits = false
			if err := workflow.Drive(definition, h.state, outcome, h); err != nil {
				t.Fatal(err)
			}
			if h.result.Ended {
				break
			}
			if !h.waits || !h.state.Waiting {
				t.Fatalf("it neither ended nor waits: %+v", h.result)
			}
		}
		if h.result.Panic != "" || h.executed > workflow.MaxExecuted || h.result.Effect != nil {
			t.Fatalf("%d steps: %+v", h.executed, h.result)
		}
	})
}

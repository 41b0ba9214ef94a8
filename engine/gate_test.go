package engine_test

import (
	"errors"
	"slices"
	"testing"

	"foyer/engine"
)

func TestWhatRunsCannotDoYetIsSavedAndNotPublished(t *testing.T) {
	d := newDesk(t)
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Ahead", Definition: definition(t, `
format: 1
name: Ahead
trigger: { on: webhook }
steps:
  - key: call
    http: { method: GET, url: "https://example.org" }
`)}))
	_, err := d.WorkflowPublish(d.ctx(), d.owner, f.ID)
	refusal, ok := errors.AsType[*engine.InvalidDocumentError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	var got []string
	for _, problem := range refusal.Problems {
		got = append(got, problem.String())
	}
	for _, want := range []string{
		`trigger.on: the trigger "webhook" cannot be published yet: nothing starts it`,
		`step "call": steps.0.http: the step "http" cannot be published yet: runs cannot execute it`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}

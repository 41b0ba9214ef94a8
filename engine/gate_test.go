package engine_test

import (
	"errors"
	"slices"
	"testing"

	"foyer/engine"
)

func TestWhatRunsCannotDoYetIsSavedAndNotPublished(t *testing.T) {
	d := newDesk(t)
	d.team("Support", engine.PolicyPatch{})
	f := must(d.WorkflowCreate(d.ctx(), d.owner, engine.WorkflowCreateInput{Name: "Ahead", Definition: definition(t, `
format: 1
name: Ahead
trigger: { on: shortcut, title: Ahead, when: { field: team.is_open, op: equals, value: true } }
steps:
  - key: anybody
    hours: {}
  - key: support
    hours: { team: Support }
  - key: own
    hours: { schedule: { timeZone: UTC, week: { mon: ["09:00-17:00"] } } }
  - key: say
    note: { text: "{{ team.is_open }} {{team . is_open}}" }
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
		`trigger.on: the trigger "shortcut" cannot be published yet: nothing starts it`,
		`trigger.when.field: the field "team.is_open" cannot be published yet: teams have no hours`,
		`step "anybody": steps.0.hours: hours without a schedule cannot be published yet: teams have no hours`,
		`step "support": steps.1.hours: hours without a schedule cannot be published yet: teams have no hours`,
		`step "say": steps.3.note.text: the field "team.is_open" cannot be published yet: teams have no hours`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}

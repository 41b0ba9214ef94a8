package rehearsal_test

import (
	"testing"
	"time"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
)

func run(t *testing.T, steps string, setting rehearsal.Setting, scene rehearsal.Scene) *rehearsal.Rehearsed {
	t.Helper()
	setting.Fields = map[string]workflow.FieldType{"plan": workflow.TypeText}
	return perform(t, []byte(`{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [`+steps+`]}`), setting, scene)
}

func perform(t *testing.T, document []byte, setting rehearsal.Setting, scene rehearsal.Scene) *rehearsal.Rehearsed {
	t.Helper()
	workspace, err := rehearsal.Open(t.Context(), setting)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := workspace.Close(); err != nil {
			t.Error(err)
		}
	}()
	definition, problems := workflow.Compile(document, workspace)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	scene.Now = monday
	got, err := workspace.Run(t.Context(), definition, scene)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestNamesComeBackAsTheyAreWritten(t *testing.T) {
	got := run(t, `{"key": "a", "route": {"team": "Sales"}}, {"key": "b", "route": {"team": "SUPPORT"}},
		{"key": "c", "branch": [{"when": {"field": "conversation.team", "op": "equals", "value": "support"}, "go": "d"}], "else": "end"},
		{"key": "d", "assign": {"agent": "Ann"}, "exits": {"failure": "end"}},
		{"key": "e", "send": {"text": "{{ team.name }} {{ assignee.name }} {{ contact.plan }}"}}`,
		rehearsal.Setting{Agent: "Bo", Contact: map[string]any{"plan": "solo"}}, rehearsal.Scene{})
	if got.Team != "SUPPORT" || got.Assignee != "Ann" || len(got.Sent) != 1 || got.Sent[0] != "SUPPORT Ann solo" {
		t.Errorf("%+v", got)
	}
}

func TestWhoIsNotThereIsNotAssigned(t *testing.T) {
	for steps, want := range map[string]string{
		`{"key": "a", "assign": {"by": "team"}, "exits": {"failure": "b", "timeout": "end"}}, {"key": "b", "note": {"text": "x"}}`:      "failure",
		`{"key": "a", "assign": {"by": "owner"}, "exits": {"failure": "b"}}, {"key": "b", "note": {"text": "x"}}`:                       "failure",
		`{"key": "a", "assign": {"by": "workspace"}, "exits": {"timeout": "b", "failure": "end"}}, {"key": "b", "note": {"text": "x"}}`: "timeout",
	} {
		got := run(t, steps, rehearsal.Setting{}, rehearsal.Scene{})
		if *got.Steps[0].Exit != want || got.Assignee != "" {
			t.Errorf("%s: %+v", steps, got)
		}
	}
}

func TestACustomFieldThatNobodyNamedIsAMistake(t *testing.T) {
	_, problems := workflow.Compile([]byte(`{"format": 1, "trigger": {"on": "conversation.opened"},
		"steps": [{"key": "a", "set": {"field": "plan", "value": "x"}}]}`), rehearsal.NewDirectory(nil))
	if len(problems) != 1 {
		t.Errorf("%v", problems)
	}
}

func TestWhomARehearsalAssignsOwnsTheContact(t *testing.T) {
	got := run(t, `{"key": "a", "assign": {"by": "workspace"}, "exits": {"failure": "end"}}, {"key": "b", "unassign": {}},
		{"key": "c", "assign": {"by": "owner"}, "exits": {"failure": "end"}}`, rehearsal.Setting{Agent: "Bo"}, rehearsal.Scene{})
	if len(got.Steps) != 3 || *got.Steps[2].Exit != "next" || got.Assignee != "Bo" {
		t.Errorf("%+v", got)
	}
}

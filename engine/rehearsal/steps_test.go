package rehearsal_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/rehearsal"
	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
	"foyer/inbox"
)

func pathOf(got *rehearsal.Rehearsed) []string {
	var path []string
	for _, step := range got.Steps {
		exit := ""
		if step.Exit != nil {
			exit = " " + *step.Exit
		}
		path = append(path, step.Key+exit)
	}
	return path
}

func TestARehearsalTellsWhatWouldHappen(t *testing.T) {
	yaml, err := os.ReadFile(filepath.Join("..", "workflow", "testdata", "topics.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := exchange.FromYAML(yaml)
	if err != nil {
		t.Fatal(err)
	}
	try := func(agent string, answers ...*string) *rehearsal.Rehearsed {
		return perform(t, document, rehearsal.Setting{Agent: agent, Contact: map[string]any{"first_name": "Ann"}}, rehearsal.Scene{Answers: answers})
	}
	got := try("Bo", new("huh?"), new("sales"))
	question := "Hi Ann, what is this about?\n1. Sales\n2. Support\n3. Billing"
	if diff := cmp.Diff([]string{question, "Please answer with one of the choices or its number.\n" + question}, got.Sent); diff != "" {
		t.Error(diff)
	}
	if !got.Matches || got.Status != inbox.RunCompleted || got.Team != "Sales" || got.Assignee != "Bo" || got.Steps[3].At.Std() != monday {
		t.Errorf("%+v", got.WorkflowSimulation)
	}
	if diff := cmp.Diff([]string{"ask_topic next", "by_topic to_sales", "to_sales next", "hand_over next"}, pathOf(got)); diff != "" {
		t.Error(diff)
	}

	got = try("", nil)
	if got.Sent[1] != "Everyone is busy. We will answer here as soon as we can." || got.Team != "Support" || got.Assignee != "" ||
		!got.Steps[len(got.Steps)-1].At.Std().Equal(monday.Add(40*time.Minute)) {
		t.Errorf("%+v", got.WorkflowSimulation)
	}

	got = try("Bo")
	if last := got.Steps[len(got.Steps)-1]; got.Status != inbox.RunWaiting || last.Key != "ask_topic" || last.Exit != nil {
		t.Errorf("%+v", got.WorkflowSimulation)
	}
}

func TestARehearsalShowsStepsWhatEarlierOnesChanged(t *testing.T) {
	got := run(t, `
		{"key": "a", "set": {"field": "first_name", "value": "Bob"}}, {"key": "b", "tag": {"add": ["x", "y"], "remove": ["z"]}},
		{"key": "c", "set": {"lifecycle": "Lead"}}, {"key": "d", "route": {"team": "Sales", "priority": "HIGH"}},
		{"key": "e", "ask": {"text": "Well?"}}, {"key": "f", "wait": {"for": "PT1H"}}, {"key": "g", "snooze": {"for": "PT1H"}},
		{"key": "h", "start": {"workflow": "Survey"}}, {"key": "i", "http": {"url": "https://x.y", "save": {"v": "a"}}}, {"key": "j", "assign": {"by": "team", "timeout": "PT2H"}, "exits": {"timeout": "k"}},
		{"key": "k", "send": {"text": "{{ contact.first_name }} {{ contact.tags | join: '+' }} {{ contact.lifecycle_stage }} {{ team.name }} {{ conversation.priority }} {{ message.text }} {{ now | date: '%R' }} {{ vars.v }} {{ assignee.name }}"}},
		{"key": "l", "unassign": {}}, {"key": "m", "close": {"category": "Done"}}, {"key": "n", "send": {"text": "too late"}},
		{"key": "o", "open": {}}, {"key": "p", "send": {"text": "{{ conversation.source }}{{ conversation.category }}{{ conversation.assignee }}"}}, {"key": "q", "note": {"text": "x"}}`,
		rehearsal.Setting{Agent: "Cy", Contact: map[string]any{"first_name": "Ann", "tags": []string{"z", "a"}}},
		rehearsal.Scene{Answers: []*string{new("well")}, Respond: func(workflow.HTTP) workflow.Outcome {
			return workflow.Outcome{Response: &workflow.Response{Status: 200, Body: `{"a": "b"}`}}
		}})
	want := []string{"Well?", "Bob a+x+y Lead Sales HIGH well 11:00 b Cy", "WORKFLOW"}
	if diff := cmp.Diff(want, got.Sent); diff != "" {
		t.Error(diff)
	}
	if len(got.Steps) != 17 || got.Status != inbox.RunCompleted || *got.Steps[13].Error != "The conversation is closed and cannot be reopened. Open a new one with conversationOpen." {
		t.Errorf("%d steps: %+v", len(got.Steps), got.WorkflowSimulation)
	}
}

func TestARehearsalReachesNobodyOutside(t *testing.T) {
	got := run(t, `{"key": "a", "http": {"url": "https://x.y"}}, {"key": "b", "route": {"team": "Sales"}}, {"key": "d", "assign": {"by": "team"}, "exits": {"timeout": "e"}},
		{"key": "e", "route": {"team": null}}`, rehearsal.Setting{}, rehearsal.Scene{})
	if *got.Steps[0].Error != "A simulation sends no requests." || got.Team != "" || *got.Steps[2].Exit != workflow.ExitTimeout ||
		!got.Steps[2].At.Std().Equal(monday.Add(7*24*time.Hour)) {
		t.Errorf("%+v", got.WorkflowSimulation)
	}
}

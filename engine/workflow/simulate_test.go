package workflow_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// fullDocument is the example of the documentation of the format, in JSON.
func fullDocument(t testing.TB) string {
	t.Helper()
	yaml, err := os.ReadFile(filepath.Join("testdata", "topics.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(must(workflow.FromYAML(yaml)))
}

func TestASimulationTellsWhatWouldHappen(t *testing.T) {
	definition := mustCompile(t, fullDocument(t))
	ann := func(_ workflow.Assign, facts workflow.Facts) workflow.Outcome {
		if facts.Conversation["team"] != "tea_1" {
			return workflow.Outcome{Exit: workflow.ExitTimeout}
		}
		return workflow.Outcome{Detail: map[string]any{"assignee": "agt_b"}}
	}
	world := workflow.Simulation{
		Now: noon, Assign: ann, Answers: []*string{new("huh?"), new("sales")},
		Facts: workflow.Facts{Contact: map[string]any{"first_name": "Ann"}, Conversation: map[string]any{"source": "CONTACT"}},
	}
	got := workflow.Simulate(definition, world)
	question := "Hi Ann, what is this about?\n1. Sales\n2. Support\n3. Billing"
	if diff := cmp.Diff([]string{question, "Please answer with one of the choices or its number.\n" + question}, got.Sent); diff != "" {
		t.Error(diff)
	}
	if !got.Matches || got.Status != inbox.RunCompleted || *got.Team != 1 || got.Assignee != "agt_b" || got.Variables["topic"] != "Sales" || !got.At.Equal(noon) {
		t.Errorf("%+v", got)
	}
	var path []string
	for _, step := range got.Steps {
		path = append(path, step.Key+" "+step.Exit)
	}
	if diff := cmp.Diff([]string{"ask_topic next", "by_topic to_sales", "to_sales next", "hand_over next"}, path); diff != "" {
		t.Error(diff)
	}

	world.Answers = []*string{nil}
	got = workflow.Simulate(definition, world)
	want := "Everyone is busy. We will answer here as soon as we can."
	if got.Sent[1] != want || *got.Team != 2 || got.Assignee != "" || !got.At.Equal(noon.Add(40*time.Minute)) {
		t.Errorf("%+v", got)
	}

	world.Answers = nil
	if got = workflow.Simulate(definition, world); got.Status != inbox.RunWaiting || got.Step != "ask_topic" {
		t.Errorf("%+v", got)
	}
}

func TestASimulationShowsStepsWhatEarlierOnesChanged(t *testing.T) {
	definition := mustCompile(t, steps(`
		{"key": "a", "set": {"field": "first_name", "value": "Bob"}}, {"key": "b", "tag": {"add": ["x", "y"], "remove": ["z"]}},
		{"key": "c", "set": {"lifecycle": "Lead"}}, {"key": "d", "route": {"team": "Sales", "priority": "HIGH"}},
		{"key": "e", "ask": {"text": "Well?"}}, {"key": "f", "wait": {"for": "PT1H"}}, {"key": "g", "snooze": {"for": "PT1H"}},
		{"key": "h", "start": {"workflow": "Survey"}}, {"key": "i", "http": {"url": "https://x.y", "save": {"v": "a"}}}, {"key": "j", "assign": {"by": "team"}, "exits": {"timeout": "k"}},
		{"key": "k", "send": {"text": "{{ contact.first_name }} {{ contact.tags | join: '+' }} {{ contact.lifecycle_stage }} {{ team.name }} {{ conversation.priority }} {{ message.text }} {{ now | date: '%R' }} {{ vars.v }} {{ conversation.assignee }}"}},
		{"key": "l", "unassign": {}}, {"key": "m", "close": {"category": "Done"}}, {"key": "n", "send": {"text": "too late"}},
		{"key": "o", "open": {}}, {"key": "p", "send": {"text": "{{ conversation.source }}{{ conversation.category }}{{ conversation.assignee }}"}}, {"key": "q", "note": {"text": "x"}}`))
	facts := workflow.Facts{Contact: map[string]any{"first_name": "Ann", "tags": []string{"z", "a"}}}
	before := must(json.Marshal(facts))
	got := workflow.Simulate(definition, workflow.Simulation{
		Now: noon, Facts: facts, Answers: []*string{new("well")},
		Team:    func(id inbox.TeamID) map[string]any { return map[string]any{"name": id.String()} },
		Request: func(workflow.HTTP) workflow.Outcome { return responded(200, `{"a": "b"}`) },
		Assign: func(workflow.Assign, workflow.Facts) workflow.Outcome {
			return workflow.Outcome{Detail: map[string]any{"assignee": "agt_c"}}
		},
	})
	want := []string{"Well?", "Bob a+x+y Lead tea_1 HIGH well 14:00 b agt_c", "WORKFLOW"}
	if diff := cmp.Diff(want, got.Sent); diff != "" {
		t.Error(diff)
	}
	if len(got.Effects) != 17 || got.Status != inbox.RunCompleted || got.Steps[13].Error != "The conversation is closed; the next one is a new one." {
		t.Errorf("%d effects: %+v", len(got.Effects), got)
	}
	if after := must(json.Marshal(facts)); string(after) != string(before) {
		t.Error("the facts were written to")
	}
}

func TestASimulationWithoutCallbacksReachesNobody(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "http": {"url": "https://x.y"}}, {"key": "b", "route": {"team": "Sales"}}, {"key": "c", "route": {"team": null}}, {"key": "d", "assign": {"by": "team"}}`))
	got := workflow.Simulate(definition, workflow.Simulation{Now: noon})
	if got.Steps[0].Error != "A simulation sends no requests." || got.Team != nil || got.Steps[3].Exit != workflow.ExitTimeout || !got.At.Equal(noon.Add(7*24*time.Hour)) {
		t.Errorf("%+v", got)
	}
}

func TestASimulationEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		definition, problems := workflow.Compile(document, office{})
		if len(problems) > 0 {
			t.Fatalf("%s: %v", document, problems)
		}
		world := workflow.Simulation{Now: noon, Facts: drawFacts(t), Answers: []*string{new("1"), nil, new("x")},
			Request: func(workflow.HTTP) workflow.Outcome { return drawOutcome(t) }}
		got := workflow.Simulate(definition, world)
		if got.Status == inbox.RunRunning || got.Status == "" || len(got.Steps) > workflow.MaxExecuted {
			t.Fatalf("%+v", got)
		}
	})
}

package workflow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// everything is a directory in which everything exists.
type everything struct{}

func (everything) Find(kind ReferenceKind, name string) (string, bool) {
	return cmp.Or(map[ReferenceKind]string{ReferenceTeam: "tea_1", ReferenceAgent: "agt_1", ReferenceChannel: "chn_1"}[kind], name), true
}

func (everything) Workflow(string) (Callee, bool) { return Callee{ID: 1}, true }

func (everything) ContactField(name string) (CustomField, bool) {
	return CustomField{Key: name, Type: map[string]FieldType{"my_date": TypeDate, "my_number": TypeNumber}[name]}, name != ""
}

// Every exit of every kind of step leads where the document says. If it is left out, it leads to next or, if the kind
// says so, to the end. New kinds are tested without a change here.
func TestEveryExitOfEveryKindLeadsWhereItIsToLead(t *testing.T) {
	bodies := exampleBodies(t)
	for _, k := range kinds() {
		for _, e := range k.exits {
			if k.exhaustive || k.name == jumpKind.name {
				continue // they choose their exit by what they read, not by an outcome: TestHoursLeaveByWhatTheyAre, TestJumpsLeadBack…
			}
			t.Run(k.name+" "+e.name, func(t *testing.T) {
				given := leftBy(t, k, bodies[k.name], fmt.Sprintf(`, "exits": {%q: "there"}`, e.name), e.name)
				if given != "there" {
					t.Errorf("the exit leads to %q", given)
				}
				want := "behind"
				if e.ends {
					want = ""
				}
				if left := leftBy(t, k, bodies[k.name], "", e.name); left != want {
					t.Errorf("left out it leads to %q, want %q", left, want)
				}
			})
		}
	}
}

// exampleBodies returns a body for each kind, from the example of every kind.
func exampleBodies(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "every_kind.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Steps []map[string]json.RawMessage }
	if err := json.Unmarshal(converted, &doc); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]string{"send": `{"text": "x"}`, "note": `{"text": "x"}`, "close": `{"category": "x"}`, "set": `{"field": "email", "value": "a@example.com"}`,
		"http": `{"url": "https://example.com"}`, "start": `{"workflow": "x"}`, "ask": `{"text": "?", "answer": "number", "retries": 0}`}
	for _, step := range doc.Steps {
		for _, k := range kinds() {
			if body, ok := step[k.name]; ok && bodies[k.name] == "" {
				bodies[k.name] = string(body)
			}
		}
	}
	return bodies
}

// leftBy runs a step whose effect ends in an exit, and returns the step behind it: behind, there, or none.
func leftBy(t *testing.T, k kind, body, exits, exit string) string {
	t.Helper()
	// The first step is there so that something leads to the last one.
	def, problems := Compile([]byte(`{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [
		{"key": "first", "branch": [{"when": {"field": "now", "op": "notExists"}, "go": "there"}]},
		{"key": "step", "`+k.name+`": `+body+exits+`},
		{"key": "behind", "note": {"text": "behind"}, "next": "end"}, {"key": "there", "note": {"text": "there"}}]}`), everything{})
	if def == nil {
		t.Fatal(problems)
	}
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	state, _ := Advance(def, State{}, Input{Now: now, Facts: Facts{}})
	outcome := Outcome{Exit: exit, Error: "for the test"}
	if exit == ExitInvalid {
		outcome = Outcome{Answer: &Answer{Text: "no number"}}
	}
	_, result := Advance(def, state, Input{Now: now.Add(time.Minute), Facts: Facts{}, Outcome: outcome})
	note, _ := result.Effect.(Note)
	return note.Text
}

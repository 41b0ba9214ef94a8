package workflow_test

import (
	"fmt"
	"strings"
	"testing"

	"foyer/engine/workflow"
)

// register is an office that has every custom field, and counts how often it is asked for one.
type register struct {
	office

	asked int
}

func (r *register) ContactField(name string) (workflow.CustomField, bool) {
	r.asked++
	return workflow.CustomField{Key: name, Type: workflow.TypeText}, true
}

// naming is a document that names so many custom fields, each as often as times says.
func naming(fields, times int) string {
	var texts []string
	for i := range fields {
		if i%100 == 0 {
			texts = append(texts, "")
		}
		texts[len(texts)-1] += strings.Repeat(fmt.Sprintf("{{ contact.f%d }}", i), times)
	}
	var steps []string
	for i, text := range texts {
		steps = append(steps, fmt.Sprintf(`{"key": "s%d", "note": {"text": %q}}`, i, text))
	}
	return `{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [` + strings.Join(steps, ", ") + `]}`
}

func TestADirectoryIsAskedOnceForEachReference(t *testing.T) {
	directory := &register{}
	definition, problems := workflow.Compile([]byte(naming(90, 2)), directory)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if directory.asked != 90 {
		t.Errorf("asked %d times for 90 fields", directory.asked)
	}
	if len(definition.Names()) != 90 {
		t.Errorf("the names of 90 fields: %v", definition.Names())
	}
}

func TestADocumentNamesAtMost500ThingsOfTheWorkspace(t *testing.T) {
	directory := &register{}
	if _, problems := workflow.Compile([]byte(naming(500, 1)), directory); len(problems) > 0 {
		t.Errorf("500: %v", problems)
	}
	const want = "The document names more than 500 teams, agents, channels, workflows, fields, lifecycle stages and secrets."
	directory = &register{}
	_, problems := workflow.Compile([]byte(naming(700, 1)), directory)
	if len(problems) != 1 || problems[0].Message != want {
		t.Errorf("700: %v", problems)
	}
	if directory.asked != 500 {
		t.Errorf("asked %d times", directory.asked)
	}
}

func TestWhatWasPublishedWithMoreNamesStillLoads(t *testing.T) {
	names := map[string]string{}
	for i := range 700 {
		names[fmt.Sprintf("field:f%d", i)] = fmt.Sprintf("f%d TEXT", i)
	}
	if _, err := workflow.Load([]byte(naming(700, 1)), names); err != nil {
		t.Error(err)
	}
}

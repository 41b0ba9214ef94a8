package workflow_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
	"foyer/inbox"
)

// office is the directory of the tests.
type office struct{}

// Find knows three teams, two agents, a channel, two stages, and every secret but one.
func (office) Find(kind workflow.ReferenceKind, reference string) (id string, found bool) {
	switch kind {
	case workflow.ReferenceTeam:
		if id := inbox.ID(reference).Team(); id != 0 {
			return reference, id <= 3
		}
		id, found = map[string]string{"sales": "tea_1", "support": "tea_2", "vip": "tea_3"}[strings.ToLower(reference)]
		return id, found
	case workflow.ReferenceStage:
		return reference, reference == "Lead" || reference == "Customer"
	case workflow.ReferenceSecret:
		return reference, reference != "MISSING"
	default:
		id, found = map[string]string{"agent:Ann": "agt_b", "agent:Bob": "agt_c", "agent:agt_b": "agt_b", "channel:Web": "chn_n", "channel:chn_n": "chn_n"}[string(kind)+reference]
		return id, found
	}
}

func (office) Workflow(reference string) (workflow.Callee, bool) {
	takes := map[string]workflow.FieldType{"topic": workflow.TypeText, "count": workflow.TypeNumber, "items": workflow.TypeList}
	callee, ok := map[string]workflow.Callee{
		"Survey": {ID: 31}, "wfl_z": {ID: 31}, "Taker": {ID: 32, Variables: takes}, "Idle": {ID: 33, Variables: map[string]workflow.FieldType{}},
		"Draft": {ID: 34, Refused: "it is not published"},
	}[reference]
	return callee, ok
}

// ContactField knows a field of each type, by its type in lower case, and one that was renamed since.
func (office) ContactField(reference string) (workflow.CustomField, bool) {
	fields := map[string]workflow.CustomField{"fld_9": {Key: "fld_9", Type: workflow.TypeNumber}, "shoe_size": {Key: "fld_9", Type: workflow.TypeNumber}}
	for i, fieldType := range []workflow.FieldType{
		workflow.TypeText, workflow.TypeList, workflow.TypeCheckbox, workflow.TypeEmail, workflow.TypeNumber,
		workflow.TypeURL, workflow.TypeDate, workflow.TypeTime,
	} {
		fields["my_"+strings.ToLower(string(fieldType))] = workflow.CustomField{Key: fmt.Sprintf("fld_%d", i+1), Type: fieldType}
	}
	field, ok := fields[reference]
	return field, ok
}

// steps wraps steps into a document.
func steps(list string) string {
	return `{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [` + list + `]}`
}

func mustCompile(t testing.TB, document string) *workflow.Definition {
	t.Helper()
	definition, problems := workflow.Compile([]byte(document), office{})
	if len(problems) > 0 {
		t.Fatalf("compile: %v", problems)
	}
	return definition
}

// inboundDocument is the example of the documentation, in JSON.
func inboundDocument(t testing.TB) string {
	t.Helper()
	yaml, err := os.ReadFile(filepath.Join("testdata", "inbound.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	document, err := exchange.FromYAML(yaml)
	if err != nil {
		t.Fatal(err)
	}
	return string(document)
}

package exchange_test

import (
	"strings"
	"testing"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
)

func TestWhatIsNoDocumentIsNotExported(t *testing.T) {
	for document, want := range map[string]string{
		``:     "the document is not JSON: EOF",
		`{} 1`: "the document is not JSON: there is something after its end",
		strings.Repeat("[", 70) + strings.Repeat("]", 70): "the document is not JSON: lists and objects are nested more than 64 levels deep",
		strings.Repeat(" ", workflow.MaxDocument+1):       "the document has 262145 bytes, and may have at most 262144",
	} {
		if _, err := exchange.ToYAML([]byte(document), "x", nil); err == nil || err.Error() != want {
			t.Errorf("%.20s: %v", document, err)
		}
		if exchange.References([]byte(document)) != nil {
			t.Errorf("%.20s has references", document)
		}
	}
}

func TestAnExportCarriesTheNameOfTheWorkflow(t *testing.T) {
	for document, want := range map[string]string{
		`{"format": 1, "name": "Old", "steps": []}`: "format: 1\nname: New\nsteps: []\n",
		`{"format": 1, "steps": []}`:                "format: 1\nname: New\nsteps: []\n",
		`{}`:                                        "name: New\n",
		`[1]`:                                       "- 1\n",
	} {
		if got := mustYAML(t, document, "New"); got != want {
			t.Errorf("%s is exported as %s", document, got)
		}
	}
}

func TestADocumentThatLostItsOrderIsWrittenInTheCustomaryOne(t *testing.T) {
	sorted := `{"format": 1, "settings": {"exitOnAgentAction": false}, "steps": [
		{"ask": {"answer": "choice", "choices": [{"text": "Yes", "value": "y"}], "text": "Well?"}, "exits": {"timeout": "c"}, "key": "a", "next": "b"},
		{"branch": [{"go": "c", "when": {"field": "message.text", "op": "equals", "value": "x"}}], "else": "c", "key": "b"},
		{"hours": {"schedule": {"timeZone": "UTC", "week": {"fri": ["09:00-12:00"], "mon": ["09:00-17:00"]}}}, "key": "c"}
	], "trigger": {"on": "conversation.opened", "when": {"field": "message.text", "op": "exists"}}}`
	got, err := exchange.ToYAML([]byte(sorted), "Sorted", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := `format: 1
name: Sorted
trigger: { on: conversation.opened, when: { field: message.text, op: exists } }
settings: { exitOnAgentAction: false }
steps:
  - key: a
    ask: { text: "Well?", answer: choice, choices: [{ value: "y", text: "Yes" }] }
    next: b
    exits: { timeout: c }
  - key: b
    branch: [{ when: { field: message.text, op: equals, value: x }, go: c }]
    else: c
  - key: c
    hours: { schedule: { timeZone: UTC, week: { mon: ["09:00-17:00"], fri: ["09:00-12:00"] } } }
`
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	written := "format: 1\nsteps:\n  - end: {}\n    key: a\ntrigger: { on: conversation.opened }\nname: Own order\n"
	document, err := exchange.FromYAML([]byte(written))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := exchange.ToYAML(document, "Own order", nil); err != nil || string(got) != written {
		t.Errorf("got\n%s%v", got, err)
	}
}

func mustYAML(t *testing.T, document, title string) string {
	t.Helper()
	yaml, err := exchange.ToYAML([]byte(document), title, nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(yaml)
}

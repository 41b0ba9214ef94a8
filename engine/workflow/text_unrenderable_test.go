package workflow_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// What a contact writes can make a text that cannot be rendered, in every step that has texts. The step leaves by
// failure, or goes on if it has no such exit; the log says why.
func TestATextThatCannotBeRenderedFailsItsStepAndNotTheRun(t *testing.T) {
	texts := []struct{ name, text, why string }{
		{"a word for a number", `{{ message.text | times: 2 }}`, `filter "times": it takes a number`},
		{"a division by an answer of 0", `{{ 6 | divided_by: vars.answer }}`, `filter "divided_by": division by zero`},
		{"too long once rendered", `https://x.y/{{ message.text }}{{ message.text }}`, `the result is longer than 10000 characters`},
		{"too much work", `{% for a in vars.list %}{% for b in vars.list %}{% for c in vars.list %}{% endfor %}{% endfor %}{% endfor %}`, `it takes too much work`},
	}
	kinds := []struct {
		name, body string
		leads      string // the step behind failure
	}{
		{"send", `"send": {"text": %s}`, "failed"},
		{"send to attachments", `"send": {"attachments": [{"url": %s}]}`, "failed"},
		{"ask", `"ask": {"text": %s}`, "failed"},
		{"a choice of ask", `"ask": {"text": "?", "answer": "choice", "choices": [{"value": "x", "text": %s}]}`, "failed"},
		{"set a field", `"set": {"field": "first_name", "value": %s}`, "failed"},
		{"set a list", `"set": {"field": "my_list", "value": ["x", %s]}`, "failed"},
		{"set a variable", `"set": {"variable": "v", "value": %s}`, "failed"},
		{"close", `"close": {"category": "x", "summary": %s}`, "failed"},
		{"the category of close", `"close": {"category": %s}`, "failed"},
		{"http", `"http": {"method": "POST", "url": "https://x.y", "body": %s}`, "failed"},
		{"the address of http", `"http": {"url": "https://x.y/", "headers": {"A": %s}}`, "failed"},
		{"JSON of http", `"http": {"method": "POST", "url": "https://x.y/", "body": {"a": [%s]}}`, "failed"},
		{"start", `"start": {"workflow": "Survey", "variables": {"v": %s}}`, "failed"},
		{"note", `"note": {"text": %s}`, "next"},
		{"wait", `"wait": {"until": %s}`, "next"},
		{"snooze", `"snooze": {"until": %s}`, "next"},
	}
	facts := workflow.Facts{Message: map[string]any{"text": strings.Repeat("x", 6000)}}
	variables := map[string]any{"answer": 0.0, "list": slices.Repeat([]any{"x"}, 100)}
	for _, kind := range kinds {
		for _, text := range texts {
			t.Run(kind.name+" of "+text.name, func(t *testing.T) {
				exits := ""
				if kind.leads == "failed" {
					exits = `, "exits": {"failure": "failed"}`
				}
				definition := mustCompile(t, steps(`{"key": "a", `+fmt.Sprintf(kind.body, must(json.Marshal(text.text)))+exits+`},
					{"key": "next", "tag": {"add": ["next"]}}, {"key": "failed", "tag": {"add": ["failed"]}},
					{"key": "b", "set": {"variable": "answer", "value": 1}}, {"key": "c", "set": {"variable": "list", "value": ["x"]}}`))
				state, result := workflow.Advance(definition, workflow.State{Variables: variables}, workflow.Input{Now: noon, Facts: facts})
				if result.Status != inbox.RunWaiting || state.Step != kind.leads || state.Question != nil {
					t.Fatalf("at %q: %+v", state.Step, result)
				}
				if got := result.Steps[0]; got.Exit != workflow.ExitFailure || !strings.Contains(got.Error, text.why) {
					t.Errorf("got %s: %s", got.Exit, got.Error)
				}
			})
		}
	}
}

// Asking again can fail where asking did not.
func TestAQuestionThatCannotBeAskedAgainFails(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", "answer": "number", "retryText": "{{ message.text | times: 2 }}"}, "exits": {"failure": "end"}}`))
	state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon})
	state, result := workflow.Advance(definition, state, workflow.Input{Now: noon, Facts: fact("message.text", "huh"), Outcome: answered("huh")})
	if result.Status != inbox.RunCompleted || result.Steps[0].Exit != workflow.ExitFailure || state.Question != nil {
		t.Errorf("%+v", result)
	}
}

func TestAddressesOfAttachmentsAreRendered(t *testing.T) {
	facts := workflow.Facts{Contact: map[string]any{"first_name": "A/b?", "avatar": "https://x.y/a.png", "last_name": "javascript:x"}}
	for written, want := range map[string]string{
		"https://x.y/{{ contact.first_name }}.pdf":                   "https://x.y/A%2Fb%3F.pdf",
		"https://x.y/{{ contact.first_name | raw }}":                 "https://x.y/A/b?",
		"{{ contact.avatar }}?n={{ contact.first_name }}":            "https://x.y/a.png?n=A%2Fb%3F",
		"{{ contact.last_name }}":                                    "",
		"{{ contact.country }}":                                      "",
		"{% if contact.country %}{% else %}https://x.y{% endif %}/x": "https://x.y/x",
	} {
		definition := mustCompile(t, steps(`{"key": "a", "send": {"attachments": [{"url": "https://x.y/1"}, {"url": "`+written+`"}]}}`))
		_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Facts: facts})
		send, sent := result.Effect.(workflow.Send)
		if sent != (want != "") || sent && (string(send.Attachments[1].URL) != want || send.Attachments[0].URL != "https://x.y/1") {
			t.Errorf("%s: got %+v", written, result)
		}
	}
}

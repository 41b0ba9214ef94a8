package workflow_test

import (
	"encoding/json"
	"testing"
	"time"
	"unicode/utf8"

	"foyer/engine/workflow"
	"foyer/engine/workflow/diagram"
	"foyer/engine/workflow/exchange"
)

// costly is more time than one evaluation of anything may take, with a wide margin for a busy machine.
const costly = 20 * time.Second

// runToEnd runs whatever compiled. Effects fail, time out and succeed in turn.
func runToEnd(t *testing.T, definition *workflow.Definition, facts workflow.Facts) {
	t.Helper()
	var state workflow.State
	var outcome workflow.Outcome
	definition.Matches(facts, noon)
	for range 20 * workflow.MaxExecuted {
		next, result := workflow.Advance(definition, state, workflow.Input{Now: noon, Facts: facts, Outcome: outcome})
		if result.Ended {
			return
		}
		if _, err := json.Marshal(next); err != nil {
			t.Fatalf("the state cannot be stored: %s", err)
		}
		state = next
		outcome = []workflow.Outcome{
			failure, answered("1"), responded(200, `{"a": [{"b": 1}]}`), {Exit: "next"}, answered("x"), {Exit: "again"},
		}[state.Executed%6]
	}
	t.Fatal("the run does not end")
}

func FuzzCompile(f *testing.F) {
	f.Add([]byte(inboundDocument(f)))
	f.Add([]byte(steps(`{"key": "a", "send": {"text": "{{ contact.first_name | default: 'x' }}"}, "exits": {"failure": "b"}}, {"key": "b", "end": {}}`)))
	f.Add([]byte(steps(`{"key": "a", "set": {"variable": "v", "value": [1, "x"]}}, {"key": "b", "set": {"field": "email", "value": null}}`)))
	f.Add([]byte(steps(`{"key": "a", "assign": {"by": "team", "policy": {"maxOpen": 2}, "timeout": "P1W"}}, {"key": "b", "close": {"category": "x"}}`)))
	f.Add([]byte(steps(`{"key": "a", "ask": {"text": {"en": "x", "de": "y"}, "answer": "choice", "choices": ["x", {"value": "y", "text": {"en": "z"}}], "saveTo": {"field": "my_text"}, "min": 1}}, {"key": "b", "jump": {"to": "a", "max": 3}}`)))
	f.Add([]byte(steps(`{"key": "a", "wait": {"until": "{{ now }}"}}, {"key": "b", "snooze": {"for": "PT1H"}}, {"key": "c", "hours": {"schedule": {"timeZone": "UTC", "week": {"mon": ["22:00-06:00"]}, "holidays": ["2026-01-01"]}}, "exits": {"open": "end"}}`)))
	f.Add([]byte(steps(`{"key": "a", "http": {"url": "https://x.y/{{ contact.email }}", "method": "POST", "headers": {"A": "{{ secrets.X }}{{ contact.email }}"}, "body": {"a": ["{{ now }}"]}, "save": {"v": {"path": "a.#.b", "type": "LIST"}, "w": "a"}}, "exits": {"404": "end"}}`)))
	f.Add([]byte(steps(`{"key": "a", "start": {"workflow": "Survey", "variables": {"v": [1]}, "waitForEnd": true}}, {"key": "b", "unassign": {}}, {"key": "c", "open": {}}`)))
	f.Add([]byte(triggered(`"on": "webhook", "mapping": {"v": {"path": "a.b", "type": "DATE"}}, "contact": {"identity": "id", "channel": "Web"}`, `{{ trigger.body.x.y }}{{ vars.v }}`)))
	f.Add([]byte(triggered(`"on": "shortcut", "title": "x", "form": [{"name": "why", "type": "LIST", "values": ["a"]}]`, `{{ trigger.form.why | join }}`)))
	f.Add([]byte(triggered(`"on": "workflow", "variables": {"v": "DATE"}, "when": {"field": "trigger.variables.v", "op": "withinLast", "value": "P1D"}`, `x`)))
	f.Add([]byte(`{"format": 1, "trigger": {"on": "conversation.opened", "when": {"any": [{"not": {"field": "now", "op": "exists"}}]}}, "steps": []}`))
	f.Add([]byte(`{"steps": [{"key": 1, "ask": {}}, [], null, {"key": "a", "route": {"team": null}}], "format": 1e5}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		checked := workflow.Check(document)
		definition, problems := workflow.Compile(document, office{})
		for _, problem := range append(checked, problems...) {
			if problem.Path == nil || problem.Message == "" || !utf8.ValidString(problem.Message) {
				t.Fatalf("a problem without a path or a readable message: %#v", problem)
			}
		}
		if (definition == nil) == (len(problems) == 0) {
			t.Fatalf("%v, with %v", definition, problems)
		}
		if definition == nil {
			return
		}
		if _, err := workflow.Load(document, definition.Names()); err != nil {
			t.Fatalf("published, but does not load: %s", err)
		}
		runToEnd(t, definition, workflow.Facts{})
	})
}

func FuzzCondition(f *testing.F) {
	f.Add(`{"field": "message.text", "op": "matches", "value": "^(a|b)+$"}`, "abab")
	f.Add(`{"field": "message.text", "op": "contains", "value": "É"}`, "e\u0301")
	f.Add(`{"all": [{"not": {"field": "contact.tags", "op": "hasAll", "value": ["x"]}}, {"field": "now", "op": "withinLast", "value": "PT1S"}]}`, "x")
	f.Add(`{"field": "conversation.number", "op": "between", "value": [1, 2e9]}`, "1.5")
	f.Add(`{"field": "conversation.opened_at", "op": "before", "value": "2026-01-01T00:00:00Z"}`, "2026-01-01T00:00:00+14:00")
	f.Fuzz(func(t *testing.T, condition, value string) {
		definition, _ := workflow.Compile([]byte(`{"format": 1, "trigger": {"on": "conversation.opened", "when": `+condition+`},
			"steps": [{"key": "a", "end": {}}]}`), office{})
		if definition == nil || len(value) > 40_000 {
			return
		}
		facts := workflow.Facts{
			Contact:      map[string]any{"first_name": value, "tags": []string{value}, "email": nil},
			Message:      map[string]any{"text": value},
			Conversation: map[string]any{"number": value, "opened_at": value, "team": value},
		}
		began := time.Now()
		first := definition.Matches(facts, noon)
		if took := time.Since(began); took > costly {
			t.Fatalf("took %s", took)
		}
		if definition.Matches(facts, noon) != first {
			t.Fatal("matches once and once not")
		}
	})
}

func FuzzText(f *testing.F) {
	for _, text := range []string{
		"Hi {{ contact.first_name | default: 'there' }}",
		"{% if contact.tags contains 'x' %}{{ contact.tags | join: ', ' }}{% elsif now > 'x' %}a{% else %}b{% endif %}",
		"{% case message.text %}{% when 'a', 'b' %}x{% else %}y{% endcase %}{% unless true %}{% endunless %}",
		"{% assign a = message.text | append: message.text | split: '' %}{{ a[0] }}{{ a.size }}{{ a | last | truncate: 3, a }}",
		"{{ conversation.number | times: 1e9 | divided_by: 0.1 | round: 2 }}{{ now | date: '%A %-d' }}",
		"{{- message.text | replace: '', 'x' | url_encode | escape -}} {%- assign x = 'a' -%}",
		"{{ (1..9999999999) }}{% for x in y %}{% include 'x' %}", "{{ 'a' | truncatewords: 0, 'é' | upcase | size }}",
		"{{ contact.tags[message.text] }}{{ \"a'b\" }}{{ nil }}{{ a-b? }}", "{{ }}{% %}{{{ x }}}{{ x %}",
	} {
		f.Add(text, "Ann", 2.5)
	}
	f.Fuzz(func(t *testing.T, text, value string, number float64) {
		document, err := json.Marshal(map[string]any{"format": 1, "trigger": map[string]any{"on": "conversation.opened"},
			"steps": []any{map[string]any{"key": "a", "set": map[string]any{"variable": "v", "value": text}}}})
		if err != nil {
			t.Skip("the text is not one that JSON holds")
		}
		definition, _ := workflow.Compile(document, office{})
		if definition == nil || len(value) > 40_000 {
			return
		}
		began := time.Now()
		state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: workflow.Facts{
			Contact:      map[string]any{"first_name": value, "tags": []string{value, "x"}},
			Message:      map[string]any{"text": value},
			Conversation: map[string]any{"number": number, "opened_at": noon},
		}})
		if took := time.Since(began); took > costly {
			t.Fatalf("took %s", took)
		}
		rendered, _ := state.Variables["v"].(string)
		if utf8.RuneCountInString(rendered) > 10_000 || !utf8.ValidString(rendered) {
			t.Fatalf("%d bytes", len(rendered))
		}
	})
}

// Whatever a contact answers, a question takes it or asks again.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{"1", "31.1.2026", "1/2/2026", "⭐️⭐️", "+43 660 1234567", "48.2, 16.37", "ann@example.com", "example.com", "x"} {
		f.Add(text, "AT")
	}
	kinds := []string{`"text"`, `"choice", "choices": ["x", {"value": "1", "text": {"en": "é"}}]`, `"number"`, `"date"`, `"email"`, `"phone"`, `"url"`, `"rating"`, `"location"`}
	var definitions []*workflow.Definition
	for _, kind := range kinds {
		definitions = append(definitions, mustCompile(f, steps(`{"key": "a", "ask": {"text": "?", "answer": `+kind+`, "saveTo": {"variable": "v"}}}`)))
	}
	f.Fuzz(func(t *testing.T, text, country string) {
		facts := workflow.Facts{Contact: map[string]any{"country": country}}
		for _, definition := range definitions {
			began := time.Now()
			state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: facts})
			state, result := workflow.Advance(definition, state, workflow.Input{Now: noon, Facts: facts, Outcome: answered(text)})
			if took := time.Since(began); took > costly {
				t.Fatalf("took %s", took)
			}
			_, again := result.Effect.(workflow.Ask)
			if kept := state.Variables["v"]; again == (kept != nil) || result.Err != nil {
				t.Fatalf("%q: kept %v, asked again %t, %v", text, kept, again, result.Err)
			}
		}
	})
}

func FuzzWebhook(f *testing.F) {
	f.Add(`{"a": {"b": [1, {"c": "x"}]}, "id": "7"}`, "a.b.#.c", "id")
	f.Add(`{"id": 7}`, `a\.b.0`, "id")
	f.Fuzz(func(t *testing.T, body, first, second string) {
		trigger := must(json.Marshal(map[string]any{"on": "webhook", "mapping": map[string]any{"v": first, "w": map[string]any{"path": second, "type": "LIST"}},
			"contact": map[string]any{"id": second}}))
		definition, _ := workflow.Compile([]byte(triggered(string(trigger[1:len(trigger)-1]), "{{ vars.v }}")), office{})
		if definition == nil {
			return
		}
		if call, err := definition.Webhook().Read([]byte(body)); err == nil && call.Contact.Value == "" {
			t.Fatal("a call for nobody")
		}
	})
}

func FuzzFromYAML(f *testing.F) {
	f.Add([]byte("format: 1\nsteps:\n  - { key: a, end: {} }\n"))
	f.Add([]byte("a: &x [1]\nb: *x\n? c\n: |\n  d\n"))
	f.Add([]byte("- !!str a\n- 'b'\n- \"\\u00e9\"\n- >-\n  e\n"))
	f.Fuzz(func(t *testing.T, yaml []byte) {
		converted, err := exchange.FromYAML(yaml)
		if err == nil && !json.Valid(converted) {
			t.Fatalf("not JSON: %s", converted)
		}
	})
}

// What is exported comes back the same, whatever it is.
func FuzzExportYAML(f *testing.F) {
	f.Add([]byte(inboundDocument(f)))
	f.Add([]byte(fullDocument(f)))
	f.Add([]byte(`{"a": ["yes", "1", " x", "x\n y\n", "[[[", "\u0085", -0, 1e21], "": {"b": {}}, "~": null}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		diagram.Mermaid(document)
		if problems := workflow.Check(document); len(problems) > 0 && problems[0].String() != `This must be an object, not a list.` {
			return // it may not be JSON, or may have a name twice
		}
		checkYAML(t, document)
	})
}

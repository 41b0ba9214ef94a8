package workflow_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
)

// lines returns problems as text, for comparing.
func lines(problems []workflow.Problem) []string {
	var all []string
	for _, p := range problems {
		all = append(all, p.String())
	}
	return all
}

const done = `{"key": "done", "end": {}}`

func TestPublishingNamesEachProblemWithStepAndPath(t *testing.T) {
	send := func(text string) string {
		return steps(`{"key": "hi", "send": {"text": ` + string(must(json.Marshal(text))) + `}}`)
	}
	when := func(test string) string {
		return steps(`{"key": "b", "branch": [{"when": ` + test + `, "go": "done"}]}, ` + done)
	}
	tests := []struct {
		name, document string
		want           string
	}{
		{"no steps", steps(``), `steps: Add a step: a workflow needs at least one.`},
		{"a key twice", steps(`{"key": "a", "end": {}}, {"key": "a", "end": {}}`), `step "a": steps.1.key: Step 1 has the key "a" too; give each step a key of its own.`},
		{"a reserved key", steps(`{"key": "end", "end": {}}`), `step "end": steps.0.key: "end" is reserved: it stands for the end of the run.`},
		{"an unknown exit", steps(`{"key": "a", "send": {"text": "x"}, "exits": {"timeout": "end"}}`), "step \"a\": steps.0.exits.timeout: A step of the kind `send` has no exit \"timeout\"; it has \"failure\"."},
		{"an exit of a kind without", steps(`{"key": "a", "tag": {"add": ["x"]}, "exits": {"failure": "end"}}`), "step \"a\": steps.0.exits.failure: A step of the kind `tag` has no exits besides `next`."},
		{"an unknown target", steps(`{"key": "a", "send": {"text": "x"}, "next": "dne"}, ` + done), `step "a": steps.0.next: There is no step "dne".`},
		{"a misspelt target", steps(`{"key": "a", "send": {"text": "x"}, "next": "dnoe"}, ` + done), `step "a": steps.0.next: There is no step "dnoe". Did you mean "done"?`},
		{"a target of an exit", steps(`{"key": "a", "send": {"text": "x"}, "exits": {"failure": "b"}}`), `step "a": steps.0.exits.failure: There is no step "b".`},
		{"backwards", steps(`{"key": "a", "send": {"text": "x"}}, {"key": "b", "send": {"text": "x"}, "next": "a"}`), `step "b": steps.1.next: Step "a" comes earlier, and steps lead to later steps only; to go back, use a step of the kind ` + "`jump`."},
		{"to itself", steps(`{"key": "a", "send": {"text": "x"}, "next": "a"}`), `step "a": steps.0.next: A step cannot lead to itself.`},
		{"unreachable", steps(`{"key": "a", "send": {"text": "x"}, "next": "end"}, ` + done), `step "done": steps.1: No step leads here, so this step is never executed.`},
		{"unreachable behind end", steps(`{"key": "a", "end": {}}, ` + done), `step "done": steps.1: No step leads here, so this step is never executed.`},
		{"unreachable behind else", steps(`{"key": "a", "branch": [{"when": {"field": "now", "op": "exists"}, "go": "end"}], "else": "end"}, ` + done), `step "done": steps.1: No step leads here, so this step is never executed.`},
		{"next of end", steps(`{"key": "a", "end": {}, "next": "end"}`), "step \"a\": steps.0.next: A step of the kind `end` ends the run: remove `next`."},
		{"exits of end", steps(`{"key": "a", "end": {}, "exits": {}}`), "step \"a\": steps.0.exits: A step of the kind `end` has no exits: remove `exits`."},

		{"an unknown team", steps(`{"key": "a", "route": {"team": "Sals"}}`), `step "a": steps.0.route.team: There is no team "Sals".`},
		{"an unknown agent", steps(`{"key": "a", "assign": {"agent": "Eve"}}`), `step "a": steps.0.assign.agent: There is no agent "Eve".`},
		{"an unknown agent mentioned", steps(`{"key": "a", "note": {"text": "x", "mention": ["Ann", "Eve"]}}`), `step "a": steps.0.note.mention.1: There is no agent "Eve".`},
		{"an unknown agent alone", steps(`{"key": "a", "note": {"text": "x", "mention": "Eve"}}`), `step "a": steps.0.note.mention: There is no agent "Eve".`},
		{"a time to wait that is too long", steps(`{"key": "a", "assign": {"by": "team", "timeout": "P8D"}}`), `step "a": steps.0.assign.timeout: The timeout must be at most P7D.`},
		{"a time to wait for one agent", steps(`{"key": "a", "assign": {"agent": "Ann", "timeout": "PT1H"}}`), "step \"a\": steps.0.assign.timeout: Remove the timeout: one agent is assigned at once or not at all, and then the step takes its exit `failure`."},
		{"an exit for what does not happen", steps(`{"key": "a", "assign": {"by": "owner"}, "exits": {"timeout": "end"}}`), "step \"a\": steps.0.exits.timeout: Remove the timeout: one agent is assigned at once or not at all, and then the step takes its exit `failure`."},
		{"a policy for one agent", steps(`{"key": "a", "assign": {"agent": "Ann", "policy": {"maxOpen": 2}}}`), `step "a": steps.0.assign.policy: Remove the policy: this step names one agent, so there is nobody to choose among.`},
		{"an unknown channel", steps(`{"key": "a", "send": {"text": "x", "channel": "Fax"}}`), `step "a": steps.0.send.channel: There is no channel "Fax".`},
		{"an unknown stage", steps(`{"key": "a", "set": {"lifecycle": "Lost"}}`), `step "a": steps.0.set.lifecycle: There is no lifecycle stage "Lost".`},
		{"an unknown field to set", steps(`{"key": "a", "set": {"field": "shoes", "value": "x"}}`), `step "a": steps.0.set.field: Contacts have no field "shoes" that can be set; custom fields can be set, and "first_name", "last_name", "email", "phone", "language", "country", "avatar".`},
		{"a number in a text field", steps(`{"key": "a", "set": {"field": "email", "value": 5}}`), `step "a": steps.0.set.value: "email" takes a text, or null to clear it.`},
		{"nothing to send", steps(`{"key": "a", "send": {}}`), `step "a": steps.0.send: Add a text or attachments to send.`},
		{"an attachment elsewhere", steps(`{"key": "a", "send": {"attachments": [{"url": "file:///etc/passwd"}]}}`), `step "a": steps.0.send.attachments.0.url: The address must begin with http:// or https://.`},
		{"no tags", steps(`{"key": "a", "tag": {"add": []}}`), `step "a": steps.0.tag: Name tags to add or to remove.`},
		{"a blank tag", steps(`{"key": "a", "tag": {"add": [" "]}}`), `step "a": steps.0.tag.add.0: Write the name of the tag: it is empty.`},
		{"a tag with Liquid", steps(`{"key": "a", "tag": {"add": ["{{ contact.country }}"]}}`), `step "a": steps.0.tag.add.0: A tag cannot contain Liquid: write its name.`},
		{"a tag both ways", steps(`{"key": "a", "tag": {"add": ["VIP"], "remove": ["vip"]}}`), `step "a": steps.0.tag.add.0: The tag "VIP" is both added and removed; keep one of them.`},
		{"an empty note", steps(`{"key": "a", "note": {"text": " "}}`), `step "a": steps.0.note.text: Write the text of the note: it is empty.`},
		{"a timeout too long", steps(`{"key": "a", "assign": {"by": "team", "timeout": "P7DT1S"}}`), `step "a": steps.0.assign.timeout: The timeout must be at most P7D.`},
		{"a timeout of nothing", steps(`{"key": "a", "assign": {"by": "team", "timeout": "PT0S"}}`), `step "a": steps.0.assign.timeout: A duration must be longer than zero.`},
		{"a timeout in months", steps(`{"key": "a", "assign": {"by": "team", "timeout": "P1M"}}`), `step "a": steps.0.assign.timeout: Write a duration like PT45S, PT15M, PT2H or P7D (ISO 8601, in whole seconds, without years or months).`},

		{"an unknown field", when(`{"field": "contact.shoes", "op": "exists"}`), `step "b": steps.0.branch.0.when.field: There is no field "contact.shoes".`},
		{"a misspelt field", when(`{"field": "contact.frst_name", "op": "exists"}`), `step "b": steps.0.branch.0.when.field: There is no field "contact.frst_name". Did you mean "contact.first_name"?`},
		{"a variable nobody sets", when(`{"field": "vars.topic", "op": "exists"}`), `step "b": steps.0.branch.0.when.field: No step sets the variable "topic".`},
		{"an operator of another type", when(`{"field": "contact.tags", "op": "contains", "value": "x"}`), `step "b": steps.0.branch.0.when.op: The operator contains cannot be used with "contact.tags", which is a list of texts; use one of "exists", "hasAll", "hasAny", "hasNone", "notExists".`},
		{"a value for exists", when(`{"field": "contact.email", "op": "exists", "value": "x"}`), `step "b": steps.0.branch.0.when.value: The operator exists takes no value: remove it.`},
		{"no value", when(`{"field": "contact.email", "op": "equals"}`), `step "b": steps.0.branch.0.when: The operator equals needs a value.`},
		{"an empty value", when(`{"field": "contact.email", "op": "equals", "value": ""}`), "step \"b\": steps.0.branch.0.when.value: The value is empty; to test whether there is a value, use `exists` or `notExists`."},
		{"a number for a text", when(`{"field": "contact.email", "op": "equals", "value": 5}`), `step "b": steps.0.branch.0.when.value: The value must be a text, since "contact.email" is a text.`},
		{"a text for a number", when(`{"field": "conversation.number", "op": "less", "value": "5"}`), `step "b": steps.0.branch.0.when.value: The value must be a number, like "conversation.number".`},
		{"a text for a checkbox", when(`{"field": "contact.is_returning", "op": "equals", "value": "yes"}`), `step "b": steps.0.branch.0.when.value: The value must be true or false, like "contact.is_returning".`},
		{"no time", when(`{"field": "now", "op": "before", "value": "31.1.2026"}`), `step "b": steps.0.branch.0.when.value: The value must be a time like 2026-01-31T09:00:00Z (RFC 3339), or a date like 2026-01-31.`},
		{"a time for a date", when(`{"field": "contact.my_date", "op": "before", "value": "2026-03-01T12:00:00Z"}`), `step "b": steps.0.branch.0.when.value: The value must be a date like 2026-01-31.`},
		{"a date and a time", when(`{"field": "now", "op": "between", "value": ["2026-03-01", "2026-03-01T12:00:00Z"]}`), `step "b": steps.0.branch.0.when.value: Both values must be dates, or both times.`},
		{"dates reversed", when(`{"field": "contact.my_date", "op": "between", "value": ["2026-03-02", "2026-03-01"]}`), `step "b": steps.0.branch.0.when.value: The lowest value must come first.`},
		{"no list", when(`{"field": "contact.tags", "op": "hasAny", "value": "vip"}`), `step "b": steps.0.branch.0.when.value: The value must be a list with at least one item.`},
		{"a number in a list of texts", when(`{"field": "contact.tags", "op": "hasAny", "value": ["vip", 5]}`), `step "b": steps.0.branch.0.when.value.1: The value must be a text, since "contact.tags" is a list of texts.`},
		{"three ends", when(`{"field": "conversation.number", "op": "between", "value": [1, 2, 3]}`), `step "b": steps.0.branch.0.when.value: The value must be a list of two values, the lowest and the highest.`},
		{"ends reversed", when(`{"field": "conversation.number", "op": "between", "value": [2, 1]}`), `step "b": steps.0.branch.0.when.value: The lowest value must come first.`},
		{"no duration", when(`{"field": "now", "op": "withinLast", "value": "1 day"}`), `step "b": steps.0.branch.0.when.value: Write a duration like PT45S, PT15M, PT2H or P7D (ISO 8601, in whole seconds, without years or months).`},
		{"no such value", when(`{"field": "conversation.priority", "op": "equals", "value": "HIHG"}`), `step "b": steps.0.branch.0.when.value: "HIHG" is not one of the values of "conversation.priority", which are "LOW", "NORMAL", "HIGH", "URGENT".`},
		{"no such stage", when(`{"field": "contact.lifecycle_stage", "op": "in", "value": ["Lead", "Lost"]}`), `step "b": steps.0.branch.0.when.value.1: There is no lifecycle stage "Lost".`},
		{"no such team", when(`{"field": "conversation.team", "op": "equals", "value": "Sals"}`), `step "b": steps.0.branch.0.when.value: There is no team "Sals".`},
		{"not RE2", when(`{"field": "message.text", "op": "matches", "value": "(?=x)"}`), "step \"b\": steps.0.branch.0.when.value: The regular expression cannot be used: error parsing regexp: invalid or unsupported Perl syntax: `(?=`."},
		{"a costly pattern", when(`{"field": "message.text", "op": "matches", "value": "(\\pL{100}x?){100}"}`), `step "b": steps.0.branch.0.when.value: The regular expression cannot be used: error parsing regexp: invalid repeat count: ` + "`{100}`."},
		{"a large pattern", when(`{"field": "message.text", "op": "matches", "value": "(abcdefghij){120}"}`), `step "b": steps.0.branch.0.when.value: The regular expression cannot be used: it takes too much work: 1442 instructions, where at most 500 are allowed.`},
		{"too many patterns", when(`{"any": [` + strings.Repeat(`{"field": "message.text", "op": "matches", "value": "[a-z]{400}b"}, `, 12) + `{"field": "message.text", "op": "matches", "value": "[a-z]{400}c"}]}`), `step "b": steps.0.branch.0.when.any.12.value: The regular expressions of the workflow take too much work together: more than 5000 instructions.`},
		{"too deep", when(strings.Repeat(`{"not": `, 9) + `{"field": "now", "op": "exists"}` + strings.Repeat(`}`, 9)), "step \"b\": steps.0.branch.0.when: `all`, `any` and `not` are nested more than 8 levels deep."},
		{"too many tests", when(`{"all": [{"field": "now", "op": "exists"}, {"any": [` + strings.Repeat(`{"field": "now", "op": "exists"}, `, 99) + `{"field": "now", "op": "exists"}]}]}`), `step "b": steps.0.branch.0.when: The condition has more than 100 tests.`},

		{"an unknown filter", send(`{{ contact.email | defualt: "x" }}`), `step "hi": steps.0.send.text: There is no filter "defualt".`},
		{"Too many arguments.", send(`{{ contact.email | upcase: "x" }}`), `step "hi": steps.0.send.text: The filter "upcase" takes no arguments.`},
		{"Too few arguments.", send(`{{ contact.email | replace: "x" }}`), `step "hi": steps.0.send.text: The filter "replace" takes 2 arguments.`},
		{"a file", send(`{% include "/etc/passwd" %}`), `step "hi": steps.0.send.text: The tag "include" cannot be used; use assign, capture, case, comment, for, if, raw and unless.`},
		{"an unknown field in a text", send(`{{ contact.shoes }}`), `step "hi": steps.0.send.text: There is no field "contact.shoes".`},
		{"a group alone", send(`{{ contact }}`), `step "hi": steps.0.send.text: "contact" needs a dot and the name of a field after it.`},
		{"a method of a time", send(`{{ now.Local }}`), `step "hi": steps.0.send.text: There is no field "now.Local".`},
		{"an unknown name", send(`{{ name }}`), `step "hi": steps.0.send.text: There is no variable "name" here; use contact, conversation, message, assignee, team, channel, workspace, trigger, vars and now.`},
		{"an unknown variable in a text", send(`{{ vars.topic }}`), `step "hi": steps.0.send.text: No step sets the variable "topic".`},
		{"assign to a group", send(`{% assign contact = 1 %}`), `step "hi": steps.0.send.text: The tag assign cannot change "contact".`},
		{"unclosed", send(`Hi {{ contact.email`), `step "hi": steps.0.send.text: {{ … }} and {% … %} must be closed.`},
		{"an if without its end", send(`{% if contact.email %}x`), `step "hi": steps.0.send.text: {% endif %} is missing.`},
		{"bad syntax", send(`{{ contact.email | | }}`), `step "hi": steps.0.send.text: There is no filter "|".`},
		{"worse syntax", send(`{{ contact.email contact.email }}`), `step "hi": steps.0.send.text: "contact.email contact.email" cannot be read.`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			definition, problems := workflow.Compile([]byte(test.document), office{})
			if definition != nil {
				t.Error("compiled all the same")
			}
			got := strings.Join(lines(problems), "\n")
			if !strings.HasPrefix(got, test.want) {
				t.Error(cmp.Diff(test.want, got))
			}
			if extra := strings.TrimPrefix(got, test.want); strings.Contains(extra, "\n") {
				t.Errorf("more problems than expected: %s", extra)
			}
		})
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func TestTheTriggerHasNoVariables(t *testing.T) {
	_, problems := workflow.Compile([]byte(`{"format": 1, "trigger": {"on": "conversation.opened",
		"when": {"field": "vars.a", "op": "exists"}}, "steps": [{"key": "a", "set": {"variable": "a", "value": "x"}}]}`), office{})
	want := []string{"trigger.when.field: The condition of a trigger cannot use variables: there are none before the run starts."}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestAllProblemsAreListedInDocumentOrder(t *testing.T) {
	_, problems := workflow.Compile([]byte(`{"steps": [
		{"exits": {"failure": "nowhere"}, "key": "a", "send": {"channel": "Fax", "text": "{{ contact.x }}"}, "next": "b"},
		{"key": "b", "assign": {"timeout": "P8D", "agent": "Eve"}}
	], "trigger": {"when": {"field": "contact.y", "op": "exists"}, "on": "conversation.opened"}, "format": 1}`), office{})
	want := []string{
		`step "a": steps.0.exits.failure: There is no step "nowhere".`,
		`step "a": steps.0.send.channel: There is no channel "Fax".`,
		`step "a": steps.0.send.text: There is no field "contact.x".`,
		"step \"b\": steps.1.assign.timeout: Remove the timeout: one agent is assigned at once or not at all, and then the step takes its exit `failure`.",
		`step "b": steps.1.assign.agent: There is no agent "Eve".`,
		`trigger.when.field: There is no field "contact.y".`,
	}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestTheDocumentedExampleCompiles(t *testing.T) {
	definition := mustCompile(t, inboundDocument(t))
	if definition.Trigger() != "conversation.opened" || definition.OncePerContact() || !definition.ExitOnAgentAction() {
		t.Error("the trigger or the settings were misread")
	}
	wantNames := workflow.Names{"team:Sales": "tea_1", "team:Support": "tea_2", "team:VIP": "tea_3"}
	if diff := cmp.Diff(wantNames, definition.Names()); diff != "" {
		t.Error(diff)
	}
	wantNeeds := []string{"contact.first_name", "contact.tags", "conversation.source", "conversation.team", "message.text"}
	if diff := cmp.Diff(wantNeeds, definition.Needs().Fields()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"conversation.source"}, definition.TriggerNeeds().Fields()); diff != "" {
		t.Error(diff)
	}
	needs := definition.Needs()
	if !needs.Group("message") || needs.Group("team") || !needs.Field("contact.tags") || needs.Field("contact.is_returning") {
		t.Error("the needs were misread")
	}
}

func TestSettingsHaveDefaults(t *testing.T) {
	definition := mustCompile(t, `{"format": 1, "trigger": {"on": "conversation.opened", "oncePerContact": true},
		"settings": {"exitOnAgentAction": false}, "steps": [`+done+`]}`)
	if !definition.OncePerContact() || definition.ExitOnAgentAction() {
		t.Error("the settings were misread")
	}
	if definition = mustCompile(t, steps(done)); definition.OncePerContact() || !definition.ExitOnAgentAction() {
		t.Error("the defaults are wrong")
	}
}

func TestAPublishedDocumentLoadsAfterRenames(t *testing.T) {
	document := []byte(steps(`
		{"key": "look", "branch": [{"when": {"field": "conversation.team", "op": "equals", "value": "support"}, "go": "end"}]},
		{"key": "a", "route": {"team": "sales"}},
		{"key": "b", "note": {"text": "x", "mention": "Ann"}},
		{"key": "c", "send": {"text": "x", "channel": "Web"}},
		{"key": "d", "set": {"lifecycle": "Lead"}},
		{"key": "f", "start": {"workflow": "Survey"}},
		{"key": "g", "set": {"field": "shoe_size", "value": "{{ contact.shoe_size | plus: 1 }}"}},
		{"key": "h", "hours": {"team": "Sales"}},
		{"key": "e", "assign": {"agent": "Ann"}}`))
	published := mustCompile(t, string(document))
	stored := must(json.Marshal(published.Names()))
	names := map[string]string{}
	if err := json.Unmarshal(stored, &names); err != nil {
		t.Fatal(err)
	}
	loaded, err := workflow.Load(document, names)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(published.Names(), loaded.Names()); diff != "" {
		t.Error(diff)
	}
	_, want := workflow.Advance(published, workflow.State{}, workflow.Input{})
	_, got := workflow.Advance(loaded, workflow.State{}, workflow.Input{})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	delete(names, "team:sales")
	if _, err := workflow.Load(document, names); err == nil || !strings.Contains(err.Error(), `There is no team "sales".`) {
		t.Errorf("loaded without a name: %v", err)
	}
}

func TestChangingTheNamesGivenOutChangesNothing(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "route": {"team": "Sales"}}`))
	definition.Names()["team:Sales"] = "tea_9"
	if got := definition.Names()["team:Sales"]; got != "tea_1" {
		t.Errorf("got %s", got)
	}
}

func TestFieldsAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, field := range workflow.Fields() {
		if seen[field.Path] || field.Type == "" || (field.Type == workflow.TypeChoice) != (len(field.Values) > 0) {
			t.Errorf("%+v", field)
		}
		seen[field.Path] = true
	}
}

func TestACustomFieldKeepsItsKeyWhateverItIsCalled(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "branch": [{"when": {"field": "contact.shoe_size", "op": "greater", "value": 40}, "go": "b"}], "else": "end"},
		{"key": "b", "note": {"text": "{{ contact.shoe_size }} {{ contact.my_list | join: '+' }}"}}`))
	wantNames := workflow.Names{"field:shoe_size": "fld_9 NUMBER", "field:my_list": "fld_2 LIST"}
	if diff := cmp.Diff(wantNames, definition.Names()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"contact.fld_2", "contact.fld_9"}, definition.Needs().Fields()); diff != "" {
		t.Error(diff)
	}
	facts := workflow.Facts{Contact: map[string]any{"fld_9": 42.0, "fld_2": []any{"x", "y"}}}
	_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Facts: facts})
	if diff := cmp.Diff(workflow.Note{Text: "42 x+y"}, result.Effect); diff != "" {
		t.Error(diff)
	}
}

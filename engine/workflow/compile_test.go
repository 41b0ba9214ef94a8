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
		{"no steps", steps(``), `steps: a workflow needs at least one step`},
		{"a key twice", steps(`{"key": "a", "end": {}}, {"key": "a", "end": {}}`), `step "a": steps.1.key: step 1 has the key "a" too; keys must be unique`},
		{"a reserved key", steps(`{"key": "end", "end": {}}`), `step "end": steps.0.key: "end" is reserved: it stands for the end of the run`},
		{"an unknown exit", steps(`{"key": "a", "send": {"text": "x"}, "exits": {"timeout": "end"}}`), `step "a": steps.0.exits.timeout: send has no exit "timeout"; it has "failure"`},
		{"an exit of a kind without", steps(`{"key": "a", "tag": {"add": ["x"]}, "exits": {"failure": "end"}}`), `step "a": steps.0.exits.failure: tag has no exits besides next`},
		{"an unknown target", steps(`{"key": "a", "send": {"text": "x"}, "next": "dne"}, ` + done), `step "a": steps.0.next: there is no step "dne"`},
		{"a misspelt target", steps(`{"key": "a", "send": {"text": "x"}, "next": "dnoe"}, ` + done), `step "a": steps.0.next: there is no step "dnoe"; did you mean "done"?`},
		{"a target of an exit", steps(`{"key": "a", "send": {"text": "x"}, "exits": {"failure": "b"}}`), `step "a": steps.0.exits.failure: there is no step "b"`},
		{"backwards", steps(`{"key": "a", "send": {"text": "x"}}, {"key": "b", "send": {"text": "x"}, "next": "a"}`), `step "b": steps.1.next: step "a" stands earlier; steps lead to later ones only`},
		{"to itself", steps(`{"key": "a", "send": {"text": "x"}, "next": "a"}`), `step "a": steps.0.next: a step cannot lead to itself`},
		{"unreachable", steps(`{"key": "a", "send": {"text": "x"}, "next": "end"}, ` + done), `step "done": steps.1: no step leads here: it can never be executed`},
		{"unreachable behind end", steps(`{"key": "a", "end": {}}, ` + done), `step "done": steps.1: no step leads here: it can never be executed`},
		{"unreachable behind else", steps(`{"key": "a", "branch": [{"when": {"field": "now", "op": "exists"}, "go": "end"}], "else": "end"}, ` + done), `step "done": steps.1: no step leads here: it can never be executed`},
		{"next of end", steps(`{"key": "a", "end": {}, "next": "end"}`), `step "a": steps.0.next: nothing follows end`},
		{"exits of end", steps(`{"key": "a", "end": {}, "exits": {}}`), `step "a": steps.0.exits: end has no exits`},

		{"an unknown team", steps(`{"key": "a", "route": {"team": "Sals"}}`), `step "a": steps.0.route.team: there is no team "Sals"`},
		{"an unknown agent", steps(`{"key": "a", "assign": {"agent": "Eve"}}`), `step "a": steps.0.assign.agent: there is no agent "Eve"`},
		{"an unknown agent mentioned", steps(`{"key": "a", "note": {"text": "x", "mention": ["Ann", "Eve"]}}`), `step "a": steps.0.note.mention.1: there is no agent "Eve"`},
		{"an unknown agent alone", steps(`{"key": "a", "note": {"text": "x", "mention": "Eve"}}`), `step "a": steps.0.note.mention: there is no agent "Eve"`},
		{"a time to wait that is too long", steps(`{"key": "a", "assign": {"by": "team", "timeout": "P8D"}}`), `step "a": steps.0.assign.timeout: the timeout must be at most P7D`},
		{"a time to wait for one agent", steps(`{"key": "a", "assign": {"agent": "Ann", "timeout": "PT1H"}}`), `step "a": steps.0.assign.timeout: nothing is waited for: one agent is assigned at once, or not at all, which is the exit failure`},
		{"an exit for what does not happen", steps(`{"key": "a", "assign": {"by": "owner"}, "exits": {"timeout": "end"}}`), `step "a": steps.0.exits.timeout: nothing is waited for: one agent is assigned at once, or not at all, which is the exit failure`},
		{"a policy for one agent", steps(`{"key": "a", "assign": {"agent": "Ann", "policy": {"maxOpen": 2}}}`), `step "a": steps.0.assign.policy: a policy chooses among a team or the workspace; here there is one agent, who is assigned at once or not at all`},
		{"an unknown channel", steps(`{"key": "a", "send": {"text": "x", "channel": "Fax"}}`), `step "a": steps.0.send.channel: there is no channel "Fax"`},
		{"an unknown stage", steps(`{"key": "a", "set": {"lifecycle": "Lost"}}`), `step "a": steps.0.set.lifecycle: there is no lifecycle stage "Lost"`},
		{"an unknown field to set", steps(`{"key": "a", "set": {"field": "shoes", "value": "x"}}`), `step "a": steps.0.set.field: "shoes" is no field of the contact that can be set; these can, and custom ones: "first_name", "last_name", "email", "phone", "language", "country", "avatar"`},
		{"a number in a text field", steps(`{"key": "a", "set": {"field": "email", "value": 5}}`), `step "a": steps.0.set.value: "email" takes a text, or null to clear it`},
		{"nothing to send", steps(`{"key": "a", "send": {}}`), `step "a": steps.0.send: send needs a text or attachments`},
		{"an attachment elsewhere", steps(`{"key": "a", "send": {"attachments": [{"url": "file:///etc/passwd"}]}}`), `step "a": steps.0.send.attachments.0.url: the address must begin with http:// or https://`},
		{"no tags", steps(`{"key": "a", "tag": {"add": []}}`), `step "a": steps.0.tag: tag needs tags to add or to remove`},
		{"a blank tag", steps(`{"key": "a", "tag": {"add": [" "]}}`), `step "a": steps.0.tag.add.0: a tag needs a name`},
		{"a tag with Liquid", steps(`{"key": "a", "tag": {"add": ["{{ contact.country }}"]}}`), `step "a": steps.0.tag.add.0: a tag is a name as it is written, not Liquid`},
		{"a tag both ways", steps(`{"key": "a", "tag": {"add": ["VIP"], "remove": ["vip"]}}`), `step "a": steps.0.tag.add.0: the tag "VIP" is to be added and removed`},
		{"an empty note", steps(`{"key": "a", "note": {"text": " "}}`), `step "a": steps.0.note.text: a note needs a text`},
		{"a timeout too long", steps(`{"key": "a", "assign": {"by": "team", "timeout": "P7DT1S"}}`), `step "a": steps.0.assign.timeout: the timeout must be at most P7D`},
		{"a timeout of nothing", steps(`{"key": "a", "assign": {"by": "team", "timeout": "PT0S"}}`), `step "a": steps.0.assign.timeout: a duration must be longer than zero`},
		{"a timeout in months", steps(`{"key": "a", "assign": {"by": "team", "timeout": "P1M"}}`), `step "a": steps.0.assign.timeout: a duration is written like PT45S, PT15M, PT2H or P7D (ISO 8601, whole seconds, no years or months)`},

		{"an unknown field", when(`{"field": "contact.shoes", "op": "exists"}`), `step "b": steps.0.branch.0.when.field: there is no field "contact.shoes"`},
		{"a misspelt field", when(`{"field": "contact.frst_name", "op": "exists"}`), `step "b": steps.0.branch.0.when.field: there is no field "contact.frst_name"; did you mean "contact.first_name"?`},
		{"a variable nobody sets", when(`{"field": "vars.topic", "op": "exists"}`), `step "b": steps.0.branch.0.when.field: no step sets the variable "topic"`},
		{"an operator of another type", when(`{"field": "contact.tags", "op": "contains", "value": "x"}`), `step "b": steps.0.branch.0.when.op: contains does not fit "contact.tags", which is a list of texts; what fits: "exists", "hasAll", "hasAny", "hasNone", "notExists"`},
		{"a value for exists", when(`{"field": "contact.email", "op": "exists", "value": "x"}`), `step "b": steps.0.branch.0.when.value: exists takes no value`},
		{"no value", when(`{"field": "contact.email", "op": "equals"}`), `step "b": steps.0.branch.0.when: equals needs a value`},
		{"an empty value", when(`{"field": "contact.email", "op": "equals", "value": ""}`), `step "b": steps.0.branch.0.when.value: the value is empty; to ask whether there is one use exists or notExists`},
		{"a number for a text", when(`{"field": "contact.email", "op": "equals", "value": 5}`), `step "b": steps.0.branch.0.when.value: the value must be a text, since "contact.email" is a text`},
		{"a text for a number", when(`{"field": "conversation.number", "op": "less", "value": "5"}`), `step "b": steps.0.branch.0.when.value: the value must be a number, since "conversation.number" is one`},
		{"a text for a checkbox", when(`{"field": "contact.is_returning", "op": "equals", "value": "yes"}`), `step "b": steps.0.branch.0.when.value: the value must be true or false, since "contact.is_returning" is`},
		{"no time", when(`{"field": "now", "op": "before", "value": "31.1.2026"}`), `step "b": steps.0.branch.0.when.value: the value must be a time like 2026-01-31T09:00:00Z (RFC 3339), or a date like 2026-01-31`},
		{"a time for a date", when(`{"field": "contact.my_date", "op": "before", "value": "2026-03-01T12:00:00Z"}`), `step "b": steps.0.branch.0.when.value: the value must be a date like 2026-01-31`},
		{"a date and a time", when(`{"field": "now", "op": "between", "value": ["2026-03-01", "2026-03-01T12:00:00Z"]}`), `step "b": steps.0.branch.0.when.value: both must be dates, or both times`},
		{"dates reversed", when(`{"field": "contact.my_date", "op": "between", "value": ["2026-03-02", "2026-03-01"]}`), `step "b": steps.0.branch.0.when.value: the lowest value must come first`},
		{"no list", when(`{"field": "contact.tags", "op": "hasAny", "value": "vip"}`), `step "b": steps.0.branch.0.when.value: the value must be a list with at least one item`},
		{"a number in a list of texts", when(`{"field": "contact.tags", "op": "hasAny", "value": ["vip", 5]}`), `step "b": steps.0.branch.0.when.value.1: the value must be a text, since "contact.tags" is a list`},
		{"three ends", when(`{"field": "conversation.number", "op": "between", "value": [1, 2, 3]}`), `step "b": steps.0.branch.0.when.value: the value must be a list of two: the lowest and the highest`},
		{"ends reversed", when(`{"field": "conversation.number", "op": "between", "value": [2, 1]}`), `step "b": steps.0.branch.0.when.value: the lowest value must come first`},
		{"no duration", when(`{"field": "now", "op": "withinLast", "value": "1 day"}`), `step "b": steps.0.branch.0.when.value: a duration is written like PT45S, PT15M, PT2H or P7D (ISO 8601, whole seconds, no years or months)`},
		{"no such value", when(`{"field": "conversation.priority", "op": "equals", "value": "HIHG"}`), `step "b": steps.0.branch.0.when.value: "HIHG" is none of the values of "conversation.priority": "LOW", "NORMAL", "HIGH", "URGENT"`},
		{"no such stage", when(`{"field": "contact.lifecycle_stage", "op": "in", "value": ["Lead", "Lost"]}`), `step "b": steps.0.branch.0.when.value.1: there is no lifecycle stage "Lost"`},
		{"no such team", when(`{"field": "conversation.team", "op": "equals", "value": "Sals"}`), `step "b": steps.0.branch.0.when.value: there is no team "Sals"`},
		{"not RE2", when(`{"field": "message.text", "op": "matches", "value": "(?=x)"}`), "step \"b\": steps.0.branch.0.when.value: the regular expression cannot be used: error parsing regexp: invalid or unsupported Perl syntax: `(?=`"},
		{"a costly pattern", when(`{"field": "message.text", "op": "matches", "value": "(\\pL{100}x?){100}"}`), `step "b": steps.0.branch.0.when.value: the regular expression cannot be used: error parsing regexp: invalid repeat count`},
		{"a large pattern", when(`{"field": "message.text", "op": "matches", "value": "(abcdefghij){120}"}`), `step "b": steps.0.branch.0.when.value: the regular expression cannot be used: it is too costly: 1442 instructions, at most 500 are allowed`},
		{"too many patterns", when(`{"any": [` + strings.Repeat(`{"field": "message.text", "op": "matches", "value": "[a-z]{400}b"}, `, 12) + `{"field": "message.text", "op": "matches", "value": "[a-z]{400}c"}]}`), `step "b": steps.0.branch.0.when.any.12.value: the regular expressions of the workflow are too costly altogether: more than 5000 instructions`},
		{"too deep", when(strings.Repeat(`{"not": `, 9) + `{"field": "now", "op": "exists"}` + strings.Repeat(`}`, 9)), `step "b": steps.0.branch.0.when: all, any and not nest more than 8 deep`},
		{"too many tests", when(`{"all": [{"field": "now", "op": "exists"}, {"any": [` + strings.Repeat(`{"field": "now", "op": "exists"}, `, 99) + `{"field": "now", "op": "exists"}]}]}`), `step "b": steps.0.branch.0.when: the condition has more than 100 tests`},

		{"an unknown filter", send(`{{ contact.email | defualt: "x" }}`), `step "hi": steps.0.send.text: there is no filter "defualt"`},
		{"too many arguments", send(`{{ contact.email | upcase: "x" }}`), `step "hi": steps.0.send.text: the filter "upcase" takes no arguments`},
		{"too few arguments", send(`{{ contact.email | replace: "x" }}`), `step "hi": steps.0.send.text: the filter "replace" takes 2 arguments`},
		{"a file", send(`{% include "/etc/passwd" %}`), `step "hi": steps.0.send.text: the tag "include" cannot be used; there are assign, capture, case, comment, for, if, raw and unless`},
		{"an unknown field in a text", send(`{{ contact.shoes }}`), `step "hi": steps.0.send.text: there is no field "contact.shoes"`},
		{"a group alone", send(`{{ contact }}`), `step "hi": steps.0.send.text: "contact" needs the name of a field behind a dot`},
		{"a method of a time", send(`{{ now.Local }}`), `step "hi": steps.0.send.text: there is no field "now.Local"`},
		{"an unknown name", send(`{{ name }}`), `step "hi": steps.0.send.text: there is no variable "name" here; there are contact, conversation, message, assignee, team, channel, workspace, trigger, vars and now`},
		{"an unknown variable in a text", send(`{{ vars.topic }}`), `step "hi": steps.0.send.text: no step sets the variable "topic"`},
		{"assign to a group", send(`{% assign contact = 1 %}`), `step "hi": steps.0.send.text: assign cannot change "contact"`},
		{"unclosed", send(`Hi {{ contact.email`), `step "hi": steps.0.send.text: {{ … }} and {% … %} must be closed`},
		{"an if without its end", send(`{% if contact.email %}x`), `step "hi": steps.0.send.text: {% endif %} is missing`},
		{"bad syntax", send(`{{ contact.email | | }}`), `step "hi": steps.0.send.text: there is no filter "|"`},
		{"worse syntax", send(`{{ contact.email contact.email }}`), `step "hi": steps.0.send.text: "contact.email contact.email" cannot be read`},
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
	want := []string{"trigger.when.field: there are no variables yet when the trigger is matched"}
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
		`step "a": steps.0.exits.failure: there is no step "nowhere"`,
		`step "a": steps.0.send.channel: there is no channel "Fax"`,
		`step "a": steps.0.send.text: there is no field "contact.x"`,
		`step "b": steps.1.assign.timeout: nothing is waited for: one agent is assigned at once, or not at all, which is the exit failure`,
		`step "b": steps.1.assign.agent: there is no agent "Eve"`,
		`trigger.when.field: there is no field "contact.y"`,
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
	wantNames := map[string]string{"team:Sales": "tea_1", "team:Support": "tea_2", "team:VIP": "tea_3"}
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
	if _, err := workflow.Load(document, names); err == nil || !strings.Contains(err.Error(), `there is no team "sales"`) {
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
	wantNames := map[string]string{"field:shoe_size": "fld_9 NUMBER", "field:my_list": "fld_2 LIST"}
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

package workflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// triggered wraps a trigger into a document whose only step says a text.
func triggered(trigger, text string) string {
	return `{"format": 1, "trigger": {` + trigger + `}, "steps": [{"key": "a", "set": {"variable": "said", "value": "` + text + `"}}]}`
}

func TestEachTriggerHasItsData(t *testing.T) {
	body := map[string]any{"order": map[string]any{"id": "x1", "lines": []any{"p", "q"}, "total": 9.5}}
	tests := []struct {
		name, trigger, when, text string
		data                      map[string]any
		want                      string // the text that is said; empty if the condition does not hold
	}{
		{"opened", `"on": "conversation.opened"`, condition("trigger.source", "equals", `"CONTACT"`), "{{ trigger.source }}", map[string]any{"source": "CONTACT"}, "CONTACT"},
		{"closed", `"on": "conversation.closed"`, condition("trigger.source", "in", `["AUTO", "AGENT"]`), "{{ trigger.category }}", map[string]any{"source": "AUTO", "category": "Spam"}, "Spam"},
		{"closed otherwise", `"on": "conversation.closed"`, condition("trigger.category", "exists", ``), "x", map[string]any{"source": "AUTO"}, ""},
		{"assigned", `"on": "conversation.assigned"`, condition("trigger.previous_assignee", "equals", `"Ann"`), "{{ trigger.previous_assignee }}", map[string]any{"previous_assignee": "agt_b"}, "agt_b"},
		{"assigned first", `"on": "conversation.assigned"`, condition("trigger.previous_assignee", "notExists", ``), "x", nil, "x"},
		{"message", `"on": "message.received"`, condition("message.text", "contains", `"hel"`), "{{ message.text }}", nil, "Hello"},
		{"tag", `"on": "contact.tag_changed"`, condition("trigger.added", "hasAny", `["VIP"]`), "{{ trigger.added | join: ' ' }}{{ trigger.removed | size }}", map[string]any{"added": []string{"vip"}, "removed": []string{}}, "vip0"},
		{"tag removed", `"on": "contact.tag_changed"`, condition("trigger.removed", "hasAny", `["vip"]`), "x", map[string]any{"added": []string{"vip"}}, ""},
		{"field", `"on": "contact.field_changed"`, condition("trigger.field", "equals", `"email"`), "{{ trigger.from }}>{{ trigger.to }}", map[string]any{"field": "email", "from": nil, "to": "a@b.c"}, ">a@b.c"},
		{"custom field", `"on": "contact.field_changed"`, condition("trigger.field", "in", `["email", "shoe_size"]`), "{{ trigger.to }}", map[string]any{"field": "fld_9", "to": 42.0}, "42"},
		{"another field", `"on": "contact.field_changed"`, condition("trigger.field", "notEquals", `"shoe_size"`), "x", map[string]any{"field": "fld_9"}, ""},
		{"lifecycle", `"on": "contact.lifecycle_changed"`, condition("trigger.to", "equals", `"Lead"`), "{{ trigger.from | default: 'none' }}", map[string]any{"to": "Lead"}, "none"},
		{"webhook", `"on": "webhook", "contact": {"id": "id"}`, condition("trigger.body.order.id", "equals", `"X1"`), "{{ trigger.body.order.lines | join: '+' }} {{ trigger.body.order.total }} {{ trigger.body.order.lines.size }}{{ trigger.body.order.lines.last }}{{ trigger.body.x.y }}", map[string]any{"body": body}, "p+q 9.5 2q"},
		{"webhook item", `"on": "webhook", "contact": {"id": "id"}`, condition("trigger.body.order.lines.1", "equals", `"q"`), "{{ trigger.body.order.lines.first }}", map[string]any{"body": body}, "p"},
		{"shortcut", `"on": "shortcut", "title": "Escalate", "form": [{"name": "why", "values": ["late", "lost"]}, {"name": "n", "type": "NUMBER"}]`,
			`{"all": [` + condition("trigger.form.why", "equals", `"late"`) + `, ` + condition("trigger.form.n", "greater", `2`) + `, ` + condition("trigger.agent", "equals", `"Bob"`) + `]}`,
			"{{ trigger.form.why }} {{ trigger.form.n | plus: 1 }}", map[string]any{"agent": inbox.AgentID(12).String(), "form": map[string]any{"why": "late", "n": 3.0}}, "late 4"},
		{"workflow", `"on": "workflow", "variables": {"topic": "TEXT", "day": "DATE"}`, condition("trigger.variables.day", "before", `"2026-03-01"`), "{{ trigger.variables.topic }}",
			map[string]any{"variables": map[string]any{"topic": "Sales", "day": "2026-02-28"}}, "Sales"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			definition := mustCompile(t, triggered(test.trigger+`, "when": `+test.when, test.text))
			facts := workflow.Facts{Trigger: test.data, Message: map[string]any{"text": "Hello"}}
			if matched := definition.Matches(facts, noon); matched != (test.want != "") {
				t.Fatalf("matches: %t", matched)
			}
			if test.want == "" {
				return
			}
			state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: facts})
			if got := state.Variables["said"]; got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPublishingChecksTriggers(t *testing.T) {
	runProblemTests(t, []problemTest{
		{"data of another", triggered(`"on": "message.received"`, `{{ trigger.source }}`), `step "a": steps.0.set.value: There is no field "trigger.source".`},
		{"parts of another", triggered(`"on": "message.received", "title": "x", "form": []`, `x`), "trigger.title: The trigger \"message.received\" has no setting `title`.\ntrigger.form: The trigger \"message.received\" has no setting `form`."},
		{"a field that is none", triggered(`"on": "contact.field_changed", "when": `+condition("trigger.field", "equals", `"shoes"`), `x`), `trigger.when.value: Contacts have no field "shoes".`},
		{"a webhook for nobody", triggered(`"on": "webhook"`, `x`), "trigger: A webhook needs `contact`: the path of an id, an email, a phone or an identity."},
		{"a webhook for two", triggered(`"on": "webhook", "contact": {"id": "a", "email": "b"}`, `x`), "trigger.contact: `contact` needs exactly one of id, email, phone and identity."},
		{"an identity of no channel", triggered(`"on": "webhook", "contact": {"identity": "a"}`, `x`), `trigger.contact: An identity needs a channel.`},
		{"an email on a channel", triggered(`"on": "webhook", "contact": {"email": "a", "channel": "Web"}`, `x`), `trigger.contact.channel: A channel can be used with an identity only.`},
		{"no such channel", triggered(`"on": "webhook", "contact": {"identity": "a", "channel": "Fax"}`, `x`), `trigger.contact.channel: There is no channel "Fax".`},
		{"no such path", triggered(`"on": "webhook", "contact": {"email": "a["}, "mapping": {"v": ""}`, `x`), `trigger.mapping.v: This must not be empty.`},
		{"paths that are none", triggered(`"on": "webhook", "contact": {"email": "a["}, "mapping": {"v": "#x"}`, `x`), "trigger.contact.email: Write a path like data.items.0.id: '[' needs a backslash before it.\ntrigger.mapping.v: `#` can be used alone, for the length of a list, or as `#.name`."},
		{"a variable that is mapped, in the trigger", triggered(`"on": "webhook", "contact": {"id": "a"}, "mapping": {"v": "b"}, "when": `+condition("vars.v", "exists", ``), `x`), `trigger.when.field: The condition of a trigger cannot use variables: there are none before the run starts.`},
		{"a shortcut without title", triggered(`"on": "shortcut"`, `x`), `trigger: Write the title of the shortcut: it is empty.`},
		{"a field twice", triggered(`"on": "shortcut", "title": "x", "form": [{"name": "a"}, {"name": "a"}]`, `x`), `trigger.form.1.name: Field 1 has the name "a" too.`},
		{"values of a number", triggered(`"on": "shortcut", "title": "x", "form": [{"name": "a", "type": "NUMBER", "values": ["1"]}]`, `x`), `trigger.form.0.values: Values can be used with the types TEXT and LIST only.`},
		{"a default of another type", triggered(`"on": "shortcut", "title": "x", "form": [{"name": "a", "type": "NUMBER", "default": "many"}]`, `x`), `trigger.form.0.default: The default is not a number among the values.`},
		{"a default that is no choice", triggered(`"on": "shortcut", "title": "x", "form": [{"name": "a", "values": ["b"], "default": "c"}]`, `x`), `trigger.form.0.default: The default is not a text among the values.`},
		{"a value that is none", triggered(`"on": "shortcut", "title": "x", "form": [{"name": "a", "values": ["b"]}], "when": `+condition("trigger.form.a", "equals", `"c"`), `x`), `trigger.when.value: "c" is not one of the values of "trigger.form.a", which are "b".`},
		{"a variable not declared", triggered(`"on": "workflow", "variables": {"topic": "TEXT"}`, `{{ trigger.variables.topics }}`), `step "a": steps.0.set.value: There is no field "trigger.variables.topics". Did you mean "trigger.variables.topic"?`},
	})
}

func TestAWebhookIsRead(t *testing.T) {
	definition := mustCompile(t, triggered(`"on": "webhook", "mapping": {"total": {"path": "order.total", "type": "NUMBER"}, "note": "order.note", "bad": {"path": "order", "type": "DATE"},
		"long": {"path": "order.long", "type": "NUMBER"}, "exact": {"path": "order.exact", "type": "NUMBER"}, "objects": {"path": "order.objects", "type": "LIST"}, "items": {"path": "order.items", "type": "LIST"}},
		"contact": {"identity": "who.0.id", "channel": "Web"}`, `{{ vars.total | plus: 1 }}{% if trigger.body.none.x %}{{ trigger.body.order.lines.size }}{{ trigger.body.order.lines.last }}{% endif %}`))
	call, err := definition.Webhook().Read([]byte(`{"order": {"total": "9.5", "lines": ["p", 2], "long": 9007199254740993, "exact": 9007199254740992, "objects": ["a", {"b": 1}], "items": ["a", null, 2]}, "who": [{"id": 77}], "rest": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	want := workflow.WebhookCall{
		Body:      map[string]any{"order": map[string]any{"lines": []any{"p", 2.0}}},
		Variables: map[string]any{"total": 9.5, "exact": float64(1 << 53), "items": []any{"a", "2"}},
		Contact:   workflow.ContactKey{By: workflow.ContactByIdentity, Value: "77", Channel: 21},
	}
	if diff := cmp.Diff(want, call); diff != "" {
		t.Error(diff)
	}
	state, _ := workflow.Advance(definition, workflow.State{Variables: call.Variables}, workflow.Input{Now: noon})
	if got := state.Variables["said"]; got != "10.5" {
		t.Errorf("got %v", got)
	}
	for body, want := range map[string]string{
		`{`:   "it is not JSON: unexpected end of JSON input",
		`{}`:  "the body has nothing at who.0.id to find the contact by",
		`[1]`: "the body has nothing at who.0.id to find the contact by",
		`"` + strings.Repeat("x", workflow.MaxWebhookBody) + `"`:                            "the body has more than 1048576 bytes",
		`{"who": [{"id": 77}], "order": {"lines": ["` + strings.Repeat("x", 1<<16) + `"]}}`: "the values of trigger.body that the workflow reads are larger than 64 KiB",
	} {
		if _, err := definition.Webhook().Read([]byte(body)); err == nil || err.Error() != want {
			t.Errorf("%.20s: %v", body, err)
		}
	}
	if mustCompile(t, steps(done)).Webhook() != nil {
		t.Error("another trigger is a webhook")
	}
}

func TestAFormIsRead(t *testing.T) {
	definition := mustCompile(t, triggered(`"on": "shortcut", "title": "Escalate", "form": [{"name": "why", "label": "Why?", "required": true, "values": ["late", "lost"]},
		{"name": "n", "type": "NUMBER"}, {"name": "tags", "type": "LIST", "values": ["a", "b"]}, {"name": "urgent", "type": "CHECKBOX"}]`, `x`))
	shortcut := definition.Shortcut()
	if shortcut.Title != "Escalate" || shortcut.Form[1].Type != workflow.TypeNumber || shortcut.Form[1].Label != "n" || shortcut.Form[0].Type != workflow.TypeText {
		t.Errorf("%+v", shortcut)
	}
	told := func(problems []workflow.FormProblem) []string {
		var list []string
		for _, p := range problems {
			list = append(list, p.Field+": "+p.Message)
			if p.Missing != (p.Message == "Why? must not be empty.") {
				t.Errorf("%+v", p)
			}
		}
		return list
	}
	form, problems := shortcut.Read(map[string]any{"why": "late", "n": "4", "tags": []any{"b"}, "urgent": true})
	if diff := cmp.Diff(map[string]any{"why": "late", "n": 4.0, "tags": []any{"b"}, "urgent": true}, form); diff != "" || problems != nil {
		t.Error(diff, problems)
	}
	_, problems = shortcut.Read(map[string]any{"why": " ", "n": "many", "tags": []any{"b", "c"}, "urgent": "perhaps", "x": 1})
	want := []string{`why: Why? must not be empty.`, `n: n must be a number.`, `tags: tags must be one of "a", "b".`, `urgent: urgent must be true or false.`, `x: The form has no field "x".`}
	if diff := cmp.Diff(want, told(problems)); diff != "" {
		t.Error(diff)
	}
	_, problems = shortcut.Read(map[string]any{"why": strings.Repeat("x", 10_001)})
	if diff := cmp.Diff([]string{`why: Why? must have at most 10000 characters.`}, told(problems)); diff != "" {
		t.Error(diff)
	}
	_, problems = shortcut.Read(map[string]any{"why": "because"})
	if diff := cmp.Diff([]string{`why: Why? must be one of "late", "lost".`}, told(problems)); diff != "" {
		t.Error(diff)
	}
}

func TestAWorkflowAcceptsTheVariablesItDeclares(t *testing.T) {
	definition := mustCompile(t, triggered(`"on": "workflow", "variables": {"topic": "TEXT", "n": "NUMBER"}`, `x`))
	accepted, err := definition.Accept(map[string]any{"topic": "", "n": "7"})
	if diff := cmp.Diff(map[string]any{"n": 7.0}, accepted); diff != "" || err != nil {
		t.Error(diff, err)
	}
	for want, given := range map[string]map[string]any{
		`it takes no variable "x"`:     {"x": 1.0},
		`its variable "n" is a number`: {"n": "many"},
	} {
		if _, err := definition.Accept(given); err == nil || err.Error() != want {
			t.Errorf("%v", err)
		}
	}
	if _, err := mustCompile(t, steps(done)).Accept(nil); err == nil || err.Error() != "its trigger is conversation.opened instead of workflow" {
		t.Error(err)
	}
}

package workflow_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
)

func TestADraftIsCheckedAgainstTheSchemaInWords(t *testing.T) {
	condition := func(test string) string {
		return `{"format": 1, "trigger": {"on": "conversation.opened", "when": ` + test + `}, "steps": []}`
	}
	tests := []struct {
		name, document string
		want           []string
	}{
		{"fits", steps(``), nil},
		{"empty", ``, []string{`The document is not JSON: it ends too early (line 1).`}},
		{"no JSON", "{\n\"format\": 1,\n}", []string{`The document is not JSON: invalid character '}' looking for beginning of object key string (line 3).`}},
		{"two documents", steps(``) + `{}`, []string{`The document is not JSON: there is something after its end (line 1).`}},
		{"a name twice", `{"format": 1, "format": 2}`, []string{`format: The name "format" occurs twice.`}},
		{"a huge number", `{"format": 1e999}`, []string{`format: The number is out of range.`}},
		{"NUL", `{"name": "a\u0000"}`, []string{`name: A text must not contain the character NUL.`}},
		{"no object", `[]`, []string{`This must be an object, not a list.`}},
		{"nothing in it", `{}`, []string{`"format" is missing.`, `"trigger" is missing.`, `"steps" is missing.`}},
		{"another format", `{"format": 2, "trigger": {"on": "conversation.opened"}, "steps": []}`, []string{`format: This must be 1.`}},
		{"something unknown", `{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [], "stpes": []}`, []string{`stpes: "stpes" is not known here.`}},
		{"no event", `{"format": 1, "trigger": {}, "steps": []}`, []string{`trigger: "on" is missing.`}},
		{"an unknown event", `{"format": 1, "trigger": {"on": "full_moon"}, "steps": []}`, []string{`trigger.on: This must be one of "conversation.opened", "conversation.closed", "conversation.assigned", "message.received", "contact.tag_changed", "contact.field_changed", "contact.lifecycle_changed", "webhook", "shortcut", "workflow".`}},
		{"an unknown kind", steps(`{"key": "a", "sned": {"text": "?"}}`), []string{`step "a": steps.0.sned: There is no kind of step "sned". Did you mean "send"?`}},
		{"no key", steps(`{"end": {}}`), []string{`steps.0: "key" is missing.`}},
		{"no kind", steps(`{"key": "a"}`), []string{`step "a": steps.0: The step has no kind; give it one of "` + strings.Join(workflow.StepKinds(), `", "`) + `".`}},
		{"two kinds", steps(`{"key": "a", "end": {}, "note": {"text": "x"}}`), []string{`step "a": steps.0: The step has several kinds: "note", "end"; keep exactly one.`}},
		{"a bad key", steps(`{"key": "A-1", "end": {}}`), []string{`step "A-1": steps.0.key: "A-1" must consist of lower-case letters, digits and _, and begin with a letter.`}},
		{"else without branch", steps(`{"key": "a", "end": {}, "else": "end"}`), []string{`step "a": steps.0: "else" can be used together with "branch" only.`}},
		{"not an object", steps(`"a"`), []string{`steps.0: This must be an object, not a text.`}},
		{"too many steps", steps(strings.Repeat(done+",", 100) + done), []string{`steps: This may have at most 100; it has 101.`}},
		{"a long text", steps(`{"key": "a", "send": {"text": "` + strings.Repeat("é", 10_001) + `"}}`), []string{`step "a": steps.0.send.text: This must have at most 10000 characters; it has 10001.`}},
		{"a text that is none", steps(`{"key": "a", "send": {"text": null}}`), []string{`step "a": steps.0.send.text: This must be a text or an object, not null.`}},
		{"an empty route", steps(`{"key": "a", "route": {}}`), []string{`step "a": steps.0.route: This must not be empty.`}},
		{"an unknown priority", steps(`{"key": "a", "route": {"priority": "high"}}`), []string{`step "a": steps.0.route.priority: This must be one of "LOW", "NORMAL", "HIGH", "URGENT".`}},
		{"assign to whom", steps(`{"key": "a", "assign": {}}`), []string{"step \"a\": steps.0.assign: A step `assign` needs exactly one of `by` (team, workspace or owner) and `agent`."}},
		{"assign to both", steps(`{"key": "a", "assign": {"by": "team", "agent": "Ann"}}`), []string{"step \"a\": steps.0.assign: A step `assign` needs exactly one of `by` (team, workspace or owner) and `agent`."}},
		{"a policy not supported", steps(`{"key": "a", "assign": {"by": "team", "policy": {"keepOwner": "PREFER", "maxOpen": 0}}}`), []string{`step "a": steps.0.assign.policy.keepOwner: A step cannot override "keepOwner"; it can override strategy, onlineOnly, maxOpen, requireSkills, matchLanguage, sticky and stickyWait.`, `step "a": steps.0.assign.policy.maxOpen: This must be at least 1.`}},
		{"set what", steps(`{"key": "a", "set": {"value": "x"}}`), []string{"step \"a\": steps.0.set: A step `set` needs exactly one of a field with a value, a variable with a value, and a lifecycle."}},
		{"set without value", steps(`{"key": "a", "set": {"variable": "x"}}`), []string{"step \"a\": steps.0.set: A step `set` needs exactly one of a field with a value, a variable with a value, and a lifecycle."}},
		{"set an object", steps(`{"key": "a", "set": {"variable": "x", "value": {}}}`), []string{`step "a": steps.0.set.value: This must be null or true or false or a number or a text or a list, not an object.`}},
		{"set a list of lists", steps(`{"key": "a", "set": {"variable": "x", "value": [[]]}}`), []string{`step "a": steps.0.set.value.0: This must be a text, not a list.`}},
		{"a tag twice", steps(`{"key": "a", "tag": {"add": ["x", "x"]}}`), []string{`step "a": steps.0.tag.add: Item 1 is the same as item 0.`}},
		{"an empty branch", steps(`{"key": "a", "branch": []}`), []string{`step "a": steps.0.branch: This needs at least 1; it has 0.`}},
		{"a way to nowhere", steps(`{"key": "a", "branch": [{"when": {"field": "now", "op": "exists"}}]}`), []string{`step "a": steps.0.branch.0: "go" is missing.`}},
		{"wait for nothing", steps(`{"key": "a", "wait": {}}`), []string{"step \"a\": steps.0.wait: A step `wait` needs exactly one of `for`, `until` and `untilOpen`."}},
		{"wait both ways", steps(`{"key": "a", "wait": {"for": "PT1H", "untilOpen": "Support"}}`), []string{"step \"a\": steps.0.wait: A step `wait` needs exactly one of `for`, `until` and `untilOpen`."}},
		{"snooze both ways", steps(`{"key": "a", "snooze": {"for": "PT1H", "until": "x"}}`), []string{"step \"a\": steps.0.snooze: A step `snooze` needs exactly one of `for`, `until` and `untilOpen`."}},
		{"save twice", steps(`{"key": "a", "ask": {"text": "x", "saveTo": {"tag": true, "variable": "x"}}}`), []string{"step \"a\": steps.0.ask.saveTo: `saveTo` needs exactly one of a field, a variable and a tag."}},
		{"a bad variable", steps(`{"key": "a", "http": {"url": "http://x", "save": {"A": "x"}}}`), []string{`step "a": steps.0.http.save.A: "A" must consist of lower-case letters, digits and _, and begin with a letter.`}},
		{"an unknown language", steps(`{"key": "a", "send": {"text": {"german": "x"}}}`), []string{`step "a": steps.0.send.text.german: "german" is not known here.`}},
		{"too many retries", steps(`{"key": "a", "http": {"url": "http://x", "retries": 6}}`), []string{`step "a": steps.0.http.retries: This must be at most 5.`}},
		{"a jump for ever", steps(`{"key": "a", "jump": {"to": "a", "max": 11}}`), []string{`step "a": steps.0.jump.max: This must be at most 10.`}},
		{"a jump to nowhere", steps(`{"key": "a", "jump": {"max": 1}}`), []string{`step "a": steps.0.jump: "to" is missing.`}},
		{"a day that is none", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "UTC", "week": {"monday": []}}}}`), []string{`step "a": steps.0.hours.schedule.week.monday: "monday" is not known here.`}},
		{"an end with something", steps(`{"key": "a", "end": {"now": true}}`), []string{`step "a": steps.0.end.now: "now" is not known here.`}},
		{"an empty condition", condition(`{}`), []string{`trigger.when: "field" is missing.`, `trigger.when: "op" is missing.`}},
		{"no condition", condition(`"x"`), []string{`trigger.when: This must be an object, not a text.`}},
		{"all of nothing", condition(`{"all": []}`), []string{`trigger.when.all: This needs at least 1; it has 0.`}},
		{"all and any", condition(`{"all": [{"field": "now", "op": "exists"}], "any": []}`), []string{`trigger.when.any: "any" is not known here.`}},
		{"inside all", condition(`{"all": [{"not": {"any": [{"field": "now"}]}}]}`), []string{`trigger.when.all.0.not.any.0: "op" is missing.`}},
		{"an unknown operator", condition(`{"field": "now", "op": "is", "value": "x"}`), []string{`trigger.when.op: This must be one of "equals", "notEquals", "contains", "notContains", "matches", "in", "notIn", "exists", "notExists", "less", "greater", "between", "before", "after", "withinLast", "hasAny", "hasAll", "hasNone".`}},
		{"a value of null", condition(`{"field": "now", "op": "before", "value": null}`), []string{`trigger.when.value: This must be true or false or a number or a text or a list, not null.`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lines(workflow.Check([]byte(test.document)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDocumentsBeyondTheBoundsAreRefused(t *testing.T) {
	large := steps(`{"key": "a", "note": {"text": "` + strings.Repeat("x", workflow.MaxDocument) + `"}}`)
	tests := map[string]string{
		large:                                "The document has 262246 bytes, and may have at most 262144.",
		strings.Repeat("[", 200_000):         "Lists and objects are nested more than 64 levels deep.",
		strings.Repeat(`{"not":`, 30_000):    "Lists and objects are nested more than 64 levels deep.",
		`{"format": 1e1000000000}`:           "The number is out of range.",
		strings.Repeat(`[1, `, 65) + "true":  "Lists and objects are nested more than 64 levels deep.",
		steps(strings.Repeat("1,", 40_000)):  "The document has more than 40000 values.",
		steps(strings.Repeat("{},", 10_000)): "The document has more than 10000 lists and objects.",
		steps(strings.Repeat("[],", 10_000)): "The document has more than 10000 lists and objects.",
	}
	for document, want := range tests {
		problems := workflow.Check([]byte(document))
		if len(problems) != 1 || problems[0].Message != want || problems[0].Path == nil {
			t.Errorf("%.40s…: %v", document, problems)
		}
		if _, problems := workflow.Compile([]byte(document), office{}); len(problems) != 1 {
			t.Errorf("%.40s…: compiled", document)
		}
	}
}

func TestADocumentWithCountlessProblemsIsRefusedSoon(t *testing.T) {
	began := time.Now()
	problems := workflow.Check([]byte(steps(strings.Repeat("1,", 39_000) + "1")))
	if last := problems[len(problems)-1]; len(problems) != 101 || last.Message != "There are 38902 more problems." {
		t.Errorf("%d problems, the last: %s", len(problems), last)
	}
	if took := time.Since(began); took > costly {
		t.Errorf("took %s", took)
	}
}

func TestTheSchemaIsPublishedWhole(t *testing.T) {
	var schema map[string]any
	if err := json.Unmarshal(workflow.Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	if schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
		t.Error("not draft 2020-12")
	}
	workflow.Schema()[0] = '!'
	if workflow.Schema()[0] != '{' {
		t.Error("a caller can change the schema")
	}
}

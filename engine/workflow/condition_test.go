package workflow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/engine/workflow"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// matches reports whether a trigger with this condition matches.
func matches(t *testing.T, condition string, facts workflow.Facts) bool {
	t.Helper()
	definition := mustCompile(t, `{"format": 1, "trigger": {"on": "conversation.opened", "when": `+condition+`},
		"steps": [{"key": "done", "end": {}}]}`)
	return definition.Matches(facts, noon)
}

// fact puts one value where its path says.
func fact(fieldPath string, value any) workflow.Facts {
	group, key, _ := strings.Cut(fieldPath, ".")
	values := map[string]any{key: value}
	switch group {
	case "contact":
		return workflow.Facts{Contact: values}
	case "conversation":
		return workflow.Facts{Conversation: values}
	case "team":
		return workflow.Facts{Team: values}
	case "trigger":
		return workflow.Facts{Trigger: values}
	case "assignee":
		return workflow.Facts{Assignee: values}
	default:
		return workflow.Facts{Message: values}
	}
}

func TestOperatorsCompareValues(t *testing.T) {
	tests := []struct {
		field, op, value string
		fact             any
		want             bool
	}{
		{"message.text", "equals", `"HELLO"`, "hello", true},
		{"message.text", "equals", `"hello"`, "hello you", false},
		{"message.text", "equals", `"STRASSE"`, "straße", true},       // case folding, not lower case
		{"message.text", "equals", `"caf\u00e9"`, "cafe\u0301", true}, // composed and decomposed
		{"message.text", "equals", `"CAFE\u0301"`, "caf\u00e9", true}, // both at once
		{"message.text", "notEquals", `"bye"`, "hello", true},
		{"message.text", "notEquals", `"HELLO"`, "hello", false},
		{"message.text", "contains", `"Voice"`, "where is my invoice", true},
		{"message.text", "contains", `"ÉT"`, "un e\u0301té", true},
		{"message.text", "contains", `"bill"`, "invoice", false},
		{"message.text", "notContains", `"bill"`, "invoice", true},
		{"message.text", "notContains", `"VOICE"`, "invoice", false},
		{"message.text", "matches", `"^order \\d+$"`, "Order 42", true},
		{"message.text", "matches", `"caf\u00e9"`, "CAFE\u0301", true},
		{"message.text", "matches", `"^\\d+$"`, "Order 42", false},
		{"message.text", "in", `["hi", "hello"]`, "Hello", true},
		{"message.text", "in", `["hi", "hey"]`, "Hello", false},
		{"message.text", "notIn", `["hi", "hey"]`, "Hello", true},
		{"message.text", "notIn", `["hi", "hello"]`, "Hello", false},
		{"message.text", "exists", ``, "x", true},
		{"message.text", "notExists", ``, "x", false},

		{"conversation.number", "equals", `7`, int64(7), true},
		{"conversation.number", "equals", `7`, 8.0, false},
		{"conversation.number", "notEquals", `7`, 8.0, true},
		{"conversation.number", "in", `[7, 8]`, 8.0, true},
		{"conversation.number", "notIn", `[7, 8]`, 8.0, false},
		{"conversation.number", "less", `7`, 6.5, true},
		{"conversation.number", "less", `7`, 7.0, false},
		{"conversation.number", "greater", `7`, int64(8), true},
		{"conversation.number", "greater", `7`, int64(7), false},
		{"conversation.number", "between", `[7, 9]`, int64(7), true},
		{"conversation.number", "between", `[7, 9]`, int64(9), true},
		{"conversation.number", "between", `[7, 9]`, int64(10), false},

		{"contact.is_returning", "equals", `true`, true, true},
		{"contact.is_returning", "equals", `true`, false, false},
		{"contact.is_returning", "notEquals", `true`, false, true},
		{"contact.is_returning", "exists", ``, false, true}, // false is a value

		{"conversation.opened_at", "before", `"2026-03-01T12:00:00Z"`, noon.Add(-time.Second), true},
		{"conversation.opened_at", "before", `"2026-03-01T12:00:00Z"`, noon, false},
		{"conversation.opened_at", "after", `"2026-03-01T14:00:00+02:00"`, noon.Add(time.Second), true},
		{"conversation.opened_at", "after", `"2026-03-01T12:00:00Z"`, noon, false},
		{"conversation.opened_at", "between", `["2026-03-01T11:00:00Z", "2026-03-01T12:00:00Z"]`, noon, true},
		{"conversation.opened_at", "between", `["2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z"]`, noon, false},
		{"conversation.opened_at", "withinLast", `"PT1H"`, noon.Add(-time.Hour), true},
		{"conversation.opened_at", "withinLast", `"PT1H"`, noon.Add(-time.Hour - 1), false},
		{"conversation.opened_at", "withinLast", `"PT1H"`, noon.Add(time.Second), false},

		{"conversation.opened_at", "before", `"2026-03-01"`, noon, false}, // a date is the whole day
		{"conversation.opened_at", "before", `"2026-03-02"`, noon, true},
		{"conversation.opened_at", "after", `"2026-03-01"`, noon, false},
		{"conversation.opened_at", "after", `"2026-02-28"`, noon, true},
		{"conversation.opened_at", "between", `["2026-03-01", "2026-03-01"]`, noon, true},

		{"contact.fld_7", "equals", `"2026-03-01"`, "2026-03-01", true},
		{"contact.fld_7", "equals", `"2026-03-01"`, noon, true},
		{"contact.fld_7", "notEquals", `"2026-03-01"`, "2026-03-02", true},
		{"contact.fld_7", "in", `["2026-03-01", "2026-03-03"]`, "2026-03-03", true},
		{"contact.fld_7", "notIn", `["2026-03-01"]`, "2026-03-01", false},
		{"contact.fld_7", "before", `"2026-03-01"`, "2026-02-28", true},
		{"contact.fld_7", "after", `"2026-03-01"`, "2026-03-01", false},
		{"contact.fld_7", "between", `["2026-03-01", "2026-03-05"]`, "2026-03-05", true},
		{"contact.fld_7", "withinLast", `"P1D"`, "2026-03-01", true},
		{"contact.fld_7", "withinLast", `"P1D"`, "2026-02-28", true},
		{"contact.fld_7", "withinLast", `"P1D"`, "2026-02-27", false},
		{"contact.fld_7", "withinLast", `"P1D"`, "2026-03-02", false},
		{"contact.fld_7", "equals", `"2026-03-01"`, "no date", false},
		{"contact.fld_1", "contains", `"x"`, "axb", true},
		{"contact.fld_2", "hasAny", `["X"]`, []string{"x"}, true},
		{"contact.fld_3", "equals", `true`, true, true},
		{"contact.fld_4", "matches", `"@example"`, "Ann@Example.com", true},
		{"contact.fld_5", "less", `3`, 2.5, true},
		{"contact.fld_6", "equals", `"https://x.y"`, "https://X.y", true},
		{"contact.fld_8", "before", `"2026-03-01T12:00:01Z"`, noon, true},

		{"contact.tags", "hasAny", `["VIP", "new"]`, []string{"vip"}, true},
		{"contact.tags", "hasAny", `["new"]`, []string{"vip"}, false},
		{"contact.tags", "hasAll", `["VIP", "new"]`, []string{"New", "vip", "x"}, true},
		{"contact.tags", "hasAll", `["vip", "new"]`, []any{"vip"}, false},
		{"contact.tags", "hasNone", `["new"]`, []string{"vip"}, true},
		{"contact.tags", "hasNone", `["VIP"]`, []string{"vip"}, false},
		{"contact.tags", "exists", ``, []string{"vip"}, true},

		{"conversation.source", "equals", `"CONTACT"`, "CONTACT", true},
		{"conversation.source", "in", `["API", "AGENT"]`, "CONTACT", false},
		{"trigger.source", "equals", `"API"`, "API", true},
		{"conversation.team", "equals", `"sales"`, "tea_1", true},
		{"conversation.team", "equals", `"tea_1"`, "tea_1", true},
		{"conversation.team", "equals", `"Sales"`, "tea_2", false},
		{"conversation.team", "in", `["Sales", "Support"]`, "tea_2", true},
		{"conversation.team", "notIn", `["Sales", "Support"]`, "tea_2", false},
		{"conversation.assignee", "equals", `"Ann"`, "agt_b", true},
		{"conversation.channel", "notEquals", `"Web"`, "chn_n", false},
		{"contact.lifecycle_stage", "equals", `"Lead"`, "lead", true},
		{"assignee.presence", "equals", `"ONLINE"`, "BUSY", false},
		{"team.queue_length", "greater", `0`, int64(3), true},
		{"contact.is_returning", "equals", `true`, true, true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s of %v %s %s", test.field, test.fact, test.op, test.value), func(t *testing.T) {
			if got := matches(t, condition(asWritten(test.field), test.op, test.value), fact(test.field, test.fact)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// asWritten returns the path of a custom field as documents write it, by its name.
func asWritten(fieldPath string) string {
	names := map[string]string{
		"contact.fld_1": "my_text", "contact.fld_2": "my_list", "contact.fld_3": "my_checkbox", "contact.fld_4": "my_email",
		"contact.fld_5": "my_number", "contact.fld_6": "my_url", "contact.fld_7": "my_date", "contact.fld_8": "my_time",
	}
	if name, ok := names[fieldPath]; ok {
		return "contact." + name
	}
	return fieldPath
}

func TestDatesAreComparedInTheZoneOfNow(t *testing.T) {
	vienna := time.FixedZone("CET", 3600)
	late := time.Date(2026, 2, 28, 23, 30, 0, 0, time.UTC) // already March in Vienna
	definition := mustCompile(t, `{"format": 1, "trigger": {"on": "conversation.opened", "when": `+
		condition("conversation.opened_at", "after", `"2026-02-28"`)+`}, "steps": [{"key": "done", "end": {}}]}`)
	facts := fact("conversation.opened_at", late)
	if definition.Matches(facts, noon) || !definition.Matches(facts, noon.In(vienna)) || !definition.TriggerNeeds().Zone() {
		t.Error("the zone of now does not decide")
	}
	today := mustCompile(t, `{"format": 1, "trigger": {"on": "conversation.opened", "when": `+
		condition("contact.my_date", "withinLast", `"PT1S"`)+`}, "steps": [{"key": "done", "end": {}}]}`)
	if facts := fact("contact.fld_7", "2026-03-01"); today.Matches(facts, late) || !today.Matches(facts, late.In(vienna)) {
		t.Error("the zone of now does not decide what day it is")
	}
	if mustCompile(t, steps(done)).Needs().Zone() {
		t.Error("a zone is needed for nothing")
	}
}

func condition(field, op, value string) string {
	if value == "" {
		return fmt.Sprintf(`{"field": %q, "op": %q}`, field, op)
	}
	return fmt.Sprintf(`{"field": %q, "op": %q, "value": %s}`, field, op, value)
}

func TestOnAnEmptyValueOnlyTheNegativeOperatorsHold(t *testing.T) {
	tests := []struct {
		field, op, value string
		want             bool
	}{
		{"message.text", "equals", `"x"`, false},
		{"message.text", "notEquals", `"x"`, true},
		{"message.text", "contains", `"x"`, false},
		{"message.text", "notContains", `"x"`, true},
		{"message.text", "matches", `".*"`, false},
		{"message.text", "in", `["x"]`, false},
		{"message.text", "notIn", `["x"]`, true},
		{"message.text", "exists", ``, false},
		{"message.text", "notExists", ``, true},
		{"conversation.number", "equals", `0`, false},
		{"conversation.number", "notEquals", `0`, true},
		{"conversation.number", "less", `1`, false},
		{"conversation.number", "greater", `-1`, false},
		{"conversation.number", "between", `[-1, 1]`, false},
		{"conversation.opened_at", "before", `"2026-03-01T12:00:00Z"`, false},
		{"conversation.opened_at", "after", `"0001-01-01T00:00:00Z"`, false},
		{"conversation.opened_at", "withinLast", `"P1D"`, false},
		{"contact.tags", "hasAny", `["x"]`, false},
		{"contact.tags", "hasAll", `["x"]`, false},
		{"contact.tags", "hasNone", `["x"]`, true},
		{"contact.is_returning", "equals", `false`, false},
		{"contact.is_returning", "notEquals", `true`, true},
		{"contact.my_date", "equals", `"2026-03-01"`, false},
		{"contact.my_date", "notIn", `["2026-03-01"]`, true},
		{"contact.my_date", "before", `"2026-03-01"`, false},
		{"contact.my_date", "withinLast", `"P1D"`, false},
		{"team.is_open", "equals", `false`, false},
		{"conversation.team", "equals", `"Sales"`, false},
		{"conversation.team", "notEquals", `"Sales"`, true},
		{"conversation.team", "notExists", ``, true},
	}
	empties := map[string]any{"nil": nil, "empty text": "", "empty list": []string{}, "empty JSON list": []any{}}
	for _, test := range tests {
		for name, empty := range empties {
			t.Run(fmt.Sprintf("%s %s %s, %s", test.field, test.op, test.value, name), func(t *testing.T) {
				if got := matches(t, condition(test.field, test.op, test.value), fact(test.field, empty)); got != test.want {
					t.Errorf("got %t, want %t", got, test.want)
				}
			})
		}
		t.Run(fmt.Sprintf("%s %s %s, no facts", test.field, test.op, test.value), func(t *testing.T) {
			if got := matches(t, condition(test.field, test.op, test.value), workflow.Facts{}); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestConditionsCombine(t *testing.T) {
	yes := `{"field": "message.text", "op": "equals", "value": "x"}`
	no := `{"field": "message.text", "op": "equals", "value": "y"}`
	tests := map[string]bool{
		`{"all": [` + yes + `, ` + yes + `]}`:                                true,
		`{"all": [` + yes + `, ` + no + `]}`:                                 false,
		`{"any": [` + no + `, ` + yes + `]}`:                                 true,
		`{"any": [` + no + `, ` + no + `]}`:                                  false,
		`{"not": ` + no + `}`:                                                true,
		`{"not": ` + yes + `}`:                                               false,
		`{"any": [{"all": [` + yes + `, {"not": ` + no + `}]}, ` + no + `]}`: true,
	}
	for condition, want := range tests {
		if got := matches(t, condition, fact("message.text", "x")); got != want {
			t.Errorf("%s: got %t, want %t", condition, got, want)
		}
	}
}

func TestATestOnNowUsesTheTimeGiven(t *testing.T) {
	if !matches(t, `{"field": "now", "op": "between", "value": ["2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"]}`, workflow.Facts{}) {
		t.Error("now is not the time given")
	}
}

func TestVariablesAreTestedAsTheTypeTheirStepDeclares(t *testing.T) {
	tests := []struct {
		value, op, constant string
		want                bool
	}{
		{`5`, "greater", `4`, true},
		{`5`, "between", `[5, 6]`, true},
		{`true`, "equals", `true`, true},
		{`["A", "b"]`, "hasAll", `["B", "a"]`, true},
		{`"Sales"`, "in", `["SALES"]`, true},
		{`null`, "notExists", ``, true},
		{`""`, "exists", ``, false},
		{`"{{ message.text }}"`, "contains", `"hel"`, true},
	}
	for _, test := range tests {
		definition := mustCompile(t, steps(`
			{"key": "set_it", "set": {"variable": "it", "value": `+test.value+`}},
			{"key": "look", "branch": [{"when": `+condition("vars.it", test.op, test.constant)+`, "go": "yes"}], "else": "end"},
			{"key": "yes", "end": {}}`))
		_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Facts: fact("message.text", "Hello")})
		if got := len(result.Steps) == 3; got != test.want {
			t.Errorf("vars.it of %s %s %s: got %t, want %t", test.value, test.op, test.constant, got, test.want)
		}
	}
}

func TestClearingAVariableLeavesItsType(t *testing.T) {
	for _, order := range []string{`5}}, {"key": "b", "set": {"variable": "n", "value": null`, `null}}, {"key": "b", "set": {"variable": "n", "value": 5`} {
		mustCompile(t, steps(`{"key": "a", "set": {"variable": "n", "value": `+order+`}},
			{"key": "c", "branch": [{"when": {"field": "vars.n", "op": "less", "value": 3}, "go": "end"}]}`))
	}
	_, problems := workflow.Compile([]byte(steps(`{"key": "a", "set": {"variable": "n", "value": 5}}, {"key": "b", "set": {"variable": "n", "value": "x"}},
		{"key": "c", "branch": [{"when": {"field": "vars.n", "op": "less", "value": 3}, "go": "end"}]}`)), office{})
	if len(problems) != 1 || !strings.Contains(problems[0].Message, "less cannot be used with") {
		t.Errorf("a variable set in two ways is not text: %v", problems)
	}
}

func TestAValueOfAnotherTypeCountsAsEmpty(t *testing.T) {
	for _, odd := range []any{map[string]any{"a": 1.0}, []string{"x"}, struct{}{}} {
		if matches(t, condition("message.text", "equals", `"x"`), fact("message.text", odd)) {
			t.Errorf("%v equals x", odd)
		}
		if !matches(t, condition("message.text", "notEquals", `"x"`), fact("message.text", odd)) {
			t.Errorf("%v does not differ from x", odd)
		}
	}
	if matches(t, condition("conversation.number", "less", `9`), fact("conversation.number", "many")) {
		t.Error("a text that is not a number is less than one")
	}
	if matches(t, condition("conversation.opened_at", "withinLast", `"P1D"`), fact("conversation.opened_at", "yesterday")) {
		t.Error("a text that is not a time is within the last day")
	}
}

func TestEachOperatorFitsItsTypesOnly(t *testing.T) {
	const exists = "exists notExists "
	fits := map[workflow.FieldType]string{
		workflow.TypeText:     exists + "equals notEquals contains notContains matches in notIn",
		workflow.TypeChoice:   exists + "equals notEquals in notIn",
		workflow.TypeStage:    exists + "equals notEquals in notIn",
		workflow.TypeTeam:     exists + "equals notEquals in notIn",
		workflow.TypeAgent:    exists + "equals notEquals in notIn",
		workflow.TypeChannel:  exists + "equals notEquals in notIn",
		workflow.TypeList:     exists + "hasAny hasAll hasNone",
		workflow.TypeCheckbox: exists + "equals notEquals",
		workflow.TypeNumber:   exists + "equals notEquals in notIn less greater between",
		workflow.TypeTime:     exists + "before after between withinLast",
		workflow.TypeEmail:    exists + "equals notEquals contains notContains matches in notIn",
		workflow.TypeURL:      exists + "equals notEquals contains notContains matches in notIn",
		workflow.TypeDate:     exists + "equals notEquals in notIn before after between withinLast",
		workflow.TypeField:    exists + "equals notEquals in notIn",
	}
	operators := strings.Fields(exists + "equals notEquals contains notContains matches in notIn less greater between before after withinLast hasAny hasAll hasNone")
	custom := []workflow.Field{{Path: "contact.my_email", Type: workflow.TypeEmail}, {Path: "contact.my_url", Type: workflow.TypeURL},
		{Path: "contact.my_date", Type: workflow.TypeDate}, {Path: "trigger.field", Type: workflow.TypeField}}
	for _, field := range append(workflow.Fields(), custom...) {
		for _, op := range operators {
			_, problems := workflow.Compile([]byte(`{"format": 1, "trigger": {"on": "contact.field_changed", "when": `+
				condition(field.Path, op, "")+`}, "steps": [{"key": "a", "end": {}}]}`), office{})
			refused := len(problems) > 0 && strings.Contains(problems[0].Message, "cannot be used with")
			if want := strings.Contains(" "+fits[field.Type]+" ", " "+op+" "); want == refused {
				t.Errorf("%s of %s: refused %t", op, field.Path, refused)
			}
		}
	}
}

func TestPatternsAreShownLessOfATextTheMoreThereIsOfThem(t *testing.T) {
	needle := condition("message.text", "matches", `"needle"`)
	filler := condition("message.text", "matches", `"[a-z]{400}%d"`)
	tests := []struct {
		others, before int
		want           bool
	}{
		{0, 9_990, true},
		{12, 200, true},
		{12, 5_000, false},
	}
	for _, test := range tests {
		all := []string{needle}
		for i := range test.others {
			all = append(all, fmt.Sprintf(filler, i))
		}
		text := strings.Repeat("é", test.before) + "needle"
		if got := matches(t, `{"any": [`+strings.Join(all, ", ")+`]}`, fact("message.text", text)); got != test.want {
			t.Errorf("%d other patterns, %d characters before: got %v", test.others, test.before, got)
		}
	}
}

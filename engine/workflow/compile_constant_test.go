package workflow_test

import (
	"encoding/json"
	"strings"
	"testing"

	"foyer/engine/workflow"
	"foyer/engine/workflow/exchange"
)

func TestAConstantThatItsFieldCannotHoldIsAProblem(t *testing.T) {
	for _, test := range []struct{ field, value, takes string }{
		{"email", "n/a", "an email address"}, {"email", "ann@example.com", ""}, {"email", " Ann@Example.com ", ""},
		{"phone", "0660 1234567", "a phone number with its country code, such as +436601234567"}, {"phone", "+43 660 1234567", ""},
		{"language", "german", "a language tag (BCP 47), such as de-AT"}, {"language", "iw", ""}, {"language", "de_AT", ""},
		{"country", "Austria", "a country code (ISO 3166), such as AT"}, {"country", "at", ""}, {"country", "EU", "a country code (ISO 3166), such as AT"},
		{"avatar", "/me.png", "an http or https URL"}, {"avatar", "https://example.com/me.png", ""},
		{"first_name", "anything", ""},
		{"my_number", "many", "a number"}, {"my_number", "12.5", ""}, {"my_checkbox", "yes", "true or false"}, {"my_checkbox", "true", ""},
		{"my_date", "31.1.2026", "a date"}, {"my_date", "0000-01-01", "a date"}, {"my_date", "2026-01-31", ""},
		{"my_time", "2026-01-31T9:00:00Z", "a time"}, {"my_time", "2026-01-31T09:00:00+24:00", "a time"}, {"my_time", "2026-01-31T09:00:00,5Z", "a time"},
		{"my_time", "2016-12-31T23:59:60Z", ""}, {"my_url", "example", "an address"}, {"my_email", "x", "an email address"}, {"my_list", "x", ""},
		{"email", "{{ contact.first_name }}", ""},
	} {
		t.Run(test.field+" "+test.value, func(t *testing.T) {
			value := string(must(json.Marshal(test.value)))
			document := steps(`{"key": "a", "set": {"field": "` + test.field + `", "value": ` + value + `}}`)
			definition, problems := workflow.Compile([]byte(document), office{})
			want := ""
			if test.takes != "" {
				want = `step "a": steps.0.set.value: "contact.` + test.field + `" cannot have the value ` + value + `: it takes ` + test.takes + "."
			}
			if got := strings.Join(lines(problems), "\n"); got != want || (definition == nil) != (want != "") {
				t.Errorf("got %s", got)
			}
			// a version that was published before there was this check keeps running
			names := mustCompile(t, steps(`{"key": "a", "set": {"field": "`+test.field+`", "value": null}}`)).Names()
			if _, err := workflow.Load([]byte(document), names); err != nil {
				t.Errorf("does not load: %s", err)
			}
		})
	}
	for document, want := range map[string]string{
		`{"key": "a", "ask": {"text": "?", "answer": "choice", "choices": ["AT", "Germany"], "saveTo": {"field": "country"}}}`: `step "a": steps.0.ask.choices.1: "contact.country" cannot have the value "Germany": it takes a country code (ISO 3166), such as AT.`,
		`{"key": "a", "branch": [{"when": {"field": "contact.country", "op": "in", "value": ["AT", "UK2"]}, "go": "end"}]}`:    `step "a": steps.0.branch.0.when.value.1: "contact.country" cannot have the value "UK2": it takes a country code (ISO 3166), such as AT.`,
		`{"key": "a", "branch": [{"when": {"field": "contact.language", "op": "equals", "value": "iw"}, "go": "end"}]}`:        "",
		`{"key": "a", "branch": [{"when": {"field": "contact.email", "op": "contains", "value": "@"}, "go": "end"}]}`:          "",
	} {
		_, problems := workflow.Compile([]byte(steps(document)), office{})
		if got := strings.Join(lines(problems), "\n"); got != want {
			t.Errorf("%s: got %s", document, got)
		}
	}
}

func TestConditionsCompareAsPeopleMean(t *testing.T) {
	for _, test := range []struct {
		test  string
		facts workflow.Facts
		holds bool
	}{
		{`{"field": "message.text", "op": "contains", "value": "can't"}`, fact("message.text", "I can’t log in"), true},
		{`{"field": "message.text", "op": "contains", "value": "can’t"}`, fact("message.text", "I CAN'T"), true},
		{`{"field": "message.text", "op": "equals", "value": "say “hi”"}`, fact("message.text", `Say "hi"`), true},
		{`{"field": "message.text", "op": "matches", "value": "can't"}`, fact("message.text", "can‘t"), true},
		{`{"field": "message.text", "op": "matches", "value": "^can’t$"}`, fact("message.text", "can't"), true},
		{`{"field": "contact.tags", "op": "hasAny", "value": [" VIP "]}`, fact("contact.tags", []string{"vip"}), true},
		{`{"field": "contact.tags", "op": "hasAll", "value": ["vip", "STRASSE"]}`, fact("contact.tags", []string{"Vip", "Straße"}), true},
		{`{"field": "contact.tags", "op": "hasNone", "value": ["vip "]}`, fact("contact.tags", []string{"VIP"}), false},
		{`{"field": "contact.lifecycle_stage", "op": "equals", "value": "Lead"}`, fact("contact.lifecycle_stage", "LEAD"), true},
		{`{"field": "contact.language", "op": "equals", "value": "iw"}`, fact("contact.language", "he"), true},
		{`{"field": "contact.language", "op": "in", "value": ["de", "tl", "in"]}`, fact("contact.language", "fil"), true},
		{`{"field": "contact.language", "op": "notEquals", "value": "id"}`, fact("contact.language", "in"), false},
		{`{"field": "contact.language", "op": "equals", "value": "de"}`, fact("contact.language", "de-AT"), false},
		{`{"field": "now", "op": "after", "value": "2016-12-31T23:59:60Z"}`, workflow.Facts{}, true},
		{strings.Repeat(`{"not": `, 8) + `{"field": "message.text", "op": "exists"}` + strings.Repeat(`}`, 8), fact("message.text", "x"), true},
		{`{"all": [{"any": [{"not": {"all": [{"any": [{"not": {"all": [{"any": [{"field": "message.text", "op": "notExists"}]}]}}]}]}}]}]}`, fact("message.text", "x"), false},
	} {
		definition := mustCompile(t, `{"format": 1, "trigger": {"on": "message.received", "when": `+test.test+`}, "steps": [{"key": "a", "end": {}}]}`)
		if got := definition.Matches(test.facts, noon); got != test.holds {
			t.Errorf("%s: %t", test.test, got)
		}
	}
}

func TestAByteOrderMarkBeforeYAMLIsNoError(t *testing.T) {
	plain, err := exchange.FromYAML([]byte("format: 1\nname: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if marked, err := exchange.FromYAML([]byte("\ufeffformat: 1\nname: x\n")); err != nil || string(marked) != string(plain) {
		t.Errorf("got %s, %v", marked, err)
	}
}

func TestADurationHasEachUnitOnce(t *testing.T) {
	for written, ok := range map[string]bool{"PT1H": true, "P1DT1H1M1S": true, "PT1H1H": false, "P1D1D": false, "PT1M1H": false, "PT": false} {
		_, problems := workflow.Compile([]byte(steps(`{"key": "a", "wait": {"for": "`+written+`"}}`)), office{})
		if (len(problems) == 0) != ok {
			t.Errorf("%s: %v", written, problems)
		}
	}
}

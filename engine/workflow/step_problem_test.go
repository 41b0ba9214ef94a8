package workflow_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
)

type problemTest struct{ name, document, want string }

func runProblemTests(t *testing.T, tests []problemTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			definition, problems := workflow.Compile([]byte(test.document), office{})
			if definition != nil {
				t.Error("compiled all the same")
			}
			if diff := cmp.Diff(test.want, strings.Join(lines(problems), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPublishingChecksQuestions(t *testing.T) {
	ask := func(rest string) string { return steps(`{"key": "a", "ask": {` + rest + `}}`) }
	runProblemTests(t, []problemTest{
		{"no text", ask(`"text": " "`), `step "a": steps.0.ask.text: a question needs a text`},
		{"no text in a language", ask(`"text": {"en": "x", "de": ""}`), `step "a": steps.0.ask.text: a question needs a text`},
		{"no text for everyone else", ask(`"text": {"de": "x"}`), `step "a": steps.0.ask.text: a text in several languages needs "default", or "en", for everyone else`},
		{"a problem in one language", ask(`"text": {"en": "x", "de": "{{ contact.shoes }}"}`), `step "a": steps.0.ask.text.de: there is no field "contact.shoes"`},
		{"an empty text to ask again", ask(`"text": "x", "retryText": ""`), `step "a": steps.0.ask.retryText: the text for asking again is empty`},
		{"no choices", ask(`"text": "x", "answer": "choice"`), `step "a": steps.0.ask: a question for a choice needs choices`},
		{"choices for nothing", ask(`"text": "x", "answer": "number", "choices": ["x"]`), `step "a": steps.0.ask.choices: choices go with the answer "choice" only`},
		{"a choice twice", ask(`"text": "x", "answer": "choice", "choices": ["Straße", {"value": "STRASSE"}]`), `step "a": steps.0.ask.choices.1: choice 1 is the same`},
		{"an empty choice", ask(`"text": "x", "answer": "choice", "choices": [" "]`), `step "a": steps.0.ask.choices.0: a choice needs a text`},
		{"a choice of Liquid", ask(`"text": "x", "answer": "choice", "choices": ["{{ contact.email }}"]`), `step "a": steps.0.ask.choices.0: what is saved of a choice is no Liquid; write {value, text}, whose text can be`},
		{"a problem in a choice", ask(`"text": "x", "answer": "choice", "choices": [{"value": "x", "text": {"en": "{{ x }}"}}]`), `step "a": steps.0.ask.choices.0.text.en: there is no variable "x" here; there are contact, conversation, message, assignee, team, channel, workspace, trigger, vars and now`},
		{"bounds of what has none", ask(`"text": "x", "answer": "email", "min": 1`), `step "a": steps.0.ask.min: min does not go with the answer "email"`},
		{"a text as bound", ask(`"text": "x", "answer": "number", "max": "9"`), `step "a": steps.0.ask.max: this must be a number`},
		{"a number as date", ask(`"text": "x", "answer": "date", "max": 9`), `step "a": steps.0.ask.max: a date is written like 2026-01-31`},
		{"bounds reversed", ask(`"text": "x", "answer": "rating", "min": 6`), `step "a": steps.0.ask: min must not be greater than max`},
		{"a timeout too long", ask(`"text": "x", "timeout": "P31D"`), `step "a": steps.0.ask.timeout: the timeout must be at most P30D`},
		{"a field that is none", ask(`"text": "x", "saveTo": {"field": "shoes"}`), `step "a": steps.0.ask.saveTo.field: "shoes" is no field of the contact that can be set; these can, and custom ones: "first_name", "last_name", "email", "phone", "language", "country", "avatar"`},
		{"a field of another type", ask(`"text": "x", "saveTo": {"field": "my_date"}`), `step "a": steps.0.ask.saveTo.field: an answer of the kind "text" does not fit "contact.my_date", which is a date`},
	})
}

func TestPublishingChecksTheOtherSteps(t *testing.T) {
	http := func(rest string) string {
		return steps(`{"key": "a", "http": {"url": "https://x.y", ` + rest + `}}`)
	}
	runProblemTests(t, []problemTest{
		{"no duration", steps(`{"key": "a", "wait": {"for": "1h"}}`), `step "a": steps.0.wait.for: a duration is written like PT45S, PT15M, PT2H or P7D (ISO 8601, whole seconds, no years or months)`},
		{"no time", steps(`{"key": "a", "snooze": {"until": "tomorrow"}}`), `step "a": steps.0.snooze.until: a time is written like 2026-01-31T09:00:00Z (RFC 3339), a date like 2026-01-31`},
		{"an exit of wait", steps(`{"key": "a", "wait": {"for": "PT1H"}, "exits": {"timeout": "end"}}`), `step "a": steps.0.exits.timeout: wait has no exits besides next`},
		{"no such zone", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "Local", "week": {}}}}`), `step "a": steps.0.hours.schedule.timeZone: there is no time zone "Local"; one is written like Europe/Vienna`},
		{"no span", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "UTC", "week": {"mon": ["9-17"]}}}}`), `step "a": steps.0.hours.schedule.week.mon.0: a span is written like 09:00-17:00`},
		{"no holiday", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "UTC", "week": {}, "holidays": ["1.1."]}}}`), `step "a": steps.0.hours.schedule.holidays.0: a date is written like 2026-12-25`},
		{"hours of both", steps(`{"key": "a", "hours": {"team": "Sales", "schedule": {"timeZone": "UTC", "week": {}}}}`), `step "a": steps.0.hours: hours takes a team or a schedule, not both`},
		{"hours of nobody", steps(`{"key": "a", "hours": {"team": "x"}}`), `step "a": steps.0.hours.team: there is no team "x"`},
		{"an unreachable next of hours", steps(`{"key": "a", "hours": {}, "exits": {"open": "c", "closed": "c"}}, {"key": "b", "end": {}}, {"key": "c", "end": {}}`), `step "b": steps.1: no step leads here: it can never be executed`},
		{"no workflow", steps(`{"key": "a", "start": {"workflow": "x"}}`), `step "a": steps.0.start.workflow: there is no workflow "x"`},
		{"a workflow that cannot be started", steps(`{"key": "a", "start": {"workflow": "Draft", "variables": {"v": 1}}}`), `step "a": steps.0.start.workflow: the workflow "Draft" cannot be started: it is not published`},
		{"a variable that is not taken", steps(`{"key": "a", "start": {"workflow": "Idle", "variables": {"v": 1}}}`), `step "a": steps.0.start.variables.v: the workflow takes no variable "v"; it takes none`},
		{"variables of other types", steps(`{"key": "a", "start": {"workflow": "Taker", "variables": {"topic": ["{{ contact.email }}"], "count": "a", "items": "{{ contact.email }}", "color": null}}}`),
			`step "a": steps.0.start.variables.topic: the variable "topic" of the workflow is a text` + "\n" +
				`step "a": steps.0.start.variables.count: the variable "count" of the workflow is a number` + "\n" +
				`step "a": steps.0.start.variables.color: the workflow takes no variable "color"; it takes "count", "items", "topic"`},
		{"a variable to start with", steps(`{"key": "a", "start": {"workflow": "Survey", "variables": {"v": "{{ vars.x }}"}}}`), `step "a": steps.0.start.variables.v: no step sets the variable "x"`},

		{"no address", steps(`{"key": "a", "http": {"url": "ftp://x.y"}}`), `step "a": steps.0.http.url: the address must begin with http:// or https://`},
		{"a slow request", http(`"timeout": "PT31S"`), `step "a": steps.0.http.timeout: the timeout must be at most PT30S`},
		{"a body with GET", http(`"body": "x"`), `step "a": steps.0.http.body: a request with GET has no body`},
		{"a header that is none", http(`"headers": {"a b": "x"}`), `step "a": steps.0.http.headers.a b: "a b" is no name of a header`},
		{"a header of ours", http(`"headers": {"Host": "x"}`), `step "a": steps.0.http.headers.Host: the header "Host" cannot be set`},
		{"a filtered secret", http(`"headers": {"A": "{{ secrets.X | upcase }}"}`), `step "a": steps.0.http.headers.A: secrets can be used in the url, the headers and the body of http alone, as {{ secrets.NAME }} without filters`},
		{"an unknown secret in a header", http(`"headers": {"A": "x {{ secrets.MISSING }}"}`), `step "a": steps.0.http.headers.A: there is no secret "MISSING"`},
		{"an unknown secret in an address", steps(`{"key": "a", "http": {"url": "https://x.y/{{ secrets.MISSING }}"}}`), `step "a": steps.0.http.url: there is no secret "MISSING"`},
		{"an unknown secret in a body", http(`"method": "POST", "body": {"a": ["{{ secrets.MISSING }}"]}`), `step "a": steps.0.http.body.a.0: there is no secret "MISSING"`},
		{"a secret in a text", steps(`{"key": "a", "send": {"text": "{{ secrets.X }}"}}`), `step "a": steps.0.send.text: secrets can be used in the url, the headers and the body of http alone, as {{ secrets.NAME }} without filters`},
		{"a path that is none", http(`"save": {"v": {"path": "a..b"}, "w": "a.*"}`), "step \"a\": steps.0.http.save.v.path: a path is written like data.items.0.id; a part of it is empty\nstep \"a\": steps.0.http.save.w: a path is written like data.items.0.id; '*' needs a backslash before it"},
		{"a status that is none", steps(`{"key": "a", "http": {"url": "https://x.y"}, "exits": {"999": "end"}}`), `step "a": steps.0.exits.999: http has no exit "999"; it has "failure", "404"`},
		{"many texts in a body", steps(`{"key": "a", "http": {"url": "https://x.y", "method": "POST", "body": [` + strings.Repeat(`"x", `, 100) + `"x"]}}`), `step "a": steps.0.http.body: the body has more than 100 texts`},
		{"a problem in a body", steps(`{"key": "a", "http": {"url": "https://x.y", "method": "POST", "body": {"a": [1, "{{ contact.shoes }}"]}}}`), `step "a": steps.0.http.body.a.1: there is no field "contact.shoes"`},

		{"a jump onwards", steps(`{"key": "a", "jump": {"to": "b", "max": 1}}, {"key": "b", "end": {}}`), `step "a": steps.0.jump.to: a jump leads back to an earlier step; to lead on use next`},
		{"a jump to itself", steps(`{"key": "a", "jump": {"to": "a", "max": 1}}`), `step "a": steps.0.jump.to: a jump leads back to an earlier step; to lead on use next`},
		{"a jump to nowhere", steps(`{"key": "aa", "tag": {"add": ["x"]}}, {"key": "b", "jump": {"to": "aaa", "max": 1}}`), `step "b": steps.1.jump.to: there is no step "aaa"; did you mean "aa"?`},
		{"a circle that nobody enters", steps(`{"key": "a", "end": {}}, {"key": "b", "tag": {"add": ["x"]}}, {"key": "c", "jump": {"to": "b", "max": 1}}`), `step "b": steps.1: only steps that are never executed lead here`},
		{"what follows an exhausted jump", steps(`{"key": "a", "tag": {"add": ["x"]}}, {"key": "b", "jump": {"to": "a", "max": 1}, "exits": {"exhausted": "end"}}, {"key": "c", "end": {}}`), `step "c": steps.2: no step leads here: it can never be executed`},

		{"a custom field of another type", steps(`{"key": "a", "set": {"field": "my_number", "value": true}}`), `step "a": steps.0.set.value: "my_number" takes a number, or null to clear it`},
		{"a list for a text", steps(`{"key": "a", "set": {"field": "my_text", "value": ["x"]}}`), `step "a": steps.0.set.value: "my_text" takes a text, or null to clear it`},
	})
}

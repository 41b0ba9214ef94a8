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
		{"no text", ask(`"text": " "`), `step "a": steps.0.ask.text: Write the text of the question: it is empty.`},
		{"no text in a language", ask(`"text": {"en": "x", "de": ""}`), `step "a": steps.0.ask.text: Write the text of the question: it is empty.`},
		{"no text for everyone else", ask(`"text": {"de": "x"}`), `step "a": steps.0.ask.text: A text in several languages needs the key "default" or "en", for everyone else.`},
		{"a problem in one language", ask(`"text": {"en": "x", "de": "{{ contact.shoes }}"}`), `step "a": steps.0.ask.text.de: There is no field "contact.shoes".`},
		{"an empty text to ask again", ask(`"text": "x", "retryText": ""`), `step "a": steps.0.ask.retryText: Write the text for asking again, or leave it out: it is empty.`},
		{"no choices", ask(`"text": "x", "answer": "choice"`), "step \"a\": steps.0.ask: A question with the answer `choice` needs `choices`."},
		{"choices for nothing", ask(`"text": "x", "answer": "number", "choices": ["x"]`), `step "a": steps.0.ask.choices: Choices can be used with the answer "choice" only.`},
		{"a choice twice", ask(`"text": "x", "answer": "choice", "choices": ["Straße", {"value": "STRASSE"}]`), `step "a": steps.0.ask.choices.1: This choice is the same as choice 1.`},
		{"an empty choice", ask(`"text": "x", "answer": "choice", "choices": [" "]`), `step "a": steps.0.ask.choices.0: Write the text of the choice: it is empty.`},
		{"a choice of Liquid", ask(`"text": "x", "answer": "choice", "choices": ["{{ contact.email }}"]`), `step "a": steps.0.ask.choices.0: The value of a choice cannot contain Liquid; write {value, text}, of which the text can.`},
		{"a problem in a choice", ask(`"text": "x", "answer": "choice", "choices": [{"value": "x", "text": {"en": "{{ x }}"}}]`), `step "a": steps.0.ask.choices.0.text.en: There is no variable "x" here; use contact, conversation, message, assignee, team, channel, workspace, trigger, vars and now.`},
		{"bounds of what has none", ask(`"text": "x", "answer": "email", "min": 1`), `step "a": steps.0.ask.min: Min cannot be used with the answer "email".`},
		{"a text as bound", ask(`"text": "x", "answer": "number", "max": "9"`), `step "a": steps.0.ask.max: This must be a number.`},
		{"a number as date", ask(`"text": "x", "answer": "date", "max": 9`), `step "a": steps.0.ask.max: Write a date like 2026-01-31.`},
		{"bounds reversed", ask(`"text": "x", "answer": "rating", "min": 6`), "step \"a\": steps.0.ask: `min` must not be greater than `max`."},
		{"a timeout too long", ask(`"text": "x", "timeout": "P31D"`), `step "a": steps.0.ask.timeout: The timeout must be at most P30D.`},
		{"a field that is none", ask(`"text": "x", "saveTo": {"field": "shoes"}`), `step "a": steps.0.ask.saveTo.field: Contacts have no field "shoes" that can be set; custom fields can be set, and "first_name", "last_name", "email", "phone", "language", "country", "avatar".`},
		{"a field of another type", ask(`"text": "x", "saveTo": {"field": "my_date"}`), `step "a": steps.0.ask.saveTo.field: An answer of the kind "text" cannot be saved to "contact.my_date", which is a date.`},
	})
}

func TestPublishingChecksTheOtherSteps(t *testing.T) {
	http := func(rest string) string {
		return steps(`{"key": "a", "http": {"url": "https://x.y", ` + rest + `}}`)
	}
	runProblemTests(t, []problemTest{
		{"no duration", steps(`{"key": "a", "wait": {"for": "1h"}}`), `step "a": steps.0.wait.for: Write a duration like PT45S, PT15M, PT2H or P7D (ISO 8601, in whole seconds, without years or months).`},
		{"no time", steps(`{"key": "a", "snooze": {"until": "tomorrow"}}`), `step "a": steps.0.snooze.until: Write a time like 2026-01-31T09:00:00Z (RFC 3339), or a date like 2026-01-31.`},
		{"a team that is not there", steps(`{"key": "a", "wait": {"untilOpen": "Night"}}`), `step "a": steps.0.wait.untilOpen: There is no team "Night".`},
		{"an exit of wait", steps(`{"key": "a", "wait": {"for": "PT1H"}, "exits": {"timeout": "end"}}`), "step \"a\": steps.0.exits.timeout: A step of the kind `wait` has no exits besides `next`."},
		{"no such zone", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "Local", "week": {}}}}`), `step "a": steps.0.hours.schedule.timeZone: There is no time zone "Local"; write one like Europe/Vienna.`},
		{"no span", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "UTC", "week": {"mon": ["9-17"]}}}}`), `step "a": steps.0.hours.schedule.week.mon.0: Write a span like 09:00-17:00.`},
		{"no holiday", steps(`{"key": "a", "hours": {"schedule": {"timeZone": "UTC", "week": {}, "holidays": ["1.1."]}}}`), `step "a": steps.0.hours.schedule.holidays.0: Write a date like 2026-12-25.`},
		{"hours of both", steps(`{"key": "a", "hours": {"team": "Sales", "schedule": {"timeZone": "UTC", "week": {}}}}`), `step "a": steps.0.hours: Use a team or a schedule, not both.`},
		{"hours of nobody", steps(`{"key": "a", "hours": {"team": "x"}}`), `step "a": steps.0.hours.team: There is no team "x".`},
		{"an unreachable next of hours", steps(`{"key": "a", "hours": {}, "exits": {"open": "c", "closed": "c"}}, {"key": "b", "end": {}}, {"key": "c", "end": {}}`), `step "b": steps.1: No step leads here, so this step is never executed.`},
		{"no workflow", steps(`{"key": "a", "start": {"workflow": "x"}}`), `step "a": steps.0.start.workflow: There is no workflow "x".`},
		{"a workflow that cannot be started", steps(`{"key": "a", "start": {"workflow": "Draft", "variables": {"v": 1}}}`), `step "a": steps.0.start.workflow: The workflow "Draft" cannot be started: it is not published.`},
		{"a variable that is not taken", steps(`{"key": "a", "start": {"workflow": "Idle", "variables": {"v": 1}}}`), `step "a": steps.0.start.variables.v: The workflow to start takes no variable "v"; it takes none.`},
		{"variables of other types", steps(`{"key": "a", "start": {"workflow": "Taker", "variables": {"topic": ["{{ contact.email }}"], "count": "a", "items": "{{ contact.email }}", "color": null}}}`),
			`step "a": steps.0.start.variables.topic: The variable "topic" of the workflow to start must be a text.` + "\n" +
				`step "a": steps.0.start.variables.count: The variable "count" of the workflow to start must be a number.` + "\n" +
				`step "a": steps.0.start.variables.color: The workflow to start takes no variable "color"; it takes "count", "items", "topic".`},
		{"a variable to start with", steps(`{"key": "a", "start": {"workflow": "Survey", "variables": {"v": "{{ vars.x }}"}}}`), `step "a": steps.0.start.variables.v: No step sets the variable "x".`},

		{"no address", steps(`{"key": "a", "http": {"url": "ftp://x.y"}}`), `step "a": steps.0.http.url: The address must begin with http:// or https://.`},
		{"a slow request", http(`"timeout": "PT31S"`), `step "a": steps.0.http.timeout: The timeout must be at most PT30S.`},
		{"a body with GET", http(`"body": "x"`), `step "a": steps.0.http.body: Remove the body: a request with the method GET has none.`},
		{"a header that is none", http(`"headers": {"a b": "x"}`), `step "a": steps.0.http.headers.a b: "a b" is not a valid name of a header.`},
		{"a header of ours", http(`"headers": {"Host": "x"}`), `step "a": steps.0.http.headers.Host: The header "Host" cannot be set.`},
		{"a filtered secret", http(`"headers": {"A": "{{ secrets.X | upcase }}"}`), "step \"a\": steps.0.http.headers.A: Secrets can be used only in the url, the headers and the body of a step `http`, as {{ secrets.NAME }} without filters."},
		{"an unknown secret in a header", http(`"headers": {"A": "x {{ secrets.MISSING }}"}`), `step "a": steps.0.http.headers.A: There is no secret "MISSING".`},
		{"an unknown secret in an address", steps(`{"key": "a", "http": {"url": "https://x.y/{{ secrets.MISSING }}"}}`), `step "a": steps.0.http.url: There is no secret "MISSING".`},
		{"an unknown secret in a body", http(`"method": "POST", "body": {"a": ["{{ secrets.MISSING }}"]}`), `step "a": steps.0.http.body.a.0: There is no secret "MISSING".`},
		{"a secret in a text", steps(`{"key": "a", "send": {"text": "{{ secrets.X }}"}}`), "step \"a\": steps.0.send.text: Secrets can be used only in the url, the headers and the body of a step `http`, as {{ secrets.NAME }} without filters."},
		{"a path that is none", http(`"save": {"v": {"path": "a..b"}, "w": "a.*"}`), "step \"a\": steps.0.http.save.v.path: Write a path like data.items.0.id: a part of it is empty.\nstep \"a\": steps.0.http.save.w: Write a path like data.items.0.id: '*' needs a backslash before it."},
		{"a status that is none", steps(`{"key": "a", "http": {"url": "https://x.y"}, "exits": {"999": "end"}}`), "step \"a\": steps.0.exits.999: A step of the kind `http` has no exit \"999\"; it has \"failure\", \"404\"."},
		{"many texts in a body", steps(`{"key": "a", "http": {"url": "https://x.y", "method": "POST", "body": [` + strings.Repeat(`"x", `, 100) + `"x"]}}`), `step "a": steps.0.http.body: The body has more than 100 texts.`},
		{"a problem in a body", steps(`{"key": "a", "http": {"url": "https://x.y", "method": "POST", "body": {"a": [1, "{{ contact.shoes }}"]}}}`), `step "a": steps.0.http.body.a.1: There is no field "contact.shoes".`},

		{"a jump onwards", steps(`{"key": "a", "jump": {"to": "b", "max": 1}}, {"key": "b", "end": {}}`), "step \"a\": steps.0.jump.to: A jump leads back to an earlier step; to go on, use `next`."},
		{"a jump to itself", steps(`{"key": "a", "jump": {"to": "a", "max": 1}}`), "step \"a\": steps.0.jump.to: A jump leads back to an earlier step; to go on, use `next`."},
		{"a jump to nowhere", steps(`{"key": "aa", "tag": {"add": ["x"]}}, {"key": "b", "jump": {"to": "aaa", "max": 1}}`), `step "b": steps.1.jump.to: There is no step "aaa". Did you mean "aa"?`},
		{"a circle that nobody enters", steps(`{"key": "a", "end": {}}, {"key": "b", "tag": {"add": ["x"]}}, {"key": "c", "jump": {"to": "b", "max": 1}}`), `step "b": steps.1: Only steps that are never executed lead here, so this step is never executed.`},
		{"what follows an exhausted jump", steps(`{"key": "a", "tag": {"add": ["x"]}}, {"key": "b", "jump": {"to": "a", "max": 1}, "exits": {"exhausted": "end"}}, {"key": "c", "end": {}}`), `step "c": steps.2: No step leads here, so this step is never executed.`},

		{"a custom field of another type", steps(`{"key": "a", "set": {"field": "my_number", "value": true}}`), `step "a": steps.0.set.value: "my_number" takes a number, or null to clear it.`},
		{"a list for a text", steps(`{"key": "a", "set": {"field": "my_text", "value": ["x"]}}`), `step "a": steps.0.set.value: "my_text" takes a text, or null to clear it.`},
	})
}

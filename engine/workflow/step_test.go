package workflow_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// answered is the outcome of a question.
func answered(text string) workflow.Outcome {
	return workflow.Outcome{Answer: &workflow.Answer{Text: text}}
}

// responded is the outcome of a request.
func responded(status int, body string) workflow.Outcome {
	return workflow.Outcome{Response: &workflow.Response{Status: status, Body: body}}
}

type stepTest struct {
	name, steps string
	facts       workflow.Facts
	outcomes    []workflow.Outcome
	want        []any
}

func runStepTests(t *testing.T, tests []stepTest) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			story, _ := play(t, mustCompile(t, steps(test.steps)), test.facts, test.outcomes...)
			if diff := cmp.Diff(test.want, story); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStepsThatChangeTheConversation(t *testing.T) {
	runStepTests(t, []stepTest{
		{name: "unassign", steps: `{"key": "a", "unassign": {}}`,
			want: []any{workflow.Unassign{}, "a unassign next", "COMPLETED"}},
		{name: "unassign fails", steps: `{"key": "a", "unassign": {}}`, outcomes: []workflow.Outcome{failure},
			want: []any{workflow.Unassign{}, "a unassign failure: It went wrong.", "COMPLETED"}},
		{name: "open", steps: `{"key": "a", "open": {}}`,
			want: []any{workflow.Open{}, "a open next", "COMPLETED"}},
		{name: "snooze for a while", steps: `{"key": "a", "snooze": {"for": "PT2H"}}`,
			want: []any{workflow.Snooze{Until: noon.Add(2 * time.Hour)}, "a snooze next", "COMPLETED"}},
		{name: "snooze until a date", steps: `{"key": "a", "snooze": {"until": "2026-03-02"}}`,
			want: []any{workflow.Snooze{Until: noon.Add(12 * time.Hour)}, "a snooze next", "COMPLETED"}},
		{name: "snooze until what is over", steps: `{"key": "a", "snooze": {"until": "2026-03-01T11:00:00Z"}}`,
			want: []any{"a snooze next", "COMPLETED"}},
		{name: "start", steps: `{"key": "a", "start": {"workflow": "Survey", "waitForEnd": true, "variables":
			{"who": "{{ contact.first_name }}", "n": 2, "none": "{{ contact.last_name }}", "list": ["x"]}}}`, facts: fact("contact.first_name", "Ann"),
			want: []any{workflow.Start{Workflow: 31, WaitForEnd: true, Variables: map[string]any{"who": "Ann", "n": 2.0, "list": []any{"x"}}},
				"a start next", "COMPLETED"}},
		{name: "start fails", steps: `{"key": "a", "start": {"workflow": "wfl_z"}, "exits": {"failure": "b"}}, {"key": "c", "end": {}}, {"key": "b", "end": {}}`,
			outcomes: []workflow.Outcome{failure},
			want:     []any{workflow.Start{Workflow: 31, Variables: map[string]any{}}, "a start failure: It went wrong.", "b end", "COMPLETED"}},
		{name: "set a custom field", steps: `{"key": "a", "set": {"field": "my_number", "value": " 2.50 "}}, {"key": "b", "set": {"field": "my_list", "value": ["x", ""]}},
			{"key": "c", "set": {"field": "my_checkbox", "value": true}}, {"key": "d", "set": {"field": "my_date", "value": "{{ contact.first_name }}"}}, {"key": "e", "set": {"field": "shoe_size", "value": null}}`,
			facts: fact("contact.first_name", "soon"),
			want: []any{workflow.SetField{Field: "fld_5", Value: 2.5}, "a set next", workflow.SetField{Field: "fld_2", Value: []any{"x"}}, "b set next",
				workflow.SetField{Field: "fld_3", Value: true}, "c set next", "d set failure: The value is not a date.",
				workflow.SetField{Field: "fld_9"}, "e set next", "COMPLETED"}},
	})
}

func TestWaiting(t *testing.T) {
	runStepTests(t, []stepTest{
		{name: "for a while, until the timer", steps: `{"key": "a", "wait": {"for": "PT1H"}}`, outcomes: []workflow.Outcome{timeout},
			want: []any{workflow.Wait{Until: noon.Add(time.Hour)}, "a wait next", "COMPLETED"}},
		{name: "until a time", steps: `{"key": "a", "wait": {"until": "2026-03-01T15:00:00+02:00"}}`,
			want: []any{workflow.Wait{Until: noon.Add(time.Hour)}, "a wait next", "COMPLETED"}},
		{name: "until what a text gives", steps: `{"key": "a", "set": {"variable": "day", "value": "2026-03-05"}}, {"key": "b", "wait": {"until": "{{ vars.day }}T09:00:00Z"}}`,
			want: []any{"a set next", workflow.Wait{Until: time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)}, "b wait next", "COMPLETED"}},
		{name: "until what is past", steps: `{"key": "a", "wait": {"until": "{{ now }}"}}`,
			want: []any{"a wait next", "COMPLETED"}},
		{name: "until what is no time", steps: `{"key": "a", "wait": {"until": "{{ contact.first_name }}"}}`, facts: fact("contact.first_name", "Ann"),
			want: []any{"a wait failure: Write a time like 2026-01-31T09:00:00Z (RFC 3339), or a date like 2026-01-31.", "COMPLETED"}},
	})
	cet := time.FixedZone("CET", 3600)
	definition := mustCompile(t, steps(`{"key": "a", "wait": {"until": "2026-03-02"}}`))
	_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon.In(cet)})
	if wait := result.Effect.(workflow.Wait); !wait.Until.Equal(noon.Add(11*time.Hour)) || !definition.Needs().Zone() {
		t.Errorf("midnight is not that of the zone: %s", wait.Until)
	}
}

// hoursOf returns the hours of team Support: the given spans of one day of the week, in UTC.
func hoursOf(t *testing.T, day string, spans ...string) workflow.Facts {
	t.Helper()
	schedule := must(workflow.Hours{TimeZone: "UTC", Week: map[string][]string{day: spans}}.Schedule())
	return workflow.Facts{Schedules: map[inbox.TeamID]*workflow.Schedule{2: schedule}}
}

func TestWaitingUntilATeamOpens(t *testing.T) {
	const wait, snooze = `{"key": "a", "wait": {"untilOpen": "Support"}}`, `{"key": "a", "snooze": {"untilOpen": "tea_2"}}`
	monday := noon.Add(21 * time.Hour)
	runStepTests(t, []stepTest{
		{name: "a wait", steps: wait, facts: hoursOf(t, "mon", "09:00-17:00"),
			want: []any{workflow.Wait{Until: monday}, "a wait next", "COMPLETED"}},
		{name: "a snooze", steps: snooze, facts: hoursOf(t, "mon", "09:00-17:00"),
			want: []any{workflow.Snooze{Until: monday}, "a snooze next", "COMPLETED"}},
		{name: "a wait while it is open", steps: wait, facts: hoursOf(t, "sun", "09:00-17:00"), want: []any{"a wait next", "COMPLETED"}},
		{name: "a snooze while it is open", steps: snooze, facts: hoursOf(t, "sun", "09:00-17:00"), want: []any{"a snooze next", "COMPLETED"}},
		{name: "a wait for a team without hours", steps: wait, want: []any{"a wait next", "COMPLETED"}},
		{name: "a wait for one that never opens", steps: wait, facts: hoursOf(t, "mon"),
			want: []any{`a wait failure: The team "Support" never opens: give its hours a span.`, "COMPLETED"}},
		{name: "a snooze for one that never opens", steps: snooze, facts: hoursOf(t, "mon"),
			want: []any{`a snooze failure: The team "tea_2" never opens: give its hours a span.`, "COMPLETED"}},
	})
}

func TestATeamThatIsStillClosedIsWaitedForAgain(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "wait": {"untilOpen": "Support"}}`))
	monday := noon.Add(21 * time.Hour)
	state, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: hoursOf(t, "mon", "09:00-17:00")})
	if diff := cmp.Diff(workflow.Wait{Until: monday}, result.Effect); diff != "" {
		t.Fatal(diff)
	}
	state, result = workflow.Advance(definition, state, workflow.Input{Now: monday, Facts: hoursOf(t, "tue", "10:00-17:00"), Outcome: timeout})
	if diff := cmp.Diff(workflow.Wait{Until: monday.Add(25 * time.Hour)}, result.Effect); diff != "" || len(result.Steps) > 0 {
		t.Errorf("%s, after %v", diff, result.Steps)
	}
	_, result = workflow.Advance(definition, state, workflow.Input{Now: monday.Add(25 * time.Hour), Facts: hoursOf(t, "tue", "10:00-17:00"), Outcome: timeout})
	want := map[string]any{"untilOpen": "Support", "until": "2026-03-03T10:00:00Z"}
	if diff := cmp.Diff(want, result.Steps[0].Detail); diff != "" || !result.Ended {
		t.Error(diff)
	}
}

func TestAStepThatWaitsForATeamWhichNeverOpensIsWarnedOf(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "wait": {"untilOpen": "Support"}}, {"key": "b", "wait": {"for": "PT1H"}},
		{"key": "c", "snooze": {"untilOpen": "Support"}}, {"key": "d", "hours": {"team": "Support"}}, {"key": "e", "wait": {"untilOpen": "Sales"}}`))
	if warnings := definition.ClosedTeamWarnings(hoursOf(t, "mon", "09:00-17:00").Schedules); len(warnings) > 0 {
		t.Errorf("warned of what opens: %v", warnings)
	}
	var got []string
	for _, w := range definition.ClosedTeamWarnings(hoursOf(t, "mon").Schedules) {
		got = append(got, w.String())
	}
	const why = `: The team "Support" never opens, so the step does not wait. Give its hours a span.`
	want := []string{`step "a": steps.0.wait.untilOpen` + why, `step "c": steps.2.snooze.untilOpen` + why}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestJumpsLeadBackABoundedNumberOfTimes(t *testing.T) {
	runStepTests(t, []stepTest{
		{name: "to an earlier step", steps: `{"key": "a", "tag": {"add": ["x"]}}, {"key": "b", "jump": {"to": "a", "max": 2}}, {"key": "c", "end": {}}`,
			want: []any{workflow.Tag{Add: []string{"x"}}, "a tag next", "b jump a", workflow.Tag{Add: []string{"x"}}, "a tag next", "b jump a",
				workflow.Tag{Add: []string{"x"}}, "a tag next", "b jump exhausted", "c end", "COMPLETED"}},
		{name: "exhausted into its exit", steps: `{"key": "a", "set": {"variable": "v", "value": 1}}, {"key": "b", "jump": {"to": "a", "max": 1}, "exits": {"exhausted": "d"}},
			{"key": "d", "end": {}}`,
			want: []any{"a set next", "b jump a", "a set next", "b jump exhausted", "d end", "COMPLETED"}},
		{name: "over a part that only it leads to", steps: `{"key": "a", "set": {"variable": "v", "value": 1}, "next": "c"}, {"key": "b", "end": {}},
			{"key": "c", "jump": {"to": "b", "max": 1}}`,
			want: []any{"a set next", "c jump b", "b end", "COMPLETED"}},
	})
	nested := `{"key": "a", "set": {"variable": "v", "value": 1}}`
	for _, key := range []string{"b", "c", "d", "e"} {
		nested += `, {"key": "` + key + `", "jump": {"to": "a", "max": 10}}`
	}
	story, records := play(t, mustCompile(t, steps(nested)), workflow.Facts{})
	if end := story[len(story)-1]; end != "COMPLETED" || len(records) != 41+10+20+30+40+4-0 {
		t.Errorf("%v after %d steps", end, len(records))
	}
}

func TestHoursLeaveByWhatTheyAre(t *testing.T) {
	both := `, "exits": {"open": "b", "closed": "c"}}, {"key": "b", "end": {}}, {"key": "c", "end": {}}`
	open, closed := []any{"a hours open", "b end", "COMPLETED"}, []any{"a hours closed", "c end", "COMPLETED"}
	support := must(workflow.Hours{TimeZone: "UTC", Week: map[string][]string{"sun": {"09:00-12:00"}}}.Schedule())
	runStepTests(t, []stepTest{
		{name: "own schedule, open", steps: `{"key": "a", "hours": {"schedule": {"timeZone": "Europe/Vienna", "week": {"sun": ["13:00-14:00"]}}}` + both, want: open},
		{name: "own schedule, closed", steps: `{"key": "a", "hours": {"schedule": {"timeZone": "Europe/Vienna", "week": {"sun": ["12:00-13:00"]}}}` + both, want: closed},
		{name: "own schedule, holiday", steps: `{"key": "a", "hours": {"schedule": {"timeZone": "UTC", "week": {"sun": ["00:00-24:00"]}, "holidays": ["2026-03-01"]}}` + both, want: closed},
		{name: "a team's", steps: `{"key": "a", "hours": {"team": "Support"}` + both,
			facts: workflow.Facts{Schedules: map[inbox.TeamID]*workflow.Schedule{2: support}}, want: closed},
		{name: "a team without", steps: `{"key": "a", "hours": {"team": "Support"}` + both, want: open},
		{name: "the conversation's team's, closed", steps: `{"key": "a", "hours": {}` + both, facts: fact("team.is_open", false), want: closed},
		{name: "the conversation's team's, open", steps: `{"key": "a", "hours": {}` + both, facts: fact("team.is_open", true), want: open},
		{name: "no team", steps: `{"key": "a", "hours": {}` + both, want: open},
		{name: "an exit left out", steps: `{"key": "a", "hours": {}, "exits": {"closed": "c"}}, {"key": "b", "end": {}}, {"key": "c", "end": {}}`, want: open},
	})
	needs := mustCompile(t, steps(`{"key": "a", "hours": {"team": "Support"}}, {"key": "b", "hours": {}}`)).Needs()
	if diff := cmp.Diff([]inbox.TeamID{2}, needs.Schedules()); diff != "" || !needs.Field("team.is_open") {
		t.Error(diff)
	}
}

// text is a text without secrets.
func text(written string) workflow.Parts { return workflow.Parts{{Text: written}} }

func TestRequests(t *testing.T) {
	get := workflow.HTTP{Method: "GET", URL: text("https://example.com/ann"), Timeout: 10 * time.Second, Retries: 2}
	lookUp := `{"key": "a", "http": {"url": "https://example.com/{{ contact.first_name | downcase | url_encode }}", "save": {"tier": {"path": "data.tier"}, "n": {"path": "data.items.#", "type": "NUMBER"},
		"ids": {"path": "data.items.#.id", "type": "LIST"}, "first": "data.items.0.id"}}, "exits": {"failure": "f", "404": "g"}},
		{"key": "b", "note": {"text": "{{ vars.tier }} {{ vars.n | plus: 1 }} {{ vars.ids | join: '+' }} {{ vars.first }}."}}, {"key": "e", "end": {}}, {"key": "f", "end": {}}, {"key": "g", "end": {}}`
	ann := fact("contact.first_name", "Ann")
	failed := func(why string) []any { return []any{get, "a http failure: " + why, "f end", "COMPLETED"} }
	runStepTests(t, []stepTest{
		{name: "saves from the response", steps: lookUp, facts: ann,
			outcomes: []workflow.Outcome{responded(200, `{"data": {"tier": "gold", "items": [{"id": "x"}, {"id": 7}, {}]}}`)},
			want:     []any{get, "a http next", workflow.Note{Text: "gold 4 x+7 x."}, "b note next", "e end", "COMPLETED"}},
		{name: "Clears what is missing.", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(201, `[]`)},
			want: []any{get, "a http next", workflow.Note{Text: " 1  ."}, "b note next", "e end", "COMPLETED"}},
		{name: "clears all where there is no content", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(204, ``)},
			want: []any{get, "a http next", workflow.Note{Text: " 1  ."}, "b note next", "e end", "COMPLETED"}},
		{name: "leaves by a status", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(404, `<html>`)},
			want: []any{get, "a http 404", "g end", "COMPLETED"}},
		{name: "fails by another", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(500, ``)}, want: failed("The response has the status 500.")},
		{name: "fails on what is no JSON", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(200, `<`)},
			want: failed("The response cannot be read: it is not JSON: invalid character '<' looking for beginning of value.")},
		{name: "fails on another type", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(200, `{"data": {"tier": {}, "items": []}}`)}, want: []any{get, "a http next",
			workflow.Note{Text: " 1  ."}, "b note next", "e end", "COMPLETED"}},
		{name: "fails where a text is an object", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{responded(200, `{"data": {"tier": {"x": 1}}}`)}, want: failed(`The value of "data.tier" in the JSON is not a text.`)},
		{name: "fails without a response", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{{}}, want: failed("There was no response.")},
		{name: "fails", steps: lookUp, facts: ann, outcomes: []workflow.Outcome{failure}, want: failed("It went wrong.")},
		{name: "sends JSON that nobody breaks", steps: `{"key": "a", "http": {"method": "POST", "url": "https://example.com", "timeout": "PT30S", "retries": 0,
			"headers": {"X-Name": "{{ contact.first_name }}", "Authorization": "Bearer {{secrets.CRM}}"}, "body": {"name": "{{ contact.first_name }}", "n": [1, true, null]}}}`,
			facts: fact("contact.first_name", `"}{{ secrets.CRM }}`), outcomes: []workflow.Outcome{responded(204, "")},
			want: []any{workflow.HTTP{Method: "POST", URL: text("https://example.com"), Timeout: 30 * time.Second, Body: text(`{"n":[1,true,null],"name":"\"}{{ secrets.CRM }}"}`), JSON: true,
				Headers: []workflow.Header{{"Authorization", workflow.Parts{{Text: "Bearer "}, {Secret: "CRM"}}}, {"X-Name", text(`"}{{ secrets.CRM }}`)}}},
				"a http next", "COMPLETED"}},
		{name: "sends a text", steps: `{"key": "a", "http": {"method": "PUT", "url": "http://example.com", "body": "{\"a\": {{ contact.first_name | json }}}"}}`,
			facts: fact("contact.first_name", "<\"\n"), outcomes: []workflow.Outcome{responded(204, "")},
			want: []any{workflow.HTTP{Method: "PUT", URL: text("http://example.com"), Timeout: 10 * time.Second, Retries: 2, Body: text(`{"a": "<\"\n"}`)}, "a http next", "COMPLETED"}},
		{name: "refuses an address that is none", steps: `{"key": "a", "http": {"url": "{{ contact.first_name }}"}}`, facts: fact("contact.first_name", "file:///etc/passwd"),
			want: []any{"a http failure: The address must be an absolute http or https URL of at most 2000 bytes.", "COMPLETED"}},
		{name: "refuses a password in an address", steps: `{"key": "a", "http": {"url": "https://{{ contact.first_name | raw }}@x.y"}}`, facts: fact("contact.first_name", "a:b"),
			want: []any{"a http failure: The address must not contain a user name or a password; use a header.", "COMPLETED"}},
		{name: "refuses to break a header", steps: `{"key": "a", "http": {"url": "http://x.y", "headers": {"X": "{{ contact.first_name | raw }}"}}}`, facts: fact("contact.first_name", "a\r\nB: c"),
			want: []any{`a http failure: The header "X" has a control character.`, "COMPLETED"}},
	})
}

func TestTheLogShowsNoHeader(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "http": {"url": "http://x.y", "headers": {"Authorization": "Bearer abc {{ secrets.CRM }}"}}}`))
	_, records := play(t, definition, workflow.Facts{}, responded(200, ""))
	want := map[string]any{"method": "GET", "url": "http://x.y", "headers": []any{"Authorization"}, "status": 200.0}
	if diff := cmp.Diff(want, records[0].Detail); diff != "" {
		t.Error(diff)
	}
}

func TestWhatOthersSendIsCleanText(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "ask": {"text": "?", "saveTo": {"variable": "v"}}}, {"key": "b", "http": {"url": "http://x.y", "save": {"w": "a"}}}`))
	state, _ := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon})
	state, _ = workflow.Advance(definition, state, workflow.Input{Now: noon, Outcome: answered("a\x00b\xff")})
	state, _ = workflow.Advance(definition, state, workflow.Input{Now: noon, Outcome: responded(200, `{"a": "x\u0000y"}`)})
	if diff := cmp.Diff(map[string]any{"v": "a\uFFFDb\uFFFD", "w": "x\uFFFDy"}, state.Variables); diff != "" {
		t.Error(diff)
	}
}

func TestTheLogOfABranchTellsWhatItLookedAt(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "branch": [
		{"when": {"all": [{"field": "contact.tags", "op": "hasAny", "value": ["vip"]}, {"field": "contact.tags", "op": "exists"}]}, "go": "b"},
		{"when": {"any": [{"not": {"field": "message.text", "op": "contains", "value": "x"}}, {"field": "contact.my_number", "op": "exists"}]}, "go": "b"},
		{"when": {"field": "contact.email", "op": "exists"}, "go": "end"}]}, {"key": "b", "end": {}}`))
	facts := workflow.Facts{Contact: map[string]any{"tags": []string{"new"}, "fld_5": 2.5, "email": "ann@example.com"},
		Message: map[string]any{"text": strings.Repeat("é", 300)}}
	_, records := play(t, definition, facts)
	want := map[string]any{"contact.tags": []any{"new"}, "contact.my_number": 2.5, "message.text": strings.Repeat("é", 200) + "…"}
	if diff := cmp.Diff(want, records[0].Detail); diff != "" || records[0].Exit != "b" {
		t.Error(diff)
	}
	_, records = play(t, definition, workflow.Facts{Message: map[string]any{"text": "x"}})
	want = map[string]any{"contact.tags": nil, "contact.my_number": nil, "message.text": "x", "contact.email": nil}
	if diff := cmp.Diff(want, records[0].Detail); diff != "" || records[0].Exit != "next" {
		t.Error(diff)
	}
}

func TestALongBodyIsCutShortInTheLog(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "http": {"method": "POST", "url": "http://x.y", "body": "{{ message.text }}"}}`))
	state, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Now: noon, Facts: fact("message.text", strings.Repeat("é", 5000))})
	if logged := state.Detail["body"].(string); utf8.RuneCountInString(logged) != 4001 || len(result.Effect.(workflow.HTTP).Body.String()) != 10_000 {
		t.Errorf("%d bytes", len(logged))
	}
}

func TestTheLogShowsWhatAssignmentAndHoursWentBy(t *testing.T) {
	inSales := workflow.Facts{Conversation: map[string]any{"team": "tea_1"}}
	week := map[string]any{"sun": []any{"09:00-17:00"}}
	for _, test := range []struct {
		step  string
		facts workflow.Facts
		want  map[string]any
	}{
		{`"assign": {"by": "team"}`, inSales, map[string]any{"by": "team", "team": "tea_1", "timeout": "P7D"}},
		{`"assign": {"by": "team", "timeout": "PT5M"}`, workflow.Facts{}, map[string]any{"by": "team", "timeout": "PT5M"}},
		{`"assign": {"by": "workspace", "policy": {"strategy": "LEAST_OPEN", "onlineOnly": false, "maxOpen": 3}}`, inSales,
			map[string]any{"by": "workspace", "timeout": "P7D", "policy": map[string]any{"strategy": "LEAST_OPEN", "onlineOnly": false, "maxOpen": 3.0}}},
		{`"assign": {"by": "owner"}`, inSales, map[string]any{"by": "owner"}},
		{`"assign": {"agent": "Ann"}`, inSales, map[string]any{"agent": "Ann"}},
		{`"hours": {}`, inSales, map[string]any{"team": "tea_1"}},
		{`"hours": {}`, workflow.Facts{}, nil},
		{`"hours": {"team": "Sales"}`, workflow.Facts{}, map[string]any{"team": "Sales"}},
		{`"hours": {"schedule": {"timeZone": "Europe/Vienna", "week": {"sun": ["09:00-17:00"]}, "holidays": ["2026-12-25"]}}`, inSales,
			map[string]any{"schedule": map[string]any{"timeZone": "Europe/Vienna", "week": week, "holidays": []any{"2026-12-25"}}}},
	} {
		t.Run(test.step, func(t *testing.T) {
			_, records := play(t, mustCompile(t, steps(`{"key": "a", `+test.step+`}`)), test.facts)
			if diff := cmp.Diff(test.want, records[0].Detail); diff != "" {
				t.Error(diff)
			}
		})
	}
}

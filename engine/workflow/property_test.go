package workflow_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// object is any JSON object.
type object = map[string]any

// drawDocument draws a document that can be published: every step leads to the following one, and some further.
func drawDocument(t *rapid.T) []byte {
	count := rapid.IntRange(1, 12).Draw(t, "steps")
	trigger := rapid.SampledFrom([]object{
		{"on": "conversation.opened"}, {"on": "conversation.closed"}, {"on": "conversation.assigned"}, {"on": "message.received"},
		{"on": "contact.tag_changed"}, {"on": "contact.field_changed"}, {"on": "contact.lifecycle_changed"},
		{"on": "webhook", "contact": object{"email": "email"}, "mapping": object{"v": "v"}},
		{"on": "shortcut", "title": "x", "form": []object{{"name": "why"}}}, {"on": "workflow", "variables": object{"v": "TEXT"}},
	}).Draw(t, "trigger")
	list := []object{{"key": "declare", "set": object{"variable": "v", "value": "x"}}}
	for i := range count {
		later := func(label string) string {
			if to := rapid.IntRange(i+1, count).Draw(t, label); to < count {
				return fmt.Sprintf("s%d", to)
			}
			return "end"
		}
		earlier := "declare"
		if i > 0 {
			earlier = fmt.Sprintf("s%d", rapid.IntRange(0, i-1).Draw(t, "earlier"))
		}
		step := drawStep(t, later, earlier)
		step["key"] = fmt.Sprintf("s%d", i)
		list = append(list, step)
	}
	document := object{"format": 1, "trigger": trigger, "steps": list}
	return must(json.Marshal(document))
}

func drawStep(t *rapid.T, later func(string) string, earlier string) object {
	exits := func(step object, names ...string) object {
		given := object{}
		for _, name := range names {
			if rapid.Bool().Draw(t, name) {
				given[name] = later(name + " to")
			}
		}
		step["exits"] = given
		return step
	}
	kinds := slices.DeleteFunc(workflow.StepKinds(), func(kind string) bool { return kind == "end" }) // nothing would lead to the step after it
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "send":
		return exits(object{"send": object{"text": object{"en": drawText(t), "de": "x"}}}, "failure")
	case "ask":
		return exits(object{"ask": drawQuestion(t)}, "timeout", "invalid", "failure")
	case "branch":
		step := object{"branch": []object{
			{"when": drawCondition(t, 3), "go": later("first")},
			{"when": drawCondition(t, 3), "go": later("second")},
		}}
		return step
	case "set":
		if rapid.Bool().Draw(t, "a variable") {
			value := rapid.SampledFrom([]any{drawText(t), nil, 1.5, true, []string{"a", drawText(t)}}).Draw(t, "value")
			return exits(object{"set": object{"variable": "v", "value": value}}, "failure")
		}
		field := rapid.SampledFrom([]string{"email", "my_number", "my_list", "my_date", "my_checkbox"}).Draw(t, "field")
		return exits(object{"set": object{"field": field, "value": drawText(t) + "{{ '' }}"}}, "failure")
	case "tag":
		return object{"tag": object{"add": []string{"a"}}}
	case "route":
		return exits(object{"route": object{"team": rapid.SampledFrom([]any{nil, "Sales"}).Draw(t, "team")}}, "failure")
	case "assign":
		return object{"assign": object{"by": "team"}, "exits": object{"timeout": later("timeout to")}}
	case "note":
		return object{"note": object{"text": drawText(t)}}
	case "unassign":
		return object{"unassign": object{}}
	case "open":
		return object{"open": object{}}
	case "snooze":
		return object{"snooze": rapid.SampledFrom([]object{{"for": "PT1H"}, {"untilOpen": "Support"}}).Draw(t, "snooze")}
	case "wait":
		if rapid.Bool().Draw(t, "until open") {
			return object{"wait": object{"untilOpen": "Support"}}
		}
		return object{"wait": object{"until": rapid.SampledFrom([]string{"{{ contact.first_name }}", "{{ now }}", "2026-03-02"}).Draw(t, "until")}}
	case "hours":
		return exits(object{"hours": object{"schedule": object{"timeZone": "Europe/Vienna", "week": object{"sun": []string{"22:00-13:00"}}}}}, "open")
	case "http":
		return exits(object{"http": object{"url": "https://example.com/" + drawText(t), "method": "POST", "body": object{"a": drawText(t)},
			"headers": object{"X": drawText(t) + "{{ secrets.KEY }}"}, "save": object{"v": object{"path": "a.#.b", "type": "LIST"}}}}, "failure", "404")
	case "start":
		return exits(object{"start": object{"workflow": "Survey", "variables": object{"v": drawText(t)}}}, "failure")
	case "jump":
		return object{"jump": object{"to": earlier, "max": rapid.IntRange(1, 10).Draw(t, "max")}}
	case "close":
		return exits(object{"close": object{"category": drawText(t)}}, "failure")
	default:
		t.Fatalf("no step of the kind %s is drawn", kind)
		return nil
	}
}

func drawQuestion(t *rapid.T) object {
	question := object{"text": drawText(t), "retries": rapid.IntRange(0, 3).Draw(t, "retries")}
	question["answer"] = rapid.SampledFrom([]string{
		"text", "choice", "number", "date", "email", "phone", "url", "rating", "location",
	}).Draw(t, "answer")
	if question["answer"] == "choice" {
		question["choices"] = []any{"VIP", object{"value": "x", "text": drawText(t) + "x"}}
	}
	question["saveTo"] = rapid.SampledFrom([]object{{"variable": "v"}, {"tag": true}, {"field": "my_text"}}).Draw(t, "save to")
	return question
}

// drawOutcome draws an outcome, sometimes one that fits no effect.
func drawOutcome(t *rapid.T) workflow.Outcome {
	return rapid.SampledFrom([]workflow.Outcome{
		{}, {Exit: "next"}, failure, timeout, {Exit: "else"}, {Exit: "again"}, {Exit: "404"},
		answered("vip"), answered("2"), answered("2026-01-31"), answered("\xff"), answered("ann@example.com"),
		{Answer: &workflow.Answer{Location: &workflow.Location{Latitude: 1}}},
		responded(200, `{"a": [{"b": "x"}, {"b": {}}]}`), responded(404, "x"), responded(0, "[[["),
	}).Draw(t, "outcome")
}

func drawText(t *rapid.T) string {
	return rapid.SampledFrom([]string{
		"x", "{{ contact.first_name }}", "{{ vars.v | append: vars.v }}", "{{ message.text | plus: 1 }}",
		"{% if contact.tags contains 'vip' %}{{ now | date: '%F' }}{% endif %}", "{{ contact.tags | join: message.text }}",
		"{{ team.queue_length | divided_by: conversation.number }}", "{% for tag in contact.tags %}{{ tag | append: vars.v }}{% endfor %}",
	}).Draw(t, "text")
}

func drawCondition(t *rapid.T, depth int) object {
	if depth > 0 && rapid.Bool().Draw(t, "nested") {
		switch rapid.SampledFrom([]string{"all", "any", "not"}).Draw(t, "by") {
		case "all":
			return object{"all": []object{drawCondition(t, depth-1), drawCondition(t, depth-1)}}
		case "any":
			return object{"any": []object{drawCondition(t, depth-1), drawCondition(t, depth-1)}}
		default:
			return object{"not": drawCondition(t, depth-1)}
		}
	}
	return rapid.SampledFrom([]object{
		{"field": "vars.v", "op": "exists"},
		{"field": "contact.first_name", "op": "matches", "value": "a+$"},
		{"field": "message.text", "op": "contains", "value": "É"},
		{"field": "contact.tags", "op": "hasNone", "value": []string{"vip"}},
		{"field": "conversation.number", "op": "between", "value": []int{1, 3}},
		{"field": "conversation.opened_at", "op": "withinLast", "value": "PT1H"},
		{"field": "conversation.team", "op": "notIn", "value": []string{"Sales"}},
		{"field": "contact.is_returning", "op": "equals", "value": true},
		{"field": "contact.my_date", "op": "withinLast", "value": "P1D"},
		{"field": "now", "op": "between", "value": []string{"2026-01-01", "2026-12-31"}},
	}).Draw(t, "test")
}

// drawFacts draws facts of which some are missing, and some of the wrong type.
func drawFacts(t *rapid.T) workflow.Facts {
	value := func(label string) any {
		return rapid.SampledFrom([]any{
			nil, "", "anna", "VIP", "de-AT", "2026-03-01", "été", "12", "tea_1", true, false, int64(2), 2.5, 1e300, noon, time.Time{},
			[]string{"vip", "a"}, []any{"vip", 1.0, nil}, object{"a": object{}},
		}).Draw(t, label)
	}
	return workflow.Facts{
		Contact:      object{"first_name": value("first_name"), "is_returning": value("is_returning"), "tags": value("tags"), "fld_7": value("fld_7"), "language": value("language"), "country": value("country")},
		Conversation: object{"number": value("number"), "opened_at": value("opened_at"), "team": value("team")},
		Message:      object{"text": value("text")},
		Team:         object{"queue_length": value("queue_length")},
	}
}

// advanceInPaces is Advance, that many steps at a time.
func advanceInPaces(t *rapid.T, definition *workflow.Definition, state workflow.State, input workflow.Input, pace int) (workflow.State, workflow.Result) {
	var records []workflow.StepRecord
	input.Steps = pace
	for {
		executed := state.Executed
		next, result := workflow.Advance(definition, state, input)
		if next.Executed > executed+pace {
			t.Fatalf("%d steps at once, of at most %d", next.Executed-executed, pace)
		}
		records = append(records, result.Steps...)
		if result.Effect != nil || result.Ended {
			result.Steps = records
			return next, result
		}
		if result.Status != inbox.RunRunning {
			t.Fatalf("a run that has paused is %s", result.Status)
		}
		var stored workflow.State
		if err := json.Unmarshal(must(json.Marshal(next)), &stored); err != nil {
			t.Fatal(err)
		}
		state, input.Outcome = stored, workflow.Outcome{}
	}
}

func TestAdvanceEndsIsPureAndSurvivesStorage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		document := drawDocument(t)
		definition, problems := workflow.Compile(document, office{})
		if len(problems) > 0 {
			t.Fatalf("%s: %v", document, problems)
		}
		var state workflow.State
		var outcome workflow.Outcome
		logged := 0
		for calls := 0; ; calls++ {
			if calls > 10*workflow.MaxExecuted {
				t.Fatalf("the run does not end: %s", document)
			}
			input := workflow.Input{Now: noon, Facts: drawFacts(t), Outcome: outcome}
			before := must(json.Marshal(state))
			next, result := workflow.Advance(definition, state, input)
			if after := must(json.Marshal(state)); string(before) != string(after) {
				t.Fatalf("the state was written to: %s, %s", before, after)
			}
			var stored workflow.State
			if err := json.Unmarshal(before, &stored); err != nil {
				t.Fatal(err)
			}
			again, same := workflow.Advance(definition, stored, input)
			if diff := cmp.Diff(result, same) + cmp.Diff(must(json.Marshal(next)), must(json.Marshal(again))); diff != "" {
				t.Fatalf("another result from the same input: %s", diff)
			}
			paced, few := advanceInPaces(t, definition, state, input, rapid.IntRange(1, 3).Draw(t, "pace"))
			if diff := cmp.Diff(result, few) + cmp.Diff(must(json.Marshal(next)), must(json.Marshal(paced))); diff != "" {
				t.Fatalf("another result a few steps at a time: %s", diff)
			}
			logged += len(result.Steps)
			if result.Ended != (result.Effect == nil) {
				t.Fatalf("neither an effect nor an end: %+v", result)
			}
			if result.Ended {
				break
			}
			state = next
			outcome = drawOutcome(t)
		}
		if logged > workflow.MaxExecuted {
			t.Fatalf("%d records", logged)
		}
	})
}

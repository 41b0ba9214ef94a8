package workflow_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"foyer/engine/workflow"
)

// object is any JSON object.
type object = map[string]any

// drawDocument draws a document that can be published: every step leads to the one behind it, and some further.
func drawDocument(t *rapid.T) []byte {
	count := rapid.IntRange(1, 12).Draw(t, "steps")
	list := []object{{"key": "declare", "set": object{"variable": "v", "value": "x"}}}
	for i := range count {
		later := func(label string) string {
			if to := rapid.IntRange(i+1, count).Draw(t, label); to < count {
				return fmt.Sprintf("s%d", to)
			}
			return "end"
		}
		step := drawStep(t, later)
		step["key"] = fmt.Sprintf("s%d", i)
		list = append(list, step)
	}
	document := object{"format": 1, "trigger": object{"on": "conversation.opened"}, "steps": list}
	return must(json.Marshal(document))
}

func drawStep(t *rapid.T, later func(string) string) object {
	failure := func(step object) object {
		if rapid.Bool().Draw(t, "failure") {
			step["exits"] = object{"failure": later("failure to")}
		}
		return step
	}
	switch rapid.SampledFrom([]string{"send", "branch", "variable", "field", "tag", "route", "assign", "note", "close"}).Draw(t, "kind") {
	case "send":
		return failure(object{"send": object{"text": drawText(t)}})
	case "branch":
		step := object{"branch": []object{
			{"when": drawCondition(t, 3), "go": later("first")},
			{"when": drawCondition(t, 3), "go": later("second")},
		}}
		return step
	case "variable":
		value := rapid.SampledFrom([]any{drawText(t), nil, 1.5, true, []string{"a", drawText(t)}}).Draw(t, "value")
		return failure(object{"set": object{"variable": "v", "value": value}})
	case "field":
		return failure(object{"set": object{"field": "email", "value": drawText(t)}})
	case "tag":
		return object{"tag": object{"add": []string{"a"}}}
	case "route":
		return failure(object{"route": object{"team": rapid.SampledFrom([]any{nil, "Sales"}).Draw(t, "team")}})
	case "assign":
		return object{"assign": object{"by": "team"}, "exits": object{"timeout": later("timeout to")}}
	case "note":
		return object{"note": object{"text": drawText(t)}}
	default:
		return failure(object{"close": object{"category": drawText(t)}})
	}
}

func drawText(t *rapid.T) string {
	return rapid.SampledFrom([]string{
		"x", "{{ contact.first_name }}", "{{ vars.v | append: vars.v }}", "{{ message.text | plus: 1 }}",
		"{% if contact.tags contains 'vip' %}{{ now | date: '%F' }}{% endif %}", "{{ contact.tags | join: message.text }}",
		"{{ team.queue_length | divided_by: conversation.number }}",
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
	}).Draw(t, "test")
}

// drawFacts draws facts of which some are missing, and some of the wrong type.
func drawFacts(t *rapid.T) workflow.Facts {
	value := func(label string) any {
		return rapid.SampledFrom([]any{
			nil, "", "anna", "VIP", "été", "12", "tea_1", true, false, int64(2), 2.5, 1e300, noon, time.Time{},
			[]string{"vip", "a"}, []any{"vip", 1.0, nil}, object{"a": object{}},
		}).Draw(t, label)
	}
	return workflow.Facts{
		Contact:      object{"first_name": value("first_name"), "is_returning": value("is_returning"), "tags": value("tags")},
		Conversation: object{"number": value("number"), "opened_at": value("opened_at"), "team": value("team")},
		Message:      object{"text": value("text")},
		Team:         object{"queue_length": value("queue_length")},
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
			if calls > 100 {
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
			logged += len(result.Steps)
			if result.Ended != (result.Effect == nil) {
				t.Fatalf("neither an effect nor an end: %+v", result)
			}
			if result.Ended {
				break
			}
			state = next
			outcome.Exit = rapid.SampledFrom([]string{"", "next", "failure", "timeout", "else"}).Draw(t, "exit")
		}
		if logged > 13 {
			t.Fatalf("%d records for 13 steps", logged)
		}
	})
}

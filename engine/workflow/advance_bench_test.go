package workflow_test

import (
	"testing"
	"time"

	"foyer/engine/workflow"
)

// BenchmarkAdvance runs branch, route and assign to the end of the run: three calls, as intake makes them.
func BenchmarkAdvance(b *testing.B) {
	definition := mustCompile(b, `{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [
		{"key": "which", "branch": [
			{"when": {"field": "contact.tags", "op": "hasAny", "value": ["vip"]}, "go": "done"},
			{"when": {"field": "message.text", "op": "contains", "value": "invoice"}, "go": "billing"}
		], "else": "done"},
		{"key": "billing", "route": {"team": "Sales", "priority": "HIGH"}},
		{"key": "hand_over", "assign": {"by": "team", "timeout": "PT30M"}},
		{"key": "done", "end": {}}
	]}`)
	input := workflow.Input{Now: time.Unix(1_800_000_000, 0), Facts: workflow.Facts{
		Contact: map[string]any{"tags": []string{"new", "trial"}},
		Message: map[string]any{"text": "Where is my Invoice of last month?"},
	}}
	b.ReportAllocs()
	for b.Loop() {
		state, result := workflow.Advance(definition, workflow.State{}, input)
		for !result.Ended {
			state, result = workflow.Advance(definition, state, input)
		}
	}
}

func BenchmarkMatches(b *testing.B) {
	definition := mustCompile(b, `{"format": 1, "trigger": {"on": "conversation.opened",
		"when": {"field": "conversation.source", "op": "equals", "value": "CONTACT"}},
		"steps": [{"key": "done", "end": {}}]}`)
	facts := workflow.Facts{Conversation: map[string]any{"source": "CONTACT"}}
	b.ReportAllocs()
	for b.Loop() {
		definition.Matches(facts, time.Time{})
	}
}

// BenchmarkText renders one greeting, the costly part of a send.
func BenchmarkText(b *testing.B) {
	definition := mustCompile(b, `{"format": 1, "trigger": {"on": "conversation.opened"}, "steps": [
		{"key": "greet", "send": {"text": "Hi {{ contact.first_name | default: 'there' }}, welcome to {{ workspace.name }}!"}}
	]}`)
	input := workflow.Input{Facts: workflow.Facts{Contact: map[string]any{"first_name": "Ann"}}}
	b.ReportAllocs()
	for b.Loop() {
		workflow.Advance(definition, workflow.State{}, input)
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, problems := workflow.Compile([]byte(inboundDocument(b)), office{}); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

package workflow_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"foyer/engine/workflow"
	"foyer/inbox"
)

// play runs a definition to its end, answering each effect with the next outcome, and returns what happened: an effect
// as itself, a log record as "key type exit", the end as its status. State goes through JSON between calls, as it does
// in the engine.
func play(t *testing.T, definition *workflow.Definition, facts workflow.Facts, outcomes ...workflow.Outcome) (story []any, records []workflow.StepRecord) {
	t.Helper()
	var state workflow.State
	var outcome workflow.Outcome
	answered := 0
	for range 200 {
		var result workflow.Result
		stored := must(json.Marshal(state))
		var loaded workflow.State
		if err := json.Unmarshal(stored, &loaded); err != nil {
			t.Fatal(err)
		}
		state, result = workflow.Advance(definition, loaded, workflow.Input{Now: noon, Facts: facts, Outcome: outcome})
		for _, record := range result.Steps {
			line := strings.TrimSpace(fmt.Sprintf("%s %s %s", record.Key, record.Type, record.Exit))
			if record.Error != "" {
				line += ": " + record.Error
			}
			story = append(story, line)
		}
		records = append(records, result.Steps...)
		if result.Ended {
			if result.Effect != nil || (result.Err != nil) != (result.Status == inbox.RunFailed) {
				t.Errorf("an end that is none: %+v", result)
			}
			end := string(result.Status)
			if result.Err != nil {
				end += ": " + result.Err.Error()
			}
			return append(story, end), records
		}
		if result.Effect == nil || result.Status != inbox.RunWaiting {
			t.Fatalf("neither an effect nor an end: %+v", result)
		}
		story = append(story, result.Effect)
		outcome = workflow.Outcome{}
		if answered < len(outcomes) {
			outcome = outcomes[answered]
			answered++
		}
	}
	t.Fatal("the run does not end")
	return nil, nil
}

var (
	timeout = workflow.Outcome{Exit: workflow.ExitTimeout}
	failure = workflow.Outcome{Exit: workflow.ExitFailure, Error: "it went wrong"}
)

func TestEachStepAndExit(t *testing.T) {
	last := `, {"key": "last", "note": {"text": "last"}}, {"key": "other", "end": {}}`
	var (
		sent     = workflow.Send{Text: "Hi Ann"}
		lastNote = workflow.Note{Text: "last"}
		assigned = workflow.Assign{By: workflow.AssignByTeam, Timeout: 7 * 24 * time.Hour}
	)
	tests := []struct {
		name, steps string
		outcomes    []workflow.Outcome
		want        []any
	}{
		{"send", `{"key": "a", "send": {"text": "Hi {{ contact.first_name }}"}}`, nil,
			[]any{sent, "a send next", "COMPLETED"}},
		{"send by name of the next", `{"key": "a", "send": {"text": "Hi Ann"}, "next": "other", "exits": {"failure": "last"}}` + last, nil,
			[]any{sent, "a send next", "other end", "COMPLETED"}},
		{"send fails into its exit", `{"key": "a", "send": {"text": "Hi Ann"}, "next": "other", "exits": {"failure": "last"}}` + last, []workflow.Outcome{failure},
			[]any{sent, "a send failure: It went wrong.", lastNote, "last note next", "other end", "COMPLETED"}},
		{"send fails without an exit", `{"key": "a", "send": {"text": "Hi Ann"}}`, []workflow.Outcome{failure},
			[]any{sent, "a send failure: It went wrong.", "COMPLETED"}},
		{"send to a channel with attachments", `{"key": "a", "send": {"attachments": [{"url": "https://example.com/a.pdf", "name": "a"}], "channel": "Web"}}`, nil,
			[]any{workflow.Send{Attachments: []inbox.Attachment{{URL: "https://example.com/a.pdf", Name: new("a")}}, Channel: 21}, "a send next", "COMPLETED"}},
		{"send of nothing fails by itself", `{"key": "a", "send": {"text": " {{ contact.last_name }} "}, "next": "other", "exits": {"failure": "last"}}` + last, nil,
			[]any{"a send failure: The text is empty after its variables are filled in.", lastNote, "last note next", "other end", "COMPLETED"}},

		{"branch to the first that holds", `{"key": "a", "branch": [
			{"when": {"field": "contact.first_name", "op": "equals", "value": "Bob"}, "go": "last"},
			{"when": {"field": "contact.first_name", "op": "exists"}, "go": "other"},
			{"when": {"field": "now", "op": "exists"}, "go": "last"}], "else": "last"}` + last, nil,
			[]any{"a branch other", "other end", "COMPLETED"}},
		{"branch to else", `{"key": "a", "branch": [{"when": {"field": "contact.last_name", "op": "exists"}, "go": "last"}], "else": "other"}` + last, nil,
			[]any{"a branch other", "other end", "COMPLETED"}},
		{"branch without else", `{"key": "a", "branch": [{"when": {"field": "contact.last_name", "op": "exists"}, "go": "other"}]}` + last, nil,
			[]any{"a branch next", lastNote, "last note next", "other end", "COMPLETED"}},
		{"branch to the end", `{"key": "a", "branch": [{"when": {"field": "now", "op": "exists"}, "go": "end"}]}` + last, nil,
			[]any{"a branch end", "COMPLETED"}},

		{"set a field", `{"key": "a", "set": {"field": "email", "value": "{{ contact.first_name | downcase }}@example.com"}}`, nil,
			[]any{workflow.SetField{Field: "email", Value: "ann@example.com"}, "a set next", "COMPLETED"}},
		{"clear a field", `{"key": "a", "set": {"field": "email", "value": null}}`, nil,
			[]any{workflow.SetField{Field: "email"}, "a set next", "COMPLETED"}},
		{"clear a field by an empty text", `{"key": "a", "set": {"field": "email", "value": "{{ contact.last_name }}"}}`, nil,
			[]any{workflow.SetField{Field: "email"}, "a set next", "COMPLETED"}},
		{"set what is invalid", `{"key": "a", "set": {"field": "email", "value": "{{ 'x' }}"}, "next": "other", "exits": {"failure": "last"}}` + last, []workflow.Outcome{failure},
			[]any{workflow.SetField{Field: "email", Value: "x"}, "a set failure: It went wrong.", lastNote, "last note next", "other end", "COMPLETED"}},
		{"set a stage", `{"key": "a", "set": {"lifecycle": "Lead"}}`, nil,
			[]any{workflow.SetLifecycle{Stage: new("Lead")}, "a set next", "COMPLETED"}},
		{"clear the stage", `{"key": "a", "set": {"lifecycle": null}}`, nil,
			[]any{workflow.SetLifecycle{}, "a set next", "COMPLETED"}},
		{"set variables", `{"key": "a", "set": {"variable": "v", "value": "{{ contact.first_name }}"}},
			{"key": "b", "set": {"variable": "w", "value": "{{ vars.v }}{{ vars.v }}"}}, {"key": "c", "set": {"variable": "v", "value": null}},
			{"key": "d", "note": {"text": "{{ vars.w }} {{ vars.v }}."}}`, nil,
			[]any{"a set next", "b set next", "c set next", workflow.Note{Text: "AnnAnn ."}, "d note next", "COMPLETED"}},
		{"set variables of all types", `{"key": "a", "set": {"variable": "n", "value": 2.5}}, {"key": "b", "set": {"variable": "l", "value": ["x", "{{ contact.last_name }}", "{{ contact.first_name }}"]}},
			{"key": "c", "set": {"variable": "y", "value": true}},
			{"key": "d", "note": {"text": "{{ vars.n | times: 2 }} {{ vars.l | join: '+' }} {{ vars.y }}"}}`, nil,
			[]any{"a set next", "b set next", "c set next", workflow.Note{Text: "5 x+Ann true"}, "d note next", "COMPLETED"}},

		{"tag", `{"key": "a", "tag": {"add": ["x"], "remove": ["y"]}}`, nil,
			[]any{workflow.Tag{Add: []string{"x"}, Remove: []string{"y"}}, "a tag next", "COMPLETED"}},
		{"route to a team", `{"key": "a", "route": {"team": "sales", "priority": "HIGH"}}`, nil,
			[]any{workflow.Route{SetTeam: true, Team: new(inbox.TeamID(1)), Priority: new(inbox.PriorityHigh)}, "a route next", "COMPLETED"}},
		{"route to no team", `{"key": "a", "route": {"team": null}}`, nil,
			[]any{workflow.Route{SetTeam: true}, "a route next", "COMPLETED"}},
		{"route by priority alone", `{"key": "a", "route": {"priority": "LOW"}}`, nil,
			[]any{workflow.Route{Priority: new(inbox.PriorityLow)}, "a route next", "COMPLETED"}},
		{"route fails", `{"key": "a", "route": {"priority": "LOW"}, "next": "other", "exits": {"failure": "last"}}` + last, []workflow.Outcome{failure},
			[]any{workflow.Route{Priority: new(inbox.PriorityLow)}, "a route failure: It went wrong.", lastNote, "last note next", "other end", "COMPLETED"}},

		{"assign", `{"key": "a", "assign": {"by": "team"}, "exits": {"timeout": "other", "failure": "other"}}` + last, nil,
			[]any{assigned, "a assign next", lastNote, "last note next", "other end", "COMPLETED"}},
		{"assign times out into its exit", `{"key": "a", "assign": {"by": "team"}, "exits": {"timeout": "other"}}` + last, []workflow.Outcome{timeout},
			[]any{assigned, "a assign timeout", "other end", "COMPLETED"}},
		{"assign times out without an exit", `{"key": "a", "assign": {"by": "team"}}` + last, []workflow.Outcome{timeout},
			[]any{assigned, "a assign timeout", "COMPLETED"}},
		{"assign fails into its exit", `{"key": "a", "assign": {"by": "team"}, "next": "last", "exits": {"failure": "other"}}` + last, []workflow.Outcome{failure},
			[]any{assigned, "a assign failure: It went wrong.", "other end", "COMPLETED"}},
		{"assign fails without an exit", `{"key": "a", "assign": {"by": "team"}}, {"key": "other", "end": {}}`, []workflow.Outcome{failure},
			[]any{assigned, "a assign failure: It went wrong.", "other end", "COMPLETED"}},
		{"assign by workspace", `{"key": "a", "assign": {"by": "workspace", "timeout": "P1DT1H1M1S"}}`, nil,
			[]any{workflow.Assign{By: workflow.AssignByWorkspace, Timeout: 25*time.Hour + 61*time.Second}, "a assign next", "COMPLETED"}},
		{"assign by owner", `{"key": "a", "assign": {"by": "owner"}}`, nil,
			[]any{workflow.Assign{By: workflow.AssignByOwner, Timeout: 7 * 24 * time.Hour}, "a assign next", "COMPLETED"}},
		{"assign an agent", `{"key": "a", "assign": {"agent": "Bob"}}`, nil,
			[]any{workflow.Assign{By: workflow.AssignByAgent, Agent: 12, Timeout: 7 * 24 * time.Hour}, "a assign next", "COMPLETED"}},
		{"assign with a policy", `{"key": "a", "assign": {"by": "team", "policy": {"strategy": "LEAST_OPEN", "onlineOnly": false, "maxOpen": 3}, "timeout": "P1W"}}`, nil,
			[]any{workflow.Assign{By: workflow.AssignByTeam, Timeout: 7 * 24 * time.Hour, Policy: workflow.PolicyOverrides{
				Strategy: new(inbox.StrategyLeastOpen), OnlineOnly: new(false), MaxOpen: new(int32(3))}}, "a assign next", "COMPLETED"}},

		{"note", `{"key": "a", "note": {"text": "See {{ contact.first_name }}", "mention": ["Ann", "Bob", "agt_b"]}}`, nil,
			[]any{workflow.Note{Text: "See Ann", Mentions: []inbox.AgentID{11, 12}}, "a note next", "COMPLETED"}},
		{"note of nothing", `{"key": "a", "note": {"text": "{{ contact.last_name }}"}}`, nil,
			[]any{"a note failure: The text is empty after its variables are filled in.", "COMPLETED"}},
		{"close", `{"key": "a", "close": {"category": "Spam", "summary": "by {{ contact.first_name }}"}}` + last, nil,
			[]any{workflow.Close{Category: "Spam", Summary: "by Ann"}, "a close next", lastNote, "last note next", "other end", "COMPLETED"}},
		{"close without anything", `{"key": "a", "close": {}}`, nil,
			[]any{workflow.Close{}, "a close next", "COMPLETED"}},
		{"close with too much", `{"key": "a", "close": {"category": "` + strings.Repeat("x", 129) + `"}, "next": "other", "exits": {"failure": "last"}}` + last, nil,
			[]any{"a close failure: A category may have at most 128 characters, and a summary 2000.", lastNote, "last note next", "other end", "COMPLETED"}},
		{"end", `{"key": "a", "end": {}}`, nil, []any{"a end", "COMPLETED"}},
	}
	facts := workflow.Facts{Contact: map[string]any{"first_name": "Ann"}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			definition := mustCompile(t, steps(test.steps))
			story, _ := play(t, definition, facts, test.outcomes...)
			if diff := cmp.Diff(test.want, story); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheDocumentedExampleRuns(t *testing.T) {
	definition := mustCompile(t, inboundDocument(t))
	hand := workflow.Assign{By: workflow.AssignByTeam, Timeout: 30 * time.Minute}
	tests := []struct {
		name     string
		facts    workflow.Facts
		outcomes []workflow.Outcome
		want     []any
	}{
		{"sales", fact("message.text", " The PRICE please "), nil, []any{
			"note_topic set next", "by_topic branch to_sales", workflow.Route{SetTeam: true, Team: new(inbox.TeamID(1))},
			"to_sales route next", hand, "hand_over assign next", "COMPLETED"}},
		{"vip", workflow.Facts{Contact: map[string]any{"tags": []string{"VIP"}}, Message: map[string]any{"text": "hm"}}, nil, []any{
			"note_topic set next", "by_topic branch to_vip", workflow.Route{SetTeam: true, Team: new(inbox.TeamID(3)), Priority: new(inbox.PriorityHigh)},
			"to_vip route next", hand, "hand_over assign next", "COMPLETED"}},
		{"nobody there", workflow.Facts{}, []workflow.Outcome{{}, timeout}, []any{
			"note_topic set next", "by_topic branch to_support", workflow.Route{SetTeam: true, Team: new(inbox.TeamID(2))},
			"to_support route next", hand, "hand_over assign timeout",
			workflow.Send{Text: "Sorry there, everyone is busy. We will answer here as soon as we can."}, "apologise send next", "COMPLETED"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			story, _ := play(t, definition, test.facts, test.outcomes...)
			if diff := cmp.Diff(test.want, story); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheLogHoldsTheInputAsRenderedAndWhatTheEngineAdds(t *testing.T) {
	definition := mustCompile(t, steps(`
		{"key": "a", "send": {"text": "Hi {{ contact.first_name }}"}},
		{"key": "b", "route": {"team": "Sales"}},
		{"key": "c", "set": {"variable": "v", "value": 5}}`))
	_, records := play(t, definition, fact("contact.first_name", "Ann"),
		workflow.Outcome{Detail: map[string]any{"message": "msg_1"}}, workflow.Outcome{})
	want := []workflow.StepRecord{
		{Key: "a", Type: "send", Exit: "next", At: noon, Detail: map[string]any{"text": "Hi Ann", "message": "msg_1"}},
		{Key: "b", Type: "route", Exit: "next", At: noon, Detail: map[string]any{"team": "Sales"}},
		{Key: "c", Type: "set", Exit: "next", At: noon, Detail: map[string]any{"variable": "v", "value": 5.0}},
	}
	if diff := cmp.Diff(want, records); diff != "" {
		t.Error(diff)
	}
}

func TestAStateThatFitsNothingFailsTheRun(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "send": {"text": "x"}}`))
	tests := []struct {
		name    string
		state   workflow.State
		outcome workflow.Outcome
		want    string
	}{
		{"ended", workflow.State{Step: "end"}, workflow.Outcome{}, "The run has already ended."},
		{"another version", workflow.State{Step: "b", Waiting: true}, workflow.Outcome{}, `The version of the workflow that this run started with has no step "b".`},
		{"another exit", workflow.State{Step: "a", Waiting: true}, workflow.Outcome{Exit: "timeout"}, `step "a": The step has the kind send, which has no exit "timeout".`},
		{"too long", workflow.State{Step: "a", Executed: workflow.MaxExecuted}, workflow.Outcome{}, `step "a": The run has executed 1000 steps, which is the most a run may execute.`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			state, result := workflow.Advance(definition, test.state, workflow.Input{Outcome: test.outcome})
			if !result.Ended || result.Status != inbox.RunFailed || result.Err.Error() != test.want || state.Step != "end" {
				t.Errorf("%+v", result)
			}
		})
	}
}

func TestVariablesAreBounded(t *testing.T) {
	var list []string
	for i := range 10 {
		list = append(list, fmt.Sprintf(`{"key": "s%d", "set": {"variable": "v%d", "value": %q}}`, i, i, strings.Repeat("x", 10_000)))
	}
	story, _ := play(t, mustCompile(t, steps(strings.Join(list, ","))), workflow.Facts{})
	for i, got := range story {
		want := fmt.Sprintf("s%d set next", i)
		switch {
		case i == len(list):
			want = "COMPLETED"
		case i >= 6:
			want = fmt.Sprintf("s%d set failure: The variables of the run are larger than 64 KiB.", i)
		}
		if got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}

func TestAdvanceLeavesTheStateItWasGivenAlone(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "set": {"variable": "v", "value": "new"}}, {"key": "b", "send": {"text": "x"}}`))
	given := workflow.State{Variables: map[string]any{"v": "old"}}
	state, _ := workflow.Advance(definition, given, workflow.Input{})
	if given.Variables["v"] != "old" || state.Variables["v"] != "new" {
		t.Errorf("given %v, got %v", given.Variables, state.Variables)
	}
}

func TestADefinitionServesManyRunsAtOnce(t *testing.T) {
	definition := mustCompile(t, steps(`{"key": "a", "note": {"text": "{% assign n = contact.first_name | upcase %}{{ n }}"}}`))
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			name := strings.Repeat("x", i+1)
			for range 200 {
				_, result := workflow.Advance(definition, workflow.State{}, workflow.Input{Facts: fact("contact.first_name", name)})
				if note, _ := result.Effect.(workflow.Note); note.Text != strings.ToUpper(name) {
					t.Errorf("got %q for %q", note.Text, name)
					return
				}
			}
		})
	}
	group.Wait()
}

func TestErrorsReadWell(t *testing.T) {
	if got := (&workflow.Error{Message: "no"}).Error(); got != "no" {
		t.Error(got)
	}
	step := "a"
	problem := workflow.Problem{Step: &step, Path: []string{"steps", "0"}, Message: "no"}
	if got := problem.String(); got != `step "a": steps.0: no` {
		t.Error(got)
	}
}

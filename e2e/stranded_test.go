package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// stranded returns the ids of the conversations that a caller is shown as stranded.
func (c *caller) stranded() string {
	c.Helper()
	var ids []string
	for _, v := range everything[reference](c, "conversations", ", filter: {stranded: true}", "id") {
		ids = append(ids, v.ID)
	}
	return strings.Join(ids, " ")
}

func TestStrandedConversationsAreListedAndMeasured(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	f := s.furnish(crew{name: "Sales", agents: []string{"ana"}}, crew{name: "Support", agents: []string{"bea"}})
	s.key.do("workflowStop", object{"id": everything[workflow](s.key, "workflows", "", "id status")[0].ID}, "")
	measured := func(n int) {
		t.Helper()
		if page, want := s.page("/metrics"), fmt.Sprintf("\nfoyer_conversations_stranded %d\n", n); !strings.Contains(page, want) {
			t.Errorf("the metrics do not have %q", want)
		}
	}
	measured(0)
	free, routed := f.write("ada", "Hello").Conversation.ID, f.write("bob", "Hello").Conversation.ID
	s.key.do("conversationRoute", object{"conversationId": routed, "teamId": f.Teams["Sales"]}, "")
	ana, bea := f.agent("ana"), f.agent("bea")
	s.owner.do("agentUpdate", object{"id": ana.id, "visibility": "TEAM"}, "")
	s.owner.do("agentUpdate", object{"id": bea.id, "visibility": "TEAM"}, "")
	for name, seen := range map[*caller]string{s.key: routed + " " + free, ana: routed + " " + free, bea: free} {
		if got := name.stranded(); got != seen {
			t.Errorf("%s is shown %q, want %q", name.id, got, seen)
		}
	}
	measured(2)

	asleep := f.write("cyd", "Hello").Conversation.ID
	s.key.do("conversationSnooze", object{"conversationId": asleep, "until": "2100-01-01T00:00:00Z"}, "")
	s.key.do("conversationAssign", object{"conversationId": free, "agentId": bea.id}, "")
	if got := s.key.stranded(); got != routed {
		t.Errorf("the key is shown %q, want %q", got, routed)
	}
	measured(1)
	others := everything[reference](s.key, "conversations", ", filter: {stranded: false}", "id")
	if len(others) != 2 || others[0].ID == routed || others[1].ID == routed {
		t.Errorf("the others are %v", others)
	}
}

func TestRunsThatEndSayWhoEndedThemAndFailedOnesAreFound(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	steps := []object{{"key": "a", "set": object{"variable": "said", "value": "{{ message.text }}"}}}
	for i := range 20 {
		steps = append(steps, object{"key": fmt.Sprint("round", i), "jump": object{"to": "a", "max": 10}})
	}
	f := s.furnish(crew{name: "Sales", agents: []string{"ana"}})
	s.key.do("workflowStop", object{"id": everything[workflow](s.key, "workflows", "", "id status")[0].ID}, "")
	waiting := s.publish("Waiting", inbound(object{"key": "w", "wait": object{"for": "PT1H"}}))
	taken, closed := f.write("ada", "my secret words"), f.write("bob", "Hello")
	ana := f.agent("ana")
	ana.do("messageSend", object{"conversationId": taken.Conversation.ID, "text": "I am here"}, "")
	s.key.do("conversationClose", object{"conversationId": closed.Conversation.ID}, "")

	type actor struct {
		Typename string `json:"__typename"`
		Name     string
	}
	type ended struct {
		Status    string
		EndedBy   *actor
		EndReason *string
	}
	type conversation struct {
		Conversation struct {
			Runs     []ended
			Timeline struct {
				Nodes []struct {
					RunStatus string
					Actor     actor
				}
			}
		}
	}
	const query = `query($id: ID!) { conversation(id: $id) { runs { status endReason endedBy { __typename ... on Agent { name } } }
		timeline(last: 20) { nodes { ... on WorkflowRunChanged { runStatus actor { __typename ... on Agent { name } } } } } } }`
	for id, want := range map[string]string{
		taken.Conversation.ID:  `TAKEN_OVER Agent ana "ana sent a message."`,
		closed.Conversation.ID: `CANCELLED ApiKey  "The conversation was closed."`,
	} {
		var told conversation
		ana.read(query, object{"id": id}, &told)
		run := told.Conversation.Runs[0]
		if run.EndedBy == nil || run.EndReason == nil {
			t.Errorf("the run ended as %s", text(run))
			continue
		}
		if got := fmt.Sprintf("%s %s %s %q", run.Status, run.EndedBy.Typename, run.EndedBy.Name, *run.EndReason); got != want {
			t.Errorf("the run ended as %s, want %s", got, want)
		}
		attributed := false
		for _, e := range told.Conversation.Timeline.Nodes {
			attributed = attributed || e.RunStatus == run.Status && e.Actor == *run.EndedBy
		}
		if !attributed {
			t.Errorf("the timeline does not say who ended it: %s", text(told.Conversation.Timeline))
		}
	}

	failing := s.publish("Failing", inbound(steps...))
	failed := f.write("cyd", "my secret words")
	if err := s.running.log.await(`msg="workflow run failed" workflow=`+failing, s.running.ended); err != nil {
		t.Fatal(err)
	}
	if log := s.running.log.String(); strings.Contains(log, "my secret words") {
		t.Errorf("the log has what a contact wrote:\n%s", log)
	}
	type run struct {
		ID           string
		Workflow     reference
		Conversation reference
		Error        string
	}
	const fields = "id workflow { id } conversation { id } error"
	for filter, want := range map[string]int{
		"status: FAILED": 1, "workflowIds: [" + quoted(failing) + "]": 1, "status: FAILED, workflowIds: [" + quoted(waiting) + "]": 0,
		"conversationId: " + quoted(failed.Conversation.ID) + ", status: FAILED": 1, "contactId: " + quoted(failed.Contact.ID): 2,
		"status: FAILED, startedBefore: \"2020-01-01T00:00:00Z\"": 0, "status: FAILED, startedAfter: \"2020-01-01T00:00:00Z\"": 1,
	} {
		found := everything[run](s.key, "workflowRuns", ", filter: {"+filter+"}", fields)
		if len(found) != want {
			t.Errorf("%s finds %d runs, want %d", filter, len(found), want)
		}
		if filter == "status: FAILED" && len(found) == 1 && (found[0].Workflow.ID != failing || found[0].Conversation.ID != failed.Conversation.ID || found[0].Error == "") {
			t.Errorf("it finds %+v", found)
		}
	}
	var none any
	err := ana.Do(t.Context(), `{ workflowRuns(filter: {status: FAILED}) { nodes { id } } }`, nil, &none)
	if err == nil || !strings.Contains(err.Error(), "Only managers") {
		t.Errorf("an agent who is not a manager reads %v, %v", none, err)
	}
	page := s.page("/metrics")
	for _, want := range []string{`{status="FAILED",workflow="` + failing + `"} 1`, `{status="TAKEN_OVER",workflow="` + waiting + `"} 1`, `{status="CANCELLED",workflow="` + waiting + `"} 1`} {
		if !strings.Contains(page, "\nfoyer_workflow_runs_total"+want+"\n") {
			t.Errorf("the metrics do not have %s", want)
		}
	}
}

// publish adds a workflow and publishes it.
func (s *server) publish(name string, document object) string {
	s.Helper()
	id := s.key.do("workflowCreate", object{"name": name, "definition": document}, "workflow { id }").Workflow.ID
	s.key.do("workflowPublish", object{"id": id}, "")
	return id
}

func quoted(id string) string { return `"` + id + `"` }

// TestADoubleClickCreatesOnce repeats each mutation that creates, with the same idempotency key.
func TestADoubleClickCreatesOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	f := s.furnish(crew{name: "Sales", agents: []string{"ana"}})
	wrote := f.write("ada", "Hello")
	shortcut := s.key.newShortcut("Calm", object{"title": "Calm down"}, object{"key": "n", "note": object{"text": "Calm"}})
	document := inbound(object{"key": "to", "route": object{"team": "Sales"}}, object{"key": "a", "assign": object{"by": "team"}})
	for name, test := range map[string]struct {
		input  object
		fields string
	}{
		"agentCreate":        {object{"name": "Cy", "email": "cy@e2e.localhost", "password": agentPassword}, "agent { id }"},
		"teamCreate":         {object{"name": "Night"}, "team { id }"},
		"channelCreate":      {object{"name": "Night", "kind": "API"}, "channel { id }"},
		"contactFieldCreate": {object{"name": "plan", "type": "TEXT"}, "contactField { id }"},
		"apiKeyCreate":       {object{"name": "Shop", "role": "AGENT"}, "apiKey { id }"},
		"contactCreate":      {object{"firstName": "Eve"}, "contact { id }"},
		"conversationOpen":   {object{"contactId": wrote.Contact.ID}, "conversation { id }"},
		"messageSend":        {object{"conversationId": wrote.Conversation.ID, "text": "Hi"}, "message { id }"},
		"noteAdd":            {object{"conversationId": wrote.Conversation.ID, "text": "Hm"}, "note { id }"},
		"shortcutRun":        {object{"workflowId": shortcut, "conversationId": wrote.Conversation.ID}, "run { id }"},
		"workflowCreate":     {object{"name": "Draft", "definition": document}, "workflow { id }"},
		"workflowImport":     {object{"yaml": "format: 1\nname: Import\ntrigger: { on: message.received }\nsteps: [{ key: a, end: {} }]\n"}, "workflow { id }"},
	} {
		t.Run(name, func(t *testing.T) {
			in := with(test.input, object{"idempotencyKey": name})
			var first, again, other map[string]any
			for _, got := range []*map[string]any{&first, &again} {
				if err := s.owner.Mutate(t.Context(), name, in, test.fields, got); err != nil {
					t.Fatal(err)
				}
			}
			if text(first) != text(again) {
				t.Errorf("it answers %s, then %s", text(first), text(again))
			}
			for field := range in {
				if words, is := in[field].(string); is && (field == "name" || field == "text" || field == "firstName" || field == "yaml") {
					if words += "2"; field == "yaml" {
						words = "# another\n" + strings.TrimSuffix(words, "2")
					}
					err := s.owner.Mutate(t.Context(), name, with(in, object{field: words}), test.fields, &other)
					if refused := refusals(err); len(refused) != 1 || refused[0] != "IDEMPOTENCY_MISMATCH idempotencyKey" {
						t.Errorf("with another %s: %v", field, err)
					}
				}
			}
		})
	}
}

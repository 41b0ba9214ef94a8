package e2e_test

import (
	"testing"
)

// newShortcut publishes a workflow that agents start, and returns its id.
func (c *caller) newShortcut(name string, trigger object, steps ...object) string {
	c.Helper()
	document := with(inbound(steps...), object{"trigger": with(trigger, object{"on": "shortcut"})})
	id := c.do("workflowCreate", object{"name": name, "definition": document}, "workflow { id }").Workflow.ID
	c.do("workflowPublish", object{"id": id}, "")
	return id
}

func TestAgentsStartWorkflowsByShortcuts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	publish := o.manager.newShortcut
	form := []object{{"name": "reason", "label": "Why?", "required": true, "values": []string{"late", "lost"}}, {"name": "days", "type": "NUMBER", "default": 2}}
	escalate := publish("Escalate", object{"title": "Escalate", "form": form},
		object{"key": "tell", "note": object{"text": "{{ trigger.form.reason }} {{ trigger.form.days }} {{ trigger.agent }}"}}, object{"key": "wait", "wait": object{"for": "PT1H"}})
	urgent := publish("Urgent", object{"title": "Calm down", "when": object{"field": "conversation.priority", "op": "equals", "value": "URGENT"}},
		object{"key": "calm", "route": object{"priority": "LOW"}})
	once := publish("Once", object{"title": "Once", "oncePerContact": true}, object{"key": "mark", "tag": object{"add": []string{"once"}}})

	conversation := o.sales.Conversation.ID
	var listed struct{ Conversation struct{ Shortcuts any } }
	o.ana.read(`query($id: ID!) { conversation(id: $id) { shortcuts { workflow { name } title form { name label type required default values } } } }`, object{"id": conversation}, &listed)
	want := `[{"form":[{"default":null,"label":"Why?","name":"reason","required":true,"type":"TEXT","values":["late","lost"]},` +
		`{"default":2,"label":"days","name":"days","required":false,"type":"NUMBER","values":null}],"title":"Escalate","workflow":{"name":"Escalate"}},` +
		`{"form":[],"title":"Once","workflow":{"name":"Once"}}]`
	if got := text(listed.Conversation.Shortcuts); got != want {
		t.Errorf("the shortcuts are %s, want %s", got, want)
	}

	press := func(workflow string, form object) object {
		return object{"workflowId": workflow, "conversationId": conversation, "form": form}
	}
	var started struct {
		Run          struct{ ID, Status string }
		Conversation reference
		Cursor       string
	}
	if err := o.ana.Mutate(t.Context(), "shortcutRun", press(escalate, object{"reason": "late"}), "run { id status } conversation { id } cursor", &started); err != nil {
		t.Fatal(err)
	}
	if started.Run.Status != "WAITING" || started.Conversation.ID != conversation || started.Cursor == "" {
		t.Errorf("it is answered %s", text(started))
	}
	var told struct {
		Conversation struct {
			Notes    struct{ Nodes []struct{ Text string } }
			Timeline struct {
				Nodes []struct {
					RunStatus string
					Actor     struct {
						Typename string `json:"__typename"`
					}
					Run reference
				}
			}
		}
	}
	o.ana.read(`query($id: ID!) { conversation(id: $id) { notes(last: 1) { nodes { text } }
		timeline(last: 4) { nodes { ... on WorkflowRunChanged { runStatus actor { __typename } run { id } } } } } }`, object{"id": conversation}, &told)
	if notes := told.Conversation.Notes.Nodes; len(notes) != 1 || notes[0].Text != "late 2 "+o.ana.id {
		t.Errorf("the notes are %s", text(notes))
	}
	attributed := false
	for _, e := range told.Conversation.Timeline.Nodes {
		attributed = attributed || e.Run.ID == started.Run.ID && e.RunStatus == "RUNNING" && e.Actor.Typename == "Agent"
	}
	if !attributed {
		t.Errorf("the timeline does not say who started it: %s", text(told.Conversation.Timeline.Nodes))
	}
	o.ana.do("shortcutRun", press(once, nil), "")

	o.refuse(t, []refusal{
		{"unseen", o.ana, "shortcutRun", with(press(escalate, object{"reason": "late"}), object{"conversationId": o.support.Conversation.ID}), "NOT_FOUND conversationId"},
		{"of no conversation", o.ana, "shortcutRun", with(press(escalate, nil), object{"conversationId": o.ana.id}), "NOT_FOUND conversationId"},
		{"closed", o.manager, "shortcutRun", with(press(escalate, object{"reason": "late"}), object{"conversationId": o.closed.Conversation.ID}), "CLOSED conversationId"},
		{"unknown", o.ana, "shortcutRun", press(o.run, nil), "NOT_FOUND workflowId"},
		{"a draft", o.ana, "shortcutRun", press(o.draft, nil), "INVALID workflowId"},
		{"of another trigger", o.ana, "shortcutRun", press(o.published, nil), "INVALID workflowId"},
		{"running", o.ana, "shortcutRun", press(escalate, object{"reason": "lost"}), "CONFLICT workflowId"},
		{"whose condition does not hold", o.ana, "shortcutRun", press(urgent, nil), "CONFLICT workflowId"},
		{"once more", o.ana, "shortcutRun", press(once, nil), "CONFLICT workflowId"},
		{"without what is required", o.ana, "shortcutRun", press(escalate, object{}), "REQUIRED form.reason"},
		{"filled in wrongly", o.ana, "shortcutRun", press(escalate, object{"reason": "bored", "days": "many", "more": 1}), "INVALID form.reason, INVALID form.days, INVALID form.more"},
		{"with no object", o.ana, "shortcutRun", object{"workflowId": escalate, "conversationId": conversation, "form": "late"}, "INVALID form"},
	})
}

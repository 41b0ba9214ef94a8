package resolvers_test

import (
	"slices"
	"strings"
	"testing"
)

const importWorkflow = `mutation($yaml: String!, $name: String) { workflowImport(input: {yaml: $yaml, name: $name}) {
	workflow { id name description status definition problems { step path message } yaml diagram { mermaid svg } }
	userErrors { code message field } } }`

func TestAWorkflowIsImportedUnderItsNameAndExportedAgain(t *testing.T) {
	d := newDesk(t)
	team := d.team("Sales")
	yaml := "format: 1\nname: Front door\ndescription: First things first\ntrigger: { on: conversation.opened }\nsteps:\n" +
		"  - key: to_sales\n    route: { team: Sales }\n  - key: to_vip\n    route: { team: VIP }\n"
	a := d.ask(d.owner, importWorkflow, variables{"yaml": yaml}).ok()
	first := a.text("workflowImport.workflow.id")
	if a.text("workflowImport.workflow.name") != "Front door" || a.text("workflowImport.workflow.description") != "First things first" ||
		a.text("workflowImport.workflow.status") != "DRAFT" || a.text("workflowImport.workflow.yaml") != yaml {
		t.Errorf("got %v", a.Data)
	}
	if got := a.each("workflowImport.workflow.problems", "message"); len(got) != 1 || !strings.Contains(got[0], "VIP") {
		t.Errorf("the names that are missing: %v", got)
	}

	// Ids are exported as names, and the same name is the same workflow.
	a = d.ask(d.owner, importWorkflow, variables{"yaml": strings.ReplaceAll(strings.ReplaceAll(yaml, "VIP", team.String()), "Front door", "FRONT DOOR")}).ok()
	if a.text("workflowImport.workflow.id") != first || len(a.each("workflowImport.workflow.problems", "message")) > 0 {
		t.Errorf("got %v", a.Data)
	}
	if got := a.text("workflowImport.workflow.yaml"); strings.Count(got, "Sales") != 2 || strings.Contains(got, team.String()) {
		t.Errorf("exported as\n%s", got)
	}
	if !strings.Contains(a.text("workflowImport.workflow.diagram.mermaid"), "to_vip: route – Sales") ||
		!strings.Contains(a.text("workflowImport.workflow.diagram.svg"), "route – Sales") {
		t.Errorf("drawn as %v", a.at("workflowImport.workflow.diagram"))
	}
	a = d.ask(d.owner, importWorkflow, variables{"yaml": yaml, "name": "Second"}).ok()
	if a.text("workflowImport.workflow.id") == first || a.text("workflowImport.workflow.name") != "Second" ||
		!strings.Contains(a.text("workflowImport.workflow.yaml"), "\nname: Second\n") {
		t.Errorf("got %v", a.Data)
	}
}

func TestWhatCannotBeImportedSaysWhere(t *testing.T) {
	d := newDesk(t)
	for yaml, field := range map[string]string{
		"a: &b 1": "yaml",
		"format: 1\ntrigger: { on: message.received }\nsteps: []":                              "name",
		"format: 1\nname: x\ntrigger: { on: message.received }\nsteps: [{ key: a, note: {} }]": "yaml.steps.0.note",
	} {
		d.ask(d.owner, importWorkflow, variables{"yaml": yaml}).wantUserError("workflowImport", map[bool]string{true: "REQUIRED", false: "INVALID"}[field == "name"], field)
	}
	agent := d.hire("Ana", "AGENT", "ALL")
	d.ask(agent, importWorkflow, variables{"yaml": "x"}).wantUserError("workflowImport", "FORBIDDEN", "")
}

func TestOnlyManagersReadDocumentsInAnyForm(t *testing.T) {
	o := newOffice(t)
	for name, viewer := range o.viewers() {
		a := o.ask(viewer.person, `query($workflow: ID!) { workflow(id: $workflow) { yaml diagram { svg } } }`, variables{"workflow": o.workflow.String()}).ok()
		for _, path := range []string{"workflow.yaml", "workflow.diagram"} {
			if got := a.at(path); (got != nil) != (name == "owner") {
				t.Errorf("%s: %s is %v", name, path, got)
			}
		}
	}
}

func TestADraftIsSimulatedOverTheAPI(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", "AGENT", "ALL")
	d.team("Sales", ana)
	const simulate = `mutation($input: WorkflowSimulateInput!) { workflowSimulate(input: $input) {
		matches status error steps { key type exit at detail error } wouldSend wouldRouteTo { name } wouldAssign { name } reason
		candidates { agent { name } eligible passedOver openConversations lastAssignedAt } userErrors { code message field } } }`
	document := variables{"format": 1, "trigger": variables{"on": "message.received"}, "steps": []any{
		variables{"key": "ask", "ask": variables{"text": "Hi {{ contact.first_name }}"}, "exits": variables{"timeout": "late"}},
		variables{"key": "route", "route": variables{"team": "Sales"}},
		variables{"key": "hand_over", "assign": variables{"by": "team", "policy": variables{"onlineOnly": false}}, "next": "end"},
		variables{"key": "late", "send": variables{"text": "Too late"}},
	}}
	a := d.ask(d.owner, simulate, variables{"input": variables{"definition": document, "contact": variables{"externalId": "x", "firstName": "Eve"},
		"message": variables{"text": "Hello"}, "answers": []any{"Yes"}, "at": "2030-01-01T00:00:00Z"}}).ok()
	if a.at("workflowSimulate.matches") != true || a.text("workflowSimulate.status") != "COMPLETED" || a.text("workflowSimulate.wouldRouteTo.name") != "Sales" ||
		a.text("workflowSimulate.wouldAssign.name") != "Ana" || a.text("workflowSimulate.candidates.0.agent.name") != "Ana" || a.text("workflowSimulate.wouldSend.0") != "Hi Eve" {
		t.Errorf("got %v", a.Data)
	}
	if got := a.each("workflowSimulate.steps", "key"); !slices.Equal(got, []string{"ask", "route", "hand_over"}) {
		t.Errorf("steps %v", got)
	}
	a = d.ask(d.owner, simulate, variables{"input": variables{"definition": document, "answers": []any{nil}}}).ok()
	if a.text("workflowSimulate.wouldSend.1") != "Too late" || a.at("workflowSimulate.wouldAssign") != nil {
		t.Errorf("got %v", a.Data)
	}
	d.ask(ana, simulate, variables{"input": variables{"definition": document}}).wantUserError("workflowSimulate", "FORBIDDEN", "")
	document["steps"] = []any{variables{"key": "a", "route": variables{"team": "Nowhere"}}}
	a = d.ask(d.owner, simulate, variables{"input": variables{"definition": document}})
	a.wantUserError("workflowSimulate", "INVALID", "definition.steps.0.route.team")
	if a.at("workflowSimulate.steps") != nil || a.at("workflowSimulate.matches") != nil {
		t.Errorf("got %v", a.Data)
	}
}

func TestAMadeUpContactIsSimulatedOverTheAPI(t *testing.T) {
	d := newDesk(t)
	ana := d.hire("Ana", "AGENT", "ALL")
	d.team("Sales", ana)
	d.ask(d.owner, `mutation { workspaceUpdate(input: {lifecycleStages: ["Lead"]}) { userErrors { message } }
		contactFieldCreate(input: {name: "plan", type: TEXT, options: ["Free", "Gold"]}) { userErrors { message } } }`, nil).ok()
	const simulate = `mutation($input: WorkflowSimulateInput!) { workflowSimulate(input: $input) {
		status steps { key exit detail } wouldSend wouldAssign { name } userErrors { code message field } } }`
	document := variables{"format": 1, "trigger": variables{"on": "conversation.opened"}, "steps": []any{
		variables{"key": "by", "branch": []any{variables{"when": variables{"all": []any{
			variables{"field": "contact.plan", "op": "equals", "value": "gold"}, variables{"field": "contact.lifecycle_stage", "op": "equals", "value": "LEAD"},
			variables{"field": "contact.tags", "op": "hasAny", "value": []any{"Vip"}}}}, "go": "sales"}}, "else": "end"},
		variables{"key": "sales", "route": variables{"team": "Sales"}},
		variables{"key": "give", "assign": variables{"by": "team", "policy": variables{"onlineOnly": false, "maxOpen": 1}}},
		variables{"key": "full", "send": variables{"text": "{{ contact.plan }} {{ contact.tags | join }} {{ assignee.name }}"}},
		variables{"key": "take", "unassign": variables{}},
		variables{"key": "owner", "branch": []any{variables{"when": variables{"field": "conversation.assignee", "op": "exists"}, "go": "end"}}, "else": "again"},
		variables{"key": "again", "assign": variables{"by": "team", "policy": variables{"onlineOnly": false, "maxOpen": 1}}},
	}}
	contact := variables{"tags": []any{" vip "}, "lifecycleStage": "lead", "fields": variables{"plan": "GOLD"}}
	a := d.ask(d.owner, simulate, variables{"input": variables{"definition": document, "contact": contact}}).ok()
	if got := a.each("workflowSimulate.steps", "key"); !slices.Equal(got, []string{"by", "sales", "give", "full", "take", "owner", "again"}) {
		t.Errorf("steps %v", got)
	}
	if a.text("workflowSimulate.wouldSend.0") != "Gold vip Ana" || a.text("workflowSimulate.wouldAssign.name") != "Ana" {
		t.Errorf("got %v", a.Data)
	}
	for field, wrong := range map[string]variables{
		"contact.fields.plan":    {"fields": variables{"plan": "Silver"}},
		"contact.fields.other":   {"fields": variables{"other": 1}},
		"contact.lifecycleStage": {"lifecycleStage": "Customer"},
		"contact.tags.1":         {"tags": []any{"a", ""}},
		"contact.email":          {"email": "nowhere"},
	} {
		a := d.ask(d.owner, simulate, variables{"input": variables{"definition": document, "contact": wrong}})
		code := "INVALID"
		if field == "contact.tags.1" {
			code = "REQUIRED"
		}
		a.wantUserError("workflowSimulate", code, field)
	}
}

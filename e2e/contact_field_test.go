package e2e_test

import (
	"strings"
	"testing"
)

// newField adds a custom field and returns its id.
func (c *caller) newField(input object) string {
	c.Helper()
	return c.do("contactFieldCreate", input, "contactField { id }").ContactField.ID
}

func TestContactsHaveCustomFields(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	k := o.manager
	plan := k.newField(object{"name": "plan", "label": "Plan", "type": "TEXT", "options": []string{"Gold", "Silver"}})
	k.newField(object{"name": "seats", "type": "NUMBER"})

	var listed struct {
		Workspace struct {
			ContactFields []struct {
				ID, Name, Label, Type string
				Options               []string
			}
		}
		Node struct{ Name string }
	}
	o.ana.read(`query($id: ID!) { workspace { contactFields { id name label type options } } node(id: $id) { ... on ContactField { name } } }`, object{"id": plan}, &listed)
	if got := text(listed); got != `{"Workspace":{"ContactFields":[{"ID":"`+plan+`","Name":"plan","Label":"Plan","Type":"TEXT","Options":["Gold","Silver"]},`+
		`{"ID":"`+listed.Workspace.ContactFields[1].ID+`","Name":"seats","Label":"seats","Type":"NUMBER","Options":[]}]},"Node":{"Name":"plan"}}` {
		t.Errorf("the fields are %s", got)
	}

	in := o.incoming("eva", "", "Hi")
	in["contact"].(object)["fields"] = object{"plan": "gold"}
	eva := k.do("messageReceive", in, "contact { id }").Contact.ID
	k.do("contactUpdate", object{"id": eva, "fields": object{"seats": 3}}, "")
	made := k.do("contactCreate", object{"fields": object{"plan": "Silver", "seats": "4"}}, "contact { id }").Contact.ID
	k.do("contactUpdate", object{"id": made, "fields": object{"plan": nil}}, "")
	fields := func(id string) string {
		var answer struct {
			Contact struct{ Fields, Plan, None any }
		}
		k.read(`query($id: ID!) { contact(id: $id) { fields plan: field(name: "plan") none: field(name: "none") } }`, object{"id": id}, &answer)
		return text(answer.Contact)
	}
	if got, want := fields(eva), `{"Fields":{"plan":"Gold","seats":3},"Plan":"Gold","None":null}`; got != want {
		t.Errorf("a contact reads %s, want %s", got, want)
	}
	if got, want := fields(made), `{"Fields":{"seats":4},"Plan":null,"None":null}`; got != want {
		t.Errorf("a contact reads %s, want %s", got, want)
	}

	flow := k.do("workflowCreate", object{"name": "Uses plan", "definition": inbound(object{"key": "a", "note": object{"text": "{{ contact.plan }}"}})}, "workflow { id }").Workflow.ID
	k.do("workflowPublish", object{"id": flow}, "")
	o.refuse(t, []refusal{
		{"by an agent", o.ana, "contactFieldCreate", object{"name": "new", "type": "TEXT"}, "FORBIDDEN"},
		{"by an agent", o.ana, "contactFieldUpdate", object{"id": plan, "label": "New"}, "FORBIDDEN"},
		{"by an agent's key", o.agentKey, "contactFieldDelete", object{"id": plan}, "FORBIDDEN"},
		{"blank name", k, "contactFieldCreate", object{"name": " ", "type": "TEXT"}, "REQUIRED name"},
		{"bad name", k, "contactFieldCreate", object{"name": "Shoe size", "type": "TEXT"}, "INVALID name"},
		{"taken name", k, "contactFieldCreate", object{"name": "plan", "type": "TEXT"}, "TAKEN name"},
		{"the name of what there is", k, "contactFieldCreate", object{"name": "email", "type": "TEXT"}, "TAKEN name"},
		{"options of a number", k, "contactFieldCreate", object{"name": "new", "type": "NUMBER", "options": []string{"1"}}, "INVALID options"},
		{"101 options", k, "contactFieldCreate", object{"name": "new", "type": "LIST", "options": tags(101)}, "LIMIT_EXCEEDED options"},
		{"long label", k, "contactFieldCreate", object{"name": "new", "label": words(201), "type": "TEXT"}, "LIMIT_EXCEEDED label"},
		{"unknown", k, "contactFieldUpdate", object{"id": eva, "label": "New"}, "NOT_FOUND id"},
		{"unknown", k, "contactFieldDelete", object{"id": "fld_zz"}, "NOT_FOUND id"},
		{"no label", k, "contactFieldUpdate", object{"id": plan, "label": nil}, "INVALID label"},
		{"a type in use", k, "contactFieldUpdate", object{"id": plan, "type": "LIST"}, "CONFLICT type"},
		{"in use", k, "contactFieldDelete", object{"id": plan}, "CONFLICT id"},
		{"no option", k, "contactUpdate", object{"id": eva, "firstName": "New", "fields": object{"plan": "Tin"}}, "INVALID fields.plan"},
		{"no field", k, "contactUpdate", object{"id": eva, "fields": object{"shoes": 1}}, "INVALID fields.shoes"},
		{"no object", k, "contactUpdate", object{"id": eva, "fields": []int{1}}, "INVALID fields"},
		{"null", k, "contactUpdate", object{"id": eva, "fields": nil}, "INVALID fields"},
		{"no number", k, "contactCreate", object{"fields": object{"seats": "many"}}, "INVALID fields.seats"},
	})
	_, err := k.try("contactFieldDelete", object{"id": plan}, "")
	if err == nil || !strings.Contains(err.Error(), "Uses plan") {
		t.Errorf("%v does not name the workflow", err)
	}
	k.do("workflowStop", object{"id": flow}, "")
	k.do("contactFieldUpdate", object{"id": plan, "label": "Tier", "type": "LIST", "options": nil}, "")
	k.do("contactFieldDelete", object{"id": plan}, "")
	if got, want := fields(eva), `{"Fields":{"seats":3},"Plan":null,"None":null}`; got != want {
		t.Errorf("after the field is gone a contact reads %s, want %s", got, want)
	}
}

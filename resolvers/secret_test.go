package resolvers_test

import (
	"strings"
	"testing"

	"foyer/inbox"
)

func TestSecretsAreListedByNameAndNeverShown(t *testing.T) {
	d := newDesk(t)
	const set = `mutation($name: String!, $value: String!) { secretSet(input: {name: $name, value: $value}) { secret { name createdAt updatedAt } userErrors { code field message } } }`
	const list = `{ secrets { name updatedAt } }`
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	for _, name := range []string{"CRM", "SHOP", "MAIL", "CRM"} {
		a := d.ask(d.owner, set, variables{"name": name, "value": "the value of " + name}).ok()
		if a.text("secretSet.secret.name") != name || a.text("secretSet.secret.updatedAt") == "" {
			t.Errorf("got %v", a.Data)
		}
	}
	d.ask(d.owner, set, variables{"name": "a b", "value": "the value"}).wantUserError("secretSet", "INVALID", "name")
	refusal := d.ask(d.owner, set, variables{"name": "CRM", "value": "shorty"})
	refusal.wantUserError("secretSet", "INVALID", "value")
	if said := refusal.text("secretSet.userErrors.0.message"); strings.Contains(said, "shorty") {
		t.Errorf("the refusal shows the value: %s", said)
	}
	d.ask(ann, set, variables{"name": "CRM", "value": "the value"}).wantUserError("secretSet", "FORBIDDEN", "")
	if got := strings.Join(d.ask(d.owner, list, nil).ok().each("secrets", "name"), ", "); got != "CRM, MAIL, SHOP" {
		t.Errorf("listed %s", got)
	}
	d.ask(ann, list, nil).wantCode("FORBIDDEN")
	const drop = `mutation { secretDelete(input: {name: "SHOP"}) { name userErrors { code field } } }`
	if a := d.ask(d.owner, drop, nil).ok(); a.text("secretDelete.name") != "SHOP" {
		t.Errorf("got %v", a.Data)
	}
	d.ask(d.owner, drop, nil).wantUserError("secretDelete", "NOT_FOUND", "name")
}

func TestManagersAreToldWhetherAWorkflowHasAWebhookURL(t *testing.T) {
	d := newDesk(t)
	ann := d.hire("Ann", inbox.RoleAgent, inbox.VisibilityAll)
	yaml := "format: 1\nname: Orders\ntrigger: { on: webhook, contact: { email: email } }\nsteps:\n  - key: open\n    open: {}\n"
	id := d.ask(d.owner, importWorkflow, variables{"yaml": yaml}).ok().text("workflowImport.workflow.id")
	since := func(who person) any {
		t.Helper()
		return d.ask(who, `query($id: ID!) { workflow(id: $id) { webhookCreatedAt } }`, variables{"id": id}).ok().at("workflow.webhookCreatedAt")
	}
	if got := since(d.owner); got != nil {
		t.Errorf("a draft has had a URL since %v", got)
	}
	published := d.ask(d.owner, `mutation($id: ID!) { workflowPublish(input: {id: $id}) { webhookPath workflow { webhookCreatedAt } userErrors { message } } }`, variables{"id": id}).ok()
	if got := since(d.owner); got != published.text("workflowPublish.workflow.webhookCreatedAt") || published.text("workflowPublish.webhookPath") == "" {
		t.Errorf("it has had a URL since %v; publishing said %v", got, published.Data)
	}
	if got := since(ann); got != nil {
		t.Errorf("an agent reads %v", got)
	}
}

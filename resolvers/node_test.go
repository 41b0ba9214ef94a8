package resolvers_test

import (
	"strings"
	"testing"

	"foyer/inbox"
)

func TestANodeIsFoundByItsIDWhateverItsKind(t *testing.T) {
	o := newOffice(t)
	c := o.conversations[0]
	ids := append([]string{o.channel.String(), o.sales.String(), o.workflow.String(), o.owner.Actor.Agent().String(),
		inbox.APIKeyID(o.key.Actor.ID).String()}, c.nodes...)
	kinds := []string{"Channel", "Team", "Workflow", "Agent", "ApiKey", "Conversation", "Message", "Note", "Contact", "AssignmentDecision", "WorkflowRun"}
	for i, id := range ids {
		a := o.ask(o.owner, `query($id: ID!) { node(id: $id) { __typename id } }`, variables{"id": id}).ok()
		if a.at("node") == nil || a.text("node.__typename") != kinds[i] || a.text("node.id") != id {
			t.Errorf("%s is %v, want a %s", id, a.at("node"), kinds[i])
		}
	}
}

func TestAnIDThatIsMalformedOrOfAnotherKindIsUnknown(t *testing.T) {
	o := newOffice(t)
	conversation := o.conversations[0].id.String()
	for _, id := range []string{"", "cnv_", "cnv_0", "CNV_1", conversation + "zzzzzzzzzzzzzz", "x", "1", "tea_" + strings.TrimPrefix(conversation, "cnv_") + "zz", "cnv_zzzzz"} {
		if got := o.ask(o.owner, `query($id: ID!) { node(id: $id) { id } }`, variables{"id": id}).ok().at("node"); got != nil {
			t.Errorf("node %q is %v", id, got)
		}
	}
	a := o.ask(o.owner, `query($id: ID!) { contact(id: $id) { id } workflow(id: $id) { id } workflowRun(id: $id) { id }
		contactByIdentity(channelId: $id, externalId: "sales") { id } conversations(filter: {teamIds: [$id]}) { nodes { id } } }`,
		variables{"id": conversation}).ok()
	for _, field := range []string{"contact", "workflow", "workflowRun", "contactByIdentity"} {
		if a.at(field) != nil {
			t.Errorf("%s finds a conversation's id: %v", field, a.at(field))
		}
	}
	if got := a.each("conversations.nodes", "id"); len(got) != 0 {
		t.Errorf("a filter for an unknown team lets %v through", got)
	}
	o.ask(o.owner, `mutation($id: ID!) { teamUpdate(input: {id: $id}) { team { id } userErrors { code field } } }`,
		variables{"id": conversation}).wantUserError("teamUpdate", "NOT_FOUND", "id")
}

func TestAnAPIKeyIsSeenByManagersAndByItself(t *testing.T) {
	o := newOffice(t)
	id := inbox.APIKeyID(o.key.Actor.ID).String()
	other := o.newKey("another", inbox.RoleAgent)
	for name, c := range map[string]struct {
		person
		want bool
	}{"owner": {o.owner, true}, "itself": {o.key, true}, "another key": {other, false}, "an agent": {o.all, false}} {
		got := o.ask(c.person, `query($id: ID!) { node(id: $id) { id } }`, variables{"id": id}).ok().at("node")
		if (got != nil) != c.want {
			t.Errorf("%s: got %v, want visible: %v", name, got, c.want)
		}
	}
	if got := o.ask(o.key, `{ viewer { __typename ... on ApiKey { id name } } }`, nil).ok().text("viewer.id"); got != id {
		t.Errorf("the key's viewer is %s", got)
	}
}

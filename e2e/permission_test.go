package e2e_test

import (
	"slices"
	"testing"
)

func TestNobodyDoesWhatTheirRoleForbids(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	agents := []*caller{o.ana, o.agentKey}
	var cases []refusal
	for i, c := range agents {
		who := []string{"by an agent", "by an agent's key"}[i]
		for mutation, input := range map[string]object{
			"apiKeyCreate":    {"name": "New", "role": "AGENT"},
			"apiKeyRevoke":    {"id": o.key},
			"agentCreate":     {"name": "New", "email": "new@e2e.localhost", "password": "long enough"},
			"agentUpdate":     {"id": o.ana.id, "name": "New"},
			"teamCreate":      {"name": "New"},
			"teamUpdate":      {"id": o.Teams["Sales"], "name": "New"},
			"channelCreate":   {"name": "New", "kind": "API"},
			"channelUpdate":   {"id": o.channel(), "name": "New"},
			"workspaceUpdate": {"name": "New"},
			"workflowCreate":  {"name": "New", "definition": inbound()},
			"workflowUpdate":  {"id": o.draft, "name": "New"},
			"workflowPublish": {"id": o.draft},
			"workflowStop":    {"id": o.published},

			"workflowWebhookRotate": {"id": o.published},
			"secretSet":             {"name": "NEW", "value": "long enough"},
			"secretDelete":          {"name": "NEW"},
			"contactUpdate":         {"id": o.sales.Contact.ID, "blocked": true},
		} {
			cases = append(cases, refusal{who, c, mutation, input, "FORBIDDEN"})
		}
	}
	for mutation, input := range map[string]object{
		"apiKeyCreate": {"name": "New", "role": "AGENT"},
		"apiKeyRevoke": {"id": o.key},
		"agentCreate":  {"name": "New", "email": "new@e2e.localhost", "password": agentPassword},
		"agentUpdate":  {"id": o.gone, "disabled": false, "password": agentPassword},
	} {
		cases = append(cases, refusal{"by a manager's key", o.manager, mutation, input, "FORBIDDEN"})
	}
	conversation, owner := o.sales.Conversation.ID, o.Agents[ownerEmail]
	cases = append(cases,
		refusal{"by an agent", o.ana, "messageReceive", o.incoming("new", "", "Hi"), "FORBIDDEN"},
		refusal{"by an agent", o.ana, "messageReceiveBatch", object{"messages": []object{o.incoming("new", "", "Hi")}}, "FORBIDDEN"},
		refusal{"by an agent", o.ana, "messageStatusReport", object{"messageId": o.sent, "status": "READ"}, "FORBIDDEN"},
		refusal{"of somebody else by an agent", o.ana, "presenceSet", object{"agentId": o.Agents[emailOf("bea")], "presence": "OFFLINE"}, "FORBIDDEN"},
		refusal{"by who does not see all", o.ana, "contactCreate", object{"firstName": "New"}, "FORBIDDEN"},
		refusal{"for an owner by a manager", o.boss, "apiKeyCreate", object{"name": "New", "role": "OWNER"}, "FORBIDDEN"},
		refusal{"as owner by a manager", o.boss, "agentCreate", object{"name": "New", "email": "new@e2e.localhost", "password": "long enough", "role": "OWNER"}, "FORBIDDEN"},
		refusal{"to owner by a manager", o.boss, "agentUpdate", object{"id": o.ana.id, "role": "OWNER"}, "FORBIDDEN"},
		refusal{"an owner by a manager", o.boss, "agentUpdate", object{"id": owner, "name": "New"}, "FORBIDDEN"},
		refusal{"over capacity by a key", o.manager, "conversationAssign", object{"conversationId": conversation, "agentId": o.Agents[emailOf("bea")], "overCapacity": true}, "FORBIDDEN"},
		refusal{"by somebody else", o.owner, "conversationRead", object{"conversationId": conversation, "messageId": o.sales.Message.ID}, "FORBIDDEN"},
	)
	o.refuse(t, cases)
	err := o.ana.Do(t.Context(), `{ contacts { nodes { id } } }`, nil, &object{})
	if got := codes(err); !slices.Equal(got, []string{"FORBIDDEN"}) {
		t.Errorf("contacts, listed by who does not see all: %v", err)
	}
}

func TestAnotherTeamsConversationIsNotThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation, contact := o.support.Conversation.ID, o.support.Contact.ID
	in := func(m object) object { return with(object{"conversationId": conversation}, m) }
	note := o.manager.do("noteAdd", in(object{"text": "Secret"}), "note { id }").Note.ID
	var of struct {
		Conversation struct{ Decisions, Runs []reference }
	}
	o.manager.read(`query($id: ID!) { conversation(id: $id) { decisions { id } runs { id } } }`, object{"id": conversation}, &of)

	o.refuse(t, []refusal{
		{"unseen", o.ana, "messageSend", in(object{"text": "Hi"}), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "noteAdd", in(object{"text": "Hi"}), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationAssign", in(object{"agentId": o.ana.id}), "NOT_FOUND conversationId"},
		{"unseen, over capacity", o.ana, "conversationAssign", in(object{"agentId": o.ana.id, "overCapacity": true}), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationUnassign", in(nil), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationRoute", in(object{"teamId": o.Teams["Sales"]}), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationSnooze", in(object{"until": "2100-01-01T00:00:00Z"}), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationWake", in(nil), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationRead", in(object{"messageId": o.support.Message.ID}), "NOT_FOUND conversationId"},
		{"unseen", o.ana, "conversationClose", in(nil), "NOT_FOUND conversationId"},
		{"with an unseen contact", o.ana, "conversationOpen", object{"contactId": contact}, "NOT_FOUND contactId"},
		{"unseen", o.ana, "contactUpdate", object{"id": contact, "firstName": "New"}, "NOT_FOUND id"},
		{"unseen, and blocked", o.ana, "contactUpdate", object{"id": contact, "blocked": true}, "NOT_FOUND id"},
	})

	for _, id := range []string{conversation, contact, o.support.Message.ID, note, of.Conversation.Decisions[0].ID, of.Conversation.Runs[0].ID} {
		for _, c := range []*caller{o.ana, o.owner} {
			var answer struct{ Node *reference }
			c.read(`query($id: ID!) { node(id: $id) { id } }`, object{"id": id}, &answer)
			if seen := answer.Node != nil; seen != (c == o.owner) {
				t.Errorf("node(id: %q) is seen: %t", id, seen)
			}
		}
	}
	var answer struct {
		Conversation, ConversationByNumber, Contact, ContactByIdentity, WorkflowRun *reference

		Conversations struct {
			Nodes      []reference
			TotalCount int
		}
		Found       struct{ Nodes []reference }
		InboxCounts struct{ Open int }
		Node        struct{ Queue struct{ TotalCount int } }
		Workflow    struct {
			Definition, PublishedDefinition any
			Runs                            struct{ Nodes []reference }
		}
	}
	o.ana.read(`query($conversation: ID!, $number: Int!, $contact: ID!, $channel: ID!, $run: ID!, $workflow: ID!, $team: ID!) {
		conversation(id: $conversation) { id } conversationByNumber(number: $number) { id }
		contact(id: $contact) { id } contactByIdentity(channelId: $channel, externalId: "bob") { id } workflowRun(id: $run) { id }
		conversations { nodes { id } totalCount } found: conversations(filter: {search: "help"}) { nodes { id } }
		inboxCounts { open } node(id: $team) { ... on Team { queue { totalCount } } }
		workflow(id: $workflow) { definition publishedDefinition runs { nodes { id } } }
	}`, object{"conversation": conversation, "number": o.support.Conversation.Number, "contact": contact, "channel": o.channel(),
		"run": of.Conversation.Runs[0].ID, "workflow": o.published, "team": o.Teams["Support"]}, &answer)
	if answer.Conversation != nil || answer.ConversationByNumber != nil || answer.Contact != nil || answer.ContactByIdentity != nil ||
		answer.WorkflowRun != nil || len(answer.Found.Nodes) > 0 || answer.Node.Queue.TotalCount > 0 {
		t.Errorf("an agent of another team reads %s", text(answer))
	}
	sees := []string{o.sales.Conversation.ID, o.closed.Conversation.ID, o.blocked.Conversation.ID}
	for _, v := range answer.Conversations.Nodes {
		if !slices.Contains(sees, v.ID) {
			t.Errorf("an agent of another team lists %s", v.ID)
		}
	}
	if len(answer.Conversations.Nodes) != len(sees) || answer.Conversations.TotalCount != len(sees) || answer.InboxCounts.Open != 1 ||
		len(answer.Workflow.Runs.Nodes) != len(sees) || answer.Workflow.Definition != nil || answer.Workflow.PublishedDefinition != nil {
		t.Errorf("an agent of another team counts %s", text(answer))
	}
}

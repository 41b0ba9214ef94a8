package resolvers_test

import (
	"slices"
	"testing"

	"foyer/engine"
)

func TestLeftOutIsUnchangedAndNullIsCleared(t *testing.T) {
	o := newOffice(t)
	contact := o.conversations[0].contact.String()
	const update = `mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) {
		contact { firstName email phone tags owner { name } } cursor userErrors { code field } } }`
	set := o.ask(o.owner, update, variables{"input": variables{"id": contact, "firstName": "Maria", "email": "maria@example.com",
		"addTags": []string{"vip"}, "ownerId": o.all.Actor.Agent().String()}}).ok()
	if set.text("contactUpdate.contact.email") != "maria@example.com" || set.text("contactUpdate.contact.owner.name") != "Alma" {
		t.Fatalf("got %v", set.Data)
	}
	a := o.ask(o.owner, update, variables{"input": variables{"id": contact, "email": nil, "ownerId": nil}}).ok()
	if a.at("contactUpdate.contact.email") != nil || a.at("contactUpdate.contact.owner") != nil ||
		a.text("contactUpdate.contact.firstName") != "Maria" || a.text("contactUpdate.contact.tags.0") != "vip" {
		t.Errorf("got %v", a.Data)
	}
}

func TestNullIsRefusedWhereNothingCanBeCleared(t *testing.T) {
	o := newOffice(t)
	conversation := o.conversations[0].id.String()
	for mutation, c := range map[string]struct {
		input  string
		id     string
		fields []string
	}{
		"agentUpdate":       {"AgentUpdateInput", o.all.Actor.Agent().String(), []string{"name", "role", "visibility", "disabled"}},
		"teamUpdate":        {"TeamUpdateInput", o.sales.String(), []string{"name", "policy", "addMemberIds", "removeMemberIds"}},
		"channelUpdate":     {"ChannelUpdateInput", o.channel.String(), []string{"name", "graceAfterClose", "disabled"}},
		"contactUpdate":     {"ContactUpdateInput", o.conversations[0].contact.String(), []string{"blocked", "addTags", "removeTags"}},
		"workflowUpdate":    {"WorkflowUpdateInput", o.workflow.String(), []string{"name", "definition"}},
		"workspaceUpdate":   {"WorkspaceUpdateInput", "", []string{"name", "timeZone"}},
		"conversationRoute": {"ConversationRouteInput", "", []string{"priority"}},
	} {
		for _, field := range c.fields {
			input := variables{field: nil}
			if c.id != "" {
				input["id"] = c.id
			}
			if mutation == "conversationRoute" {
				input["conversationId"] = conversation
			}
			o.ask(o.owner, `mutation($input: `+c.input+`!) { `+mutation+`(input: $input) { userErrors { code field message } } }`,
				variables{"input": input}).wantUserError(mutation, "INVALID", field)
		}
	}
	o.ask(o.owner, `mutation($id: ID!) { teamUpdate(input: {id: $id, policy: {strategy: null, maxOpen: null}}) { userErrors { code field } } }`,
		variables{"id": o.sales.String()}).wantUserError("teamUpdate", "INVALID", "policy.strategy")
}

func TestWhatCanBeClearedIs(t *testing.T) {
	o := newOffice(t)
	a := o.ask(o.owner, `mutation($agent: ID!, $team: ID!, $workflow: ID!, $conversation: ID!) {
		set: agentUpdate(input: {id: $agent, maxOpen: 5}) { agent { maxOpen } userErrors { code } }
		agentUpdate(input: {id: $agent, maxOpen: null}) { agent { maxOpen name } userErrors { code } }
		limited: teamUpdate(input: {id: $team, policy: {maxOpen: 3}}) { team { policy { maxOpen strategy } } }
		teamUpdate(input: {id: $team, policy: {maxOpen: null}}) { team { policy { maxOpen strategy } } }
		described: workflowUpdate(input: {id: $workflow, description: "x"}) { workflow { description } }
		workflowUpdate(input: {id: $workflow, description: null}) { workflow { description definition } }
		filled: workspaceUpdate(input: {lifecycleStages: ["new"], defaultTeamId: $team, autoClose: "P7D"}) {
			workspace { lifecycleStages defaultTeam { name } autoClose } }
		workspaceUpdate(input: {lifecycleStages: null, defaultTeamId: null, autoClose: null}) {
			workspace { lifecycleStages defaultTeam { name } acknowledgements autoClose } }
		conversationRoute(input: {conversationId: $conversation, teamId: null}) { conversation { team { name } priority } userErrors { code } }
	}`, variables{"agent": o.all.Actor.Agent().String(), "team": o.sales.String(), "workflow": o.workflow.String(),
		"conversation": o.conversations[0].id.String()}).ok()
	if a.at("set.agent.maxOpen") != float64(5) || a.at("agentUpdate.agent.maxOpen") != nil || a.text("agentUpdate.agent.name") != "Alma" {
		t.Errorf("agent: %v", a.at("agentUpdate"))
	}
	if a.at("limited.team.policy.maxOpen") != float64(3) || a.at("teamUpdate.team.policy.maxOpen") != nil || a.text("teamUpdate.team.policy.strategy") != "ROUND_ROBIN" {
		t.Errorf("team: %v", a.at("teamUpdate"))
	}
	if a.text("described.workflow.description") != "x" || a.at("workflowUpdate.workflow.description") != nil || a.at("workflowUpdate.workflow.definition") == nil {
		t.Errorf("workflow: %v", a.at("workflowUpdate"))
	}
	if a.text("filled.workspace.defaultTeam.name") != "Sales" || a.at("workspaceUpdate.workspace.defaultTeam") != nil ||
		a.text("filled.workspace.autoClose") != "P7D" || a.at("workspaceUpdate.workspace.autoClose") != nil ||
		len(a.at("workspaceUpdate.workspace.lifecycleStages").([]any)) != 0 || len(a.at("workspaceUpdate.workspace.acknowledgements").([]any)) == 0 {
		t.Errorf("workspace: %v", a.at("workspaceUpdate"))
	}
	if a.at("conversationRoute.conversation.team") != nil || a.text("conversationRoute.conversation.priority") != "NORMAL" {
		t.Errorf("conversation: %v", a.at("conversationRoute"))
	}
}

func TestARefusedChangeShowsTheObjectAsItIs(t *testing.T) {
	o := newOffice(t)
	var mine seenConversation
	for _, mine = range o.conversations {
		if mine.name == "Tom's" {
			break
		}
	}
	a := o.ask(o.owner, `mutation($id: ID!, $agent: ID!) { conversationAssign(input: {conversationId: $id, agentId: $agent, onlyIfUnassigned: true}) {
		conversation { assignee { name } } cursor userErrors { code field } } }`,
		variables{"id": mine.id.String(), "agent": o.all.Actor.Agent().String()})
	a.wantUserError("conversationAssign", "CONFLICT", "onlyIfUnassigned")
	if a.text("conversationAssign.conversation.assignee.name") != "Tom" || a.at("conversationAssign.cursor") != nil {
		t.Errorf("got %v", a.Data)
	}
	a = o.ask(o.owner, `mutation($id: ID!) { workflowUpdate(input: {id: $id, name: "Other", ifUpdatedAt: "2020-01-01T00:00:00Z"}) {
		workflow { name } userErrors { code field } } }`, variables{"id": o.workflow.String()})
	a.wantUserError("workflowUpdate", "CONFLICT", "ifUpdatedAt")
	if a.text("workflowUpdate.workflow.name") != "Greeter" {
		t.Errorf("got %v", a.Data)
	}
}

func TestEachProblemOfADocumentIsAUserError(t *testing.T) {
	o := newOffice(t)
	a := o.ask(o.owner, `mutation($document: JSON!) { workflowCreate(input: {name: "Broken", definition: $document}) {
		workflow { id } userErrors { code message field } } }`, variables{"document": variables{"format": 1, "name": "Broken",
		"trigger": variables{"on": "conversation.opened"}, "steps": []any{variables{"key": "a", "note": variables{}}, variables{"key": "b", "note": variables{}}}}}).ok()
	problems := a.at("workflowCreate.userErrors").([]any)
	if a.at("workflowCreate.workflow") != nil || len(problems) < 2 {
		t.Fatalf("got %v", a.Data)
	}
	for _, p := range problems {
		problem := p.(map[string]any)
		if problem["code"] != "INVALID" || problem["field"].([]any)[0] != "definition" || problem["field"].([]any)[1] != "steps" {
			t.Errorf("got %v", problem)
		}
	}
}

func TestABatchAnswersEachMessageForItself(t *testing.T) {
	o := newOffice(t)
	message := func(contact, text string) variables {
		return variables{"channelId": o.channel.String(), "contact": variables{"externalId": contact}, "message": variables{"text": text}}
	}
	a := o.ask(o.owner, `mutation($messages: [MessageReceiveInput!]!) { messageReceiveBatch(input: {messages: $messages}) {
		results { message { text } conversation { inboundCount } opened userErrors { code field } } userErrors { code } } }`,
		variables{"messages": []any{message("batch", "one"), message("", "two"), message("batch", "three")}}).ok()
	if a.text("messageReceiveBatch.results.0.message.text") != "one" || a.text("messageReceiveBatch.results.2.message.text") != "three" {
		t.Errorf("got %v", a.Data)
	}
	if a.text("messageReceiveBatch.results.1.userErrors.0.code") != "REQUIRED" || a.at("messageReceiveBatch.results.1.message") != nil {
		t.Errorf("got %v", a.at("messageReceiveBatch.results.1"))
	}
	var many []any
	for range 101 {
		many = append(many, message("batch", "x"))
	}
	a = o.ask(o.owner, `mutation($messages: [MessageReceiveInput!]!) { messageReceiveBatch(input: {messages: $messages}) {
		results { message { id } } userErrors { code field } } }`, variables{"messages": many})
	a.wantUserError("messageReceiveBatch", "LIMIT_EXCEEDED", "messages")
	if a.at("messageReceiveBatch.results") != nil {
		t.Errorf("got %v", a.Data)
	}
}

func TestAFilterLetsThroughWhatItNames(t *testing.T) {
	o := newOffice(t)
	names := make(map[string]string)
	for _, c := range o.conversations {
		names[c.id.String()] = c.name
	}
	_, err := o.engine.MessageSend(t.Context(), o.key.Caller, engine.MessageSendInput{ConversationID: o.conversations[2].id, Text: new("an elephant")})
	o.must(err)
	for _, c := range []struct {
		filter variables
		want   []string
	}{
		{variables{"teamIds": []string{o.support.String(), o.support.String()}}, []string{"support", "Tom's", "Oscar's"}},
		{variables{"teamIds": []string{o.support.String()}, "unassigned": true}, []string{"support"}},
		{variables{"assigneeIds": []string{o.own.Actor.Agent().String(), o.team.Actor.Agent().String(), "x"}}, []string{"Tom's", "Oscar's"}},
		{variables{"teamIds": []string{}}, nil},
		{variables{"teamIds": nil, "unassigned": nil, "search": nil, "status": "OPEN"}, []string{"sales", "support", "free", "Tom's", "Oscar's"}},
		{variables{"unassigned": false, "status": "OPEN"}, []string{"Tom's", "Oscar's"}},
		{variables{"waiting": false, "status": "OPEN"}, []string{"free"}},
		{variables{"search": "eleph"}, []string{"free"}},
		{variables{"search": " sales "}, []string{"sales"}},
		{variables{"search": "!"}, nil},
		{variables{"search": "", "status": "OPEN"}, []string{"sales", "support", "free", "Tom's", "Oscar's"}},
		{variables{"contactIds": []string{o.conversations[1].contact.String()}}, []string{"support"}},
		{variables{"snoozed": true}, nil},
		{variables{"queued": true}, []string{"sales", "support"}},
		{variables{"queued": false, "unassigned": true, "status": "OPEN"}, []string{"free"}},
		{variables{"channelIds": []string{o.channel.String()}, "status": "OPEN", "priorities": []string{"NORMAL"}}, []string{"sales", "support", "free", "Tom's", "Oscar's"}},
		{variables{"channelIds": []string{"x"}}, nil},
	} {
		a := o.ask(o.owner, `query($filter: ConversationFilter) { conversations(filter: $filter) { totalCount nodes { id } } }`, variables{"filter": c.filter}).ok()
		var got []string
		for _, id := range a.each("conversations.nodes", "id") {
			got = append(got, names[id])
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(c.want))
		if !slices.Equal(got, want) || a.at("conversations.totalCount") != float64(len(want)) {
			t.Errorf("%v: got %v (%v), want %v", c.filter, got, a.at("conversations.totalCount"), want)
		}
	}
	for filter, want := range map[string]int{`search: "ales"`: 0, `search: "sal"`: 1, `search: "?"`: 0, `tags: []`: 0, `blocked: true`: 1, `emails: ["x"]`: 0} {
		a := o.ask(o.owner, `{ contacts(filter: {`+filter+`}) { totalCount } }`, nil).ok()
		if got := a.at("contacts.totalCount"); got != float64(want) {
			t.Errorf("contacts with %s: %v, want %d", filter, got, want)
		}
	}
	if got := o.ask(o.owner, `{ workflows(filter: {search: "GREET", statuses: [PUBLISHED]}) { nodes { name } } }`, nil).ok().each("workflows.nodes", "name"); len(got) != 1 {
		t.Errorf("workflows: %v", got)
	}
}

func TestAnAgentIsShownAsTheWholeCommitLeftThem(t *testing.T) {
	o := newOffice(t)
	// Coming online drains the queue of the team: the answer shows what the agent then has.
	a := o.ask(o.all, `mutation { presenceSet(input: {presence: ONLINE}) { agent { presence openConversations teams { queueLength } } cursor userErrors { code } } }`, nil).ok()
	if a.at("presenceSet.agent.openConversations") == float64(0) || a.at("presenceSet.agent.teams.0.queueLength") != float64(0) {
		t.Errorf("got %v", a.Data)
	}
	o.ask(o.all, `mutation($id: ID!) { presenceSet(input: {presence: ONLINE, agentId: $id}) { agent { id } userErrors { code field } } }`,
		variables{"id": o.own.Actor.Agent().String()}).wantUserError("presenceSet", "FORBIDDEN", "")
	o.ask(o.key, `mutation { presenceSet(input: {presence: ONLINE, agentId: "agt_zzzz"}) { agent { id } userErrors { code field } } }`,
		nil).wantUserError("presenceSet", "NOT_FOUND", "agentId")
	o.ask(o.own, `mutation($id: ID!) { conversationClose(input: {conversationId: $id}) { conversation { id } cursor userErrors { code field } } }`,
		variables{"id": o.conversations[0].id.String()}).wantUserError("conversationClose", "NOT_FOUND", "conversationId")
}

package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEmptyAndOversizedInputIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation, contact, support := o.sales.Conversation.ID, o.sales.Contact.ID, o.Teams["Support"]
	message := func(m object) object {
		return object{"channelId": o.channel(), "contact": object{"externalId": "new"}, "message": m}
	}
	from := func(c object) object {
		return object{"channelId": o.channel(), "contact": with(object{"externalId": "new"}, c), "message": object{"text": "Hi"}}
	}
	send := func(m object) object { return with(object{"conversationId": conversation}, m) }
	hire := func(a object) object {
		return with(object{"name": "New", "email": "new@e2e.localhost", "password": "long enough"}, a)
	}
	k := o.manager
	o.refuse(t, []refusal{
		{"empty message id", k, "messageReceive", message(object{"text": "Hi", "externalId": ""}), "REQUIRED message.externalId"},
		{"long message id", k, "messageReceive", message(object{"text": "Hi", "externalId": words(256)}), "LIMIT_EXCEEDED message.externalId"},
		{"empty contact id", k, "messageReceive", from(object{"externalId": ""}), "REQUIRED contact.externalId"},
		{"no contact id", k, "messageReceive", from(object{"externalId": nil}), "REQUIRED contact.externalId"},
		{"a contact id that is a list", k, "messageReceive", from(object{"externalId": []int{1}}), "REQUIRED contact.externalId"},
		{"long contact id", k, "messageReceive", from(object{"externalId": words(256)}), "LIMIT_EXCEEDED contact.externalId"},
		{"101 messages", k, "messageReceiveBatch", object{"messages": list(101, func(i int) object { return message(object{"text": fmt.Sprint(i)}) })}, "LIMIT_EXCEEDED messages"},

		{"without text", k, "messageSend", send(object{}), "REQUIRED text"},
		{"blank text", k, "messageSend", send(object{"text": " "}), "REQUIRED text"},
		{"long text", k, "messageSend", send(object{"text": words(10_001)}), "LIMIT_EXCEEDED text"},
		{"21 attachments", k, "messageSend", send(object{"attachments": attachments(21)}), "LIMIT_EXCEEDED attachments"},
		{"empty key", k, "messageSend", send(object{"text": "Hi", "idempotencyKey": ""}), "REQUIRED idempotencyKey"},
		{"long key", k, "messageSend", send(object{"text": "Hi", "idempotencyKey": words(256)}), "LIMIT_EXCEEDED idempotencyKey"},
		{"the key of another input", o.ana, "messageSend", send(object{"text": "Hi", "idempotencyKey": "used"}), "IDEMPOTENCY_MISMATCH idempotencyKey"},
		{"the key of another operation", o.ana, "noteAdd", send(object{"text": "Hi", "idempotencyKey": "used"}), "IDEMPOTENCY_MISMATCH idempotencyKey"},
		{"long reason", k, "messageStatusReport", object{"messageId": o.sent, "status": "READ", "failureReason": words(2001)}, "LIMIT_EXCEEDED failureReason"},
		{"long id", k, "messageStatusReport", object{"messageId": o.sent, "status": "READ", "externalId": words(256)}, "LIMIT_EXCEEDED externalId"},
		{"empty text", k, "noteAdd", send(object{"text": ""}), "REQUIRED text"},
		{"long text", k, "noteAdd", send(object{"text": words(10_001)}), "LIMIT_EXCEEDED text"},
		{"long category", k, "conversationClose", send(object{"category": words(129)}), "LIMIT_EXCEEDED category"},
		{"long summary", k, "conversationClose", send(object{"summary": words(2001)}), "LIMIT_EXCEEDED summary"},
		{"a time gone by", k, "conversationSnooze", send(object{"until": "2020-01-01T00:00:00Z"}), "INVALID until"},
		{"no end", k, "conversationSnooze", send(object{}), "REQUIRED until"},
		{"two ends", k, "conversationSnooze", send(object{"until": "2100-01-01T00:00:00Z", "untilTeamOpens": true}), "INVALID untilTeamOpens"},

		{"long first name", k, "contactCreate", object{"firstName": words(201)}, "LIMIT_EXCEEDED firstName"},
		{"101 tags", k, "contactCreate", object{"tags": tags(101)}, "LIMIT_EXCEEDED tags"},
		{"blank tag", k, "contactCreate", object{"tags": []string{" "}}, "REQUIRED tags.0"},
		{"long tag", k, "contactCreate", object{"tags": []string{words(201)}}, "LIMIT_EXCEEDED tags.0"},
		{"unknown stage", k, "contactCreate", object{"lifecycleStage": "won"}, "INVALID lifecycleStage"},
		{"empty identity", k, "contactCreate", object{"identities": []object{{"channelId": o.channel(), "externalId": ""}}}, "REQUIRED identities.0.externalId"},
		{"long identity", k, "contactCreate", object{"identities": []object{{"channelId": o.channel(), "externalId": words(256)}}}, "LIMIT_EXCEEDED identities.0.externalId"},
		{"taken identity", k, "contactCreate", object{"identities": []object{{"channelId": o.channel(), "externalId": "ada"}}}, "TAKEN identities.0.externalId"},
		{"long last name", k, "contactUpdate", object{"id": contact, "firstName": "New", "lastName": words(201)}, "LIMIT_EXCEEDED lastName"},
		{"no email", k, "contactUpdate", object{"id": contact, "firstName": "New", "email": "a@b@c"}, "INVALID email"},
		{"no phone", k, "contactUpdate", object{"id": contact, "firstName": "New", "phone": "0660"}, "INVALID phone"},
		{"no language", k, "contactUpdate", object{"id": contact, "firstName": "New", "language": "??"}, "INVALID language"},
		{"no country", k, "contactUpdate", object{"id": contact, "firstName": "New", "country": "ZZZ"}, "INVALID country"},
		{"101 tags", k, "contactUpdate", object{"id": contact, "firstName": "New", "addTags": tags(101)}, "LIMIT_EXCEEDED addTags"},
		{"unknown stage", k, "contactUpdate", object{"id": contact, "firstName": "New", "lifecycleStage": "won"}, "INVALID lifecycleStage"},

		{"blank name", o.boss, "apiKeyCreate", object{"name": " ", "role": "AGENT"}, "REQUIRED name"},
		{"long name", o.boss, "apiKeyCreate", object{"name": words(201), "role": "AGENT"}, "LIMIT_EXCEEDED name"},
		{"blank name", o.boss, "agentCreate", hire(object{"name": ""}), "REQUIRED name"},
		{"long name", o.boss, "agentCreate", hire(object{"name": words(201)}), "LIMIT_EXCEEDED name"},
		{"blank email", o.boss, "agentCreate", hire(object{"email": " "}), "REQUIRED email"},
		{"no email", o.boss, "agentCreate", hire(object{"email": "new"}), "INVALID email"},
		{"long email", o.boss, "agentCreate", hire(object{"email": strings.Repeat("a", 250) + "@e2e.localhost"}), "INVALID email"},
		{"taken email", o.boss, "agentCreate", hire(object{"email": strings.ToUpper(emailOf("ana"))}), "TAKEN email"},
		{"short password", o.boss, "agentCreate", hire(object{"password": "1234567"}), "INVALID password"},
		{"long password", o.boss, "agentCreate", hire(object{"password": words(201)}), "LIMIT_EXCEEDED password"},
		{"easily guessed password", o.boss, "agentCreate", hire(object{"password": "password1"}), "INVALID password"},
		{"huge email", o.boss, "agentCreate", hire(object{"email": strings.Repeat("a", 100_000) + "@e2e.localhost"}), "LIMIT_EXCEEDED email"},
		{"no capacity", o.boss, "agentCreate", hire(object{"maxOpen": 0}), "INVALID maxOpen"},
		{"blank name", o.boss, "agentUpdate", object{"id": o.ana.id, "maxOpen": 1, "name": " "}, "REQUIRED name"},
		{"long name", o.boss, "agentUpdate", object{"id": o.ana.id, "maxOpen": 1, "name": words(201)}, "LIMIT_EXCEEDED name"},
		{"no capacity", o.boss, "agentUpdate", object{"id": o.ana.id, "name": "New", "maxOpen": 0}, "INVALID maxOpen"},
		{"blank name", k, "teamCreate", object{"name": ""}, "REQUIRED name"},
		{"long name", k, "teamCreate", object{"name": words(201)}, "LIMIT_EXCEEDED name"},
		{"taken name", k, "teamCreate", object{"name": "SALES"}, "TAKEN name"},
		{"no capacity", k, "teamCreate", object{"name": "New", "policy": object{"maxOpen": 0}}, "INVALID policy.maxOpen"},
		{"blank name", k, "teamUpdate", object{"id": support, "name": " ", "addMemberIds": []string{o.ana.id}}, "REQUIRED name"},
		{"long name", k, "teamUpdate", object{"id": support, "name": words(201), "addMemberIds": []string{o.ana.id}}, "LIMIT_EXCEEDED name"},
		{"taken name", k, "teamUpdate", object{"id": support, "name": "sales", "addMemberIds": []string{o.ana.id}}, "TAKEN name"},
		{"no capacity", k, "teamUpdate", object{"id": support, "name": "New", "policy": object{"maxOpen": -1}}, "INVALID policy.maxOpen"},
		{"blank name", k, "channelCreate", object{"name": " ", "kind": "API"}, "REQUIRED name"},
		{"long name", k, "channelCreate", object{"name": words(201), "kind": "API"}, "LIMIT_EXCEEDED name"},
		{"taken name", k, "channelCreate", object{"name": "website", "kind": "API"}, "TAKEN name"},
		{"a negative grace", k, "channelCreate", object{"name": "New", "kind": "API", "graceAfterClose": "-PT5M"}, "INVALID graceAfterClose"},
		{"a negative grace", k, "channelUpdate", object{"id": o.channel(), "name": "New", "graceAfterClose": "-PT5M"}, "INVALID graceAfterClose"},
		{"a negative time to close", k, "workspaceUpdate", object{"name": "New", "autoClose": "-PT5M"}, "INVALID autoClose"},
		{"blank name", k, "channelUpdate", object{"id": o.channel(), "name": "", "graceAfterClose": "PT1M"}, "REQUIRED name"},
		{"long name", k, "channelUpdate", object{"id": o.channel(), "name": words(201), "graceAfterClose": "PT1M"}, "LIMIT_EXCEEDED name"},
		{"taken name", k, "channelUpdate", object{"id": o.channel(), "name": "OLD", "graceAfterClose": "PT1M"}, "TAKEN name"},
		{"blank name", k, "workspaceUpdate", object{"name": ""}, "REQUIRED name"},
		{"long name", k, "workspaceUpdate", object{"name": words(201)}, "LIMIT_EXCEEDED name"},
		{"no time zone", k, "workspaceUpdate", object{"name": "New", "timeZone": "Mars/Base"}, "INVALID timeZone"},
		{"a path as time zone", k, "workspaceUpdate", object{"name": "New", "timeZone": "../../etc/passwd"}, "INVALID timeZone"},
		{"the machine's time zone", k, "workspaceUpdate", object{"name": "New", "timeZone": "Local"}, "INVALID timeZone"},
		{"101 acknowledgements", k, "workspaceUpdate", object{"name": "New", "acknowledgements": tags(101)}, "LIMIT_EXCEEDED acknowledgements"},
		{"blank acknowledgement", k, "workspaceUpdate", object{"name": "New", "acknowledgements": []string{"ok", ""}}, "REQUIRED acknowledgements.1"},
		{"101 stages", k, "workspaceUpdate", object{"name": "New", "lifecycleStages": tags(101)}, "LIMIT_EXCEEDED lifecycleStages"},
		{"long stage", k, "workspaceUpdate", object{"name": "New", "lifecycleStages": []string{words(201)}}, "LIMIT_EXCEEDED lifecycleStages.0"},
		{"closing too soon", k, "workspaceUpdate", object{"name": "New", "autoClose": "PT59S"}, "INVALID autoClose"},
		{"closing too late", k, "workspaceUpdate", object{"name": "New", "autoClose": "P366D"}, "INVALID autoClose"},
		{"blank name", k, "workflowCreate", object{"name": " ", "definition": inbound()}, "REQUIRED name"},
		{"long name", k, "workflowCreate", object{"name": words(201), "definition": inbound()}, "LIMIT_EXCEEDED name"},
		{"taken name", k, "workflowCreate", object{"name": "DRAFT", "definition": inbound()}, "TAKEN name"},
		{"long description", k, "workflowCreate", object{"name": "New", "description": words(2001), "definition": inbound()}, "LIMIT_EXCEEDED description"},
		{"taken name", k, "workflowUpdate", object{"id": o.draft, "name": "INBOUND", "description": "New"}, "TAKEN name"},
		{"long name", k, "workflowUpdate", object{"id": o.draft, "name": words(201), "description": "New"}, "LIMIT_EXCEEDED name"},
		{"long description", k, "workflowUpdate", object{"id": o.draft, "name": "New", "description": words(2001)}, "LIMIT_EXCEEDED description"},
		{"wrong password", o.server.as(""), "login", object{"email": emailOf("ana"), "password": "wrong password"}, "INVALID"},
		{"unknown email", o.server.as(""), "login", object{"email": "nobody@e2e.localhost", "password": agentPassword}, "INVALID"},
		{"disabled agent", o.server.as(""), "login", object{"email": emailOf("gone"), "password": agentPassword}, "INVALID"},
		{"huge email", o.server.as(""), "login", object{"email": strings.Repeat("a", 10_000), "password": agentPassword}, "LIMIT_EXCEEDED email"},
		{"huge password", o.server.as(""), "login", object{"email": emailOf("ana"), "password": strings.Repeat("a", 10_000)}, "LIMIT_EXCEEDED password"},
		{"no email", o.server.as(""), "login", object{"email": "", "password": ""}, "INVALID"},
	})
}

func TestInputAtTheLimitIsTaken(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	conversation := o.sales.Conversation.ID
	got := o.manager.do("messageReceive", object{"channelId": o.channel(), "contact": object{"externalId": words(255), "firstName": words(200)},
		"message": object{"text": words(10_000), "externalId": words(255), "attachments": attachments(20)}}, "message { text }")
	if got.Message.Text != words(10_000) {
		t.Error("the text is not what was sent")
	}
	o.manager.do("noteAdd", object{"conversationId": conversation, "text": words(10_000), "idempotencyKey": words(255)}, "")
	o.manager.do("contactUpdate", object{"id": o.sales.Contact.ID, "addTags": tags(100)}, "")
	batch := o.manager.do("messageReceiveBatch", object{"messages": list(100, func(i int) object {
		return o.incoming("batch", fmt.Sprint("batch-", i), "Hello")
	})}, "results { opened userErrors { code } }")
	if len(batch.Results) != 100 || !batch.Results[0].Opened || batch.Results[99].Opened {
		t.Errorf("the batch is answered %s", text(batch))
	}
	o.manager.do("conversationClose", object{"conversationId": conversation, "category": words(128), "summary": words(2000)}, "")
	o.manager.do("teamCreate", object{"name": words(200)}, "")
	o.manager.do("workspaceUpdate", object{"acknowledgements": tags(100), "lifecycleStages": tags(100)}, "")
}

func TestNullIsRefusedWhereNothingCanBeCleared(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	k, ana, team, conversation := o.manager, o.ana.id, o.Teams["Sales"], o.sales.Conversation.ID
	o.refuse(t, []refusal{
		{"name", o.boss, "agentUpdate", object{"id": ana, "maxOpen": 5, "name": nil}, "INVALID name"},
		{"role", o.boss, "agentUpdate", object{"id": ana, "maxOpen": 5, "role": nil}, "INVALID role"},
		{"visibility", o.boss, "agentUpdate", object{"id": ana, "maxOpen": 5, "visibility": nil}, "INVALID visibility"},
		{"disabled", o.boss, "agentUpdate", object{"id": ana, "maxOpen": 5, "disabled": nil}, "INVALID disabled"},
		{"several", o.boss, "agentUpdate", object{"id": ana, "name": nil, "role": nil}, "INVALID name, INVALID role"},
		{"name", k, "teamUpdate", object{"id": team, "name": nil, "policy": object{"maxOpen": 9}}, "INVALID name"},
		{"policy", k, "teamUpdate", object{"id": team, "name": "New", "policy": nil}, "INVALID policy"},
		{"strategy", k, "teamUpdate", object{"id": team, "name": "New", "policy": object{"strategy": nil}}, "INVALID policy.strategy"},
		{"onlineOnly", k, "teamUpdate", object{"id": team, "name": "New", "policy": object{"onlineOnly": nil}}, "INVALID policy.onlineOnly"},
		{"addMemberIds", k, "teamUpdate", object{"id": team, "name": "New", "addMemberIds": nil}, "INVALID addMemberIds"},
		{"removeMemberIds", k, "teamUpdate", object{"id": team, "name": "New", "removeMemberIds": nil}, "INVALID removeMemberIds"},
		{"strategy", k, "teamCreate", object{"name": "New", "policy": object{"strategy": nil}}, "INVALID policy.strategy"},
		{"name", k, "channelUpdate", object{"id": o.channel(), "graceAfterClose": "PT1M", "name": nil}, "INVALID name"},
		{"graceAfterClose", k, "channelUpdate", object{"id": o.channel(), "name": "New", "graceAfterClose": nil}, "INVALID graceAfterClose"},
		{"disabled", k, "channelUpdate", object{"id": o.channel(), "name": "New", "disabled": nil}, "INVALID disabled"},
		{"name", k, "workspaceUpdate", object{"timeZone": "Europe/Vienna", "name": nil}, "INVALID name"},
		{"timeZone", k, "workspaceUpdate", object{"name": "New", "timeZone": nil}, "INVALID timeZone"},
		{"blocked", k, "contactUpdate", object{"id": o.sales.Contact.ID, "firstName": "New", "blocked": nil}, "INVALID blocked"},
		{"addTags", k, "contactUpdate", object{"id": o.sales.Contact.ID, "firstName": "New", "addTags": nil}, "INVALID addTags"},
		{"removeTags", k, "contactUpdate", object{"id": o.sales.Contact.ID, "firstName": "New", "removeTags": nil}, "INVALID removeTags"},
		{"priority", k, "conversationRoute", object{"conversationId": conversation, "teamId": nil, "priority": nil}, "INVALID priority"},
		{"name", k, "workflowUpdate", object{"id": o.draft, "description": "New", "name": nil}, "INVALID name"},
		{"definition", k, "workflowUpdate", object{"id": o.draft, "description": "New", "definition": nil}, "INVALID definition"},
	})
}

func TestWhatTheStateForbidsIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	k, closed, contact := o.manager, o.closed.Conversation.ID, o.sales.Contact.ID
	in := func(m object) object { return with(object{"conversationId": closed}, m) }
	open := func(m object) object { return with(object{"conversationId": o.sales.Conversation.ID}, m) }
	stale := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	o.refuse(t, []refusal{
		{"into a closed conversation", k, "messageSend", in(object{"text": "Hi"}), "CLOSED conversationId"},
		{"a closed conversation", k, "conversationAssign", in(object{"agentId": o.ana.id}), "CLOSED conversationId"},
		{"a closed conversation by policy", k, "conversationAssign", in(nil), "CLOSED conversationId"},
		{"a closed conversation", k, "conversationUnassign", in(nil), "CLOSED conversationId"},
		{"a closed conversation", k, "conversationRoute", in(object{"priority": "LOW"}), "CLOSED conversationId"},
		{"a closed conversation", k, "conversationSnooze", in(object{"until": "2100-01-01T00:00:00Z"}), "CLOSED conversationId"},
		{"a closed conversation", k, "conversationWake", in(nil), "CLOSED conversationId"},
		{"a closed conversation", k, "conversationClose", in(nil), "CLOSED conversationId"},
		{"with a blocked contact", k, "conversationOpen", object{"contactId": o.blocked.Contact.ID}, "BLOCKED contactId"},
		{"in a blocked contact's conversation", k, "messageSend", object{"conversationId": o.blocked.Conversation.ID, "text": "Hi"}, "CLOSED conversationId"},
		{"the id of another contact's message", k, "messageReceive", o.incoming("bob", "taken", "Hi"), "CONFLICT message.externalId"},
		{"the id of another contact's message, new", k, "messageReceive", o.incoming("new", "taken", "Hi"), "CONFLICT message.externalId"},
		{"on a disabled channel", k, "messageReceive", with(o.incoming("new", "", "Hi"), object{"channelId": o.other.ID}), "INVALID channelId"},
		{"on a channel that does not reach the contact", k, "messageSend", open(object{"text": "Hi", "channelId": o.other.ID}), "INVALID channelId"},
		{"what has an assignee", k, "conversationAssign", open(object{"agentId": o.ana.id, "onlyIfUnassigned": true}), "CONFLICT onlyIfUnassigned"},
		{"to somebody full", k, "conversationAssign", object{"conversationId": o.sales.Conversation.ID, "agentId": o.full()}, "AT_CAPACITY agentId"},
		{"to somebody disabled", k, "conversationAssign", open(object{"agentId": o.gone}), "INVALID agentId"},
		{"for somebody disabled", k, "conversationOpen", object{"contactId": o.closed.Contact.ID, "assigneeId": o.gone}, "INVALID assigneeId"},
		{"somebody disabled", k, "presenceSet", object{"agentId": o.gone, "presence": "ONLINE"}, "INVALID agentId"},
		{"a key's own", k, "presenceSet", object{"presence": "ONLINE"}, "REQUIRED agentId"},
		{"owned by somebody disabled", k, "contactUpdate", object{"id": contact, "firstName": "New", "ownerId": o.gone}, "INVALID ownerId"},
		{"an inbound message", k, "messageStatusReport", object{"messageId": o.sales.Message.ID, "status": "READ"}, "INVALID messageId"},
		{"as received", k, "messageStatusReport", object{"messageId": o.sent, "status": "RECEIVED"}, "INVALID status"},
		{"failed after it was delivered", k, "messageStatusReport", object{"messageId": o.sent, "status": "FAILED"}, "INVALID status"},
		{"the id of another message", k, "messageStatusReport", object{"messageId": o.sent, "status": "READ", "externalId": "taken"}, "TAKEN externalId"},
		{"the last owner", o.owner, "agentUpdate", object{"id": o.Agents[ownerEmail], "disabled": true}, "CONFLICT id"},
		{"the last owner's role", o.owner, "agentUpdate", object{"id": o.Agents[ownerEmail], "role": "AGENT"}, "CONFLICT id"},
		{"what was never published", k, "workflowStop", object{"id": o.draft}, "CONFLICT id"},
		{"what was changed since", k, "workflowUpdate", object{"id": o.draft, "name": "New", "ifUpdatedAt": stale}, "CONFLICT ifUpdatedAt"},
	})

	head := o.manager.head()
	got := o.manager.do("messageReceive", o.incoming("dan", "", "More rubbish"), received)
	if got.Conversation != nil || got.Opened || got.Cursor != "" || got.Message == nil || got.Contact.ID != o.blocked.Contact.ID {
		t.Errorf("a blocked contact's message is answered %s", text(got))
	}
	if now := o.manager.head(); now != head {
		t.Errorf("a blocked contact's message moved the head from %s to %s", head, now)
	}
}

// full returns an agent who may have one conversation and has it.
func (o *office) full() string {
	o.server.Helper()
	bea := o.Agents[emailOf("bea")]
	o.boss.do("agentUpdate", object{"id": bea, "maxOpen": 1}, "")
	return bea
}

func TestInvalidWorkflowDocumentsAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	step := func(parts object) object { return with(object{"key": "a"}, parts) }
	end := object{"key": "b", "end": object{}}
	var cases []refusal
	for what, c := range map[string]struct {
		document any
		want     string
	}{
		"a text":            {"text", "INVALID definition"},
		"a list":            {[]int{1}, "INVALID definition"},
		"nothing in it":     {object{}, "INVALID definition, INVALID definition, INVALID definition"},
		"another format":    {with(inbound(), object{"format": 2}), "INVALID definition.format"},
		"an unknown part":   {with(inbound(), object{"colour": "red"}), "INVALID definition.colour"},
		"no trigger":        {object{"format": 1, "steps": []object{}}, "INVALID definition"},
		"unknown trigger":   {object{"format": 1, "steps": []object{}, "trigger": object{"on": "moon.rose"}}, "INVALID definition.trigger.on"},
		"unknown step":      {inbound(step(object{"dance": object{}})), "INVALID definition.steps.0.dance"},
		"two kinds":         {inbound(step(object{"end": object{}, "tag": object{"add": []string{"x"}}})), "INVALID definition.steps.0"},
		"no key":            {inbound(object{"end": object{}}), "INVALID definition.steps.0"},
		"a bad key":         {inbound(object{"key": "A B", "end": object{}}), "INVALID definition.steps.0.key"},
		"a number as text":  {inbound(step(object{"send": object{"text": 7}})), "INVALID definition.steps.0.send.text"},
		"101 steps":         {inbound(list(101, func(i int) object { return object{"key": fmt.Sprint("s", i), "end": object{}} })...), "INVALID definition.steps"},
		"unknown priority":  {inbound(step(object{"route": object{"priority": "SOON"}})), "INVALID definition.steps.0.route.priority"},
		"an unknown policy": {inbound(step(object{"assign": object{"by": "dice"}})), "INVALID definition.steps.0.assign.by"},
	} {
		cases = append(cases, refusal{what, o.manager, "workflowCreate", object{"name": "New", "definition": c.document}, c.want},
			refusal{what, o.manager, "workflowUpdate", object{"id": o.draft, "name": "New", "definition": c.document}, c.want})
	}
	for what, c := range map[string]struct {
		steps []object
		want  string
	}{
		"unknown team":        {[]object{step(object{"route": object{"team": "Nobody"}})}, "INVALID definition.steps.0.route.team"},
		"a foreign id":        {[]object{step(object{"route": object{"team": o.ana.id}})}, "INVALID definition.steps.0.route.team"},
		"unknown agent":       {[]object{step(object{"assign": object{"agent": "Nobody"}})}, "INVALID definition.steps.0.assign.agent"},
		"unknown channel":     {[]object{step(object{"send": object{"text": "Hi", "channel": "Pigeon"}})}, "INVALID definition.steps.0.send.channel"},
		"unknown stage":       {[]object{step(object{"set": object{"lifecycle": "won"}})}, "INVALID definition.steps.0.set.lifecycle"},
		"unknown field":       {[]object{step(object{"set": object{"field": "shoe_size", "value": "9"}})}, "INVALID definition.steps.0.set.field"},
		"the same key twice":  {[]object{step(object{"end": object{}}), step(object{"end": object{}})}, "INVALID definition.steps.1.key"},
		"an unknown target":   {[]object{step(object{"tag": object{"add": []string{"x"}}, "next": "moon"})}, "INVALID definition.steps.0.next"},
		"a step back":         {[]object{{"key": "b", "tag": object{"add": []string{"x"}}}, step(object{"tag": object{"add": []string{"x"}}, "next": "b"})}, "INVALID definition.steps.1.next"},
		"an unreachable step": {[]object{step(object{"tag": object{"add": []string{"x"}}, "next": "end"}), end}, "INVALID definition.steps.1"},
		"an unknown exit":     {[]object{step(object{"tag": object{"add": []string{"x"}}, "exits": object{"moon": "b"}}), end}, "INVALID definition.steps.0.exits.moon"},
		"a wrong operator":    {[]object{step(object{"branch": []object{{"when": object{"field": "contact.tags", "op": "matches", "value": "x"}, "go": "b"}}}), end}, "INVALID definition.steps.0.branch.0.when.op"},
		"a bad pattern":       {[]object{step(object{"branch": []object{{"when": object{"field": "message.text", "op": "matches", "value": "("}, "go": "b"}}}), end}, "INVALID definition.steps.0.branch.0.when.value"},
		"a bad duration":      {[]object{step(object{"assign": object{"by": "team", "timeout": "soon"}})}, "INVALID definition.steps.0.assign.timeout"},
		"bad liquid":          {[]object{step(object{"send": object{"text": "{{ contact.first_name"}})}, "INVALID definition.steps.0.send.text"},
		"a file in liquid":    {[]object{step(object{"send": object{"text": "{% include 'passwd' %}"}})}, "INVALID definition.steps.0.send.text"},
	} {
		made, err := o.manager.try("workflowCreate", object{"name": what, "definition": inbound(c.steps...)}, "workflow { id }")
		if err != nil {
			// What no draft may have cannot be published either.
			cases = append(cases, refusal{what, o.manager, "workflowCreate", object{"name": "New", "definition": inbound(c.steps...)}, c.want})
			continue
		}
		cases = append(cases, refusal{what, o.manager, "workflowPublish", object{"id": made.Workflow.ID}, c.want})
	}
	o.refuse(t, cases)
}

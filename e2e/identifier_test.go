package e2e_test

import (
	"fmt"
	"strings"
	"testing"
)

// idField is a place in an input for an id.
type idField struct {
	mutation, path string
	input          object
	put            func(object, string) // replaces the id
	prefix         string
	foreign        string // the id of an existing object of another kind
	want           string
}

func (o *office) idFields() []idField {
	conversation, contact := o.sales.Conversation.ID, o.sales.Contact.ID
	team, agent := o.Teams["Sales"], o.Agents[emailOf("ana")]
	at := func(name string) func(object, string) { return func(in object, id string) { in[name] = id } }
	among := func(name string) func(object, string) {
		return func(in object, id string) { in[name] = []string{agent, id} }
	}
	in := func(mutation, path, prefix, foreign string, input object) idField {
		return idField{mutation, path, input, at(path), prefix, foreign, "NOT_FOUND " + path}
	}
	fields := []idField{
		in("messageReceive", "channelId", "chn", team, object{"contact": object{"externalId": "new"}, "message": object{"text": "Hi"}}),
		in("messageSend", "conversationId", "cnv", contact, object{"text": "Hi"}),
		in("messageStatusReport", "messageId", "msg", o.note, object{"status": "READ"}),
		in("noteAdd", "conversationId", "cnv", contact, object{"text": "Hi"}),
		in("contactUpdate", "id", "con", conversation, object{"firstName": "New"}),
		in("contactUpdate", "ownerId", "agt", team, object{"id": contact, "firstName": "New"}),
		in("conversationOpen", "contactId", "con", conversation, object{}),
		in("conversationOpen", "teamId", "tea", agent, object{"contactId": o.closed.Contact.ID}),
		in("conversationOpen", "assigneeId", "agt", team, object{"contactId": o.closed.Contact.ID}),
		in("conversationAssign", "conversationId", "cnv", contact, object{"agentId": agent}),
		in("conversationAssign", "agentId", "agt", team, object{"conversationId": conversation}),
		in("conversationUnassign", "conversationId", "cnv", contact, object{}),
		in("conversationRoute", "conversationId", "cnv", contact, object{"priority": "LOW"}),
		in("conversationRoute", "teamId", "tea", agent, object{"conversationId": conversation, "priority": "LOW"}),
		in("conversationSnooze", "conversationId", "cnv", contact, object{"until": "2100-01-01T00:00:00Z"}),
		in("conversationWake", "conversationId", "cnv", contact, object{}),
		in("conversationRead", "conversationId", "cnv", contact, object{"messageId": o.sent}),
		in("conversationClose", "conversationId", "cnv", contact, object{"category": "X"}),
		in("apiKeyRevoke", "id", "key", agent, object{}),
		in("agentUpdate", "id", "agt", o.key, object{"name": "New"}),
		in("presenceSet", "agentId", "agt", o.key, object{"presence": "BUSY"}),
		in("teamUpdate", "id", "tea", agent, object{"name": "New"}),
		in("channelUpdate", "id", "chn", team, object{"name": "New"}),
		in("workspaceUpdate", "defaultTeamId", "tea", agent, object{"name": "New"}),
		in("workflowUpdate", "id", "wfl", o.run, object{"name": "New"}),
		in("workflowPublish", "id", "wfl", o.run, object{}),
		in("workflowStop", "id", "wfl", o.run, object{"cancelRuns": true}),
		{"noteAdd", "mentionIds", object{"conversationId": conversation, "text": "Hi"}, among("mentionIds"), "agt", team, "NOT_FOUND mentionIds"},
		{"teamCreate", "memberIds", object{"name": "New"}, among("memberIds"), "agt", team, "NOT_FOUND memberIds"},
		{"teamUpdate", "addMemberIds", object{"id": o.Teams["Support"], "name": "New"}, among("addMemberIds"), "agt", team, "NOT_FOUND addMemberIds"},
		{"teamUpdate", "removeMemberIds", object{"id": o.Teams["Sales"], "name": "New"}, among("removeMemberIds"), "agt", team, "NOT_FOUND removeMemberIds"},
		{"contactCreate", "identities", object{"firstName": "New"}, func(in object, id string) {
			in["identities"] = []object{{"channelId": id, "externalId": "new"}}
		}, "chn", team, "NOT_FOUND identities.0.channelId"},
		in("messageSend", "channelId", "chn", team, object{"conversationId": conversation, "text": "Hi"}),
		in("conversationOpen", "channelId", "chn", team, object{"contactId": o.closed.Contact.ID}),
	}
	for i := range fields {
		if fields[i].path == "channelId" && fields[i].mutation != "messageReceive" {
			fields[i].want = "INVALID channelId" // the contact has no identity on the channel, whichever it is
		}
	}
	return fields
}

func TestIDsThatNameNothingAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var cases []refusal
	for _, f := range o.idFields() {
		for what, id := range map[string]string{
			"unknown": f.prefix + "_zzzzzzzz", "zero": f.prefix + "_0", "empty": "", "no id": "x", "of another kind": f.foreign,
			"in capitals": strings.ToUpper(f.prefix) + "_1", "too long": f.prefix + "_" + strings.Repeat("z", 20), "with a space": f.prefix + "_1 ",
		} {
			input := with(f.input, nil)
			f.put(input, id)
			cases = append(cases, refusal{f.path + " " + what, o.owner, f.mutation, input, f.want})
		}
	}
	conversation := o.sales.Conversation.ID
	cases = append(cases,
		refusal{"of another conversation", o.ana, "conversationRead", object{"conversationId": conversation, "messageId": o.support.Message.ID}, "NOT_FOUND messageId"},
		refusal{"unknown", o.ana, "conversationRead", object{"conversationId": conversation, "messageId": "msg_zzz"}, "NOT_FOUND messageId"},
	)
	o.refuse(t, cases)
	for _, query := range []string{"node", "contact", "conversation", "workflow", "workflowRun"} {
		for _, id := range []string{"", "x", "cnv_zzzzzz", "con_zzzzzz", "wfl_zzzzzz", "run_zzzzzz", "dec_zzzzzz", "cnv_0", "7", "cnv_" + strings.Repeat("z", 14), o.Channels["Website"] + "0"} {
			var answer map[string]*reference
			o.owner.read(fmt.Sprintf(`query($id: ID!) { %s(id: $id) { ... on Node { id } } }`, query), object{"id": id}, &answer)
			if answer[query] != nil {
				t.Errorf("%s(id: %q) is %s", query, id, text(answer))
			}
		}
	}
	for _, foreign := range map[string]string{"contact": conversation, "conversation": o.sales.Contact.ID, "workflow": o.run, "workflowRun": o.draft} {
		for _, query := range []string{"contact", "conversation", "workflow", "workflowRun"} {
			if kindOf(query) == strings.SplitN(foreign, "_", 2)[0] {
				continue
			}
			var answer map[string]*reference
			o.owner.read(fmt.Sprintf(`query($id: ID!) { %s(id: $id) { id } }`, query), object{"id": foreign}, &answer)
			if answer[query] != nil {
				t.Errorf("%s(id: %q) is %s", query, foreign, text(answer))
			}
		}
	}
}

func kindOf(query string) string {
	return map[string]string{"contact": "con", "conversation": "cnv", "workflow": "wfl", "workflowRun": "run"}[query]
}

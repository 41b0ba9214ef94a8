package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"foyer/inbox"
)

// values provides the values in requests: ids of objects that exist, and names that are new.
type values struct {
	size  int                 // of the database
	known map[string][]string // ids of seeded objects, by kind
	taken map[string]int      // how many of each kind were used so far
	next  int
	last  int // the conversation that was used last
}

func newValues(size int) *values {
	return &values{size: size, known: map[string][]string{}, taken: map[string]int{}}
}

func (v *values) add(kind, id string) { v.known[kind] = append(v.known[kind], id) }

// turn returns the next number of a kind, from 0 to of-1 and around.
func (v *values) turn(kind string, of int) int {
	v.taken[kind]++
	return (v.taken[kind] - 1) % of
}

// id returns the id of an object of a kind. Conversations are open ones, which every tenth is, and contacts are theirs.
func (v *values) id(kind string) any {
	switch kind {
	case "Conversation":
		v.last = (v.turn(kind, v.size/10) + 1) * 10
		return inbox.ConversationID(v.last).String()
	case "Message":
		return inbox.MessageID(max(v.last, 10)).String() // messages are numbered as their conversations
	case "Contact":
		return inbox.ContactID(v.turn(kind, v.size/10)*10 + 10).String()
	case "Agent":
		return inbox.AgentID(v.turn(kind, moreAgents) + 102).String() // 100 are with the database, and the owner came next
	case "Team":
		return inbox.TeamID(v.turn(kind, 10) + 1).String()
	case "Channel":
		return inbox.ChannelID(1).String()
	}
	if ids := v.known[kind]; len(ids) > 0 {
		return ids[v.turn(kind, len(ids))]
	}
	return nil
}

// kinds has the kind of object that an id stands for, by field or, if that is ambiguous, by operation and field; never written
// to.
var kinds = map[string]string{
	"conversationId": "Conversation", "conversationIds": "Conversation", "contactId": "Contact", "contactIds": "Contact",
	"channelId": "Channel", "channelIds": "Channel", "teamId": "Team", "teamIds": "Team", "defaultTeamId": "Team",
	"agentId": "Agent", "assigneeId": "Agent", "assigneeIds": "Agent", "ownerId": "Agent", "memberIds": "Agent",
	"mentionIds": "Agent", "addMemberIds": "Agent", "removeMemberIds": "Agent", "messageId": "Message", "workflowId": "Workflow",

	"Query.contact id": "Contact", "Query.conversation id": "Conversation", "Query.workflow id": "Workflow",
	"Query.workflowRun id": "WorkflowRun", "Query.node id": "Conversation", "Mutation.contactUpdate id": "Contact",
	"Mutation.agentUpdate id": "Agent", "Mutation.teamUpdate id": "Team", "Mutation.channelUpdate id": "Channel",
	"Mutation.contactFieldUpdate id": "ContactField", "Mutation.contactFieldDelete id": "ContactField",
	"Mutation.apiKeyRevoke id": "ApiKey", "Mutation.workflowUpdate id": "Workflow", "Mutation.workflowPublish id": "Workflow",
	"Mutation.workflowStop id": "Workflow", "Mutation.workflowWebhookRotate id": "Webhook",
	"Mutation.shortcutRun workflowId": "Shortcut", "Mutation.messageStatusReport messageId": "Sent",
	"Mutation.conversationRead conversationId": "Own", "Mutation.conversationRead messageId": "OwnMessage",
}

// texts has, by the same keys, the texts that must have a form or be new; never written to. A new number replaces %d. Others
// are as long as they may be, such as the text of a message, on which patterns are slow.
var texts = map[string]string{
	"externalId": "%0255d", "idempotencyKey": "%0255d", "email": "somebody-%d@localhost.example", "emails": "somebody-%d@localhost.example",
	"password": "correct horse battery staple %d " + strings.Repeat("e4f7 ", 30), "currentPassword": ownerPassword,
	"name": "%d " + strings.Repeat("x", 190), "label": "%d " + strings.Repeat("o", 180), "options": "%d " + strings.Repeat("o", 180),
	"text": strings.Repeat("x", 10_000), "search": "hello i have a question about invoice h", "mimeType": "text/plain",
	"timeZone": "Europe/Vienna", "phone": "+43 1 58858", "phones": "+43 1 58858", "language": "de", "country": "AT",

	"Mutation.login email":    viewer, // the oldest sessions end: there is a maximum
	"Mutation.login password": agentPassword, "Mutation.contactFieldCreate name": "more_%d", "Mutation.secretSet name": "secret_%d",
	"Contact.field name": "", // as long as it may be
}

// lookUp returns the entry of a table for a field of an operation, or "" if there is none.
func lookUp(table map[string]string, operation, field string) string {
	if special, ok := table[operation+" "+field]; ok {
		return special
	}
	return table[field]
}

// value implements everyop's Maker.Value.
func (v *values) value(place string, of *ast.Type) any {
	operation, path, _ := strings.Cut(strings.TrimSuffix(place, ")"), "(")
	path, kind, ofKind := strings.Cut(path, " of ")
	path = strings.TrimSuffix(path, ".0")
	field := path[strings.LastIndexByte(path, '.')+1:]
	v.next++
	switch {
	case of.NamedType == "ID" && ofKind:
		return v.id(kind)
	case of.NamedType == "ID":
		return v.id(lookUp(kinds, operation, field))
	case of.NamedType == "MessageStatus":
		return "READ"
	case of.NamedType == "Time" && field == "until":
		return "2100-01-01T00:00:00.000Z"
	case of.NamedType == "Int" && (field == "first" || field == "last"):
		return int64(100)
	case of.NamedType == "Int" && field == "number":
		return int64(v.turn("number", v.size) + 1)
	case of.NamedType == "Boolean" && field == "disabled":
		return false // disabled objects would take no part in later measurements
	case of.NamedType == "JSON":
		return v.json(operation, field)
	case of.NamedType == "String" || of.NamedType == "LenientString":
		return v.text(operation, field)
	}
	return nil
}

func (v *values) json(operation, field string) any {
	switch {
	case field == "definition":
		return json.RawMessage(largestDocument(v.next, fmt.Sprintf("Workflow %d", v.next)))
	case field == "fields" && operation != "Mutation.shortcutRun":
		fields := make(map[string]any, seeded)
		for i := range seeded / 2 {
			fields[fmt.Sprintf("field_%d", i)] = strings.Repeat("x", 1000)
		}
		return fields
	}
	return nil
}

// text returns a text that must have a form or be new, or nil for any other, which everyop makes as long as it may be.
func (v *values) text(operation, field string) any {
	switch field {
	case "lifecycleStage":
		return stageNamed(v.next % seeded)
	case "yaml":
		return largestDocument(1, fmt.Sprintf("Imported %d", v.next)) // JSON is YAML
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		n := v.next % 10 * 2
		return fmt.Sprintf("%02d:00-%02d:30", n, n)
	case "holidays":
		return fmt.Sprintf("2030-%02d-%02d", v.next%12+1, v.next/12%28+1)
	}
	if operation == "Mutation.secretDelete" && field == "name" {
		return v.id("Secret")
	}
	switch text := lookUp(texts, operation, field); {
	case text == "":
		return nil
	case strings.Contains(text, "%"):
		return fmt.Sprintf(text, v.next)
	default:
		return text
	}
}

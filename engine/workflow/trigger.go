package workflow

import (
	"slices"

	"foyer/inbox"
)

// trigger is an event that starts workflows.
type trigger struct {
	name   string  // as documents write it in `on`
	fields []Field // under trigger.*
	// takes are the members of its document besides on, when and oncePerContact.
	takes []string
}

// triggers are all triggers; never written to.
var triggers = []trigger{
	{name: "conversation.opened", fields: []Field{{Path: "trigger.source", Type: TypeChoice, Values: sources}}},
	{name: "conversation.closed", fields: []Field{
		{Path: "trigger.source", Type: TypeChoice, Values: closeSources},
		{Path: "trigger.category", Type: TypeText},
	}},
	{name: "conversation.assigned", fields: agentFields("trigger.previous_assignee")},
	{name: "message.received"},
	{name: "contact.tag_changed", fields: []Field{
		{Path: "trigger.added", Type: TypeList}, {Path: "trigger.removed", Type: TypeList},
	}},
	{name: "contact.field_changed", fields: []Field{
		{Path: "trigger.field", Type: TypeField}, {Path: "trigger.from", Type: TypeText}, {Path: "trigger.to", Type: TypeText},
	}},
	{name: "contact.lifecycle_changed", fields: []Field{
		{Path: "trigger.field", Type: TypeField}, {Path: "trigger.from", Type: TypeStage}, {Path: "trigger.to", Type: TypeStage},
	}},
	{name: TriggerWebhook, fields: []Field{{Path: "trigger.body", Type: TypeText, open: true}}, takes: []string{"mapping", "contact"}},
	{name: TriggerShortcut, fields: agentFields("trigger.agent"), takes: []string{"title", "form"}},
	{name: TriggerWorkflow, takes: []string{"variables"}},
}

// agentFields returns the fields of an agent whom a trigger names: the id, the name and the email address.
func agentFields(at string) []Field {
	return []Field{{Path: at, Type: TypeAgent}, {Path: at + "_name", Type: TypeText}, {Path: at + "_email", Type: TypeText}}
}

// The triggers that are not events of a conversation or a contact.
const (
	TriggerWebhook  = "webhook"
	TriggerShortcut = "shortcut"
	TriggerWorkflow = "workflow"
)

var closeSources = texts(inbox.CloseAgent, inbox.CloseWorkflow, inbox.CloseAPI, inbox.CloseAuto, inbox.CloseMerge,
	inbox.CloseBlock)

// triggerDocument is the trigger in a document.
type triggerDocument struct {
	On             string               `json:"on"`
	When           *conditionDocument   `json:"when"`
	OncePerContact bool                 `json:"oncePerContact"`
	Mapping        mappingDocument      `json:"mapping"`
	Contact        map[string]string    `json:"contact"`
	Title          string               `json:"title"`
	Form           []FormField          `json:"form"`
	Variables      map[string]FieldType `json:"variables"`
}

// call is how a run is started with data of its own: at most one of these.
type call struct {
	webhook   *Webhook
	shortcut  *Shortcut
	variables map[string]FieldType
}

// readTrigger compiles the trigger, and reports members that belong to another.
func (c *compiler) readTrigger() call {
	at := path{"trigger"}
	written, _ := c.source.lookup(at).(map[string]any)
	takes := append([]string{"on", "when", "oncePerContact"}, c.trigger.takes...)
	for _, name := range sortedKeys(written) {
		if !slices.Contains(takes, name) {
			c.add(at.to(name), "the trigger %s has no setting `%s`", quote(c.trigger.name), name)
		}
	}
	switch c.trigger.name {
	case TriggerWebhook:
		return call{webhook: c.webhook(at)}
	case TriggerShortcut:
		return call{shortcut: c.shortcut(at)}
	case TriggerWorkflow:
		for _, name := range sortedKeys(c.document.Trigger.Variables) {
			field := Field{Path: "trigger.variables." + name, Type: c.document.Trigger.Variables[name]}
			c.trigger.fields = append(slices.Clip(c.trigger.fields), field)
		}
		return call{variables: c.document.Trigger.Variables}
	default:
		return call{}
	}
}

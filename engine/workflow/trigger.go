package workflow

import "slices"

// trigger is an event that starts workflows.
type trigger struct {
	name   string  // as `on` writes it
	fields []Field // under trigger.*
}

// triggers are those supported; never written to.
var triggers = []trigger{
	{name: "conversation.opened", fields: []Field{{Path: "trigger.source", Type: TypeChoice, Values: sources}}},
}

// laterTriggers are part of format 1 and not supported yet.
var laterTriggers = []string{
	"conversation.closed", "conversation.assigned", "message.received", "contact.tag_changed",
	"contact.field_changed", "contact.lifecycle_changed", "webhook", "shortcut", "workflow",
}

func findTrigger(name string) (trigger, bool) {
	at := slices.IndexFunc(triggers, func(t trigger) bool { return t.name == name })
	if at < 0 {
		return trigger{}, false
	}
	return triggers[at], true
}

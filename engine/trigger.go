package engine

import (
	"fmt"
	"slices"
	"strings"

	"foyer/inbox"
	"foyer/store"
)

// The triggers that are events, as documents name them.
const (
	triggerOpened           = "conversation.opened"
	triggerClosed           = "conversation.closed"
	triggerAssigned         = "conversation.assigned"
	triggerMessage          = "message.received"
	triggerTagChanged       = "contact.tag_changed"
	triggerFieldChanged     = "contact.field_changed"
	triggerLifecycleChanged = "contact.lifecycle_changed"
)

// triggerEvent is something that may start workflows.
type triggerEvent struct {
	trigger      string
	contact      inbox.ContactID
	conversation *conversation // nil if the contact has no open one
	cause        inbox.ActorRef
	data         map[string]any      // trigger.* of the run
	variables    map[string]any      // with which the run begins
	depth        int                 // of the run in a chain of workflows that start each other, from 1
	nested       int                 // how many runs contain the run
	parent       inbox.WorkflowRunID // the run that waits for its end, or zero
	kept         *laterState         // from an earlier transaction, which left some of its workflows; nil: there was none
}

// triggerEvents returns the trigger events of an event. If its conversation has closed since, only the closing is one: a run
// of any other would have ended with it.
func (w *work) triggerEvents(event inbox.Event) ([]triggerEvent, error) {
	if e, ok := event.(*inbox.ContactChanged); ok {
		return w.contactTriggerEvents(e)
	}
	var o triggerEvent
	switch e := event.(type) {
	case *inbox.ConversationOpened:
		o.trigger, o.data = triggerOpened, map[string]any{"source": string(e.Source)}
	case *inbox.ConversationClosed:
		o.trigger, o.data = triggerClosed, map[string]any{"source": string(e.ClosedSource), "category": value(e.Category)}
	case *inbox.ConversationAssigned:
		o.trigger, o.data = triggerAssigned, map[string]any{}
		if e.PreviousAssigneeID != nil {
			o.data["previous_assignee"] = e.PreviousAssigneeID.String()
		}
	case *inbox.MessageReceived:
		if slices.Contains(w.answers, e.MessageID) {
			return nil, nil // it answers a question
		}
		o.trigger = triggerMessage
	default:
		return nil, nil
	}
	c, err := w.conversation(event.(inbox.ConversationEvent).Where().ConversationID)
	if err != nil || o.trigger != triggerClosed && !c.IsOpen() {
		return nil, err
	}
	o.contact, o.conversation = c.ContactID, c
	if err := w.setCause(&o, event); err != nil {
		return nil, err
	}
	return []triggerEvent{o}, nil
}

// contactTriggerEvents returns a trigger event for each change of a contact that is one.
func (w *work) contactTriggerEvents(e *inbox.ContactChanged) ([]triggerEvent, error) {
	var list []triggerEvent
	for _, change := range w.changes[e] {
		o := triggerEvent{data: change.triggerData()}
		switch change.Field {
		case "tags":
			o.trigger = triggerTagChanged
		case "lifecycleStage":
			o.trigger = triggerLifecycleChanged
		default:
			o.trigger = triggerFieldChanged
		}
		if o.data != nil {
			list = append(list, o)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	c, err := w.openConversation(e.ContactID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].contact, list[i].conversation = e.ContactID, c
		if err := w.setCause(&list[i], e); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// setCause sets the depth of a trigger event in the chain of workflows that start each other: what a run causes is one deeper
// than the run, and what Foyer itself does in a conversation one deeper than the runs that have acted there.
func (w *work) setCause(o *triggerEvent, event inbox.Event) error {
	o.cause, o.depth = event.Meta().Actor, 1
	switch {
	case o.cause.Run() != 0:
		r, err := w.run(o.cause.Run())
		if err != nil {
			return err
		}
		o.depth = r.progress.Depth + 1
	case o.cause.Kind == inbox.ActorSystem && o.conversation != nil:
		o.depth = o.conversation.depth + 1
	}
	return nil
}

// startAll starts the workflows that a trigger event triggers.
func (w *work) startAll(o triggerEvent) error {
	versions, err := w.triggeredBy(o.trigger)
	if err != nil {
		return err
	}
	return w.startThose(versions, o)
}

// startThose starts those of the workflows that a trigger event triggers, or none for a blocked contact. Once the budget
// is spent the rest is left to another transaction.
func (w *work) startThose(versions []store.Version, o triggerEvent) error {
	if len(versions) == 0 {
		return nil
	}
	contact, err := w.contact(o.contact)
	if err != nil || contact.Blocked {
		return err
	}
	for i, version := range versions {
		if c := o.conversation; c != nil && o.trigger != triggerClosed && !c.IsOpen() {
			return nil // one of them has closed it
		}
		if w.budget.testsSpent() {
			return w.triggerLater(versions[i:], o)
		}
		mine, err := w.causedBy(o.cause, version.WorkflowID)
		if err != nil {
			return err
		}
		if mine {
			continue
		}
		if _, err := w.start(version, o); err != nil {
			return err
		}
	}
	return nil
}

// causedBy reports whether the actor is a run of this workflow. A run does not start its own workflow.
func (w *work) causedBy(actor inbox.ActorRef, id inbox.WorkflowID) (bool, error) {
	if actor.Run() == 0 {
		return false, nil
	}
	r, err := w.run(actor.Run())
	return err == nil && r.WorkflowID == id, err
}

// fieldChange is a change of a field of a contact: in the form of the log, and with the values, for workflows.
type fieldChange struct {
	inbox.Change
	from, to any
}

// changeOf returns a change whose values the log has too.
func changeOf[T any](field string, from, to T) fieldChange {
	return fieldChange{inbox.Change{Field: field, From: jsonOf(from), To: jsonOf(to)}, from, to}
}

// triggerData returns the data of a change's trigger, or nil if it has none.
func (c fieldChange) triggerData() map[string]any {
	if c.Field == "tags" {
		from, _ := c.from.([]string)
		to, _ := c.to.([]string)
		return map[string]any{"added": without(to, from), "removed": without(from, to)}
	}
	name, ok := factNames[c.Field]
	if !ok {
		name, ok = strings.CutPrefix(c.Field, fieldPrefix)
	}
	if !ok {
		return nil
	}
	return map[string]any{"field": name, "from": textOf(c.from), "to": textOf(c.to)}
}

// factNames has the names that workflows use for the fields of a contact; never written to.
var factNames = map[string]string{
	"firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone", "language": "language",
	"country": "country", "avatar": "avatar", "lifecycleStage": "lifecycle_stage",
}

// textOf returns the value of a field in the form that facts have.
func textOf(v any) any {
	switch v := v.(type) {
	case *string:
		return value(v)
	case *inbox.URL:
		if v != nil {
			return string(*v)
		}
	case []any: // a list of texts
		items := make([]string, len(v))
		for i, item := range v {
			items[i] = fmt.Sprint(item)
		}
		return strings.Join(items, ", ")
	case string, bool, float64:
		return v
	}
	return nil
}

// without returns the items of a list that are not in others.
func without[T comparable](list, others []T) []T {
	excluded := make(map[T]bool, len(others))
	for _, other := range others {
		excluded[other] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(v T) bool { return excluded[v] })
}

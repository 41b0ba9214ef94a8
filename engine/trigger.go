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

// trigger event is something that starts workflows.
type triggerEvent struct {
	trigger      string
	contact      inbox.ContactID
	conversation *conversation // nil where the contact has none that is open
	cause        inbox.ActorRef
	data         map[string]any      // trigger.* of the run
	variables    map[string]any      // that the run begins with
	depth        int                 // of the run in a chain of workflows that start each other, from 1
	nested       int                 // how many runs the run is inside of
	parent       inbox.WorkflowRunID // the run that waits for its end, or zero
	kept         *laterState         // where some of its workflows were left for later
}

// trigger events returns what an event is to workflows. Nothing happens in a conversation that has closed since but its close:
// runs end with it, so none begins.
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
			return nil, nil // it is an answer
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

// contactTriggerEvents returns a trigger event for each kind of change of a contact, and for each changed field.
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

// setCause finds out how far a chain of workflows has got with an event: what a run causes comes after that run, and
// what Foyer itself does in a conversation after the runs that have done something there.
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

// startThose starts those workflows that a trigger event triggers; none for a blocked contact. Once the transaction has no time
// left they are looked at later.
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

// causedBy reports whether a run of this workflow is the actor: a workflow is not started by what its own run did.
func (w *work) causedBy(actor inbox.ActorRef, id inbox.WorkflowID) (bool, error) {
	if actor.Run() == 0 {
		return false, nil
	}
	r, err := w.run(actor.Run())
	if err != nil {
		return false, err
	}
	return r.WorkflowID == id, nil
}

// fieldChange is a changed field of a contact: what the log keeps of it, and the values, which workflows are told.
type fieldChange struct {
	inbox.Change
	from, to any
}

// changeOf is a change whose values the log keeps.
func changeOf[T any](field string, from, to T) fieldChange {
	return fieldChange{inbox.Change{Field: field, From: jsonOf(from), To: jsonOf(to)}, from, to}
}

// told returns the data of the trigger that a change is; nil where it is none.
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

// factNames returns the names that documents have for the fields of a contact; never written to.
var factNames = map[string]string{
	"firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone", "language": "language",
	"country": "country", "avatar": "avatar", "lifecycleStage": "lifecycle_stage",
}

// textOf returns a field's value as facts have it.
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

// without returns what of a list is not among others.
func without(list, others []string) []string {
	excluded := make(map[string]bool, len(others))
	for _, other := range others {
		excluded[other] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return excluded[s] })
}

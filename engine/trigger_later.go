package engine

import (
	"encoding/json"
	"fmt"
	"slices"

	"foyer/engine/workflow"
	"foyer/inbox"
	"foyer/store"
)

// laterState is the stored form of a trigger event that is still to be tested with some workflows.
type laterState struct {
	Trigger   string             `json:"trigger"`
	Cause     inbox.ActorRef     `json:"cause"`
	Data      map[string]any     `json:"data,omitempty"`
	Depth     int                `json:"depth"`
	Since     inbox.Time         `json:"since"`
	Newest    inbox.MessageID    `json:"newest,omitempty"` // of the messages that its conditions read
	Workflows []inbox.WorkflowID `json:"workflows"`        // those still to be tested

	id int64 // of its row
}

// triggers reports whether the trigger conditions of a workflow hold, and counts the test.
func (w *work) triggers(id inbox.WorkflowID, def *workflow.Definition, o triggerEvent) (bool, error) {
	see := w.world
	if o.kept != nil {
		see.newest = o.kept.Newest
	}
	return w.budget.test(func() (bool, error) {
		return see.matches(id, def, o.contact, o.conversation.plain(), o.data)
	})
}

// triggerLater leaves the rest of a trigger event's workflows to a transaction of its own. Their conditions read no message
// that is newer than the event.
func (w *work) triggerLater(versions []store.Version, o triggerEvent) error {
	s := laterState{Trigger: o.trigger, Cause: o.cause, Data: o.data, Depth: o.depth, Since: w.now}
	if o.kept != nil {
		s = *o.kept
	}
	s.Workflows = make([]inbox.WorkflowID, len(versions))
	for i, v := range versions {
		s.Workflows[i] = v.WorkflowID
	}
	row := &store.TriggerEvent{ID: s.id, ContactID: o.contact}
	if c := o.conversation; c != nil {
		row.ConversationID = &c.ID
		if o.kept == nil && c.LastMessageID != nil {
			s.Newest = *c.LastMessageID
		}
	}
	state, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode a trigger event: %w", err)
	}
	row.State = string(state)
	if err := w.flushed().InsertTriggerEvent(row); err != nil {
		return err
	}
	w.setTimer(triggerTimer(row.ID, s.Since))
	return nil
}

// triggerTimer returns the timer of a trigger event. It is due since the event, so that older events come first.
func triggerTimer(id int64, since inbox.Time) store.Timer {
	return store.Timer{Kind: store.TimerTrigger, SubjectID: id, Due: since}
}

// triggerDue tests a trigger event with the workflows that were left, if they are still published with its trigger. Older
// trigger events of the contact go first; each sets the timer of the next.
func (w *work) triggerDue(id int64) error {
	row, err := w.flushed().TriggerEvent(id)
	if err != nil || row == nil {
		return err
	}
	s := laterState{id: id}
	if err := json.Unmarshal([]byte(row.State), &s); err != nil {
		return fmt.Errorf("decode triggerEvent %d: %w", id, err)
	}
	if oldest, err := w.flushed().OldestTriggerEvent(row.ContactID); err != nil {
		return err
	} else if oldest != id { // the older one sets this timer; it is checked again only in case that fails
		w.setTimer(triggerTimer(id, w.now.Add(retryInterval)))
		return nil
	}
	if err := w.flushed().DeleteTriggerEvent(id); err != nil {
		return err
	}
	o := triggerEvent{trigger: s.Trigger, contact: row.ContactID, cause: s.Cause, data: s.Data, depth: s.Depth, kept: &s}
	if row.ConversationID != nil {
		if o.conversation, err = w.conversation(*row.ConversationID); err != nil {
			return err
		}
		o.conversation.left = true
	}
	versions, err := w.triggeredBy(s.Trigger)
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(versions), func(v store.Version) bool { return !slices.Contains(s.Workflows, v.WorkflowID) })
	if err := w.startThose(left, o); err != nil {
		return err
	}
	next, err := w.flushed().OldestTriggerEvent(row.ContactID)
	if err != nil || next == 0 || next == id { // this one has still more workflows left
		return err
	}
	w.setTimer(triggerTimer(next, w.now))
	return nil
}

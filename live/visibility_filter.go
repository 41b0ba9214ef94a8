package live

import (
	"slices"

	"foyer/inbox"
)

// Filter says which events a subscriber asked for. An event must match all parts. A nil part matches everything, an empty
// list nothing. Ids match the state before or after the event, and only events of conversations; zero ids match nothing.
// ConversationHidden is sent whatever the types: it is not an event, and a client that does not get it goes on showing what
// its user may no longer see.
type Filter struct {
	Types         []inbox.EventType
	Conversations []inbox.ConversationID
	Teams         []inbox.TeamID
	Assignees     []inbox.AgentID
}

// hasIDs reports whether the filter asks for certain conversations.
func (f Filter) hasIDs() bool {
	return f.Conversations != nil || f.Teams != nil || f.Assignees != nil
}

// wants reports whether events of this type were asked for.
func (f Filter) wants(kind inbox.EventType) bool {
	return f.Types == nil || slices.Contains(f.Types, kind)
}

// follows reports whether an event is of a conversation asked for, whatever its type.
func (f Filter) follows(event inbox.ConversationEvent) bool {
	_, run := event.(*inbox.WorkflowRunChanged) // it is about a run, although it has a conversation
	return (!run || !f.hasIDs()) && f.concerns(event.Where())
}

// concerns reports whether a conversation is, or was, one of those asked for.
func (f Filter) concerns(where *inbox.ConversationMeta) bool {
	return among(f.Conversations, where.ConversationID, where.ConversationID) &&
		among(f.Teams, where.Before.Team, where.After.Team) &&
		among(f.Assignees, where.Before.Assignee, where.After.Assignee)
}

// among reports whether one of two ids is in a list, or the list is nil. Zero stands for nobody, and is in no list.
func among[T ~int64](list []T, before, after T) bool {
	return list == nil || before != 0 && slices.Contains(list, before) || after != 0 && slices.Contains(list, after)
}

// verdict is what becomes of an event.
type verdict int

const (
	skip    verdict = iota
	deliver         // the event itself
	hide            // ConversationHidden in its place
	finish          // the viewer's access changes here: the stream ends
)

// subjectState is the present state of what an event is about, when the event is about to be delivered.
type subjectState struct {
	known  bool          // whether the conversation exists
	scope  inbox.Scope   // where the conversation is
	asOf   int64         // the number of an event up to which, at least, that is true
	around []inbox.Scope // where the contact of a ContactChanged has conversations
}

// visibilityFilter decides for one viewer what becomes of each event. It is pure: it reads and changes nothing outside.
//
// A conversation is visible at an event if the viewer sees it after the event and now. Visible events are delivered, no
// others are, and a viewer who has lost access to a conversation is told so once.
type visibilityFilter struct {
	access inbox.Access
	filter Filter
	// told has the conversations that the viewer was told are hidden, each with the number of the newest event that this
	// covers.
	told map[inbox.ConversationID]int64
	// entered has the conversations that came into access by an event and are hidden by now, but that the viewer was told
	// nothing about, each with the time of the event. What comes and goes in one commit was never seen by anybody.
	entered map[inbox.ConversationID]inbox.Time
}

func newVisibilityFilter(access inbox.Access, filter Filter) *visibilityFilter {
	return &visibilityFilter{access: access, filter: filter} // most never hide anything, and need no maps
}

// seesAll reports whether nothing can be hidden from the viewer.
func (f *visibilityFilter) seesAll() bool { return f.access.Visibility == inbox.VisibilityAll }

// judge decides what becomes of the event that follows the last one that was handed to passed.
func (f *visibilityFilter) judge(event inbox.Event, now subjectState) verdict {
	switch event := event.(type) {
	case *inbox.AgentChanged:
		if event.Scope && event.AgentID != 0 && event.AgentID == f.access.Agent {
			return finish
		}
	case *inbox.ContactChanged:
		if !f.seesAll() && !slices.ContainsFunc(now.around, f.access.Sees) {
			return skip
		}
	case inbox.ConversationEvent:
		return f.judgeConversation(event, now)
	}
	if f.filter.hasIDs() || !f.filter.wants(event.Type()) {
		return skip
	}
	return deliver
}

func (f *visibilityFilter) judgeConversation(event inbox.ConversationEvent, now subjectState) verdict {
	where := event.Where()
	if !f.filter.follows(event) {
		return skip
	}
	if f.visible(event, now) {
		if f.filter.wants(event.Type()) {
			return deliver
		}
		return skip
	}
	since, entered := f.entered[where.ConversationID]
	switch {
	case where.ConversationID == 0 || f.told[where.ConversationID] >= where.Number:
		return skip
	case entered && since != where.At && (f.access.Sees(where.Before) || f.access.Sees(where.After)):
		return hide // otherwise it left by an event that was not asked for
	case !entered && !f.enters(event) && f.access.Sees(where.Before):
		return hide
	default:
		return skip
	}
}

// visible reports whether the viewer sees the event's conversation both after the event and now.
func (f *visibilityFilter) visible(event inbox.ConversationEvent, now subjectState) bool {
	where := event.Where()
	if f.seesAll() {
		return true
	}
	return where.ConversationID != 0 && f.access.Sees(where.After) && now.known && f.access.Sees(now.scope)
}

// enters reports whether the event brings its conversation into access.
func (f *visibilityFilter) enters(event inbox.ConversationEvent) bool {
	where := event.Where()
	return f.access.Sees(where.After) && (event.Type() == inbox.EventConversationOpened || !f.access.Sees(where.Before))
}

// passed notes that judge's verdict on an event was carried out, and the state that it was based on.
func (f *visibilityFilter) passed(event inbox.Event, now subjectState, carried verdict) {
	e, ok := event.(inbox.ConversationEvent)
	if !ok || f.seesAll() || !f.filter.follows(e) {
		return
	}
	where := e.Where()
	id := where.ConversationID
	switch {
	case carried == hide:
		if f.told == nil {
			f.told = make(map[inbox.ConversationID]int64)
		}
		f.told[id] = now.asOf
		delete(f.entered, id)
	case f.visible(e, now):
		delete(f.told, id)
		delete(f.entered, id)
	case !f.access.Sees(where.After):
		delete(f.entered, id)
	case f.enters(e):
		if f.entered == nil {
			f.entered = make(map[inbox.ConversationID]inbox.Time)
		}
		f.entered[id] = where.At
	}
}

// forget removes what is known about hidden conversations and does not matter for events after a number.
func (f *visibilityFilter) forget(upTo int64) {
	for id, number := range f.told {
		if number <= upTo {
			delete(f.told, id)
		}
	}
}

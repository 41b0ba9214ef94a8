package live

import (
	"slices"

	"foyer/inbox"
)

// Filter says which events a subscriber asked for. All parts must hold; nil parts narrow nothing, and an empty list lets
// nothing through. Ids match before or after the event and let only events of conversations pass; zero ids match nothing.
// That a conversation is hidden is told whatever the types: it is no event, and who does not hear of it keeps what they
// may no longer see.
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
	_, run := event.(*inbox.WorkflowRunChanged) // it is about a run, though it knows where the run is
	return (!run || !f.hasIDs()) && f.concerns(event.Where())
}

// concerns reports whether a conversation is, or was, one of those asked for.
func (f Filter) concerns(where *inbox.ConversationMeta) bool {
	return among(f.Conversations, where.ConversationID, where.ConversationID) &&
		among(f.Teams, where.Before.Team, where.After.Team) &&
		among(f.Assignees, where.Before.Assignee, where.After.Assignee)
}

// among reports whether one of two ids is in a list, or the list narrows nothing. Zero is nobody, and in no list.
func among[T ~int64](list []T, before, after T) bool {
	return list == nil || before != 0 && slices.Contains(list, before) || after != 0 && slices.Contains(list, after)
}

// verdict is what becomes of an event.
type verdict int

const (
	skip    verdict = iota
	deliver         // the event itself
	hide            // ConversationHidden in its place
	finish          // the viewer sees other things from here on: the stream ends
)

// standing is how the subject of an event stands when the event is to be delivered.
type contactState struct {
	known  bool          // whether the conversation exists
	scope  inbox.Scope   // where the conversation is
	asOf   int64         // the number of an event, up to which at least that is true
	around []inbox.Scope // where the contact of a ContactChanged has conversations
}

// visibilityFilter decides for one viewer what becomes of each event. It is pure: it reads and changes nothing outside.
//
// A conversation is visible at an event if the viewer sees it after the event and now. What happens visible is
// delivered, nothing else is, and who lost access to a conversation is told once.
type visibilityFilter struct {
	access inbox.Access
	filter Filter
	// told has the conversations that the viewer was told are hidden, and up to which number that says it all.
	told map[inbox.ConversationID]int64
	// entered has the conversations that came into access by an event, are hidden by now, and that the viewer was
	// told nothing of: when that was. Whatever comes and goes in one commit was never seen by anybody.
	entered map[inbox.ConversationID]inbox.Time
}

func newVisibilityFilter(access inbox.Access, filter Filter) *visibilityFilter {
	return &visibilityFilter{access: access, filter: filter} // most never hide anything, and need no maps
}

// seesAll reports whether nothing can be hidden from the viewer.
func (s *visibilityFilter) seesAll() bool { return s.access.Visibility == inbox.VisibilityAll }

// judge says what becomes of the event that follows those given to passed.
func (s *visibilityFilter) judge(event inbox.Event, now contactState) verdict {
	switch event := event.(type) {
	case *inbox.AgentChanged:
		if event.Scope && event.AgentID != 0 && event.AgentID == s.access.Agent {
			return finish
		}
	case *inbox.ContactChanged:
		if !s.seesAll() && !slices.ContainsFunc(now.around, s.access.Sees) {
			return skip
		}
	case inbox.ConversationEvent:
		return s.judgeConversation(event, now)
	}
	if s.filter.hasIDs() || !s.filter.wants(event.Type()) {
		return skip
	}
	return deliver
}

func (s *visibilityFilter) judgeConversation(event inbox.ConversationEvent, now contactState) verdict {
	where := event.Where()
	if !s.filter.follows(event) {
		return skip
	}
	if s.visible(event, now) {
		if s.filter.wants(event.Type()) {
			return deliver
		}
		return skip
	}
	since, entered := s.entered[where.ConversationID]
	switch {
	case where.ConversationID == 0 || s.told[where.ConversationID] >= where.Number:
		return skip
	case entered && since != where.At && (s.access.Sees(where.Before) || s.access.Sees(where.After)):
		return hide // else it left by an event that was not asked for
	case !entered && !s.enters(event) && s.access.Sees(where.Before):
		return hide
	default:
		return skip
	}
}

// visible reports whether the viewer sees the event's conversation after it, and now.
func (s *visibilityFilter) visible(event inbox.ConversationEvent, now contactState) bool {
	where := event.Where()
	if s.seesAll() {
		return true
	}
	return where.ConversationID != 0 && s.access.Sees(where.After) && now.known && s.access.Sees(now.scope)
}

// enters reports whether the event brings its conversation into access.
func (s *visibilityFilter) enters(event inbox.ConversationEvent) bool {
	where := event.Where()
	return s.access.Sees(where.After) && (event.Type() == inbox.EventConversationOpened || !s.access.Sees(where.Before))
}

// passed tells that judge's verdict on an event was carried out, and what it rested on.
func (s *visibilityFilter) passed(event inbox.Event, now contactState, v verdict) {
	e, ok := event.(inbox.ConversationEvent)
	if !ok || s.seesAll() || !s.filter.follows(e) {
		return
	}
	where := e.Where()
	id := where.ConversationID
	switch {
	case v == hide:
		if s.told == nil {
			s.told = make(map[inbox.ConversationID]int64)
		}
		s.told[id] = now.asOf
		delete(s.entered, id)
	case s.visible(e, now):
		delete(s.told, id)
		delete(s.entered, id)
	case !s.access.Sees(where.After):
		delete(s.entered, id)
	case s.enters(e):
		if s.entered == nil {
			s.entered = make(map[inbox.ConversationID]inbox.Time)
		}
		s.entered[id] = where.At
	}
}

// forget drops what the visibilityFilter knows of hidden conversations that says nothing about events after a number.
func (s *visibilityFilter) forget(upTo int64) {
	for id, number := range s.told {
		if number <= upTo {
			delete(s.told, id)
		}
	}
}

package inbox

import (
	"encoding/json"
	"fmt"
)

// EventType is a kind of event.
type EventType string

const (
	EventMessageReceived        EventType = "MESSAGE_RECEIVED"
	EventMessageSent            EventType = "MESSAGE_SENT"
	EventMessageStatusChanged   EventType = "MESSAGE_STATUS_CHANGED"
	EventNoteAdded              EventType = "NOTE_ADDED"
	EventNoteChanged            EventType = "NOTE_CHANGED"
	EventConversationOpened     EventType = "CONVERSATION_OPENED"
	EventConversationRouted     EventType = "CONVERSATION_ROUTED"
	EventConversationAssigned   EventType = "CONVERSATION_ASSIGNED"
	EventConversationUnassigned EventType = "CONVERSATION_UNASSIGNED"
	EventConversationQueued     EventType = "CONVERSATION_QUEUED"
	EventConversationSnoozed    EventType = "CONVERSATION_SNOOZED"
	EventConversationWoken      EventType = "CONVERSATION_WOKEN"
	EventConversationRead       EventType = "CONVERSATION_READ"
	EventConversationClosed     EventType = "CONVERSATION_CLOSED"
	EventContactChanged         EventType = "CONTACT_CHANGED"
	EventAgentChanged           EventType = "AGENT_CHANGED"
	EventTeamChanged            EventType = "TEAM_CHANGED"
	EventPresenceChanged        EventType = "PRESENCE_CHANGED"
	EventWorkflowRunChanged     EventType = "WORKFLOW_RUN_CHANGED"
)

// Event is something that happened, in the form of the log: one of the structs below, by pointer. It has ids and
// changed scalars, never texts.
type Event interface {
	StreamItem
	// Type returns the type of the event.
	Type() EventType
	// Meta returns the fields that every event has.
	Meta() *EventMeta
	// Subject returns the object that the event belongs to: the event changes its revision, and its timeline shows the
	// event.
	Subject() Subject
}

// ConversationEvent is implemented by every event of one conversation.
type ConversationEvent interface {
	Event
	// Where returns the conversation, and its team and assignee before and after.
	Where() *ConversationMeta
}

// StreamItem is an item of a stream of events: every Event, *StreamReady, *ConversationHidden, and the items of signals.
type StreamItem interface{ IsStreamItem() }

// SubjectKind is a kind of subject.
type SubjectKind string

const (
	SubjectConversation SubjectKind = "CONVERSATION"
	SubjectContact      SubjectKind = "CONTACT"
	SubjectAgent        SubjectKind = "AGENT"
	SubjectTeam         SubjectKind = "TEAM"
	SubjectRun          SubjectKind = "WORKFLOW_RUN"
)

// Subject is the object an event belongs to.
type Subject struct {
	Kind SubjectKind
	ID   int64
}

// EventMeta has the fields of every event. The log sets Number and Cursor when the event is stored.
type EventMeta struct {
	Number int64
	Cursor Cursor
	At     Time
	Actor  ActorRef
}

// ConversationMeta has the further fields of every event of a conversation.
type ConversationMeta struct {
	EventMeta
	ConversationID ConversationID
	Before, After  Scope
}

// Meta returns the fields that every event has.
func (m *EventMeta) Meta() *EventMeta { return m }

// Where returns the conversation, and its team and assignee before and after.
func (m *ConversationMeta) Where() *ConversationMeta { return m }

// Subject returns the conversation.
func (m *ConversationMeta) Subject() Subject {
	return Subject{SubjectConversation, int64(m.ConversationID)}
}

// The events. Fields that are not embedded are stored with them as JSON.
type (
	// MessageReceived: a contact's message arrived in a conversation.
	MessageReceived struct {
		ConversationMeta `json:"-"`
		MessageID        MessageID `json:"message"`
	}
	// MessageSent: an agent, a workflow or a key wrote to the contact.
	MessageSent struct {
		ConversationMeta `json:"-"`
		MessageID        MessageID `json:"message"`
	}
	// MessageStatusChanged: an outbound message got further, or failed.
	MessageStatusChanged struct {
		ConversationMeta `json:"-"`
		MessageID        MessageID     `json:"message"`
		MessageStatus    MessageStatus `json:"status"`
	}
	// NoteAdded: somebody added an internal note.
	NoteAdded struct {
		ConversationMeta `json:"-"`
		NoteID           NoteID `json:"note"`
	}
	// NoteChanged: somebody edited or deleted a note. What it said before is nowhere.
	NoteChanged struct {
		ConversationMeta `json:"-"`
		NoteID           NoteID `json:"note"`
		Deleted          bool   `json:"deleted,omitempty"`
	}
	// ConversationOpened: a conversation opened.
	ConversationOpened struct {
		ConversationMeta `json:"-"`
		ContactID        ContactID          `json:"contact"`
		Source           ConversationSource `json:"source"`
	}
	// ConversationRouted: team or priority changed.
	ConversationRouted struct {
		ConversationMeta `json:"-"`
		TeamID           *TeamID  `json:"team,omitempty"`
		PreviousTeamID   *TeamID  `json:"previousTeam,omitempty"`
		Priority         Priority `json:"priority"`
		PreviousPriority Priority `json:"previousPriority"`
	}
	// ConversationAssigned: an agent got the conversation.
	ConversationAssigned struct {
		ConversationMeta   `json:"-"`
		AssigneeID         AgentID     `json:"assignee"`
		PreviousAssigneeID *AgentID    `json:"previousAssignee,omitempty"`
		DecisionID         *DecisionID `json:"decision,omitempty"`
		Class              string      `json:"class,omitempty"` // of one that did not wait, as of ConversationQueued, where its contact's language matters
	}
	// ConversationUnassigned: the conversation was taken from its assignee.
	ConversationUnassigned struct {
		ConversationMeta   `json:"-"`
		PreviousAssigneeID *AgentID `json:"previousAssignee,omitempty"`
	}
	// ConversationQueued: the conversation began to wait in a team's queue. QueueKey is its place there.
	ConversationQueued struct {
		ConversationMeta `json:"-"`
		TeamID           *TeamID     `json:"team,omitempty"`
		QueueKey         Time        `json:"queueKey"`
		Class            string      `json:"class,omitempty"` // differs from another's if they wait for different things; empty: for an agent of the team
		DecisionID       *DecisionID `json:"decision,omitempty"`
		OwnerID          *AgentID    `json:"owner,omitempty"` // the agent for whom alone it waits until OwnerUntil, which is zero without one
		OwnerUntil       Time        `json:"ownerUntil,omitempty"`
	}
	// ConversationSnoozed: the conversation was snoozed.
	ConversationSnoozed struct {
		ConversationMeta `json:"-"`
		Until            Time `json:"until"`
	}
	// ConversationWoken: a snooze ended.
	ConversationWoken struct {
		ConversationMeta `json:"-"`
	}
	// ConversationRead: the assignee read the conversation.
	ConversationRead struct {
		ConversationMeta `json:"-"`
		ReadAt           Time `json:"readAt"`
	}
	// ConversationClosed: a conversation closed.
	ConversationClosed struct {
		ConversationMeta `json:"-"`
		ClosedSource     CloseSource `json:"source"`
		Category         *string     `json:"category,omitempty"`
	}
	// ContactChanged: a contact was created or changed.
	ContactChanged struct {
		EventMeta `json:"-"`
		ContactID ContactID `json:"-"`
		Created   bool      `json:"created,omitempty"`
		Changes   []Change  `json:"changes,omitempty"`
	}
	// AgentChanged: an agent was created or changed. It has the new state of everything that decides visibility and
	// assignment.
	AgentChanged struct {
		EventMeta  `json:"-"`
		AgentID    AgentID    `json:"-"`
		Role       Role       `json:"role"`
		Visibility Visibility `json:"visibility"`
		MaxOpen    *int32     `json:"maxOpen,omitempty"`
		Disabled   bool       `json:"disabled,omitempty"`
		Scope      bool       `json:"scope,omitempty"` // role, visibility or teams changed: the agent's access changes here
	}
	// TeamChanged: a team was created or changed. It has the new state of everything that decides visibility and
	// assignment.
	TeamChanged struct {
		EventMeta `json:"-"`
		TeamID    TeamID           `json:"-"`
		Policy    AssignmentPolicy `json:"policy"`
		Added     []AgentID        `json:"added,omitempty"`
		Removed   []AgentID        `json:"removed,omitempty"`
	}
	// PresenceChanged: an agent's presence changed.
	PresenceChanged struct {
		EventMeta `json:"-"`
		AgentID   AgentID  `json:"-"`
		Presence  Presence `json:"presence"`
	}
	// WorkflowRunChanged: a run started, waits or ended. It belongs to the conversation that the run is in, if there is
	// one.
	WorkflowRunChanged struct {
		ConversationMeta `json:"-"`
		RunID            WorkflowRunID     `json:"run"`
		RunStatus        WorkflowRunStatus `json:"status"`
	}
)

// Change is one changed field of a contact. From and To are JSON values; they are nil for texts and profile data, which
// the log does not store.
type Change struct {
	Field string `json:"field"`
	From  JSON   `json:"from,omitempty"`
	To    JSON   `json:"to,omitempty"`
}

func (*MessageReceived) Type() EventType        { return EventMessageReceived }
func (*MessageSent) Type() EventType            { return EventMessageSent }
func (*MessageStatusChanged) Type() EventType   { return EventMessageStatusChanged }
func (*NoteAdded) Type() EventType              { return EventNoteAdded }
func (*NoteChanged) Type() EventType            { return EventNoteChanged }
func (*ConversationOpened) Type() EventType     { return EventConversationOpened }
func (*ConversationRouted) Type() EventType     { return EventConversationRouted }
func (*ConversationAssigned) Type() EventType   { return EventConversationAssigned }
func (*ConversationUnassigned) Type() EventType { return EventConversationUnassigned }
func (*ConversationQueued) Type() EventType     { return EventConversationQueued }
func (*ConversationSnoozed) Type() EventType    { return EventConversationSnoozed }
func (*ConversationWoken) Type() EventType      { return EventConversationWoken }
func (*ConversationRead) Type() EventType       { return EventConversationRead }
func (*ConversationClosed) Type() EventType     { return EventConversationClosed }
func (*ContactChanged) Type() EventType         { return EventContactChanged }
func (*AgentChanged) Type() EventType           { return EventAgentChanged }
func (*TeamChanged) Type() EventType            { return EventTeamChanged }
func (*PresenceChanged) Type() EventType        { return EventPresenceChanged }
func (*WorkflowRunChanged) Type() EventType     { return EventWorkflowRunChanged }

// Subject returns the contact.
func (e *ContactChanged) Subject() Subject { return Subject{SubjectContact, int64(e.ContactID)} }

// Subject returns the agent.
func (e *AgentChanged) Subject() Subject { return Subject{SubjectAgent, int64(e.AgentID)} }

// Subject returns the team.
func (e *TeamChanged) Subject() Subject { return Subject{SubjectTeam, int64(e.TeamID)} }

// Subject returns the agent.
func (e *PresenceChanged) Subject() Subject { return Subject{SubjectAgent, int64(e.AgentID)} }

// Subject returns the conversation that the run is in, or the run itself if it is in none.
func (e *WorkflowRunChanged) Subject() Subject {
	if e.ConversationID == 0 {
		return Subject{SubjectRun, int64(e.RunID)}
	}
	return e.ConversationMeta.Subject()
}

// EventRecord is an event in the form in which the log stores it: columns, and the rest as JSON.
type EventRecord struct {
	EventMeta
	Type          EventType
	Subject       Subject
	Before, After Scope
	Data          []byte
}

// Record returns the event in the form in which the log stores it.
func Record(e Event) (EventRecord, error) {
	data, err := json.Marshal(e)
	if err != nil {
		return EventRecord{}, fmt.Errorf("encode %s: %w", e.Type(), err)
	}
	r := EventRecord{EventMeta: *e.Meta(), Type: e.Type(), Subject: e.Subject(), Data: data}
	if c, ok := e.(ConversationEvent); ok {
		r.Before, r.After = c.Where().Before, c.Where().After
	}
	return r, nil
}

// Event decodes the record. It fails on a type that this version does not know and on broken JSON.
func (r EventRecord) Event() (Event, error) {
	empty, ok := newEvents[r.Type]
	if !ok {
		return nil, fmt.Errorf("unknown event type %q", r.Type)
	}
	e := empty()
	if err := json.Unmarshal(r.Data, e); err != nil {
		return nil, fmt.Errorf("decode event %d: %w", r.Number, err)
	}
	*e.Meta() = r.EventMeta
	switch e := e.(type) {
	case *ContactChanged:
		e.ContactID = ContactID(r.Subject.ID)
	case *AgentChanged:
		e.AgentID = AgentID(r.Subject.ID)
	case *PresenceChanged:
		e.AgentID = AgentID(r.Subject.ID)
	case *TeamChanged:
		e.TeamID = TeamID(r.Subject.ID)
	case ConversationEvent:
		where := e.Where()
		where.Before, where.After = r.Before, r.After
		if r.Subject.Kind == SubjectConversation {
			where.ConversationID = ConversationID(r.Subject.ID)
		}
	}
	return e, nil
}

// newEvents makes an empty event of each type; never written to.
var newEvents = map[EventType]func() Event{
	EventMessageReceived:        func() Event { return &MessageReceived{} },
	EventMessageSent:            func() Event { return &MessageSent{} },
	EventMessageStatusChanged:   func() Event { return &MessageStatusChanged{} },
	EventNoteAdded:              func() Event { return &NoteAdded{} },
	EventNoteChanged:            func() Event { return &NoteChanged{} },
	EventConversationOpened:     func() Event { return &ConversationOpened{} },
	EventConversationRouted:     func() Event { return &ConversationRouted{} },
	EventConversationAssigned:   func() Event { return &ConversationAssigned{} },
	EventConversationUnassigned: func() Event { return &ConversationUnassigned{} },
	EventConversationQueued:     func() Event { return &ConversationQueued{} },
	EventConversationSnoozed:    func() Event { return &ConversationSnoozed{} },
	EventConversationWoken:      func() Event { return &ConversationWoken{} },
	EventConversationRead:       func() Event { return &ConversationRead{} },
	EventConversationClosed:     func() Event { return &ConversationClosed{} },
	EventContactChanged:         func() Event { return &ContactChanged{} },
	EventAgentChanged:           func() Event { return &AgentChanged{} },
	EventTeamChanged:            func() Event { return &TeamChanged{Policy: DefaultPolicy()} }, // older events lack parts of it
	EventPresenceChanged:        func() Event { return &PresenceChanged{} },
	EventWorkflowRunChanged:     func() Event { return &WorkflowRunChanged{} },
}

// StreamReady says that a stream has delivered everything up to its cursor.
type StreamReady struct{ Cursor Cursor }

// ConversationHidden says that the viewer may no longer see a conversation. It is not in the log.
type ConversationHidden struct {
	Cursor         Cursor
	ConversationID ConversationID
}

// IsStreamItem marks the items of streams.
func (*EventMeta) IsStreamItem() {}

// IsStreamItem marks the items of streams.
func (*StreamReady) IsStreamItem() {}

// IsStreamItem marks the items of streams.
func (*ConversationHidden) IsStreamItem() {}

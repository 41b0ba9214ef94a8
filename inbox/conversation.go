package inbox

import "slices"

// Conversation is one cycle with a contact, from its opening to its close. A contact has at most one open.
type Conversation struct {
	ID              ConversationID
	Number          int64
	Status          ConversationStatus
	Source          ConversationSource
	OpenedBy        ActorRef
	Priority        Priority
	ContactID       ContactID
	ChannelID       *ChannelID // of the last inbound message
	TeamID          *TeamID
	AssigneeID      *AgentID
	AssigneeReadAt  *Time
	AssignedAt      *Time // when the assignee got it
	SnoozedUntil    *Time
	QueuedAt        *Time    // since when it waits in its team's queue
	QueueKey        *Time    // its place there: lowest first
	QueuePolicy     JSON     // what it waits for, or was assigned by, beside the team's policy; nil: nothing
	QueueOwner      *AgentID // the contact's owner, if it waits for them alone
	WaitsSince      *Time    // when it first began to wait for an agent: kept over requeueing and snoozing
	OpenedAt        Time
	FirstAssignedAt *Time
	FirstResponseAt *Time
	WaitingSince    *Time     // the oldest unanswered message of the contact
	AnsweredAt      *Time     // since when an agent waits for the contact's answer; nil: no agent does
	TakenFrom       []AgentID // agents from whom it was taken during the contact's present wait
	ClosedAt        *Time
	ClosedBy        *ActorRef
	ClosedSource    *CloseSource
	Category        *string
	Summary         *string
	LastActivityAt  Time
	LastMessageID   *MessageID
	InboundCount    int32
	OutboundCount   int32
	Watchers        int32 // how many agents watch it
}

// IsOpen reports whether the conversation is open.
func (c *Conversation) IsOpen() bool { return c.Status == Open }

// Occupies reports whether the conversation counts against its assignee's capacity: open, assigned and not snoozed.
func (c *Conversation) Occupies() bool {
	return c.IsOpen() && c.AssigneeID != nil && c.SnoozedUntil == nil
}

// Scope returns the team and assignee that decide who sees the conversation.
func (c *Conversation) Scope() Scope {
	var s Scope
	if c.TeamID != nil {
		s.Team = *c.TeamID
	}
	if c.AssigneeID != nil {
		s.Assignee = *c.AssigneeID
	}
	return s
}

// Scope is a conversation's team and assignee, zero for none.
type Scope struct {
	Team     TeamID
	Assignee AgentID
}

// Message is what a contact wrote, or what was written to them.
type Message struct {
	ID             MessageID
	ConversationID *ConversationID // nil only for a message of a blocked contact
	ContactID      ContactID
	ChannelID      ChannelID
	Direction      Direction
	Author         ActorRef
	Text           *string
	Attachments    []Attachment
	Status         MessageStatus
	FailureReason  *string
	ExternalID     *string
	IdempotencyKey *string
	SentAt         *Time
	CreatedAt      Time
}

// Attachment is a file that belongs to a message or a note: a URL elsewhere, or a file that was uploaded. The URL of the
// latter is signed anew whenever it is read, and never stored.
type Attachment struct {
	URL      URL     `json:"url,omitempty"`
	FileID   FileID  `json:"file,omitempty"` // zero: it has a URL
	Name     *string `json:"name,omitempty"`
	MimeType *string `json:"mimeType,omitempty"`
	Bytes    *int32  `json:"bytes,omitempty"`
	Internal bool    `json:"-"` // of a note: its URL is not signed
}

// Note is an internal text in a conversation, never sent.
type Note struct {
	ID             NoteID
	ConversationID ConversationID
	Author         ActorRef
	Text           string
	MentionIDs     []AgentID `db:"mentions"`
	Attachments    []Attachment
	CreatedAt      Time
	EditedAt       *Time // nil: it is as it was added
	DeletedAt      *Time // not nil: nothing of it is left but its place
}

// InboxCounts are the counts beside an inbox, of what one viewer sees.
type InboxCounts struct {
	Open       int32
	Mine       int32
	Unassigned int32
	Snoozed    int32
	ByTeam     []TeamCount
}

// TeamCount has the counts of one team.
type TeamCount struct {
	TeamID TeamID
	Open   int32
	Queued int32
}

// MayBecome reports whether a report of this status takes an outbound message further, or false if the message has
// passed the status already. It fails with INVALID for an inbound message, for a status that is never reported of
// outbound messages, for a failed message, and for a failure after delivery.
func (m *Message) MayBecome(status MessageStatus) (bool, error) {
	order := []MessageStatus{StatusQueued, StatusSent, StatusDelivered, StatusRead}
	now := slices.Index(order, m.Status)
	switch {
	case m.Direction == Inbound:
		return false, Errorf(CodeInvalid, "messageId", "This is a message from the contact, whose status cannot change.")
	case status == m.Status:
		return false, nil
	case m.Status == StatusFailed:
		return false, Errorf(CodeInvalid, "status", "The message failed, and a failed message stays failed.")
	case status == StatusFailed:
		if now > slices.Index(order, StatusSent) {
			return false, Errorf(CodeInvalid, "status", "The message was delivered and cannot fail any more.")
		}
		return true, nil
	case status == StatusReceived:
		return false, Errorf(CodeInvalid, "status", "Only messages from contacts are RECEIVED.")
	default:
		return slices.Index(order, status) > now, nil
	}
}

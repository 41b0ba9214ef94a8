package inbox

// Notification is what one agent is notified of, in a conversation. Nobody else sees it.
type Notification struct {
	ID             NotificationID
	AgentID        AgentID
	Kind           NotificationKind
	ConversationID ConversationID
	Actor          ActorRef   // who or what caused it
	MessageID      *MessageID // of MESSAGE and FAILED, and of WATCHED unless the conversation closed
	NoteID         *NoteID    // of MENTION
	At             Time
	ReadAt         *Time
}

// NotificationAdded is the item for the streams of an agent who has a new notification.
type NotificationAdded struct{ Notification *Notification }

// About returns the conversation.
func (a *NotificationAdded) About() ConversationID { return a.Notification.ConversationID }

// IsStreamItem marks the items of streams.
func (*NotificationAdded) IsStreamItem() {}

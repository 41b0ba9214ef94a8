package inbox

// Activity is what somebody does in a conversation at the moment.
type Activity struct {
	Who      ActorRef // an author
	Activity ActivityKind
	Since    Time
}

// ConversationActivity is the item of a signal that says that somebody began or stopped to view a conversation or to type in
// it.
type ConversationActivity struct {
	ConversationID ConversationID
	Who            ActorRef // an author
	Activity       ActivityKind
}

// About returns the conversation.
func (a *ConversationActivity) About() ConversationID { return a.ConversationID }

// IsStreamItem marks the items of streams.
func (*ConversationActivity) IsStreamItem() {}

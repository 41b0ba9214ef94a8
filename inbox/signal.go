package inbox

// Signal is an item for the streams of some agents that is not in the event log. It has no cursor, is never replayed, and is
// the first to be left out when something is too slow. What it says must be found out some other way by who missed it.
type Signal struct {
	// To are the agents whose streams get it. Streams of API keys get none.
	To []AgentID
	// Item is a pointer that nothing changes any more: all streams share it.
	Item StreamItem
}

// ConversationSignal is the item of a signal about a conversation. An agent who does not see the conversation when the item
// is delivered does not get it.
type ConversationSignal interface {
	StreamItem
	// About returns the conversation. Zero stands for none.
	About() ConversationID
}

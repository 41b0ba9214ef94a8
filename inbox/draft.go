package inbox

// Draft is what an agent has written in a conversation and not sent yet. Nobody else ever sees it.
type Draft struct {
	ID             int64 // inside only: an agent knows it by its conversation and kind
	AgentID        AgentID
	ConversationID ConversationID
	Kind           DraftKind
	Text           string
	FileIDs        []FileID `db:"files"`
	UpdatedAt      Time     // every change has a later one than the last
}

// DraftChanged says to the other devices of an agent that a draft has changed.
type DraftChanged struct {
	ConversationID ConversationID
	Kind           DraftKind
	Draft          *Draft // nil: it was removed
}

// About returns the conversation, or zero for a removed draft, which shows nothing of it.
func (c *DraftChanged) About() ConversationID {
	if c.Draft == nil {
		return 0
	}
	return c.ConversationID
}

// IsStreamItem marks the items of streams.
func (*DraftChanged) IsStreamItem() {}

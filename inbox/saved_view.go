package inbox

// SavedView is a filter and an order of conversations that an agent keeps under a name. It gives no rights: whoever looks at it
// sees what they may see.
type SavedView struct {
	ID        SavedViewID
	AgentID   AgentID // who created it
	Name      string
	Filter    JSON              // an input ConversationFilter of the API
	Order     ConversationOrder `db:"list_order"`
	Shared    bool              // with everybody; otherwise it is the agent's alone
	CreatedAt Time
	UpdatedAt Time
}

// VisibleTo reports whether a caller sees the view.
func (v *SavedView) VisibleTo(c Caller) bool { return v.Shared || v.AgentID == c.Actor.Agent() }

// IsNode marks a saved view as a Node.
func (*SavedView) IsNode() {}

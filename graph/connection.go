package graph

import "foyer/inbox"

// Connection is a page of a list (Relay).
type Connection[T any] struct {
	Edges      []Edge[T]
	Nodes      []T
	PageInfo   PageInfo
	TotalCount *int32 // nil: not asked for, not exact, or never counted in this list
}

// Edge is a node with its cursor.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// PageInfo is the position of a page in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

// The names of the schema.
type (
	AgentConnection        = Connection[*inbox.Agent]
	AgentEdge              = Edge[*inbox.Agent]
	APIKeyConnection       = Connection[*inbox.APIKey]
	APIKeyEdge             = Edge[*inbox.APIKey]
	ChannelConnection      = Connection[*inbox.Channel]
	ChannelEdge            = Edge[*inbox.Channel]
	ContactConnection      = Connection[*inbox.Contact]
	ContactEdge            = Edge[*inbox.Contact]
	ConversationConnection = Connection[*inbox.Conversation]
	ConversationEdge       = Edge[*inbox.Conversation]
	EventConnection        = Connection[inbox.Event]
	EventEdge              = Edge[inbox.Event]
	MessageConnection      = Connection[*inbox.Message]
	MessageEdge            = Edge[*inbox.Message]
	NoteConnection         = Connection[*inbox.Note]
	NotificationConnection = Connection[*inbox.Notification]
	NoteEdge               = Edge[*inbox.Note]
	NotificationEdge       = Edge[*inbox.Notification]
	PresenceSpanConnection = Connection[*inbox.PresenceSpan]
	PresenceSpanEdge       = Edge[*inbox.PresenceSpan]
	SavedReplyConnection   = Connection[*inbox.SavedReply]
	SavedReplyEdge         = Edge[*inbox.SavedReply]
	TeamConnection         = Connection[*inbox.Team]
	TeamEdge               = Edge[*inbox.Team]
	WorkflowConnection     = Connection[*inbox.Workflow]
	WorkflowEdge           = Edge[*inbox.Workflow]
	WorkflowRunConnection  = Connection[*inbox.WorkflowRun]
	WorkflowRunEdge        = Edge[*inbox.WorkflowRun]
)

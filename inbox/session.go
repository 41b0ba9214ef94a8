package inbox

// Session is an agent's log-in.
type Session struct {
	ID         SessionID
	AgentID    AgentID
	CreatedAt  Time
	LastUsedAt Time    // to the minute
	ExpiresAt  Time    // unless it is used before
	UserAgent  *string // how the client named itself at the log-in; nil: it did not
	Network    *string // from where it logged in; nil: unknown
	Current    bool    `db:"-"` // whether it is that of the request which asks
}

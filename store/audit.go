package store

import "foyer/inbox"

// AllOpen returns at most limit open conversations after the given one, in the order they were opened.
func (r *Reader) AllOpen(after inbox.ConversationID, limit int) ([]*inbox.Conversation, error) {
	return conversationRows.all(r, `FROM conversations v
		WHERE v.status = 'OPEN' AND v.id > ? ORDER BY v.id`+limited, after, limit)
}

// ClosedCount counts the closed conversations.
func (r *Reader) ClosedCount() (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM conversations WHERE status = 'CLOSED'`)
}

// scopeCounts is the counts of one team and assignee.
type scopeCounts struct {
	inbox.Scope `db:",inline"`
	Counts      `db:",inline"`
}

var scopeCountsRows = rowsOf[scopeCounts]("inbox_counts c")

// AllCounts returns the stored counts of each team and assignee; zero stands for none.
func (r *Reader) AllCounts() (map[inbox.Scope]Counts, error) {
	kept := make(map[inbox.Scope]Counts)
	rows, err := scopeCountsRows.values(r, `FROM (SELECT team_id AS team, agent_id AS assignee, open, snoozed, queued FROM inbox_counts) c`)
	for _, row := range rows {
		kept[row.Scope] = row.Counts
	}
	return kept, err
}

// AllActiveRuns returns every run that has not ended, in no particular order.
func (r *Reader) AllActiveRuns() ([]*inbox.WorkflowRun, error) {
	return runRows.all(r, `FROM workflow_runs r WHERE r.ended_at IS NULL`)
}

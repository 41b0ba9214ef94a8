package store

import (
	"foyer/inbox"
)

// AllOpen returns at most limit open conversations after the given one, in the order they were opened.
func (r *Reader) AllOpen(after inbox.ConversationID, limit int) ([]*inbox.Conversation, error) {
	return query(r, scanConversation, `SELECT `+conversationColumns+` FROM conversations v
		WHERE v.status = 'OPEN' AND v.id > ? ORDER BY v.id`+limited, after, limit)
}

// ClosedCount counts the closed conversations.
func (r *Reader) ClosedCount() (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM conversations WHERE status = 'CLOSED'`)
}

// AllCounts returns the kept numbers of each team and assignee, zero for none.
func (r *Reader) AllCounts() (map[inbox.Scope]Counts, error) {
	kept := make(map[inbox.Scope]Counts)
	_, err := query(r, func(r row) (struct{}, error) {
		var scope inbox.Scope
		var c Counts
		err := r.Scan(&scope.Team, &scope.Assignee, &c.Open, &c.Snoozed, &c.Queued)
		kept[scope] = c
		return struct{}{}, err
	}, `SELECT team_id, agent_id, open, snoozed, queued FROM inbox_counts`)
	return kept, err
}

// AllActiveRuns returns every run that has yet to end, in no particular order.
func (r *Reader) AllActiveRuns() ([]*inbox.WorkflowRun, error) {
	return query(r, scanRun, `SELECT `+runColumns+` FROM workflow_runs r WHERE r.ended_at IS NULL`)
}

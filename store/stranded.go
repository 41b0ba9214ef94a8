package store

import "foyer/inbox"

const (
	// adrift is what nobody has, no queue and no time to wake.
	adrift = `v.status = 'OPEN' AND v.assignee_id IS NULL AND v.snoozed_until IS NULL AND v.queued_at IS NULL`
	// stranded is what has no active run either.
	stranded = adrift + ` AND NOT EXISTS (SELECT 1 FROM workflow_runs a
		WHERE a.contact_id = v.contact_id AND a.ended_at IS NULL AND a.conversation_id = v.id)`
)

// implied adds what a stranded conversation is to the parts of the filter that indexes narrow by.
func (f ConversationFilter) implied() ConversationFilter {
	if f.Stranded == nil || !*f.Stranded {
		return f
	}
	if f.Status == nil {
		f.Status = new(inbox.Open)
	}
	if f.Unassigned == nil {
		f.Unassigned = f.Stranded
	}
	return f
}

// StrandedCount counts the stranded conversations. The kept numbers say how many are adrift; where there are any, it looks
// at the active runs, to leave out those that one takes care of.
func (r *Reader) StrandedCount() (int, error) {
	n, err := queryCount(r, `SELECT COALESCE(SUM(open - snoozed - queued), 0) FROM inbox_counts WHERE agent_id = 0`)
	if err != nil || n == 0 {
		return n, err
	}
	cared, err := queryCount(r, `SELECT COUNT(DISTINCT v.id) FROM workflow_runs a CROSS JOIN conversations v ON v.id = a.conversation_id
		WHERE a.ended_at IS NULL AND `+adrift)
	return n - cared, err
}

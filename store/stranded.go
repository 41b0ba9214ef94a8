package store

const (
	// adrift is the condition that a conversation has no assignee, no place in a queue and no time to wake.
	adrift = `v.status = 'OPEN' AND v.assignee_id IS NULL AND v.snoozed_until IS NULL AND v.queued_at IS NULL`
	// stranded is the condition that it has no active run either.
	stranded = adrift + ` AND NOT EXISTS (SELECT 1 FROM workflow_runs a
		WHERE a.contact_id = v.contact_id AND a.ended_at IS NULL AND a.conversation_id = v.id)`
)

// StrandedCount counts the stranded conversations. The stored counts say how many are adrift; if there are any, those with
// an active run are subtracted.
func (r *Reader) StrandedCount() (int, error) {
	n, err := queryCount(r, `SELECT COALESCE(SUM(open - snoozed - queued), 0) FROM inbox_counts WHERE agent_id = 0`)
	if err != nil || n == 0 {
		return n, err
	}
	cared, err := queryCount(r, `SELECT COUNT(DISTINCT v.id) FROM workflow_runs a CROSS JOIN conversations v ON v.id = a.conversation_id
		WHERE a.ended_at IS NULL AND `+adrift)
	return n - cared, err
}

package store

import (
	"cmp"
	"maps"
	"slices"

	"foyer/inbox"
)

// Counts are numbers of conversations that inboxes show: of one conversation, or a change.
type Counts struct{ Open, Snoozed, Queued int }

// Plus returns the sum with n times another.
func (c Counts) Plus(other Counts, n int) Counts {
	return Counts{c.Open + n*other.Open, c.Snoozed + n*other.Snoozed, c.Queued + n*other.Queued}
}

// CountsOf returns what one conversation counts.
func CountsOf(v *inbox.Conversation) Counts {
	var c Counts
	if v.IsOpen() {
		c.Open = 1
	}
	if v.SnoozedUntil != nil {
		c.Snoozed = 1
	}
	if v.QueuedAt != nil {
		c.Queued = 1
	}
	return c
}

// AddCounts adds changes to the stored numbers, each by team and assignee, zero for none.
func (tx *Tx) AddCounts(changes map[inbox.Scope]Counts) error {
	keys := slices.SortedFunc(maps.Keys(changes), func(a, b inbox.Scope) int {
		return cmp.Or(cmp.Compare(a.Team, b.Team), cmp.Compare(a.Assignee, b.Assignee))
	})
	for _, scope := range keys {
		change := changes[scope]
		if change == (Counts{}) {
			continue
		}
		// ON CONFLICT cannot be used: the row that is not inserted would have to satisfy the checks.
		n, err := tx.exec(`UPDATE inbox_counts SET open = open + ?, snoozed = snoozed + ?, queued = queued + ?
			WHERE team_id = ? AND agent_id = ?`, change.Open, change.Snoozed, change.Queued, scope.Team, scope.Assignee)
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		if err := tx.change(`INSERT INTO inbox_counts (team_id, agent_id, open, snoozed, queued) VALUES (?, ?, ?, ?, ?)`,
			scope.Team, scope.Assignee, change.Open, change.Snoozed, change.Queued); err != nil {
			return err
		}
	}
	return nil
}

// InboxCounts returns the numbers that an inbox shows to someone with this access. Me is zero for API keys.
func (r *Reader) InboxCounts(access inbox.Access, me inbox.AgentID) (*inbox.InboxCounts, error) {
	var where condition
	countScope.visible(&where, access)
	counts := &inbox.InboxCounts{ByTeam: []inbox.TeamCount{}}
	err := r.each(`SELECT team_id, SUM(open), SUM(queued), SUM(snoozed),
			SUM(CASE WHEN agent_id = 0 THEN open ELSE 0 END), SUM(CASE WHEN agent_id = ? AND agent_id <> 0 THEN open ELSE 0 END)
		FROM inbox_counts`+where.sql()+` GROUP BY team_id ORDER BY team_id`, append([]any{me}, where.args...), func(r row) error {
		var team inbox.TeamCount
		var snoozed, unassigned, mine int32
		err := r.Scan(&team.TeamID, &team.Open, &team.Queued, &snoozed, &unassigned, &mine)
		counts.Open += team.Open
		counts.Snoozed += snoozed
		counts.Unassigned += unassigned
		counts.Mine += mine
		if team.TeamID != 0 {
			counts.ByTeam = append(counts.ByTeam, team)
		}
		return err
	})
	return counts, err
}

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

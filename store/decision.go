package store

import (
	"fmt"
	"slices"

	"foyer/inbox"
)

const decisionColumns = `d.id, d.at, d.conversation_id, d.team_id, d.strategy, d.assignee_id, d.reason, d.candidates, d.passed_over`

func scanDecision(r row) (*inbox.AssignmentDecision, error) {
	var d inbox.AssignmentDecision
	return &d, r.Scan(&d.ID, &d.At, &d.ConversationID, &d.TeamID, &d.Strategy, &d.AssigneeID, &d.Reason,
		jsonColumn{&d.Candidates}, jsonColumn{&d.PassedOver})
}

// Decisions gives the decisions with these ids, in no particular order; unknown ids give nothing.
func (r *Reader) Decisions(ids []inbox.DecisionID) ([]*inbox.AssignmentDecision, error) {
	return query(r, scanDecision, `SELECT `+decisionColumns+` FROM decisions d WHERE d.id IN `+inList, list(ids))
}

// DecisionsOf gives a conversation's newest decisions, newest first.
func (r *Reader) DecisionsOf(conversation inbox.ConversationID, limit int) ([]*inbox.AssignmentDecision, error) {
	return query(r, scanDecision, `SELECT `+decisionColumns+` FROM decisions d WHERE d.conversation_id = ?
		ORDER BY d.id DESC LIMIT ?`, conversation, limit)
}

// InsertDecision stores a decision and gives it its id.
func (tx *Tx) InsertDecision(d *inbox.AssignmentDecision) error {
	id, err := insert[inbox.DecisionID](tx, `INSERT INTO decisions (at, conversation_id, team_id, strategy, assignee_id,
		reason, candidates, passed_over) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		d.At, d.ConversationID, d.TeamID, d.Strategy, d.AssigneeID, d.Reason, jsonText(d.Candidates), jsonText(d.PassedOver))
	d.ID = id
	return err
}

// passedOver tells why an agent cannot be assigned, NULL where they can. It takes onlineOnly twice, then the limit.
const passedOver = `CASE
	WHEN a.disabled_at IS NOT NULL THEN 'DISABLED'
	WHEN ? AND a.presence = 'OFFLINE' THEN 'OFFLINE'
	WHEN ? AND a.presence = 'BUSY' THEN 'BUSY'
	WHEN a.open_conversations >= COALESCE(a.max_open, ?) THEN 'AT_CAPACITY' END`

// Candidates gives a team's members, or all agents where team is nil, as the policy looks at them: who can be assigned
// first, the one to be assigned before all others; at most inbox.MaxCandidates. Whoever cannot, or stands behind the
// first, carries the reason. The counts are over everybody. The strategy MANUAL orders like ROUND_ROBIN.
func (r *Reader) Candidates(team *inbox.TeamID, policy inbox.AssignmentPolicy) (
	[]inbox.AssignmentCandidate, []inbox.PassedOverCount, error) {
	from, order := candidateSource(team, policy.Strategy)
	args := []any{policy.OnlineOnly, policy.OnlineOnly, policy.MaxOpen}
	if team != nil {
		args = append(args, *team)
	}
	candidates, err := query(r, func(r row) (inbox.AssignmentCandidate, error) {
		var c inbox.AssignmentCandidate
		err := r.Scan(&c.AgentID, &c.PassedOver, &c.OpenConversations, &c.LastAssignedAt)
		return c, err
	}, `SELECT id, reason, open_conversations, last_assigned_at FROM (SELECT a.id, `+passedOver+` AS reason,
			a.open_conversations, m.last_assigned_at, `+order+` FROM `+from+`) c
		ORDER BY reason IS NOT NULL, rank, turn, id LIMIT `+fmt.Sprint(inbox.MaxCandidates+1), args...)
	if err != nil {
		return nil, nil, err
	}
	for i := range candidates {
		if i > 0 && candidates[i].PassedOver == nil {
			notChosen := inbox.PassedOverNotChosen
			candidates[i].PassedOver = &notChosen
		}
	}
	if len(candidates) <= inbox.MaxCandidates {
		return candidates, countReasons(candidates), nil
	}
	chosen := candidates[0].PassedOver == nil
	counts, err := query(r, func(r row) (inbox.PassedOverCount, error) {
		var c inbox.PassedOverCount
		err := r.Scan(&c.Reason, &c.Count)
		return c, err
	}, `SELECT COALESCE(reason, 'NOT_CHOSEN') AS why, COUNT(*) - (CASE WHEN reason IS NULL AND ? THEN 1 ELSE 0 END)
		FROM (SELECT `+passedOver+` AS reason FROM `+from+`) GROUP BY why ORDER BY why`, append([]any{chosen}, args...)...)
	counts = slices.DeleteFunc(counts, func(c inbox.PassedOverCount) bool { return c.Count == 0 })
	return candidates[:inbox.MaxCandidates], counts, err
}

// candidateSource gives where candidates come from, and what they are ordered by: rank, then turn.
func candidateSource(team *inbox.TeamID, strategy inbox.AssignmentStrategy) (from, order string) {
	from, turn := `agents a JOIN team_members m ON m.agent_id = a.id WHERE m.team_id = ?`, `m.turn AS turn`
	if team == nil {
		from, turn = `agents a JOIN agents m ON m.id = a.id`, `a.turn AS turn`
	}
	switch strategy {
	case inbox.StrategyLeastOpen:
		return from, `a.open_conversations AS rank, ` + turn
	case inbox.StrategyLongestIdle: // being given a conversation counts as activity, or one agent would get a whole burst
		return from, `CASE WHEN a.last_assigned_at > a.last_activity_at THEN a.last_assigned_at
			ELSE a.last_activity_at END AS rank, ` + turn
	default:
		return from, `0 AS rank, ` + turn
	}
}

func countReasons(candidates []inbox.AssignmentCandidate) []inbox.PassedOverCount {
	counts := make([]inbox.PassedOverCount, 0, 4)
next:
	for _, c := range candidates {
		if c.PassedOver == nil {
			continue
		}
		for i := range counts {
			if counts[i].Reason == *c.PassedOver {
				counts[i].Count++
				continue next
			}
		}
		counts = append(counts, inbox.PassedOverCount{Reason: *c.PassedOver, Count: 1})
	}
	return counts
}

// AvailableAgents counts the members whom a team's policy could assign to now.
func (r *Reader) AvailableAgents(team inbox.TeamID, policy inbox.AssignmentPolicy) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM agents a JOIN team_members m ON m.agent_id = a.id
		WHERE m.team_id = ? AND `+passedOver+` IS NULL`, team, policy.OnlineOnly, policy.OnlineOnly, policy.MaxOpen)
}

package store

import (
	"foyer/inbox"
)

const decisionColumns = `d.id, d.at, d.conversation_id, d.team_id, d.strategy, d.assignee_id, d.reason, d.candidates, d.passed_over`

func scanDecision(r row) (*inbox.AssignmentDecision, error) {
	var d inbox.AssignmentDecision
	return &d, r.Scan(&d.ID, &d.At, &d.ConversationID, &d.TeamID, &d.Strategy, &d.AssigneeID, &d.Reason,
		jsonColumn{&d.Candidates}, jsonColumn{&d.PassedOver})
}

// Decisions returns the decisions with these ids, in no particular order; unknown ids give nothing.
func (r *Reader) Decisions(ids []inbox.DecisionID) ([]*inbox.AssignmentDecision, error) {
	return query(r, scanDecision, `SELECT `+decisionColumns+` FROM decisions d WHERE d.id IN `+inList, list(ids))
}

// DecisionsOf returns a conversation's newest decisions, newest first.
func (r *Reader) DecisionsOf(conversation inbox.ConversationID, limit int) ([]*inbox.AssignmentDecision, error) {
	return query(r, scanDecision, `SELECT `+decisionColumns+` FROM decisions d WHERE d.conversation_id = ?
		ORDER BY d.id DESC`+limited, conversation, limit)
}

// InsertDecision stores a decision with the candidates of its choice, and gives it its id.
func (tx *Tx) InsertDecision(d *inbox.AssignmentDecision, candidates CandidateText) error {
	id, err := insert[inbox.DecisionID](tx, `INSERT INTO decisions (at, conversation_id, team_id, strategy, assignee_id,
		reason, candidates, passed_over) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		d.At, d.ConversationID, d.TeamID, d.Strategy, d.AssigneeID, d.Reason, candidates.column(), jsonText(d.PassedOver))
	d.ID = id
	return err
}

// passedOver returns why an agent cannot be assigned, NULL where they can. It takes onlineOnly twice, then the limit.
const passedOver = `CASE
	WHEN a.disabled_at IS NOT NULL THEN 'DISABLED'
	WHEN ? AND a.presence = 'OFFLINE' THEN 'OFFLINE'
	WHEN ? AND a.presence = 'BUSY' THEN 'BUSY'
	WHEN a.open_conversations >= COALESCE(a.max_open, ?) THEN 'AT_CAPACITY' END`

// candidateSource returns where candidates come from, and what they are ordered by: rank, then turn.
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

// AvailableAgents counts the members whom a team's policy could assign to now, a supposition counted in.
func (r *Reader) AvailableAgents(team inbox.TeamID, policy inbox.AssignmentPolicy, supposed *Supposition) (int, error) {
	text, args := supposed.before(`SELECT COUNT(*) FROM agents a JOIN team_members m ON m.agent_id = a.id
		WHERE m.team_id = ? AND `+passedOver+` IS NULL`, []any{team, policy.OnlineOnly, policy.OnlineOnly, policy.MaxOpen})
	return queryCount(r, text, args...)
}

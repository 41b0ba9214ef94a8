package store

import (
	"database/sql"
	"slices"

	"foyer/inbox"
)

// Choice is whom a policy chooses, and among whom.
type Choice struct {
	Winner     *inbox.AgentID              // nil if nobody can be assigned
	WinnerName string                      // empty if nobody can be assigned
	Candidates []inbox.AssignmentCandidate // at most inbox.MaxCandidates
	PassedOver []inbox.PassedOverCount     // over all candidates, however many there are
}

// Choose applies a policy to a team's members, or to all agents if team is nil. Candidates who can be assigned come first, and
// the first of them is the winner; every other candidate has the reason why they were passed over. The strategy
// MANUAL orders like ROUND_ROBIN.
func (r *Reader) Choose(team *inbox.TeamID, policy inbox.AssignmentPolicy) (Choice, error) {
	from, turn := `agents a JOIN team_members m ON m.agent_id = a.id WHERE m.team_id = ?`, `m.turn`
	args := policyArgs(policy)
	if team == nil {
		from, turn = `agents a JOIN agents m ON m.id = a.id`, `a.turn`
	} else {
		args = append(args, *team)
	}
	return r.choose(from, rank(policy.Strategy)+turn, args)
}

// ChooseOne applies a policy to one agent. If they cannot be assigned, PassedOver has the reason.
func (r *Reader) ChooseOne(id inbox.AgentID, policy inbox.AssignmentPolicy) (Choice, error) {
	return r.choose(`agents a JOIN agents m ON m.id = a.id WHERE a.id = ?`, `a.turn`, append(policyArgs(policy), id))
}

// AvailableAgents counts the members whom a team's policy could assign to now.
func (r *Reader) AvailableAgents(team inbox.TeamID, policy inbox.AssignmentPolicy) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM agents a JOIN team_members m ON m.agent_id = a.id
		WHERE `+passedOver+` IS NULL AND m.team_id = ?`, append(policyArgs(policy), team)...)
}

// passedOver is why an agent cannot be assigned, or NULL if they can. It takes policyArgs.
const passedOver = `CASE
	WHEN a.disabled_at IS NOT NULL THEN 'DISABLED'
	WHEN ? AND a.presence = 'OFFLINE' THEN 'OFFLINE'
	WHEN ? AND a.presence = 'BUSY' THEN 'BUSY'
	WHEN a.open_conversations >= COALESCE(a.max_open, ?) THEN 'AT_CAPACITY' END`

func policyArgs(policy inbox.AssignmentPolicy) []any {
	return []any{policy.OnlineOnly, policy.OnlineOnly, policy.MaxOpen}
}

// rank is what a strategy orders candidates by before their turn.
func rank(strategy inbox.AssignmentStrategy) string {
	switch strategy {
	case inbox.StrategyLeastOpen:
		return `a.open_conversations, `
	case inbox.StrategyLongestIdle: // an assignment counts as activity, or one agent would get all of a burst
		return `CASE WHEN a.last_assigned_at > a.last_activity_at THEN a.last_assigned_at ELSE a.last_activity_at END, `
	default:
		return ``
	}
}

func (r *Reader) choose(from, order string, args []any) (Choice, error) {
	var (
		choice    Choice
		notChosen = inbox.PassedOverNotChosen
		// Scanned into for each candidate of each new conversation, so in types that cost no conversion.
		id, open int64
		name     string
		reason   sql.NullString
		at       sql.NullInt64
	)
	candidates, err := query(r, func(r row) (inbox.AssignmentCandidate, error) {
		err := r.Scan(&id, &name, &reason, &open, &at)
		c := inbox.AssignmentCandidate{AgentID: inbox.AgentID(id), OpenConversations: int32(open)}
		if reason.Valid {
			c.PassedOver = new(inbox.PassedOverReason(reason.String))
		}
		if at.Valid {
			c.LastAssignedAt = new(inbox.Time(at.Int64))
		}
		switch {
		case c.PassedOver != nil:
		case choice.Winner == nil:
			choice.Winner, choice.WinnerName = new(c.AgentID), name
		default:
			c.PassedOver = &notChosen
		}
		return c, err
	}, `SELECT a.id, a.name, `+passedOver+` AS reason, a.open_conversations, m.last_assigned_at
		FROM `+from+` ORDER BY reason IS NOT NULL, `+order+`, a.id`+limited, append(slices.Clip(args), inbox.MaxCandidates+1)...)
	if err != nil || len(candidates) == 0 {
		return choice, err
	}
	choice.Candidates = candidates[:min(len(candidates), inbox.MaxCandidates)]
	if len(candidates) <= inbox.MaxCandidates {
		choice.PassedOver = countReasons(candidates)
		return choice, nil
	}
	choice.PassedOver, err = r.countPassedOver(from, args, choice.Winner != nil)
	return choice, err
}

// countReasons counts why candidates were passed over, in the order in which the reasons first appear.
func countReasons(candidates []inbox.AssignmentCandidate) []inbox.PassedOverCount {
	counts := make([]inbox.PassedOverCount, 0, 4)
	for _, c := range candidates {
		if c.PassedOver == nil {
			continue
		}
		at := slices.IndexFunc(counts, func(known inbox.PassedOverCount) bool { return known.Reason == *c.PassedOver })
		if at < 0 {
			at, counts = len(counts), append(counts, inbox.PassedOverCount{Reason: *c.PassedOver})
		}
		counts[at].Count++
	}
	return counts
}

// countPassedOver counts over all candidates, if they are more than a decision names.
func (r *Reader) countPassedOver(from string, args []any, chosen bool) ([]inbox.PassedOverCount, error) {
	counts, err := query(r, func(r row) (inbox.PassedOverCount, error) {
		var c inbox.PassedOverCount
		err := r.Scan(&c.Reason, &c.Count)
		if chosen && c.Reason == inbox.PassedOverNotChosen {
			c.Count-- // the winner
		}
		return c, err
	}, `SELECT COALESCE(`+passedOver+`, 'NOT_CHOSEN') AS reason, COUNT(*)
		FROM `+from+` GROUP BY reason ORDER BY reason`, args...)
	return slices.DeleteFunc(counts, func(c inbox.PassedOverCount) bool { return c.Count == 0 }), err
}

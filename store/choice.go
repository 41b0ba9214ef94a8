package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foyer/inbox"
)

// Choice is whom a policy chooses, and among whom.
type Choice struct {
	Winner     *inbox.AgentID // nil where nobody can be assigned
	Candidates CandidateText
	PassedOver []inbox.PassedOverCount // over everybody
}

// CandidateText is a list of candidates as a decision keeps it: JSON. SQL writes it, so that what is only stored need not
// be read and written again for each of them.
type CandidateText string

// List reads the candidates.
func (t CandidateText) List() ([]inbox.AssignmentCandidate, error) {
	var list []inbox.AssignmentCandidate
	if t == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(t), &list); err != nil {
		return nil, fmt.Errorf("decode candidates: %w", err)
	}
	return list, nil
}

func (t CandidateText) column() string {
	if t == "" {
		return "[]"
	}
	return string(t)
}

// Candidates returns the candidates of Choose as a list, and how many were passed over for each reason.
func (r *Reader) Candidates(team *inbox.TeamID, policy inbox.AssignmentPolicy) (
	[]inbox.AssignmentCandidate, []inbox.PassedOverCount, error) {
	choice, err := r.Choose(team, policy, nil)
	if err != nil {
		return nil, nil, err
	}
	list, err := choice.Candidates.List()
	return list, choice.PassedOver, err
}

// A choice is one row: the initial of what passed over each candidate, in their order, and the list of them. Whoever could
// be assigned is written as not chosen, the first one too. SQLite keeps the order of a subquery that has a limit.
const (
	chooseFrom = `SELECT COALESCE(group_concat(SUBSTR(why, 1, 1), ''), ''), COALESCE('[' || group_concat(entry, ',') || ']', '')
		FROM (SELECT why, '{"agent":' || id || ',"passedOver":"' || why || '","open":' || open_conversations ||
				COALESCE(',"lastAssignedAt":' || last_assigned_at, '') || '}' AS entry
			FROM (SELECT id, COALESCE(reason, 'NOT_CHOSEN') AS why, open_conversations, last_assigned_at
				FROM (SELECT a.id, ` + passedOver + ` AS reason, a.open_conversations, m.last_assigned_at, `
	chooseInOrder = `) ORDER BY reason IS NOT NULL, rank, turn, id LIMIT ` // written out: SQLite prepares anew for each LIMIT ?
)

// Choose looks at a team's members, or at all agents where team is nil, as the policy does. The candidates are who can be
// assigned first, the one to be assigned before all others; at most inbox.MaxCandidates. Whoever cannot, or stands behind
// the first, carries the reason. The strategy MANUAL orders like ROUND_ROBIN. A supposition counts as if it were stored.
func (r *Reader) Choose(team *inbox.TeamID, policy inbox.AssignmentPolicy, supposed *Supposition) (Choice, error) {
	from, order := candidateSource(team, policy.Strategy)
	args := []any{policy.OnlineOnly, policy.OnlineOnly, policy.MaxOpen}
	if team != nil {
		args = append(args, *team)
	}
	return r.choose(from, order, args, supposed)
}

func (r *Reader) choose(from, order string, args []any, supposed *Supposition) (Choice, error) {
	var choice Choice
	text := chooseFrom + order + ` FROM ` + from + chooseInOrder + strconv.Itoa(inbox.MaxCandidates+1) + `))`
	text, all := supposed.before(text, args)
	found, err := queryOne(r, func(r row) (*string, error) {
		var reasons string
		return &reasons, r.Scan(&reasons, &choice.Candidates)
	}, text, all...)
	if err != nil || *found == "" {
		return choice, err
	}
	reasons := *found
	if initialReasons[reasons[0]] == inbox.PassedOverNotChosen {
		if err := choice.choseFirst(); err != nil {
			return choice, err
		}
		reasons = reasons[1:]
	}
	if len(*found) <= inbox.MaxCandidates {
		choice.PassedOver = countReasons(reasons)
		return choice, nil
	}
	choice.Candidates = choice.Candidates[:strings.LastIndex(string(choice.Candidates), `,{`)] + `]` // no text holds these
	choice.PassedOver, err = r.countPassedOver(from, args, choice.Winner != nil, supposed)
	return choice, err
}

// ChooseOne looks at one agent as a policy does, a supposition counted in. Where they cannot be assigned the reason is the one that is counted.
func (r *Reader) ChooseOne(id inbox.AgentID, policy inbox.AssignmentPolicy, supposed *Supposition) (Choice, error) {
	return r.choose(`agents a JOIN agents m ON m.id = a.id WHERE a.id = ?`, `0 AS rank, a.turn AS turn`,
		[]any{policy.OnlineOnly, policy.OnlineOnly, policy.MaxOpen, id}, supposed)
}

// choseFirst makes the first candidate the winner.
func (c *Choice) choseFirst() error {
	text := strings.Replace(string(c.Candidates), `"passedOver":"NOT_CHOSEN",`, ``, 1)
	digits, _, _ := strings.Cut(strings.TrimPrefix(text, `[{"agent":`), `,`)
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return fmt.Errorf("read who is to be assigned: %w", err)
	}
	c.Winner, c.Candidates = new(inbox.AgentID(id)), CandidateText(text)
	return nil
}

// countPassedOver counts over everybody, where there are more than a decision names.
func (r *Reader) countPassedOver(from string, args []any, chosen bool, supposed *Supposition) ([]inbox.PassedOverCount, error) {
	text, all := supposed.before(`SELECT COALESCE(reason, 'NOT_CHOSEN') AS why, COUNT(*) - (CASE WHEN reason IS NULL AND ? THEN 1 ELSE 0 END)
		FROM (SELECT `+passedOver+` AS reason FROM `+from+`) GROUP BY why ORDER BY why`, append([]any{chosen}, args...))
	counts, err := query(r, func(r row) (inbox.PassedOverCount, error) {
		var c inbox.PassedOverCount
		err := r.Scan(&c.Reason, &c.Count)
		return c, err
	}, text, all...)
	return slices.DeleteFunc(counts, func(c inbox.PassedOverCount) bool { return c.Count == 0 }), err
}

// initialReasons tells the reasons apart by how they begin; never written to.
var initialReasons = map[byte]inbox.PassedOverReason{
	'N': inbox.PassedOverNotChosen, 'D': inbox.PassedOverDisabled, 'O': inbox.PassedOverOffline, 'B': inbox.PassedOverBusy,
	'A': inbox.PassedOverAtCapacity,
}

// countReasons counts the initials of reasons, in the order in which they first appear.
func countReasons(initials string) []inbox.PassedOverCount {
	counts := make([]inbox.PassedOverCount, 0, 4)
	for len(initials) > 0 {
		first := initials[:1]
		n := strings.Count(initials, first)
		counts = append(counts, inbox.PassedOverCount{Reason: initialReasons[first[0]], Count: int32(n)})
		initials = strings.ReplaceAll(initials, first, ``)
	}
	return counts
}

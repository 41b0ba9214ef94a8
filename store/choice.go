package store

import (
	"database/sql"
	"slices"
	"strings"

	"foyer/inbox"
)

// Choosing is what an agent is chosen by: a team's policy, and what the conversation and the moment add to it.
type Choosing struct {
	Team     *inbox.TeamID // whose members are the candidates; nil: all agents
	Queue    *inbox.TeamID // the team in whose queue the conversation waits or would wait; nil: the workspace's
	Policy   inbox.AssignmentPolicy
	Language string          // that the agent has to speak, if any candidate with the skills does; empty: any
	First    *inbox.AgentID  // the agent who is preferred, if eligible
	Alone    *inbox.AgentID  // the only one who is eligible, if they are a candidate with the skills and the language
	Without  *inbox.AgentID  // the agent from whom the conversation is taken
	Last     []inbox.AgentID // agents who are chosen only if nobody else is eligible
	Closed   bool            // the team is closed: nobody is eligible
	Now      inbox.Time      // to tell whether the queue is about to drain
}

// Choice is the agent whom a policy chooses, and the candidates.
type Choice struct {
	Winner     *inbox.AgentID              // nil if nobody can be assigned
	WinnerName string                      // empty if nobody can be assigned
	Candidates []inbox.AssignmentCandidate // at most inbox.MaxCandidates
	PassedOver []inbox.PassedOverCount     // over all candidates, however many there are
	Draining   bool                        // the team's queue has yet to drain, or to drain further; false if there are no candidates
}

// Choose chooses among a team's members, or among all agents. Candidates who can be assigned come first, and the first of them
// is the winner; every other candidate has the reason why they were passed over. The strategy MANUAL orders like ROUND_ROBIN.
func (r *Reader) Choose(by Choosing) (Choice, error) {
	if by.Team == nil {
		return r.choose(by, everybody, `agents a JOIN agents m ON m.id = a.id WHERE ?1 IS NULL`, nil)
	}
	return r.choose(by, members, `agents a JOIN team_members m ON m.agent_id = a.id WHERE m.team_id = ?1`, *by.Team)
}

// ChooseOne chooses an agent if they can be assigned. If not, PassedOver has the reason.
func (r *Reader) ChooseOne(id inbox.AgentID, by Choosing) (Choice, error) {
	return r.choose(by, everybody, `agents a JOIN agents m ON m.id = a.id WHERE a.id = ?1`, id)
}

// AvailableAgents counts the members whom a team's policy could assign to now.
func (r *Reader) AvailableAgents(by Choosing) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM agents a JOIN team_members m ON m.agent_id = a.id
		WHERE `+by.passedOver(members)+` IS NULL AND m.team_id = ?1`, by.args(*by.Team)...)
}

// pool is the candidates of a choice, to look for one among them: what comes behind FROM, up to a condition on the agent a.
type pool string

const (
	members   pool = `team_members x JOIN agents a ON a.id = x.agent_id WHERE x.team_id = ?1 AND `
	everybody pool = `agents a WHERE `
)

// speaks is whether the agent a speaks a language. It takes Choosing.args.
const speaks = `EXISTS (SELECT 1 FROM json_each(?3) k WHERE instr(a.language_keys, k.value) > 0)`

// unsuited is why the agent a could not be assigned whatever they do, or NULL: the first part of a CASE. Of the rules, which take
// Choosing.args, it has those that apply: SQLite takes longer to begin a statement the more subqueries it has.
func (by *Choosing) unsuited(from pool) string {
	const lacks = `EXISTS (SELECT 1 FROM json_each(?2) k WHERE instr(a.skill_keys, k.value) = 0)`
	rules, skilled := `CASE WHEN a.disabled_at IS NOT NULL THEN 'DISABLED' `, ``
	if len(by.Policy.RequireSkills) > 0 {
		rules += `WHEN ` + lacks + ` THEN 'MISSING_SKILL' `
		skilled = `AND NOT ` + lacks
	}
	if by.Language != "" {
		rules += `WHEN NOT ` + speaks + ` AND EXISTS (SELECT 1 FROM ` + string(from) + `a.disabled_at IS NULL ` + skilled + ` AND ` + speaks + `)
			THEN 'LANGUAGE' `
	}
	return rules
}

// passedOver is why the agent a cannot be assigned, or NULL if they can.
func (by *Choosing) passedOver(from pool) string {
	rules := by.unsuited(from)
	if by.Alone != nil {
		rules += `WHEN a.id <> ?4 AND EXISTS (SELECT 1 FROM ` + string(from) + `a.id = ?4 AND ` + rules + `END IS NULL) THEN 'NOT_OWNER' `
	}
	if by.Without != nil {
		rules += `WHEN a.id = ?5 THEN 'TAKEN_BACK' `
	}
	if by.Closed {
		rules += `WHEN TRUE THEN 'OUT_OF_HOURS' `
	}
	if by.Policy.OnlineOnly {
		rules += `WHEN a.presence = 'OFFLINE' THEN 'OFFLINE' WHEN a.presence = 'BUSY' THEN 'BUSY' `
	}
	return rules + `WHEN a.open_conversations >= COALESCE(a.max_open, ?6) THEN 'AT_CAPACITY' END`
}

// order is what candidates who can be assigned are ordered by before their turn.
func (by *Choosing) order() string {
	order := ``
	if by.First != nil {
		order += `a.id <> ?7, `
	}
	if len(by.Last) > 0 {
		order += `EXISTS (SELECT 1 FROM json_each(?8) WHERE value = a.id), `
	}
	switch by.Policy.Strategy {
	case inbox.StrategyLeastOpen:
		order += `a.open_conversations, `
	case inbox.StrategyLongestIdle: // an assignment counts as activity, or one agent would get all of a burst
		order += `CASE WHEN a.last_assigned_at > a.last_activity_at THEN a.last_assigned_at ELSE a.last_activity_at END, `
	case inbox.StrategyRoundRobin, inbox.StrategyManual:
	}
	return order
}

// args returns the arguments of passedOver, ?1 to ?6; of is the first: a team, or what the query uses it for.
func (by *Choosing) args(of any) []any {
	var skills, language any
	if len(by.Policy.RequireSkills) > 0 {
		skills = jsonText(skillKeys(by.Policy.RequireSkills))
	}
	if by.Language != "" {
		language = jsonText(languageNeedles(by.Language))
	}
	return []any{of, skills, language, by.Alone, by.Without, by.Policy.MaxOpen}
}

// separator stands before and after each key of skill_keys and language_keys. No skill and no language has it.
const separator = "\x1f"

// skillKeys returns the forms in which skills are compared, each between separators.
func skillKeys(skills []string) []string {
	keys := make([]string, len(skills))
	for i, skill := range skills {
		keys[i] = separator + inbox.Fold(skill) + separator
	}
	return keys
}

// languageNeedles returns the texts to search for in the keys of agents' languages: the language itself, the languages
// that it is a variety of, and the beginning of its own varieties. An agent who speaks de serves de-AT, and one who speaks
// de-AT serves de.
func languageNeedles(tag string) []string {
	key := inbox.LanguageKey(tag)
	needles := []string{separator + key + "-"}
	for known := true; known; {
		needles = append(needles, separator+key+separator)
		end := strings.LastIndexByte(key, '-')
		known = end > 0
		key = key[:max(end, 0)]
	}
	return needles
}

// AnySpeaks reports whether an enabled member of a team, or any agent if team is nil, speaks a language.
func (r *Reader) AnySpeaks(team *inbox.TeamID, tag string) (bool, error) {
	from := members
	if team == nil {
		from = everybody
	}
	by := Choosing{Language: tag}
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM `+string(from)+`a.disabled_at IS NULL AND `+speaks+`)`, by.args(team)[:3]...)
}

// traitKeys returns the columns that an agent's skills and languages are searched in.
func traitKeys(a *inbox.Agent) []hidden {
	languages := make([]string, len(a.Languages))
	for i, tag := range a.Languages {
		languages[i] = separator + inbox.LanguageKey(tag) + separator
	}
	return []hidden{{"skill_keys", strings.Join(skillKeys(a.Skills), "")}, {"language_keys", strings.Join(languages, "")}}
}

func (r *Reader) choose(by Choosing, from pool, rows string, of any) (Choice, error) {
	args := by.args(of)
	var last any
	if len(by.Last) > 0 {
		last = jsonText(by.Last)
	}
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
		err := r.Scan(&id, &name, &reason, &open, &at, &choice.Draining)
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
	}, `SELECT a.id, a.name, `+by.passedOver(from)+` AS reason, a.open_conversations, m.last_assigned_at,
			EXISTS (SELECT 1 FROM timers WHERE subject_id = ?9 AND (kind = 'DRAIN' OR kind = 'OPENING' AND due <= ?10))
		FROM `+rows+` ORDER BY reason IS NOT NULL, `+by.order()+`m.turn, a.id LIMIT ?11 + 0`,
		append(slices.Clip(args), by.First, last, QueueSubject(by.Queue), by.Now, inbox.MaxCandidates+1)...)
	if err != nil || len(candidates) == 0 {
		return choice, err
	}
	choice.Candidates = candidates[:min(len(candidates), inbox.MaxCandidates)]
	if len(candidates) <= inbox.MaxCandidates {
		choice.PassedOver = countReasons(candidates)
		return choice, nil
	}
	choice.PassedOver, err = r.countPassedOver(by.passedOver(from), rows, args, choice.Winner != nil)
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

// countPassedOver counts over all candidates, for a choice that has more of them than a decision lists.
func (r *Reader) countPassedOver(passedOver, rows string, args []any, chosen bool) ([]inbox.PassedOverCount, error) {
	counts, err := query(r, func(r row) (inbox.PassedOverCount, error) {
		var c inbox.PassedOverCount
		err := r.Scan(&c.Reason, &c.Count)
		if chosen && c.Reason == inbox.PassedOverNotChosen {
			c.Count-- // the winner
		}
		return c, err
	}, `SELECT COALESCE(`+passedOver+`, 'NOT_CHOSEN') AS reason, COUNT(*)
		FROM `+rows+` GROUP BY reason ORDER BY reason`, args...)
	return slices.DeleteFunc(counts, func(c inbox.PassedOverCount) bool { return c.Count == 0 }), err
}

package store

import "foyer/inbox"

var teamRows = rowsOf[inbox.Team]("teams t")

// Teams returns the teams with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Teams(ids []inbox.TeamID) ([]*inbox.Team, error) {
	return teamRows.all(r, `FROM teams t WHERE t.id IN `+inList, list(ids))
}

// Team returns one team, or nil.
func (r *Reader) Team(id inbox.TeamID) (*inbox.Team, error) {
	return teamRows.one(r, `FROM teams t WHERE t.id = ?`, id)
}

// TeamNamed returns the team with this name (folded), or nil.
func (r *Reader) TeamNamed(key string) (*inbox.Team, error) {
	return teamRows.one(r, `FROM teams t WHERE t.name_key = ?`, key)
}

// TeamList returns at most limit teams after the given one, in the order they were created.
func (r *Reader) TeamList(after inbox.TeamID, limit int) ([]*inbox.Team, error) {
	return teamRows.all(r, `FROM teams t WHERE t.id > ? ORDER BY t.id`+limited, after, limit)
}

// InsertTeam stores a new team and sets its id. If the name is taken, IsUnique is true of the error.
func (tx *Tx) InsertTeam(t *inbox.Team, nameKey string) error {
	tx.settings = 0
	return teamRows.insert(tx, t, hidden{"name_key", nameKey})
}

// policyColumns are the columns that UpdateTeam stores.
const policyColumns = `name, strategy, online_only, max_open, require_skills, match_language, sticky, sticky_wait, keep_owner, ` +
	`reassign_when_offline, reassign_when_no_reply, outside_hours, head_starts, hours`

// UpdateTeam stores a team's name, policy and hours. If the name is taken, IsUnique is true of the error.
func (tx *Tx) UpdateTeam(t *inbox.Team, nameKey string) error {
	tx.settings = 0
	return teamRows.set(tx, t, policyColumns, hidden{"name_key", nameKey})
}

// AddQueueLength adds n, which may be negative, to the length of a team's queue.
func (tx *Tx) AddQueueLength(id inbox.TeamID, n int) error {
	return tx.change(`UPDATE teams SET queue_length = queue_length + ? WHERE id = ?`, n, id)
}

// AddMember adds an agent to a team, and reports false if they are in it already. A new member's turn is first.
func (tx *Tx) AddMember(team inbox.TeamID, agent inbox.AgentID) (bool, error) {
	return tx.changesAny(`INSERT INTO team_members (team_id, agent_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, team, agent)
}

// RemoveMember removes an agent from a team, and reports false if they are not in it.
func (tx *Tx) RemoveMember(team inbox.TeamID, agent inbox.AgentID) (bool, error) {
	return tx.changesAny(`DELETE FROM team_members WHERE team_id = ? AND agent_id = ?`, team, agent)
}

// Membership is one agent in one team.
type Membership struct {
	TeamID  inbox.TeamID
	AgentID inbox.AgentID
}

var memberRows = rowsOf[Membership]("team_members m")

// MembersOf returns the memberships of these teams: for each team, its agents in the order they were created.
func (r *Reader) MembersOf(teams []inbox.TeamID) ([]Membership, error) {
	return memberRows.values(r, `FROM team_members m WHERE m.team_id IN `+inList+`
		ORDER BY m.team_id, m.agent_id`, list(teams))
}

// TeamsOf returns the memberships of these agents: for each agent, their teams in the order they were created.
func (r *Reader) TeamsOf(agents []inbox.AgentID) ([]Membership, error) {
	return memberRows.values(r, `FROM team_members m WHERE m.agent_id IN `+inList+`
		ORDER BY m.agent_id, m.team_id`, list(agents))
}

// TeamsJoined returns the teams that an agent is in, in the order they were created.
func (r *Reader) TeamsJoined(agent inbox.AgentID) ([]*inbox.Team, error) {
	return teamRows.all(r, `FROM team_members m JOIN teams t ON t.id = m.team_id
		WHERE m.agent_id = ? ORDER BY t.id`, agent)
}

// AllMembers returns every membership.
func (r *Reader) AllMembers() ([]Membership, error) {
	return memberRows.values(r, `FROM team_members m`)
}

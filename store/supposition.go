package store

import (
	"maps"
	"slices"

	"foyer/inbox"
)

// Supposition is what assignments that a simulation only pretends would change of the numbers that a choice looks at. A nil
// or empty one changes nothing. It is not safe for concurrent use.
type Supposition struct {
	agents  map[inbox.AgentID]*supposedAgent
	members map[membership]supposedTurn
	turns   int64
}

type membership struct {
	team  inbox.TeamID
	agent inbox.AgentID
}

// supposedTurn is an agent's last pretended assignment. Its fields are nil if there is none: what is stored holds then.
type supposedTurn struct {
	At   *int64 `json:"at"`
	Turn *int64 `json:"turn"`
}

type supposedAgent struct {
	ID   int64 `json:"id"`
	Open int   `json:"open"` // added to what is stored
	supposedTurn
}

type supposedMember struct {
	Team  int64 `json:"team"`
	Agent int64 `json:"id"`
	supposedTurn
}

// laterTurns is above all stored turns.
const laterTurns = int64(1) << 50

// Occupy adds one open conversation to an agent and moves their turn behind all others, as Tx.Occupy would. It does not
// check capacity: the choice has.
func (s *Supposition) Occupy(id inbox.AgentID, team *inbox.TeamID, at inbox.Time) {
	s.turns++
	turn := supposedTurn{At: new(int64(at)), Turn: new(laterTurns + s.turns)}
	s.AddOpen(id, 1)
	s.agents[id].supposedTurn = turn
	if team == nil {
		return
	}
	if s.members == nil {
		s.members = map[membership]supposedTurn{}
	}
	s.members[membership{*team, id}] = turn
}

// AddOpen adds n open conversations to an agent; n may be negative.
func (s *Supposition) AddOpen(id inbox.AgentID, n int) {
	if s.agents == nil {
		s.agents = map[inbox.AgentID]*supposedAgent{}
	}
	if s.agents[id] == nil {
		s.agents[id] = &supposedAgent{ID: int64(id)}
	}
	s.agents[id].Open += n
}

// supposing goes before a statement and lays a supposition over the tables agents and team_members. It takes the agents,
// then the members, as JSON.
const supposing = `WITH agents AS (SELECT a.id, a.name, a.disabled_at, a.presence, a.max_open, a.last_activity_at,
		a.open_conversations + COALESCE(s.open, 0) AS open_conversations,
		COALESCE(s.at, a.last_assigned_at) AS last_assigned_at, COALESCE(s.turn, a.turn) AS turn
	FROM main.agents a LEFT JOIN (SELECT value ->> 'id' AS id, value ->> 'open' AS open, value ->> 'at' AS at,
		value ->> 'turn' AS turn FROM json_each(?)) s ON s.id = a.id),
team_members AS (SELECT m.team_id, m.agent_id, COALESCE(s.at, m.last_assigned_at) AS last_assigned_at,
		COALESCE(s.turn, m.turn) AS turn
	FROM main.team_members m LEFT JOIN (SELECT value ->> 'team' AS team, value ->> 'id' AS id, value ->> 'at' AS at,
		value ->> 'turn' AS turn FROM json_each(?)) s ON s.team = m.team_id AND s.id = m.agent_id)
`

// before returns a statement and its arguments changed so that it sees the tables as supposed.
func (s *Supposition) before(text string, args []any) (string, []any) {
	if s == nil || len(s.agents) == 0 {
		return text, args
	}
	members := make([]supposedMember, 0, len(s.members))
	for of, turn := range s.members {
		members = append(members, supposedMember{int64(of.team), int64(of.agent), turn})
	}
	agents := slices.Collect(maps.Values(s.agents))
	return supposing + text, append([]any{jsonText(agents), jsonText(members)}, args...)
}

package store

import "foyer/inbox"

var (
	agentProfileRows = rowsOf[inbox.AgentProfile]("agent_profiles p")
	preferenceRows   = rowsOf[inbox.Preferences]("preferences p")
)

// AgentProfiles returns the profiles of agents, in no particular order. Agents who have none are left out.
func (r *Reader) AgentProfiles(ids []inbox.AgentID) ([]*inbox.AgentProfile, error) {
	return agentProfileRows.all(r, `FROM agent_profiles p WHERE p.agent_id IN `+inList, list(ids))
}

// AgentProfile returns the profile of one agent, or nil if they have none.
func (r *Reader) AgentProfile(id inbox.AgentID) (*inbox.AgentProfile, error) {
	return agentProfileRows.one(r, `FROM agent_profiles p WHERE p.agent_id = ?`, id)
}

// Preferences returns what front ends keep for an agent, or nil if that is nothing.
func (r *Reader) Preferences(id inbox.AgentID) (*inbox.Preferences, error) {
	return preferenceRows.one(r, `FROM preferences p WHERE p.agent_id = ?`, id)
}

// SetAgentProfile stores the profile of an agent.
func (tx *Tx) SetAgentProfile(p *inbox.AgentProfile) error {
	return tx.change(`INSERT INTO agent_profiles (agent_id, signature, time_zone, avatar_id) VALUES (?, ?, ?, ?)
		ON CONFLICT (agent_id) DO UPDATE SET signature = excluded.signature, time_zone = excluded.time_zone, avatar_id = excluded.avatar_id`,
		p.AgentID, p.Signature, p.TimeZone, p.AvatarID)
}

// SetPreferences stores what front ends keep for an agent.
func (tx *Tx) SetPreferences(p *inbox.Preferences) error {
	return tx.change(`INSERT INTO preferences (agent_id, settings) VALUES (?, ?)
		ON CONFLICT (agent_id) DO UPDATE SET settings = excluded.settings`, p.AgentID, string(p.Settings))
}

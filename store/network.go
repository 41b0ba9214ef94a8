package store

import "foyer/inbox"

// maxNetworks is how many networks of an agent are remembered.
const maxNetworks = 20

// KnowsNetwork reports whether an agent has logged in from a network since a time.
func (r *Reader) KnowsNetwork(agent inbox.AgentID, network string, since inbox.Time) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM agent_networks WHERE agent_id = ? AND network = ? AND used_at >= ?)`,
		agent, network, since)
}

// RememberNetwork stores that an agent logged in from a network. Networks not used since a time are forgotten; so are those
// used longest ago, beyond the newest maxNetworks.
func (tx *Tx) RememberNetwork(agent inbox.AgentID, network string, at, since inbox.Time) error {
	err := tx.change(`INSERT INTO agent_networks (agent_id, network, used_at) VALUES (?, ?, ?)
		ON CONFLICT (agent_id, network) DO UPDATE SET used_at = excluded.used_at`, agent, network, at)
	if err != nil {
		return err
	}
	return tx.change(`DELETE FROM agent_networks WHERE agent_id = ? AND (used_at < ? OR network NOT IN (
		SELECT network FROM agent_networks WHERE agent_id = ? ORDER BY used_at DESC, network LIMIT ? + 0))`, agent, since, agent, maxNetworks)
}

// ForgetNetworks forgets the networks that an agent has logged in from.
func (tx *Tx) ForgetNetworks(agent inbox.AgentID) error {
	return tx.change(`DELETE FROM agent_networks WHERE agent_id = ?`, agent)
}

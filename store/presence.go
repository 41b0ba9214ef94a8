package store

import (
	"time"

	"foyer/inbox"
)

// PresenceChange says what an agent's presence became.
type PresenceChange struct {
	ID       int64
	AgentID  inbox.AgentID
	At       inbox.Time
	Presence inbox.Presence
}

var presenceRows = rowsOf[PresenceChange]("presence_changes p")

// UpdatePresence stores the presence of an agent and what belongs to it.
func (tx *Tx) UpdatePresence(a *inbox.Agent) error {
	return agentRows.set(tx, a, `presence, presence_since, presence_until, presence_then, former_presence, last_seen_at, last_activity_at`)
}

// InsertPresenceChange adds the agent's present presence to their history.
func (tx *Tx) InsertPresenceChange(a *inbox.Agent) error {
	return tx.change(`INSERT INTO presence_changes (agent_id, at, presence) VALUES (?, ?, ?)`, a.ID, a.PresenceSince, a.Presence)
}

// PresenceSpans returns at most limit spans of an agent's presence until now, the newest first, beginning with the one before
// the given one (zero: with the present one).
func (r *Reader) PresenceSpans(agent inbox.AgentID, before int64, now inbox.Time, limit int) ([]*inbox.PresenceSpan, error) {
	if before == 0 {
		before = maxNumber
	}
	return query(r, func(from row) (*inbox.PresenceSpan, error) {
		var s inbox.PresenceSpan
		err := from.Scan(&s.ID, &s.Presence, &s.Since, &s.Until)
		end := now
		if s.Until != nil {
			end = *s.Until
		}
		s.Duration = inbox.Duration(end.Std().Sub(s.Since.Std()) / time.Second)
		return &s, err
	}, `SELECT p.id, p.presence, p.at, (SELECT n.at FROM presence_changes n WHERE n.agent_id = p.agent_id AND n.id > p.id ORDER BY n.id LIMIT 1)
		FROM presence_changes p WHERE p.agent_id = ? AND p.id < ? ORDER BY p.id DESC`+limited, agent, before, limit)
}

// NewestPresences returns the newest change of each agent's presence.
func (r *Reader) NewestPresences() ([]*PresenceChange, error) {
	return presenceRows.all(r, `FROM presence_changes p WHERE p.id IN (SELECT MAX(id) FROM presence_changes GROUP BY agent_id)`)
}

// SweepPresences looks at no more than limit changes of presence after the one with this id, and removes those whose span
// ended before a time. It returns the last one that it looked at, or zero if none are left.
func (tx *Tx) SweepPresences(after int64, ended inbox.Time, limit int) (last int64, err error) {
	last, err = queryValue[int64](&tx.Reader, `SELECT COALESCE(MAX(id), 0) FROM (
		SELECT id FROM presence_changes WHERE id > ? AND at < ? ORDER BY id`+limited+`)`, after, ended, limit)
	if err != nil || last == 0 {
		return 0, err
	}
	return last, tx.change(`DELETE FROM presence_changes WHERE id > ? AND id <= ? AND EXISTS (
		SELECT 1 FROM presence_changes n WHERE n.agent_id = presence_changes.agent_id AND n.id > presence_changes.id AND n.at < ?)`,
		after, last, ended)
}

// Connection says that an agent has live connections to a node.
type Connection struct {
	AgentID inbox.AgentID
	Node    string
	Since   inbox.Time
}

var connectionRows = rowsOf[Connection]("connections c")

// ConnectionList returns all connections.
func (r *Reader) ConnectionList() ([]*Connection, error) {
	return connectionRows.all(r, `FROM connections c`)
}

// IsConnected reports whether an agent has live connections to any node.
func (r *Reader) IsConnected(agent inbox.AgentID) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM connections WHERE agent_id = ?)`, agent)
}

// Connect stores that an agent has live connections to a node. It reports whether that was new.
func (tx *Tx) Connect(c Connection) (bool, error) {
	return tx.changesAny(`INSERT INTO connections (agent_id, node, since) VALUES (?, ?, ?) ON CONFLICT (agent_id, node) DO NOTHING`,
		c.AgentID, c.Node, c.Since)
}

// Disconnect stores that an agent has no live connection to a node. It reports whether that was new.
func (tx *Tx) Disconnect(agent inbox.AgentID, node string) (bool, error) {
	return tx.changesAny(`DELETE FROM connections WHERE agent_id = ? AND node = ?`, agent, node)
}

// DisconnectAll stores that an agent has no live connection to any node.
func (tx *Tx) DisconnectAll(agent inbox.AgentID) error {
	return tx.change(`DELETE FROM connections WHERE agent_id = ?`, agent)
}

// RestartNode removes the connections to a node that has just started, and gives the agents who had them, and those whom
// their last connection had left before, until a time to come back.
func (tx *Tx) RestartNode(node string, until inbox.Time) error {
	if err := tx.change(`INSERT INTO timers (kind, subject_id, due)
		SELECT ?, agent_id, ? FROM connections c WHERE node = ?
			AND NOT EXISTS (SELECT 1 FROM connections o WHERE o.agent_id = c.agent_id AND o.node <> c.node)
		UNION SELECT kind, subject_id, ? FROM timers WHERE kind = ?
		ON CONFLICT (kind, subject_id) DO UPDATE SET due = excluded.due`, TimerAway, until, node, until, TimerAway); err != nil {
		return err
	}
	return tx.change(`DELETE FROM connections WHERE node = ?`, node)
}

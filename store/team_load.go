package store

import "foyer/inbox"

// TeamLoads returns the loads of teams. A team without members that are not disabled has none.
func (r *Reader) TeamLoads(ids []inbox.TeamID) (map[inbox.TeamID]*inbox.TeamLoad, error) {
	found := make(map[inbox.TeamID]*inbox.TeamLoad, len(ids))
	_, err := query(r, func(from row) (struct{}, error) {
		var id inbox.TeamID
		load := new(inbox.TeamLoad)
		err := from.Scan(&id, &load.Open, &load.Capacity, &load.Online, &load.Busy, &load.Offline)
		found[id] = load
		return struct{}{}, err
	}, teamLoadsSQL, list(ids))
	return found, err
}

const teamLoadsSQL = `SELECT t.id, SUM(a.open_conversations),
		CASE WHEN COUNT(*) = COUNT(COALESCE(a.max_open, t.max_open)) THEN SUM(COALESCE(a.max_open, t.max_open)) END,
		SUM(a.presence = 'ONLINE'), SUM(a.presence = 'BUSY'), SUM(a.presence = 'OFFLINE')
	FROM teams t JOIN team_members m ON m.team_id = t.id JOIN agents a ON a.id = m.agent_id
	WHERE t.id IN ` + inList + ` AND a.disabled_at IS NULL GROUP BY t.id`

// OldestQueued returns, for each team, when the conversation that has waited longest in its queue began to wait. Teams with
// an empty queue are left out.
func (r *Reader) OldestQueued(ids []inbox.TeamID) (map[inbox.TeamID]*inbox.Time, error) {
	found := make(map[inbox.TeamID]*inbox.Time, len(ids))
	_, err := query(r, func(from row) (struct{}, error) {
		var id inbox.TeamID
		var since *inbox.Time
		err := from.Scan(&id, &since)
		found[id] = since
		return struct{}{}, err
	}, oldestQueuedSQL, list(ids))
	return found, err
}

const oldestQueuedSQL = `SELECT t.id, (SELECT MIN(v.queued_at) FROM conversations v WHERE v.team_id = t.id AND v.queued_at IS NOT NULL)
	FROM teams t WHERE t.id IN ` + inList

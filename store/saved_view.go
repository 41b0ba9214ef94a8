package store

import "foyer/inbox"

var savedViewRows = rowsOf[inbox.SavedView]("saved_views s")

// SavedView returns one saved view, or nil.
func (r *Reader) SavedView(id inbox.SavedViewID) (*inbox.SavedView, error) {
	return savedViewRows.one(r, `FROM saved_views s WHERE s.id = ?`, id)
}

// SavedViews returns the views that an agent sees, in the order in which they have arranged them. Those that they have not
// arranged come last, in the order they were created. For agent zero these are all shared ones.
func (r *Reader) SavedViews(agent inbox.AgentID) ([]*inbox.SavedView, error) {
	return savedViewRows.all(r, `FROM saved_views s
		LEFT JOIN (SELECT e.key AS place, e.value AS id FROM view_orders o, json_each(o.view_ids) e WHERE o.agent_id = ?) p ON p.id = s.id
		WHERE s.agent_id = ? OR s.shared ORDER BY p.place IS NULL, p.place, s.id`, agent, agent)
}

// CountSavedViews counts the views of an agent, and those that are shared.
func (r *Reader) CountSavedViews(agent inbox.AgentID) (own, shared int, err error) {
	if own, err = queryCount(r, `SELECT COUNT(*) FROM saved_views WHERE agent_id = ?`, agent); err != nil {
		return 0, 0, err
	}
	shared, err = queryCount(r, `SELECT COUNT(*) FROM saved_views WHERE shared`)
	return own, shared, err
}

// InsertSavedView stores a new view and sets its id.
func (tx *Tx) InsertSavedView(v *inbox.SavedView) error { return savedViewRows.insert(tx, v) }

// UpdateSavedView stores what can be changed of a view.
func (tx *Tx) UpdateSavedView(v *inbox.SavedView) error {
	return savedViewRows.set(tx, v, `name, filter, list_order, shared, updated_at`)
}

// DeleteSavedView removes a view.
func (tx *Tx) DeleteSavedView(id inbox.SavedViewID) error {
	return tx.change(`DELETE FROM saved_views WHERE id = ?`, id)
}

// SetViewOrder stores the order in which an agent has arranged the views that they see.
func (tx *Tx) SetViewOrder(agent inbox.AgentID, views []inbox.SavedViewID) error {
	return tx.change(`INSERT INTO view_orders (agent_id, view_ids) VALUES (?, ?)
		ON CONFLICT (agent_id) DO UPDATE SET view_ids = excluded.view_ids`, agent, list(views))
}

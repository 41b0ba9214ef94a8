package store

import (
	"fmt"

	"foyer/inbox"
)

// Workspace returns what holds for everybody.
func (r *Reader) Workspace() (*inbox.Workspace, error) {
	w, err := queryOne(r, func(r row) (*inbox.Workspace, error) {
		var w inbox.Workspace
		return &w, r.Scan(&w.Name, &w.TimeZone, &w.DefaultTeamID, jsonColumn{&w.Acknowledgements}, jsonColumn{&w.LifecycleStages})
	}, `SELECT name, time_zone, default_team_id, acknowledgements, lifecycle_stages FROM workspace`)
	if err == nil && w == nil {
		return nil, fmt.Errorf("the workspace row is missing")
	}
	return w, err
}

// DefaultTeam returns the team that takes what no other does, or nil if there is none. Workspace has it too, but takes longer
// to read: this is asked for each message of a conversation without a team.
func (r *Reader) DefaultTeam() (*inbox.TeamID, error) {
	return queryOne(r, scanPointer[inbox.TeamID], `SELECT default_team_id FROM workspace WHERE default_team_id IS NOT NULL`)
}

// UpdateWorkspace stores what holds for everybody.
func (tx *Tx) UpdateWorkspace(w *inbox.Workspace) error {
	_, err := tx.exec(`UPDATE workspace SET name = ?, time_zone = ?, default_team_id = ?, acknowledgements = ?,
		lifecycle_stages = ?`, w.Name, w.TimeZone, w.DefaultTeamID, jsonText(w.Acknowledgements), jsonText(w.LifecycleStages))
	return err
}

package store

import (
	"fmt"

	"foyer/inbox"
)

var workspaceRows = rowsOf[inbox.Workspace]("workspace w")

// Workspace returns the settings of the workspace.
func (r *Reader) Workspace() (*inbox.Workspace, error) {
	w, err := workspaceRows.one(r, `FROM workspace w`)
	if err == nil && w == nil {
		return nil, fmt.Errorf("the workspace row is missing")
	}
	return w, err
}

// DefaultTeam returns the team of conversations that belong to no other, or nil if there is none. Workspace has it too, but
// takes longer to read: this is asked for each message of a conversation without a team.
func (r *Reader) DefaultTeam() (*inbox.TeamID, error) {
	return queryValue[*inbox.TeamID](r, `SELECT default_team_id FROM workspace`)
}

// UpdateWorkspace stores the settings of the workspace.
func (tx *Tx) UpdateWorkspace(w *inbox.Workspace) error {
	return tx.change(`UPDATE workspace SET name = ?, time_zone = ?, default_team_id = ?, acknowledgements = ?,
		lifecycle_stages = ?, auto_close = ?, presence_grace = ?`, w.Name, w.TimeZone, w.DefaultTeamID, jsonText(w.Acknowledgements),
		jsonText(w.LifecycleStages), w.AutoClose, w.PresenceGrace)
}

package store

import (
	"foyer/inbox"
)

var decisionRows = rowsOf[inbox.AssignmentDecision]("d")

// Decisions returns the decisions with these ids, in no particular order; unknown ids give nothing.
func (r *Reader) Decisions(ids []inbox.DecisionID) ([]*inbox.AssignmentDecision, error) {
	return decisionRows.all(r, `FROM decisions d WHERE d.id IN `+inList, list(ids))
}

// DecisionsOf returns a conversation's newest decisions, newest first.
func (r *Reader) DecisionsOf(conversation inbox.ConversationID, limit int) ([]*inbox.AssignmentDecision, error) {
	return decisionRows.all(r, `FROM decisions d WHERE d.conversation_id = ?
		ORDER BY d.id DESC`+limited, conversation, limit)
}

// InsertDecision stores a decision, and gives it an id where it has none.
func (tx *Tx) InsertDecision(d *inbox.AssignmentDecision) error {
	number(tx, &d.ID, DecisionIDs)
	_, err := tx.exec(`INSERT INTO decisions (id, at, conversation_id, team_id, strategy, assignee_id,
		reason, candidates, passed_over) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.ID, d.At, d.ConversationID, d.TeamID, d.Strategy, d.AssigneeID, d.Reason, jsonText(d.Candidates), jsonText(d.PassedOver))
	return err
}

package store

import "foyer/inbox"

var decisionRows = rowsOf[inbox.AssignmentDecision]("decisions d")

// Decisions returns the decisions with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Decisions(ids []inbox.DecisionID) ([]*inbox.AssignmentDecision, error) {
	return decisionRows.all(r, `FROM decisions d WHERE d.id IN `+inList, list(ids))
}

// DecisionsOf returns a conversation's newest decisions, newest first.
func (r *Reader) DecisionsOf(conversation inbox.ConversationID, limit int) ([]*inbox.AssignmentDecision, error) {
	return decisionRows.all(r, `FROM decisions d WHERE d.conversation_id = ?
		ORDER BY d.id DESC`+limited, conversation, limit)
}

// HasStayed reports whether a decision after a time left a conversation with the agent from whom it was due to be taken.
func (r *Reader) HasStayed(conversation inbox.ConversationID, since inbox.Time) (bool, error) {
	return queryValue[bool](r, `SELECT EXISTS (SELECT 1 FROM decisions
		WHERE conversation_id = ? AND made_by = 'REASSIGN' AND assignee_id IS NULL AND at > ?)`, conversation, since)
}

// InsertDecision stores a decision, and sets its id if it is zero.
func (tx *Tx) InsertDecision(d *inbox.AssignmentDecision) error {
	number(tx, &d.ID, DecisionIDs)
	return decisionRows.insert(tx, d)
}

// takenAtMost is how many conversations that were taken from a queue are read to estimate how fast it moves.
const takenAtMost = 50

// TakenFromQueue returns when agents last got conversations from a team's queue, the newest first.
func (r *Reader) TakenFromQueue(team *inbox.TeamID) ([]inbox.Taken, error) {
	return takenRows.values(r, `FROM decisions d WHERE d.team_id IS ? AND d.queued_for IS NOT NULL AND d.assignee_id IS NOT NULL
		ORDER BY d.id DESC`+limited, team, takenAtMost)
}

var takenRows = rowsOf[inbox.Taken]("decisions d")

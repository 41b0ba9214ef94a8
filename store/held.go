package store

import (
	"errors"
	"strings"

	"foyer/inbox"
)

// held are the rows of a conversation that the function opens: it, and the messages, runs and decisions that refer to it.
// Stored at once, they would be changed soon after by all that follows from the message, in every index of theirs. So
// they are stored when the function ends, or before the first statement that is not known to leave their tables alone:
// no statement sees the tables without them.
type held struct {
	conversation inbox.Conversation
	rows         []any           // *inbox.Message, *inbox.WorkflowRun, *heldDecision, in the order they were added
	message      inbox.MessageID // the next
	run          inbox.WorkflowRunID
	decision     inbox.DecisionID
}

// same tells whether an optional id is this one.
func same[T comparable](a *T, b T) bool { return a != nil && *a == b }

type heldDecision struct {
	inbox.AssignmentDecision
	candidates CandidateText
}

// hold lets a new conversation wait, and gives it its id and number.
func (tx *Tx) hold(v *inbox.Conversation) error {
	h, err := queryOne(&tx.Reader, func(r row) (*held, error) {
		var h held
		return &h, r.Scan(&v.ID, &v.Number, &h.message, &h.run, &h.decision)
	}, `SELECT (SELECT COALESCE(MAX(id), 0) + 1 FROM conversations), (SELECT COALESCE(MAX(number), 0) + 1 FROM conversations),
		(SELECT COALESCE(MAX(id), 0) + 1 FROM messages), (SELECT COALESCE(MAX(id), 0) + 1 FROM workflow_runs),
		(SELECT COALESCE(MAX(id), 0) + 1 FROM decisions)`)
	if err != nil {
		return err
	}
	h.conversation = *v
	tx.held, tx.changed = h, true
	return nil
}

// StoreHeld stores the rows that wait. IsUnique tells that the channel has one of the messages by its external id. Whatever
// the error, the function fails.
func (tx *Tx) StoreHeld() error {
	tx.mu.Lock()
	defer tx.mu.Unlock()
	if tx.held == nil {
		return nil
	}
	return tx.ready()
}

// storeHeld stores the rows that wait. The caller holds mu.
func (r *Reader) storeHeld() error {
	h := r.held
	r.held, r.wrote = nil, true
	err := r.storeHeldConversation(&h.conversation)
	for _, row := range h.rows {
		if err != nil {
			break
		}
		switch row := row.(type) {
		case *inbox.Message:
			_, err = r.conn.exec(insertMessage, messageValues(row, row.ID)...)
		case *inbox.WorkflowRun:
			_, err = r.conn.exec(insertHeldRun, heldRunValues(row)...)
		case *heldDecision:
			_, err = r.conn.exec(insertDecision, decisionValues(&row.AssignmentDecision, row.candidates, row.ID)...)
		default:
			err = errors.New("store: an unknown row was held")
		}
	}
	if err != nil {
		r.broken = err // nothing can tell any more which statement it belongs to
	}
	return err
}

func (r *Reader) storeHeldConversation(v *inbox.Conversation) error {
	var text strings.Builder
	text.WriteString(`INSERT INTO conversations (id, number, source, opened_by_kind, opened_by_id, contact_id, opened_at`)
	args := make([]any, 0, 7+len(changeable))
	args = append(args, v.ID, v.Number, v.Source, v.OpenedBy.Kind, v.OpenedBy.ID, v.ContactID, v.OpenedAt)
	for i, value := range changeableValues(v) {
		if value != nil {
			text.WriteString(`, ` + changeable[i])
			args = append(args, value)
		}
	}
	text.WriteString(`) VALUES (?` + strings.Repeat(`, ?`, len(args)-1) + `)`)
	_, err := r.conn.exec(text.String(), args...)
	return err
}

// beside lets fn run statements that neither read nor write the tables of held rows, nor a row that refers to one: those
// wait on.
func (r *Reader) beside(fn func() error) error {
	r.mu.Lock()
	waiting := r.held
	r.held = nil
	r.mu.Unlock()
	err := fn()
	r.mu.Lock()
	r.held = waiting
	r.mu.Unlock()
	return err
}

package engine

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// keyLifetime is how long an idempotency key is remembered.
const keyLifetime = 24 * time.Hour

// firstResult is what is stored of the first use of an idempotency key. It has only ids: a repeated call returns the
// objects only if its caller may see them.
type firstResult struct {
	Message      inbox.MessageID      `json:"message,omitempty"`
	Note         inbox.NoteID         `json:"note,omitempty"`
	Contact      inbox.ContactID      `json:"contact,omitempty"`
	Conversation inbox.ConversationID `json:"conversation,omitempty"`
	Opened       bool                 `json:"opened,omitempty"`
	Run          inbox.WorkflowRunID  `json:"run,omitempty"`
	Agent        inbox.AgentID        `json:"agent,omitempty"`
	Team         inbox.TeamID         `json:"team,omitempty"`
	Channel      inbox.ChannelID      `json:"channel,omitempty"`
	Field        inbox.ContactFieldID `json:"field,omitempty"`
	Key          inbox.APIKeyID       `json:"key,omitempty"`
	Workflow     inbox.WorkflowID     `json:"workflow,omitempty"`
	Job          inbox.JobID          `json:"job,omitempty"`
	Reply        inbox.SavedReplyID   `json:"reply,omitempty"`
	View         inbox.SavedViewID    `json:"view,omitempty"`
	Reason       string               `json:"reason,omitempty"` // why a webhook started no run
	Cursor       *inbox.Cursor        `json:"-"`                // nil if nothing happened
	Head         int64                `json:"head,omitempty"`   // the event that Cursor names
}

// once does something once per caller and key. The first use calls do with nil. A repeated one calls it with what was
// stored of the first, and do has to check again what the caller may see. Without a key it calls do with nil. It fails
// with IDEMPOTENCY_MISMATCH if the key was used for something else.
func once[T any](w *work, key *string, operation string, input any, do func(*firstResult) (T, error), remember func(T) firstResult) (T, error) {
	var none T
	if key == nil {
		return do(nil)
	}
	if err := required("idempotencyKey", *key, maxKey); err != nil {
		return none, err
	}
	caller := fmt.Sprintf("%s %d", w.caller.Actor.Kind, w.caller.Actor.ID)
	text, err := json.Marshal(input)
	if err != nil {
		return none, fmt.Errorf("encode the input of %s: %w", operation, err)
	}
	hash := sha256.Sum256(append([]byte(operation+" "), text...))
	known, err := w.flushed().IdempotencyKey(caller, *key)
	if err != nil {
		return none, err
	}
	if known != nil && known.CreatedAt.Add(keyLifetime) > w.now {
		if [sha256.Size]byte(known.InputHash) != hash {
			return none, inbox.Errorf(inbox.CodeIdempotencyMismatch, "idempotencyKey", "This key was used with another input. Use a new key for each new request.")
		}
		var first firstResult
		if err := json.Unmarshal([]byte(known.Result), &first); err != nil {
			return none, fmt.Errorf("decode idempotency key: %w", err)
		}
		if first.Head != 0 {
			first.Cursor = new(w.engine.db.CursorAt(first.Head))
		}
		return do(&first)
	}
	result, err := do(nil)
	if err != nil {
		return none, err
	}
	w.tx.AtEnd(func(head int64) error {
		first := remember(result)
		if first.Cursor != nil {
			first.Head = head
		}
		remembered, err := json.Marshal(first)
		if err != nil {
			return fmt.Errorf("encode idempotency key: %w", err)
		}
		return w.flushed().SetIdempotencyKey(caller, *key, store.IdempotencyKey{InputHash: hash[:], Result: string(remembered), CreatedAt: w.now})
	})
	return result, w.flushed().DeleteIdempotencyKeys(w.now.Add(-keyLifetime))
}

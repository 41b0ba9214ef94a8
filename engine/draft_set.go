package engine

import (
	"context"
	"strings"
	"time"

	"foyer/inbox"
	"foyer/store"
)

const (
	// maxDrafts is how many drafts an agent has at most.
	maxDrafts = 200
	// draftLifetime is how long a draft is kept after its last change.
	draftLifetime = 30 * 24 * time.Hour
)

// DraftPatch is what an agent has written so far.
type DraftPatch struct {
	ConversationID inbox.ConversationID
	Kind           inbox.DraftKind
	Text           string            // empty: nothing, and there is no draft any more
	IfUpdatedAt    Patch[inbox.Time] // Set: only if that is the newest change; nil: only if there is no draft
}

// DraftChange is a draft after a change, or as it is if the change was refused.
type DraftChange struct {
	Draft   *inbox.Draft // nil if there is none
	Refused *inbox.Error // CONFLICT: nothing changed
}

// DraftSet stores what the agent has written in a conversation, or removes it if that is nothing. A draft that says the same
// already is left as it is, so that it is safe to repeat a change whose answer was lost. A draft in a conversation that the
// agent no longer sees can only be removed. It fails with FORBIDDEN, NOT_FOUND and LIMIT_EXCEEDED.
func (e *Engine) DraftSet(ctx context.Context, caller inbox.Caller, in DraftPatch) (*DraftChange, error) {
	agent := caller.Actor.Agent()
	if agent == 0 {
		return nil, inbox.Forbidden("Only agents have drafts.")
	}
	if strings.TrimSpace(in.Text) == "" {
		in.Text = ""
	}
	if err := atMost("text", &in.Text, e.limits.Text); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*DraftChange, error) {
		since := draftsSince(w.now)
		d, err := w.flushed().Draft(agent, in.ConversationID, in.Kind, since)
		if err != nil {
			return nil, err
		}
		if d == nil || in.Text != "" {
			if _, err := w.visible(in.ConversationID, "conversationId"); err != nil {
				return nil, err
			}
		}
		if d == nil && in.Text == "" || d != nil && d.Text == in.Text {
			return &DraftChange{Draft: d}, nil
		}
		if in.outdated(d) {
			return &DraftChange{Draft: d, Refused: inbox.Errorf(inbox.CodeConflict, "ifUpdatedAt",
				"The draft has been changed since, on another device or in another tab. Show both, and let the agent choose.")}, nil
		}
		if in.Text == "" {
			w.signal(&inbox.DraftChanged{ConversationID: d.ConversationID, Kind: d.Kind}, agent)
			return &DraftChange{}, w.flushed().DeleteDraft(d)
		}
		if d == nil {
			if err := w.roomForDraft(agent, since); err != nil {
				return nil, err
			}
			d = &inbox.Draft{AgentID: agent, ConversationID: in.ConversationID, Kind: in.Kind}
		}
		d.Text, d.UpdatedAt = in.Text, max(w.now, d.UpdatedAt+1) // so that every change has its own time
		w.signal(&inbox.DraftChanged{ConversationID: d.ConversationID, Kind: d.Kind, Draft: d}, agent)
		return &DraftChange{Draft: d}, w.flushed().PutDraft(d)
	})
}

// outdated reports whether the agent has seen another draft than the present one.
func (in DraftPatch) outdated(d *inbox.Draft) bool {
	if !in.IfUpdatedAt.Set {
		return false
	}
	if d == nil {
		return in.IfUpdatedAt.Value != nil
	}
	return !same(in.IfUpdatedAt.Value, &d.UpdatedAt)
}

// roomForDraft removes drafts that have lapsed, of all agents, and fails if this one has as many as they may have.
func (w *work) roomForDraft(agent inbox.AgentID, since inbox.Time) error {
	if err := w.flushed().SweepDrafts(since); err != nil {
		return err
	}
	n, err := w.flushed().DraftCount(agent, since)
	if err == nil && n >= maxDrafts {
		return inbox.Errorf(inbox.CodeLimitExceeded, "", "You may have at most %d drafts. Send or clear some.", maxDrafts)
	}
	return err
}

// draftsSince returns since when a draft must have been changed not to have lapsed.
func draftsSince(now inbox.Time) inbox.Time { return now.Add(-draftLifetime) }

// Drafts returns an agent's drafts, the newest first.
func (e *Engine) Drafts(r *store.Reader, agent inbox.AgentID) ([]*inbox.Draft, error) {
	return r.Drafts(agent, draftsSince(e.now()))
}

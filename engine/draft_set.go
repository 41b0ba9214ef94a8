package engine

import (
	"context"
	"slices"
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
	// sweptDrafts is how many lapsed drafts a new one removes: more than it adds.
	sweptDrafts = 10
)

// DraftPatch is what an agent has written so far.
type DraftPatch struct {
	ConversationID inbox.ConversationID
	Kind           inbox.DraftKind
	Text           string
	FileIDs        []inbox.FileID
	IfUpdatedAt    Patch[inbox.Time] // Set: only if that is the newest change; nil: only if there is no draft
}

// isEmpty reports whether there is nothing to keep.
func (in DraftPatch) isEmpty() bool { return in.Text == "" && len(in.FileIDs) == 0 }

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
	in.FileIDs = unique(in.FileIDs)
	if err := firstError(atMost("text", &in.Text, e.limits.Text), e.limits.files("fileIds", in.FileIDs)); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*DraftChange, error) {
		since := draftsSince(w.now)
		d, err := w.flushed().Draft(agent, in.ConversationID, in.Kind)
		if err == nil && d != nil && d.UpdatedAt < since {
			err, d = w.dropDraft(d), nil
		}
		if err != nil {
			return nil, err
		}
		if d == nil || !in.isEmpty() {
			if _, err := w.visible(in.ConversationID, "conversationId"); err != nil {
				return nil, err
			}
		}
		if d == nil && in.isEmpty() || d != nil && d.Text == in.Text && slices.Equal(d.FileIDs, in.FileIDs) {
			return &DraftChange{Draft: d}, nil
		}
		if in.outdated(d) {
			return &DraftChange{Draft: d, Refused: inbox.Errorf(inbox.CodeConflict, "ifUpdatedAt",
				"The draft has been changed since, on another device or in another tab. Show both, and let the agent choose.")}, nil
		}
		if in.isEmpty() {
			w.signal(&inbox.DraftChanged{ConversationID: d.ConversationID, Kind: d.Kind}, agent)
			return &DraftChange{}, w.dropDraft(d)
		}
		return w.putDraft(in, d, agent)
	})
}

// putDraft stores a draft, in place of the one that there is, or nil.
func (w *work) putDraft(in DraftPatch, d *inbox.Draft, agent inbox.AgentID) (*DraftChange, error) {
	if err := w.checkFiles(in.FileIDs, "fileIds"); err != nil {
		return nil, err
	}
	if d == nil {
		if err := w.roomForDraft(agent); err != nil {
			return nil, err
		}
		d = &inbox.Draft{AgentID: agent, ConversationID: in.ConversationID, Kind: in.Kind}
	}
	filed := len(d.FileIDs) > 0 || len(in.FileIDs) > 0
	d.Text, d.FileIDs, d.UpdatedAt = in.Text, in.FileIDs, max(w.now, d.UpdatedAt+1) // so that every change has its own time
	put := (*store.Tx).UpdateDraft
	if d.ID == 0 {
		put = (*store.Tx).InsertDraft
	}
	if err := put(w.flushed(), d); err != nil {
		return nil, err
	}
	if filed {
		if err := w.useFiles(inbox.DraftFiles(d.ID), d.FileIDs...); err != nil {
			return nil, err
		}
	}
	w.signal(&inbox.DraftChanged{ConversationID: d.ConversationID, Kind: d.Kind, Draft: d}, agent)
	return &DraftChange{Draft: d}, nil
}

// dropDraft removes a draft.
func (w *work) dropDraft(d *inbox.Draft) error {
	if len(d.FileIDs) > 0 {
		if err := w.useFiles(inbox.DraftFiles(d.ID)); err != nil {
			return err
		}
	}
	return w.flushed().DeleteDraft(d.ID)
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

// roomForDraft fails if an agent has as many drafts as they may have.
func (w *work) roomForDraft(agent inbox.AgentID) error {
	n, err := w.flushed().DraftCount(agent, draftsSince(w.now))
	if err == nil && n >= maxDrafts {
		return inbox.Errorf(inbox.CodeLimitExceeded, "", "You may have at most {limit} drafts. Send or clear some.", inbox.Named("limit", maxDrafts))
	}
	return err
}

// draftsSince returns since when a draft must have been changed not to have lapsed.
func draftsSince(now inbox.Time) inbox.Time { return now.Add(-draftLifetime) }

// Drafts returns an agent's drafts, the newest first.
func (e *Engine) Drafts(r *store.Reader, agent inbox.AgentID) ([]*inbox.Draft, error) {
	return r.Drafts(agent, draftsSince(e.now()))
}

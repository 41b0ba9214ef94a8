package engine

import (
	"context"
	"slices"

	"foyer/inbox"
)

// NotePatch is a change of a note.
type NotePatch struct {
	NoteID     inbox.NoteID
	Text       *string
	MentionIDs []inbox.AgentID // nil: unchanged; empty: nobody
}

// NoteChange is a note after a change, or as it is if the change was refused.
type NoteChange struct {
	Note    *inbox.Note
	Cursor  *inbox.Cursor // nil if nothing happened
	Refused *inbox.Error  // CONFLICT: nothing changed
}

// NoteUpdate changes the text and the mentions of a note, in a closed conversation too. Only its author may. It fails with
// NOT_FOUND (the note, an agent that it mentions), FORBIDDEN, REQUIRED and LIMIT_EXCEEDED.
func (e *Engine) NoteUpdate(ctx context.Context, caller inbox.Caller, in NotePatch) (*NoteChange, error) {
	if in.Text != nil {
		if err := required("text", *in.Text, e.limits.Text); err != nil {
			return nil, err
		}
	}
	return change(ctx, e, caller, func(w *work) (*NoteChange, error) {
		n, c, err := w.visibleNote(in.NoteID)
		switch {
		case err != nil:
			return nil, err
		case n.Author != w.actor:
			return nil, inbox.Forbidden("Only the author of a note can change it.")
		case n.DeletedAt != nil:
			return &NoteChange{Note: n, Refused: inbox.Errorf(inbox.CodeConflict, "id", "The note has been deleted. Add another.")}, nil
		}
		after := *n
		set(&after.Text, in.Text)
		if in.MentionIDs != nil {
			after.MentionIDs = unique(in.MentionIDs)
		}
		if after.Text == n.Text && slices.Equal(after.MentionIDs, n.MentionIDs) {
			return &NoteChange{Note: n}, nil
		}
		if err := w.knownMentions(after.MentionIDs); err != nil {
			return nil, err
		}
		if err := w.touch(); err != nil {
			return nil, err
		}
		after.EditedAt = &w.now
		return c.changeNote(n, &after)
	})
}

// NoteDelete takes from a note all that it says. Its place and who wrote it stay. Its author and managers may. A note that has
// been deleted stays as it is. It fails with NOT_FOUND and FORBIDDEN.
func (e *Engine) NoteDelete(ctx context.Context, caller inbox.Caller, id inbox.NoteID) (*NoteChange, error) {
	return change(ctx, e, caller, func(w *work) (*NoteChange, error) {
		n, c, err := w.visibleNote(id)
		switch {
		case err != nil:
			return nil, err
		case n.Author != w.actor && !w.caller.Manages():
			return nil, inbox.Forbidden("Only its author and managers can delete a note.")
		case n.DeletedAt != nil:
			return &NoteChange{Note: n}, nil
		}
		if err := w.touch(); err != nil {
			return nil, err
		}
		after := *n
		after.Text, after.MentionIDs, after.Attachments, after.DeletedAt = "", nil, nil, &w.now
		if len(inbox.FilesOf(n.Attachments)) > 0 {
			if err := w.useFiles(inbox.NoteFiles(n.ID)); err != nil {
				return nil, err
			}
		}
		return c.changeNote(n, &after)
	})
}

// changeNote stores a changed note, in place of the one before. Agents that it mentions anew are told, and those that it no
// longer mentions have nothing to see.
func (c *conversation) changeNote(before, after *inbox.Note) (*NoteChange, error) {
	w := c.w
	gone, added := *after, *after
	gone.MentionIDs = without(before.MentionIDs, after.MentionIDs)
	if added.MentionIDs = without(after.MentionIDs, before.MentionIDs); len(added.MentionIDs) > 0 {
		w.mentioning = append(w.mentioning, &added)
	}
	if len(gone.MentionIDs) > 0 {
		if err := w.flushed().DeleteMentions(&gone); err != nil {
			return nil, err
		}
	}
	if err := w.flushed().UpdateNote(after, c.ContactID); err != nil {
		return nil, err
	}
	w.tx.Append(&inbox.NoteChanged{ConversationMeta: c.about(c.Scope()), NoteID: after.ID, Deleted: after.DeletedAt != nil})
	return &NoteChange{Note: after, Cursor: w.cursor()}, nil
}

// visibleNote loads a note that the caller sees, given as id in the input, and its conversation. It fails with NOT_FOUND.
func (w *work) visibleNote(id inbox.NoteID) (*inbox.Note, *conversation, error) {
	notes, err := w.flushed().Notes([]inbox.NoteID{id})
	if err != nil {
		return nil, nil, err
	}
	if len(notes) == 0 {
		return nil, nil, inbox.NotFound("id", "note")
	}
	c, err := w.conversation(notes[0].ConversationID)
	if err != nil {
		return nil, nil, err
	}
	seen, err := w.sees(c)
	if err == nil && !seen {
		err = inbox.NotFound("id", "note")
	}
	return notes[0], c, err
}

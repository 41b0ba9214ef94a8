package engine

import (
	"context"

	"foyer/inbox"
)

// NoteAddInput is an internal note.
type NoteAddInput struct {
	ConversationID inbox.ConversationID
	Text           string
	MentionIDs     []inbox.AgentID
	Attachments    []AttachmentInput   `json:",omitempty"`
	SavedReplyID   *inbox.SavedReplyID `json:",omitempty"` // that the text was written with, to count its use
	IdempotencyKey *string
}

// NoteAdded is a new note.
type NoteAdded struct {
	Note   *inbox.Note
	Cursor *inbox.Cursor // nil if nothing happened
}

// NoteAdd adds an internal note, to a closed conversation too. It fails with NOT_FOUND, REQUIRED, LIMIT_EXCEEDED and
// IDEMPOTENCY_MISMATCH.
func (e *Engine) NoteAdd(ctx context.Context, caller inbox.Caller, in NoteAddInput) (*NoteAdded, error) {
	if err := required("text", in.Text, e.limits.Text); err != nil {
		return nil, err
	}
	if err := e.limits.attachments("attachments", in.Attachments); err != nil {
		return nil, err
	}
	return change(ctx, e, caller, func(w *work) (*NoteAdded, error) {
		return once(w, in.IdempotencyKey, "noteAdd", in, func(first *firstResult) (*NoteAdded, error) {
			c, err := w.visible(in.ConversationID, "conversationId")
			if err != nil {
				return nil, err
			}
			if first != nil {
				notes, err := w.flushed().Notes([]inbox.NoteID{first.Note})
				if err != nil || len(notes) == 0 {
					return nil, err
				}
				return &NoteAdded{Note: notes[0], Cursor: first.Cursor}, nil
			}
			if err := w.touch(); err != nil {
				return nil, err
			}
			attached, err := w.attached("attachments", in.Attachments)
			if err != nil {
				return nil, err
			}
			n, err := c.note(in.Text, in.MentionIDs, attached)
			if err != nil {
				return nil, err
			}
			return &NoteAdded{Note: n, Cursor: w.cursor()}, w.useReply(in.SavedReplyID)
		}, func(n *NoteAdded) firstResult { return firstResult{Note: n.Note.ID, Cursor: n.Cursor} })
	})
}

// note adds a note to a conversation. It fails with NOT_FOUND if an agent that it mentions does not exist.
func (c *conversation) note(text string, mentions []inbox.AgentID, attached []inbox.Attachment) (*inbox.Note, error) {
	w := c.w
	mentions = unique(mentions)
	if err := w.knownMentions(mentions); err != nil {
		return nil, err
	}
	n := &inbox.Note{ConversationID: c.ID, Author: w.actor, Text: text, MentionIDs: mentions, Attachments: attached, CreatedAt: w.now}
	w.insertNote(n, c.ContactID)
	if files := inbox.FilesOf(attached); len(files) > 0 {
		if err := w.useFiles(inbox.NoteFiles(n.ID), files...); err != nil {
			return nil, err
		}
	}
	if len(mentions) > 0 {
		w.mentioning = append(w.mentioning, n)
	}
	c.LastActivityAt, c.dirty = w.now, true
	w.tx.Append(&inbox.NoteAdded{ConversationMeta: c.about(c.Scope()), NoteID: n.ID})
	return n, nil
}

// knownMentions fails with NOT_FOUND if one of the agents that a note is to mention does not exist.
func (w *work) knownMentions(mentions []inbox.AgentID) error {
	known, err := w.read.Agents(mentions)
	if err == nil && len(known) != len(mentions) {
		err = inbox.NotFound("mentionIds", "agent")
	}
	return err
}

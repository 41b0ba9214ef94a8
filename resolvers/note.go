package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
)

// Conversation returns the conversation of a note.
func (noteResolver) Conversation(ctx context.Context, n *inbox.Note) (*inbox.Conversation, error) {
	return scopeOf(ctx).conversations().Load(ctx, n.ConversationID)
}

// Author returns the author of a note.
func (noteResolver) Author(ctx context.Context, n *inbox.Note) (inbox.Author, error) {
	return scopeOf(ctx).author(ctx, n.Author)
}

// Mentions returns the agents that a note mentions.
func (noteResolver) Mentions(ctx context.Context, n *inbox.Note) ([]*inbox.Agent, error) {
	return all(ctx, scopeOf(ctx).agents(), n.MentionIDs)
}

// Attachments returns the files of a note, whose links are not signed.
func (noteResolver) Attachments(_ context.Context, n *inbox.Note) ([]*inbox.Attachment, error) {
	attachments := make([]*inbox.Attachment, len(n.Attachments))
	for i, a := range n.Attachments {
		a.Internal = true
		attachments[i] = &a
	}
	return attachments, nil
}

// NoteAdd adds a note.
func (m mutationResolver) NoteAdd(ctx context.Context, input engine.NoteAddInput) (*graph.NotePayload, error) {
	added, err := m.engine.NoteAdd(ctx, callerOf(ctx), input)
	if err != nil {
		return nil, err
	}
	scopeOf(ctx).notes().Prime(added.Note.ID, added.Note)
	return &graph.NotePayload{Note: added.Note, Cursor: added.Cursor}, nil
}

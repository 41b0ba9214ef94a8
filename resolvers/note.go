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

// NoteUpdate changes a note.
func (m mutationResolver) NoteUpdate(ctx context.Context, input graph.NoteUpdateInput) (*graph.NotePayload, error) {
	var bad uncleared
	change := engine.NotePatch{
		NoteID:     input.ID.Note(),
		Text:       required(&bad, "text", input.Text),
		MentionIDs: idsOf(clearedList(input.MentionIds), inbox.ID.Agent),
	}
	if bad != nil {
		return nil, bad
	}
	changed, err := m.engine.NoteUpdate(ctx, callerOf(ctx), change)
	return notePayload(ctx, changed, err)
}

// NoteDelete takes from a note what it says.
func (m mutationResolver) NoteDelete(ctx context.Context, input graph.NoteDeleteInput) (*graph.NotePayload, error) {
	changed, err := m.engine.NoteDelete(ctx, callerOf(ctx), input.ID.Note())
	return notePayload(ctx, changed, err)
}

func notePayload(ctx context.Context, changed *engine.NoteChange, err error) (*graph.NotePayload, error) {
	if err != nil {
		return nil, err
	}
	scopeOf(ctx).notes().Prime(changed.Note.ID, changed.Note)
	return &graph.NotePayload{Note: changed.Note, Cursor: changed.Cursor, UserErrors: refused(changed.Refused)}, nil
}

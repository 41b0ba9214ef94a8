package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Drafts lists what the viewer has written and not sent yet.
func (r queryResolver) Drafts(ctx context.Context) ([]*inbox.Draft, error) {
	caller := scopeOf(ctx).caller
	if caller.IsKey() {
		return nil, requestError(codeForbidden, "Only agents have drafts.")
	}
	drafts, err := read(ctx, func(from *store.Reader) ([]*inbox.Draft, error) { return r.engine.Drafts(from, caller.Actor.Agent()) })
	if drafts == nil && err == nil {
		drafts = []*inbox.Draft{} // an empty list, not null
	}
	return drafts, err
}

// Conversation returns the conversation that a draft is for, if the agent still sees it.
func (draftResolver) Conversation(ctx context.Context, d *inbox.Draft) (*inbox.Conversation, error) {
	s := scopeOf(ctx)
	if s.caller.Actor == (inbox.ActorRef{}) { // in a stream, where only an agent who sees the conversation gets the draft
		return s.conversations().Load(ctx, d.ConversationID)
	}
	return s.visibleConversation(ctx, d.ConversationID)
}

// Files returns the files that are to belong to what is written.
func (draftResolver) Files(ctx context.Context, d *inbox.Draft) ([]*inbox.File, error) {
	return all(ctx, scopeOf(ctx).files(), d.FileIDs)
}

// DraftSet stores what the viewer has written so far.
func (m mutationResolver) DraftSet(ctx context.Context, input graph.DraftSetInput) (*graph.DraftPayload, error) {
	set, err := m.engine.DraftSet(ctx, callerOf(ctx), engine.DraftPatch{
		ConversationID: input.ConversationID.Conversation(), Kind: input.Kind, Text: input.Text,
		FileIDs: idsOf(input.FileIds.Value(), inbox.ID.File), IfUpdatedAt: patch(input.IfUpdatedAt),
	})
	if err != nil {
		return nil, err
	}
	return &graph.DraftPayload{Draft: set.Draft, UserErrors: refused(set.Refused)}, nil
}

package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// SavedReplies lists the saved replies that the viewer reads.
func (queryResolver) SavedReplies(ctx context.Context, teamID *inbox.ID, search *string, first int32, after *string) (*graph.SavedReplyConnection, error) {
	var team *inbox.TeamID
	if teamID != nil {
		team = new(teamID.Team())
	}
	words := engine.ReplyWords(textOf(search))
	by := engine.ReplyReaderOf(scopeOf(ctx).caller)
	return listByID(ctx, first, after, func(r *store.Reader, after inbox.SavedReplyID, limit int) ([]*inbox.SavedReply, error) {
		return r.SavedReplyList(by, team, words, after, limit)
	}, func(s *inbox.SavedReply) inbox.SavedReplyID { return s.ID })
}

// SavedReplyRender fills in a saved reply for a conversation.
func (r queryResolver) SavedReplyRender(ctx context.Context, id, conversationID inbox.ID) (*engine.RenderedReply, error) {
	s := scopeOf(ctx)
	conversation, err := s.visibleConversation(ctx, conversationID.Conversation())
	if err != nil || conversation == nil {
		return nil, err
	}
	reply, err := s.savedReplies().Load(ctx, id.SavedReply())
	if err != nil || reply == nil {
		return nil, err
	}
	return read(ctx, func(from *store.Reader) (*engine.RenderedReply, error) {
		return r.engine.SavedReplyRender(from, s.caller, reply, conversation)
	})
}

// Files returns the files of a saved reply.
func (savedReplyResolver) Files(ctx context.Context, s *inbox.SavedReply) ([]*inbox.File, error) {
	return all(ctx, scopeOf(ctx).files(), s.FileIDs)
}

// Team returns the team of a saved reply, or nil if it is for everybody.
func (savedReplyResolver) Team(ctx context.Context, s *inbox.SavedReply) (*inbox.Team, error) {
	return maybe(ctx, scopeOf(ctx).teams(), s.TeamID)
}

// Files returns the files that come with a saved reply.
func (renderedReplyResolver) Files(ctx context.Context, r *engine.RenderedReply) ([]*inbox.File, error) {
	return all(ctx, scopeOf(ctx).files(), r.FileIDs)
}

// SavedReplyCreate adds a saved reply.
func (m mutationResolver) SavedReplyCreate(ctx context.Context, input engine.SavedReplyCreateInput) (*graph.SavedReplyPayload, error) {
	created, err := m.engine.SavedReplyCreate(ctx, callerOf(ctx), input)
	return savedReplyPayload(created, err)
}

// SavedReplyUpdate changes a saved reply.
func (m mutationResolver) SavedReplyUpdate(ctx context.Context, input graph.SavedReplyUpdateInput) (*graph.SavedReplyPayload, error) {
	var bad uncleared
	change := engine.SavedReplyPatch{
		ID:          input.ID.SavedReply(),
		Team:        patchID(input.TeamID, inbox.ID.Team),
		Shortcut:    required(&bad, "shortcut", input.Shortcut),
		Title:       required(&bad, "title", input.Title),
		FileIDs:     idsOf(clearedList(input.FileIds), inbox.ID.File),
		IfUpdatedAt: input.IfUpdatedAt.Value(),
	}
	if texts := requiredList(&bad, "texts", input.Texts); texts != nil {
		change.Texts = make([]inbox.SavedReplyText, len(texts))
		for i, t := range texts {
			change.Texts[i] = *t
		}
	}
	if bad != nil {
		return nil, bad
	}
	changed, err := m.engine.SavedReplyUpdate(ctx, callerOf(ctx), change)
	if err != nil {
		return nil, err
	}
	return &graph.SavedReplyPayload{SavedReply: changed.Reply, UserErrors: refused(changed.Refused)}, nil
}

// SavedReplyDelete removes a saved reply.
func (m mutationResolver) SavedReplyDelete(ctx context.Context, input graph.SavedReplyDeleteInput) (*graph.SavedReplyPayload, error) {
	deleted, err := m.engine.SavedReplyDelete(ctx, callerOf(ctx), input.ID.SavedReply())
	return savedReplyPayload(deleted, err)
}

func savedReplyPayload(s *inbox.SavedReply, err error) (*graph.SavedReplyPayload, error) {
	if err != nil {
		return nil, err
	}
	return &graph.SavedReplyPayload{SavedReply: s}, nil
}

package resolvers

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// Viewer returns the agent or the key behind the token.
func (queryResolver) Viewer(ctx context.Context) (inbox.Viewer, error) {
	s := scopeOf(ctx)
	ref := s.caller.Actor
	if ref.Kind == inbox.ActorAPIKey {
		return existing[inbox.Viewer](s.keys().Load(ctx, inbox.APIKeyID(ref.ID)))(ref)
	}
	return existing[inbox.Viewer](s.agents().Load(ctx, ref.Agent()))(ref)
}

// Head returns the position of the newest event in the query's snapshot.
func (queryResolver) Head(ctx context.Context) (inbox.Cursor, error) {
	return read(ctx, (*store.Reader).Head)
}

// Node returns any object by its id. The prefix of the id says of which kind it is.
func (queryResolver) Node(ctx context.Context, id inbox.ID) (inbox.Node, error) {
	s := scopeOf(ctx)
	switch {
	case id.Conversation() != 0:
		return node(s.visibleConversation(ctx, id.Conversation()))
	case id.Message() != 0:
		return node(s.visibleMessage(ctx, id.Message()))
	case id.Note() != 0:
		return node(s.visibleNote(ctx, id.Note()))
	case id.Contact() != 0:
		return node(s.visibleContact(ctx, id.Contact()))
	case id.Decision() != 0:
		return node(s.visibleDecision(ctx, id.Decision()))
	case id.WorkflowRun() != 0:
		return node(s.visibleRun(ctx, id.WorkflowRun()))
	case id.Agent() != 0:
		return node(s.agents().Load(ctx, id.Agent()))
	case id.Team() != 0:
		return node(s.teams().Load(ctx, id.Team()))
	case id.Channel() != 0:
		return node(s.channels().Load(ctx, id.Channel()))
	case id.Workflow() != 0:
		return node(s.workflows().Load(ctx, id.Workflow()))
	case id.ContactField() != 0:
		return node(read(ctx, func(r *store.Reader) (*inbox.ContactField, error) { return r.ContactField(id.ContactField()) }))
	case id.APIKey() != 0:
		return node(s.visibleKey(ctx, id.APIKey()))
	default:
		return nil, nil
	}
}

// node returns an object as a Node; a nil pointer would not be nil as one.
func node[T any, P interface {
	*T
	inbox.Node
}](object P, err error) (inbox.Node, error) {
	if object == nil || err != nil {
		return nil, err
	}
	return object, nil
}

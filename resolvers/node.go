package resolvers

import (
	"context"
	"errors"
	"slices"

	"foyer/inbox"
)

// Node returns any object by its id.
func (queryResolver) Node(ctx context.Context, id inbox.ID) (inbox.Node, error) {
	return scopeOf(ctx).node(ctx, id)
}

// Nodes returns objects by their ids, in the order of the ids. They are read by kind, all of a kind at once.
func (queryResolver) Nodes(ctx context.Context, ids []inbox.ID) ([]inbox.Node, error) {
	s := scopeOf(ctx)
	if err := s.expectNodes(ctx, ids); err != nil {
		return nil, err
	}
	nodes := make([]inbox.Node, len(ids))
	for i, id := range ids {
		found, err := s.node(ctx, id)
		if err != nil {
			return nil, err
		}
		nodes[i] = found
	}
	return nodes, nil
}

// expectNodes reads the objects with these ids, and the conversations by which it is decided who sees them.
func (s *scope) expectNodes(ctx context.Context, ids []inbox.ID) error {
	expect(s.agents(), ids, inbox.ID.Agent)
	expect(s.teams(), ids, inbox.ID.Team)
	expect(s.channels(), ids, inbox.ID.Channel)
	expect(s.workflows(), ids, inbox.ID.Workflow)
	expect(s.conversations(), ids, inbox.ID.Conversation)
	expect(s.contacts(), ids, inbox.ID.Contact)
	expect(s.keys(), ids, inbox.ID.APIKey)
	expect(s.notifications(), ids, inbox.ID.Notification)
	expect(s.savedReplies(), ids, inbox.ID.SavedReply)
	expect(s.files(), ids, inbox.ID.File)
	expect(s.seenFiles(), ids, inbox.ID.File)
	expect(s.jobs(), ids, inbox.ID.Job)
	var (
		holding  []inbox.ConversationID
		contacts = known(ids, inbox.ID.Contact)
	)
	err := errors.Join(
		expectWithin(ctx, s.messages(), ids, inbox.ID.Message, func(m *inbox.Message) *inbox.ConversationID { return m.ConversationID }, &holding),
		expectWithin(ctx, s.notes(), ids, inbox.ID.Note, func(n *inbox.Note) *inbox.ConversationID { return &n.ConversationID }, &holding),
		expectWithin(ctx, s.decisions(), ids, inbox.ID.Decision, func(d *inbox.AssignmentDecision) *inbox.ConversationID { return &d.ConversationID }, &holding),
		expectWithin(ctx, s.runs(), ids, inbox.ID.WorkflowRun, func(r *inbox.WorkflowRun) *inbox.ConversationID {
			if r.ConversationID == nil {
				contacts = append(contacts, r.ContactID)
			}
			return r.ConversationID
		}, &holding),
	)
	s.conversations().expect(holding)
	if !s.caller.SeesAll() {
		s.seenContacts().expect(contacts)
	}
	return err
}

// known returns those of the ids that are of one kind.
func known[K ~int64](ids []inbox.ID, kind func(inbox.ID) K) []K {
	return slices.DeleteFunc(idsOf(ids, kind), func(id K) bool { return id == 0 })
}

// expect reads the objects of one kind.
func expect[K ~int64, V any](l *gatherer[K, V], ids []inbox.ID, kind func(inbox.ID) K) {
	l.expect(known(ids, kind))
}

// expectWithin reads the objects of one kind, and adds the conversations in which they are.
func expectWithin[K ~int64, V any](ctx context.Context, l *gatherer[K, *V], ids []inbox.ID, kind func(inbox.ID) K,
	within func(*V) *inbox.ConversationID, holding *[]inbox.ConversationID) error {
	found, err := all(ctx, l, known(ids, kind))
	*holding = append(*holding, keysOf(found, within)...)
	return err
}

// node finds a visible object. The prefix of the id says of which kind it is.
func (s *scope) node(ctx context.Context, id inbox.ID) (inbox.Node, error) {
	switch {
	case id.Conversation() != 0:
		return node(s.visibleConversation(ctx, id.Conversation()))
	case id.Message() != 0:
		return node(s.visibleMessage(ctx, id.Message()))
	case id.Note() != 0:
		return node(s.visibleNote(ctx, id.Note()))
	case id.Contact() != 0:
		return node(s.visibleContact(ctx, id.Contact()))
	case id.Notification() != 0:
		return node(s.ownNotification(ctx, id.Notification()))
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
		return node(s.contactField(id.ContactField()))
	case id.SavedReply() != 0:
		return node(s.savedReplies().Load(ctx, id.SavedReply()))
	case id.File() != 0:
		return node(s.visibleFile(ctx, id.File()))
	case id.Session() != 0:
		return node(s.session(ctx, id.Session()))
	case id.Job() != 0:
		return node(s.visibleJob(ctx, id.Job()))
	case id.SavedView() != 0:
		return node(s.savedView(id.SavedView()))
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

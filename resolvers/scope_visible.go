package resolvers

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// An object that the caller does not see is nil, like one that does not exist.

// visible returns the conversation if it is visible.
func (s *scope) visible(v *inbox.Conversation) (*inbox.Conversation, error) {
	if v == nil {
		return nil, nil
	}
	access, err := s.access()
	if err != nil || !access.Sees(v.Scope()) {
		return nil, err
	}
	return v, nil
}

func (s *scope) visibleConversation(ctx context.Context, id inbox.ConversationID) (*inbox.Conversation, error) {
	v, err := s.conversations().Load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.visible(v)
}

// seesConversation reports whether the conversation with this id is visible.
func (s *scope) seesConversation(ctx context.Context, id inbox.ConversationID) (bool, error) {
	v, err := s.visibleConversation(ctx, id)
	return v != nil, err
}

// seesContact reports whether a contact is visible.
func (s *scope) seesContact(ctx context.Context, id inbox.ContactID) (bool, error) {
	if s.caller.SeesAll() {
		return true, nil
	}
	return s.seenContacts().Load(ctx, id)
}

func (s *scope) visibleContact(ctx context.Context, id inbox.ContactID) (*inbox.Contact, error) {
	return visibleBy(ctx, s.contacts(), id, func(*inbox.Contact) (bool, error) { return s.seesContact(ctx, id) })
}

// visibleMessage finds a message in a visible conversation. A message outside of conversations is for callers who see everything.
func (s *scope) visibleMessage(ctx context.Context, id inbox.MessageID) (*inbox.Message, error) {
	return visibleBy(ctx, s.messages(), id, func(m *inbox.Message) (bool, error) {
		if m.ConversationID == nil {
			return s.caller.SeesAll(), nil
		}
		return s.seesConversation(ctx, *m.ConversationID)
	})
}

func (s *scope) visibleNote(ctx context.Context, id inbox.NoteID) (*inbox.Note, error) {
	return visibleBy(ctx, s.notes(), id, func(n *inbox.Note) (bool, error) { return s.seesConversation(ctx, n.ConversationID) })
}

func (s *scope) visibleFile(ctx context.Context, id inbox.FileID) (*inbox.File, error) {
	return visibleBy(ctx, s.files(), id, func(*inbox.File) (bool, error) { return s.seenFiles().Load(ctx, id) })
}

func (s *scope) visibleDecision(ctx context.Context, id inbox.DecisionID) (*inbox.AssignmentDecision, error) {
	return visibleBy(ctx, s.decisions(), id, func(d *inbox.AssignmentDecision) (bool, error) {
		return s.seesConversation(ctx, d.ConversationID)
	})
}

// visibleRun finds a run whose conversation is visible or, if it has none, whose contact is.
func (s *scope) visibleRun(ctx context.Context, id inbox.WorkflowRunID) (*inbox.WorkflowRun, error) {
	return visibleBy(ctx, s.runs(), id, func(r *inbox.WorkflowRun) (bool, error) {
		if r.ConversationID == nil {
			return s.seesContact(ctx, r.ContactID)
		}
		return s.seesConversation(ctx, *r.ConversationID)
	})
}

// visibleBy loads an object, and returns it if the caller sees it.
func visibleBy[K comparable, V any](ctx context.Context, l *gatherer[K, *V], id K, sees func(*V) (bool, error)) (*V, error) {
	object, err := l.Load(ctx, id)
	if object == nil || err != nil {
		return nil, err
	}
	if seen, err := sees(object); !seen || err != nil {
		return nil, err
	}
	return object, nil
}

// visibleKey finds an API key: managers see all of them, a key itself.
func (s *scope) visibleKey(ctx context.Context, id inbox.APIKeyID) (*inbox.APIKey, error) {
	if !s.seesInto(id) {
		return nil, nil
	}
	return s.keys().Load(ctx, id)
}

// seesInto reports whether the caller may read more of a key than its name.
func (s *scope) seesInto(id inbox.APIKeyID) bool {
	return s.caller.Manages() || s.caller.Actor == inbox.ByAPIKey(id)
}

// withoutDocuments removes the documents of workflows, unless the caller manages.
func (s *scope) withoutDocuments(workflows []*inbox.Workflow) []*inbox.Workflow {
	if !s.caller.Manages() {
		for _, w := range workflows {
			w.Definition, w.PublishedDefinition = nil, nil
		}
	}
	return workflows
}

// withoutInside removes the steps, variables and errors of runs, unless the caller manages.
func (s *scope) withoutInside(runs []*inbox.WorkflowRun) []*inbox.WorkflowRun {
	if !s.caller.Manages() {
		for _, r := range runs {
			r.Variables, r.Error, r.Steps = nil, nil, nil
		}
	}
	return runs
}

// runsOf reads runs, as the caller may see them.
func runsOf(ctx context.Context, fn func(*store.Reader) ([]*inbox.WorkflowRun, error)) ([]*inbox.WorkflowRun, error) {
	runs, err := read(ctx, fn)
	return scopeOf(ctx).withoutInside(runs), err
}

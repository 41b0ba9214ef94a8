package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// maxHistory is how many decisions and runs a conversation shows.
const maxHistory = 50

// Conversation returns a conversation by its id.
func (queryResolver) Conversation(ctx context.Context, id inbox.ID) (*inbox.Conversation, error) {
	return scopeOf(ctx).visibleConversation(ctx, id.Conversation())
}

// ConversationByNumber returns a conversation by its number.
func (queryResolver) ConversationByNumber(ctx context.Context, number int32) (*inbox.Conversation, error) {
	v, err := read(ctx, func(r *store.Reader) (*inbox.Conversation, error) { return r.ConversationByNumber(int64(number)) })
	if err != nil {
		return nil, err
	}
	return scopeOf(ctx).visible(v)
}

// InboxCounts returns the counts beside an inbox.
func (queryResolver) InboxCounts(ctx context.Context) (*inbox.InboxCounts, error) {
	s := scopeOf(ctx)
	access, err := s.access()
	if err != nil {
		return nil, err
	}
	return read(ctx, func(r *store.Reader) (*inbox.InboxCounts, error) {
		return r.InboxCounts(access, s.caller.Actor.Agent())
	})
}

// OpenedBy returns the actor who opened a conversation.
func (conversationResolver) OpenedBy(ctx context.Context, v *inbox.Conversation) (inbox.Actor, error) {
	return scopeOf(ctx).actor(ctx, v.OpenedBy)
}

// ClosedBy returns the actor who closed a conversation, or nil while it is open.
func (conversationResolver) ClosedBy(ctx context.Context, v *inbox.Conversation) (inbox.Actor, error) {
	if v.ClosedBy == nil {
		return nil, nil
	}
	return scopeOf(ctx).actor(ctx, *v.ClosedBy)
}

// Contact returns the contact of a conversation.
func (conversationResolver) Contact(ctx context.Context, v *inbox.Conversation) (*inbox.Contact, error) {
	if onlyID(ctx, "Contact") {
		return &inbox.Contact{ID: v.ContactID}, nil
	}
	return scopeOf(ctx).contacts().Load(ctx, v.ContactID)
}

// Channel returns the channel of the last inbound message.
func (conversationResolver) Channel(ctx context.Context, v *inbox.Conversation) (*inbox.Channel, error) {
	return maybe(ctx, scopeOf(ctx).channels(), v.ChannelID)
}

// Team returns the team of a conversation, or nil if there is none.
func (conversationResolver) Team(ctx context.Context, v *inbox.Conversation) (*inbox.Team, error) {
	if v.TeamID != nil && onlyID(ctx, "Team") {
		return &inbox.Team{ID: *v.TeamID}, nil
	}
	return maybe(ctx, scopeOf(ctx).teams(), v.TeamID)
}

// Assignee returns the agent that a conversation is assigned to, or nil if there is none.
func (conversationResolver) Assignee(ctx context.Context, v *inbox.Conversation) (*inbox.Agent, error) {
	if v.AssigneeID != nil && onlyID(ctx, "Agent") {
		return &inbox.Agent{ID: *v.AssigneeID}, nil
	}
	return maybe(ctx, scopeOf(ctx).agents(), v.AssigneeID)
}

// LastMessage returns the newest message.
func (conversationResolver) LastMessage(ctx context.Context, v *inbox.Conversation) (*inbox.Message, error) {
	return maybe(ctx, scopeOf(ctx).messages(), v.LastMessageID)
}

// QueuePosition returns the place in the team's queue, from 1, or nil if the conversation does not wait.
func (conversationResolver) QueuePosition(ctx context.Context, v *inbox.Conversation) (*int32, error) {
	if v.QueueKey == nil {
		return nil, nil
	}
	n, err := read(ctx, func(r *store.Reader) (int, error) { return r.QueuePosition(v) })
	place := int32(n) // conversations are fewer
	return &place, err
}

// QueueState returns why a conversation waits in a queue.
func (r conversationResolver) QueueState(ctx context.Context, v *inbox.Conversation) (*engine.QueueState, error) {
	return read(ctx, func(reader *store.Reader) (*engine.QueueState, error) { return r.engine.QueueState(reader, v) })
}

// Messages lists a conversation's messages.
func (conversationResolver) Messages(ctx context.Context, v *inbox.Conversation, first *int32, after *string, last *int32, before *string) (*graph.MessageConnection, error) {
	page, err := newWindow(first, after, last, before)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, func(r *store.Reader) ([]*inbox.Message, error) { return r.MessagesOf(v.ID, page.Range) })
	if err != nil {
		return nil, err
	}
	c := list(page, found, func(m *inbox.Message) int64 { return int64(m.ID) })
	c.TotalCount, err = totalCount(ctx, func(r *store.Reader, most int) (int, error) { return r.MessageCount(v.ID, most) })
	return c, err
}

// Notes lists a conversation's notes.
func (conversationResolver) Notes(ctx context.Context, v *inbox.Conversation, first *int32, after *string, last *int32, before *string) (*graph.NoteConnection, error) {
	page, err := newWindow(first, after, last, before)
	if err != nil {
		return nil, err
	}
	found, err := read(ctx, func(r *store.Reader) ([]*inbox.Note, error) { return r.NotesOf(v.ID, page.Range) })
	if err != nil {
		return nil, err
	}
	return list(page, found, func(n *inbox.Note) int64 { return int64(n.ID) }), nil
}

// Timeline lists the events of a conversation.
func (conversationResolver) Timeline(ctx context.Context, v *inbox.Conversation, first *int32, after *string, last *int32, before *string) (*graph.EventConnection, error) {
	page, err := newWindow(first, after, last, before)
	if err != nil {
		return nil, err
	}
	of := inbox.Subject{Kind: inbox.SubjectConversation, ID: int64(v.ID)}
	found, err := read(ctx, func(r *store.Reader) ([]inbox.Event, error) { return eventsOf(r, of, page) })
	if err != nil {
		return nil, err
	}
	return list(page, found, func(e inbox.Event) int64 { return e.Meta().Number }), nil
}

// eventsOf reads a stretch of a subject's events, oldest first.
func eventsOf(r *store.Reader, of inbox.Subject, page window) ([]inbox.Event, error) {
	records, err := r.EventsOf(of, page.After, page.Before, page.Limit, page.Newest)
	if err != nil {
		return nil, err
	}
	events := make([]inbox.Event, len(records))
	for i, record := range records {
		at := i
		if page.Newest {
			at = len(records) - 1 - i
		}
		if events[at], err = record.Event(); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// Decisions returns the automatic assignments of a conversation, with their reasons.
func (conversationResolver) Decisions(ctx context.Context, v *inbox.Conversation) ([]*inbox.AssignmentDecision, error) {
	return read(ctx, func(r *store.Reader) ([]*inbox.AssignmentDecision, error) { return r.DecisionsOf(v.ID, maxHistory) })
}

// Runs returns the workflows that ran on a conversation.
func (conversationResolver) Runs(ctx context.Context, v *inbox.Conversation) ([]*inbox.WorkflowRun, error) {
	return runsOf(ctx, func(r *store.Reader) ([]*inbox.WorkflowRun, error) { return r.RunsOf(v.ID, maxHistory) })
}

// Revision returns a conversation's newest event.
func (r conversationResolver) Revision(ctx context.Context, v *inbox.Conversation) (inbox.Cursor, error) {
	return r.revision(ctx, inbox.SubjectConversation, int64(v.ID))
}

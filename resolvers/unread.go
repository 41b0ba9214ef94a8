package resolvers

import (
	"context"

	"foyer/inbox"
	"foyer/store"
)

// unread loads what is unread to the caller in conversations; nil where nothing is.
func (l *loaders) unread() *gatherer[inbox.ConversationID, *store.Unread] {
	return byID(l, &l.unreadIn, func(r *store.Reader, ids []inbox.ConversationID) ([]*store.Unread, error) {
		return r.UnreadOf(l.scope.caller.Actor.Agent(), ids)
	}, func(u *store.Unread) inbox.ConversationID { return u.Conversation })
}

// mayHaveUnread reports whether there may be anything unread to the caller in a conversation.
func (s *scope) mayHaveUnread(v *inbox.Conversation) bool {
	return v.IsOpen() && s.caller.Actor.IsPerson()
}

// firstUnread returns what is unread to the caller in a conversation, or nil if nothing is.
func (s *scope) firstUnread(ctx context.Context, v *inbox.Conversation) (*store.Unread, error) {
	if !s.mayHaveUnread(v) {
		return nil, nil
	}
	return s.unread().Load(ctx, v.ID)
}

// Unread reports whether there is something that the caller has not seen.
func (conversationResolver) Unread(ctx context.Context, v *inbox.Conversation) (bool, error) {
	u, err := scopeOf(ctx).firstUnread(ctx, v)
	return u != nil, err
}

// FirstUnreadID returns the oldest message or note that the caller has not seen.
func (conversationResolver) FirstUnreadID(ctx context.Context, v *inbox.Conversation) (*inbox.ID, error) {
	u, err := scopeOf(ctx).firstUnread(ctx, v)
	if err != nil || u == nil {
		return nil, err
	}
	if u.NoteFirst {
		return new(inbox.ID(u.Note.String())), nil
	}
	return new(inbox.ID(u.Message.String())), nil
}

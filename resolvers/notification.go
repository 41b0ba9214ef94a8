package resolvers

import (
	"context"

	"foyer/engine"
	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

type notificationResolver struct{ *Resolver }

// Notification resolves the fields of notifications.
func (r *Resolver) Notification() graph.NotificationResolver { return notificationResolver{r} }

type inboxCountsResolver struct{ *Resolver }

// InboxCounts resolves the fields of an inbox's counts.
func (r *Resolver) InboxCounts() graph.InboxCountsResolver { return inboxCountsResolver{r} }

// Notifications counts the caller's unread notifications.
func (inboxCountsResolver) Notifications(ctx context.Context, _ *inbox.InboxCounts) (int32, error) {
	agent := scopeOf(ctx).caller.Actor.Agent()
	if agent == 0 {
		return 0, nil
	}
	n, err := read(ctx, func(r *store.Reader) (int, error) { return r.UnreadNotifications(agent) })
	return int32(n), err // they are few
}

// Notifications lists the caller's notifications, newest first.
func (queryResolver) Notifications(ctx context.Context, unread *bool, first int32, after *string) (*graph.NotificationConnection, error) {
	caller := scopeOf(ctx).caller
	if caller.IsKey() {
		return nil, requestError(codeForbidden, "Only agents have notifications.")
	}
	return listByID(ctx, first, after, func(r *store.Reader, after inbox.NotificationID, limit int) ([]*inbox.Notification, error) {
		return r.NotificationsOf(caller.Actor.Agent(), unread, after, limit)
	}, func(n *inbox.Notification) inbox.NotificationID { return n.ID })
}

// ownNotification finds one of the caller's own notifications.
func (s *scope) ownNotification(ctx context.Context, id inbox.NotificationID) (*inbox.Notification, error) {
	return visibleBy(ctx, s.notifications(), id, func(n *inbox.Notification) (bool, error) {
		return n.AgentID == s.caller.Actor.Agent(), nil
	})
}

func (l *loaders) notifications() *gatherer[inbox.NotificationID, *inbox.Notification] {
	return byID(l, &l.notificationByID, (*store.Reader).Notifications, func(n *inbox.Notification) inbox.NotificationID { return n.ID })
}

// about returns the conversation of a notification, or nil if the agent does not see it any more.
func (notificationResolver) about(ctx context.Context, n *inbox.Notification) (*inbox.Conversation, error) {
	s := scopeOf(ctx)
	if s.caller.Actor == (inbox.ActorRef{}) { // in a stream, where only an agent who sees the conversation gets it
		return s.conversations().Load(ctx, n.ConversationID)
	}
	return s.visibleConversation(ctx, n.ConversationID)
}

// Conversation returns the conversation of a notification, if its agent still sees it.
func (r notificationResolver) Conversation(ctx context.Context, n *inbox.Notification) (*inbox.Conversation, error) {
	return r.about(ctx, n)
}

// Actor returns who or what caused a notification, if its agent still sees the conversation.
func (r notificationResolver) Actor(ctx context.Context, n *inbox.Notification) (inbox.Actor, error) {
	if v, err := r.about(ctx, n); v == nil || err != nil {
		return nil, err
	}
	return scopeOf(ctx).actor(ctx, n.Actor)
}

// Message returns the message of a notification, if its agent still sees the conversation.
func (r notificationResolver) Message(ctx context.Context, n *inbox.Notification) (*inbox.Message, error) {
	if v, err := r.about(ctx, n); v == nil || err != nil {
		return nil, err
	}
	return maybe(ctx, scopeOf(ctx).messages(), n.MessageID)
}

// Note returns the note of a notification, if its agent still sees the conversation.
func (r notificationResolver) Note(ctx context.Context, n *inbox.Notification) (*inbox.Note, error) {
	if v, err := r.about(ctx, n); v == nil || err != nil {
		return nil, err
	}
	return maybe(ctx, scopeOf(ctx).notes(), n.NoteID)
}

// NotificationsRead marks the caller's notifications as read.
func (m mutationResolver) NotificationsRead(ctx context.Context, input engine.NotificationsReadInput) (*graph.NotificationsReadPayload, error) {
	unread, err := m.engine.NotificationsRead(ctx, callerOf(ctx), input)
	if err != nil {
		return nil, err
	}
	return &graph.NotificationsReadPayload{Unread: new(int32(unread))}, nil
}

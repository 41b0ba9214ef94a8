package resolvers

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"foyer/inbox"
)

// What a mutation answers is as its commit left it, and known to the loaders so that it is not read again.

// settled gives an object that a mutation answers under this name. Where its revision is asked for it is read again: a
// state and its revision must be of one snapshot, or a client would take a later state for one it has.
func settled[K comparable, V any](ctx context.Context, l *gatherer[K, *V], name string, id K, object *V) (*V, error) {
	// Most documents do not have the word: then there is nothing to collect.
	if strings.Contains(graphql.GetOperationContext(ctx).RawQuery, "revision") && graphql.FieldRequested(ctx, name+".revision") {
		return l.Load(ctx, id)
	}
	l.Prime(id, object)
	return object, nil
}

// reread gives an object from the snapshot after a mutation, where it is asked for: what else the commit brought about
// may have changed it after the use case took its copy.
func reread[K comparable, V any](ctx context.Context, l *gatherer[K, *V], name string, id K) (*V, error) {
	if !graphql.FieldRequested(ctx, name) {
		return nil, nil
	}
	return l.Load(ctx, id)
}

func settledConversation(ctx context.Context, name string, v *inbox.Conversation) (*inbox.Conversation, error) {
	if v == nil {
		return nil, nil
	}
	return settled(ctx, scopeOf(ctx).conversations(), name, v.ID, v)
}

func settledContact(ctx context.Context, name string, c *inbox.Contact) (*inbox.Contact, error) {
	if c == nil {
		return nil, nil
	}
	return settled(ctx, scopeOf(ctx).contacts(), name, c.ID, c)
}

func settledMessage(ctx context.Context, m *inbox.Message) *inbox.Message {
	if m != nil {
		scopeOf(ctx).messages().Prime(m.ID, m)
	}
	return m
}

// position gives the cursor of a payload; nil where nothing happened.
func position(c inbox.Cursor) *inbox.Cursor {
	if c == "" {
		return nil
	}
	return &c
}

package resolvers

import (
	"context"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"foyer/graph"
	"foyer/inbox"
	"foyer/store"
)

// Conversations lists the conversations that the caller sees.
func (queryResolver) Conversations(ctx context.Context, filter *graph.ConversationFilter, orderBy inbox.ConversationOrder, first int32, after *string) (*graph.ConversationConnection, error) {
	return listConversations(ctx, conversationFilter(callerOf(ctx), filter), orderBy, first, after)
}

// conversationFilter returns the filter as it is for a caller: what is mine depends on who asks.
func conversationFilter(caller inbox.Caller, filter *graph.ConversationFilter) store.ConversationFilter {
	var narrow store.ConversationFilter
	if filter == nil {
		return narrow
	}
	narrow.Status = filter.Status.Value()
	if mine := filter.Mine.Value(); mine != nil {
		narrow.Mine = &store.Mine{Agent: caller.Actor.Agent(), Is: *mine}
	}
	narrow.Unassigned = filter.Unassigned.Value()
	narrow.Snoozed = filter.Snoozed.Value()
	narrow.Waiting = filter.Waiting.Value()
	narrow.Stranded = filter.Stranded.Value()
	narrow.Queued = filter.Queued.Value()
	narrow.Unread = filter.Unread.Value()
	narrow.Mentions = filter.Mentions.Value()
	narrow.Search = strings.TrimSpace(textOf(filter.Search.Value()))
	narrow.TeamIDs = distinct(idsOf(filter.TeamIds.Value(), inbox.ID.Team))
	narrow.AssigneeIDs = distinct(idsOf(filter.AssigneeIds.Value(), inbox.ID.Agent))
	narrow.ContactIDs = distinct(idsOf(filter.ContactIds.Value(), inbox.ID.Contact))
	narrow.ChannelIDs = distinct(idsOf(filter.ChannelIds.Value(), inbox.ID.Channel))
	narrow.Priorities = distinct(filter.Priorities.Value())
	return narrow
}

// listConversations returns a page of the conversations that pass a filter and that the caller sees. The page may be
// shorter than requested although there are more conversations: its end cursor is where the list goes on.
func listConversations(ctx context.Context, f store.ConversationFilter, order inbox.ConversationOrder, first int32, after *string) (
	*graph.ConversationConnection, error) {
	size, err := pageSize("first", first)
	if err != nil {
		return nil, err
	}
	from, err := decodePlace("after", order, after)
	if err != nil {
		return nil, err
	}
	s := scopeOf(ctx)
	access, err := s.access()
	if err != nil {
		return nil, err
	}
	page, err := read(ctx, func(r *store.Reader) (*store.ConversationPage, error) {
		return r.ConversationList(access, f, order, from, max(size, 1))
	})
	if err != nil {
		return nil, err
	}
	more := ""
	if page.More != nil {
		more = encodePlace(order, *page.More)
	}
	c := search(size, after, page.Conversations, func(i int) string { return encodePlace(order, page.Places[i]) }, more)
	s.prime(ctx, c.Nodes)
	c.TotalCount, err = totalCount(ctx, func(r *store.Reader, most int) (int, error) { return r.ConversationCount(access, f, most) })
	return c, err
}

// prime passes the conversations of a page to the loaders, and reads what the fields of the page will ask them for.
func (s *scope) prime(ctx context.Context, page []*inbox.Conversation) {
	for _, v := range page {
		s.conversations().Prime(v.ID, v)
	}
	asked := func(field string) bool { return graphql.AnyFieldRequested(ctx, "nodes."+field, "edges.node."+field) }
	if asked("contact") {
		s.contacts().expect(keysOf(page, func(v *inbox.Conversation) *inbox.ContactID { return &v.ContactID }))
	}
	if asked("channel") {
		s.channels().expect(keysOf(page, func(v *inbox.Conversation) *inbox.ChannelID { return v.ChannelID }))
	}
	if asked("team") {
		s.teams().expect(keysOf(page, func(v *inbox.Conversation) *inbox.TeamID { return v.TeamID }))
	}
	if asked("assignee") {
		s.agents().expect(keysOf(page, func(v *inbox.Conversation) *inbox.AgentID { return v.AssigneeID }))
	}
	if asked("unread") || asked("firstUnreadId") {
		s.unread().expect(keysOf(page, func(v *inbox.Conversation) *inbox.ConversationID {
			if !s.mayHaveUnread(v) {
				return nil
			}
			return &v.ID
		}))
	}
	if asked("lastMessage") {
		s.messages().expect(keysOf(page, func(v *inbox.Conversation) *inbox.MessageID { return v.LastMessageID }))
	}
}

// keysOf returns the keys that objects refer to.
func keysOf[T any, K comparable](objects []*T, reference func(*T) *K) []K {
	keys := make([]K, 0, len(objects))
	for _, o := range objects {
		if key := reference(o); key != nil {
			keys = append(keys, *key)
		}
	}
	return keys
}

// A cursor of a list of conversations begins with its order: it has no meaning in another order.

func encodePlace(order inbox.ConversationOrder, p store.ListPlace) string {
	resting := 0
	if p.Resting {
		resting = 1
	}
	return encodeCursor(fmt.Sprintf("%s %d %d %d", order, resting, p.Key, int64(p.ID)))
}

func decodePlace(name string, order inbox.ConversationOrder, cursor *string) (*store.ListPlace, error) {
	position, err := decodeCursor(name, cursor)
	if err != nil || position == "" {
		return nil, err
	}
	var (
		resting int
		id      int64
		place   store.ListPlace
	)
	if _, err := fmt.Sscanf(position, string(order)+" %d %d %d", &resting, &place.Key, &id); err != nil {
		return nil, malformed(name)
	}
	place.Resting, place.ID = resting == 1, inbox.ConversationID(id)
	if encodePlace(order, place) != *cursor { // only texts that this server wrote are cursors
		return nil, malformed(name)
	}
	return &place, nil
}

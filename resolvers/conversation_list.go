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
func (queryResolver) Conversations(ctx context.Context, filter *graph.ConversationFilter, orderBy inbox.ConversationOrder,
	first *int32, after *string, last *int32, before *string) (*graph.ConversationConnection, error) {
	part, err := newStretch(orderBy, first, after, last, before)
	if err != nil {
		return nil, err
	}
	return listConversations(ctx, conversationFilter(callerOf(ctx), filter), part)
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

// stretch is the requested page of a list of conversations.
type stretch struct {
	store.ListRange
	order inbox.ConversationOrder
	size  int
}

// conversationPage is how long a page of conversations is if the caller does not say.
const conversationPage = 25

// newStretch checks the arguments of a list of conversations. Without first and last, the first ones are requested.
func newStretch(order inbox.ConversationOrder, first *int32, after *string, last *int32, before *string) (stretch, error) {
	if first != nil && last != nil {
		return stretch{}, bothEnds()
	}
	s := stretch{order: order, size: conversationPage}
	s.Last = last != nil
	var err error
	switch {
	case first != nil:
		s.size, err = pageSize("first", *first)
	case last != nil:
		s.size, err = pageSize("last", *last)
	}
	if err != nil {
		return stretch{}, err
	}
	if s.After, err = decodePlace("after", order, after); err != nil {
		return stretch{}, err
	}
	if s.Before, err = decodePlace("before", order, before); err != nil {
		return stretch{}, err
	}
	s.Limit = max(s.size, 1)
	return s, nil
}

// listConversations returns a page of the conversations that pass a filter and that the caller sees. The page may be
// shorter than requested although there are more conversations: its end cursor is where the list goes on.
func listConversations(ctx context.Context, f store.ConversationFilter, part stretch) (*graph.ConversationConnection, error) {
	s := scopeOf(ctx)
	access, err := s.access()
	if err != nil {
		return nil, err
	}
	page, err := read(ctx, func(r *store.Reader) (*store.ConversationPage, error) {
		return r.ConversationList(access, f, part.order, part.ListRange)
	})
	if err != nil {
		return nil, err
	}
	c := part.page(page)
	s.prime(ctx, c.Nodes)
	c.TotalCount, err = totalCount(ctx, func(r *store.Reader, most int) (int, error) { return r.ConversationCount(access, f, most) })
	return c, err
}

// page returns what was found. A page of size 0 says whether there is anything.
func (p stretch) page(found *store.ConversationPage) *graph.ConversationConnection {
	c := &graph.ConversationConnection{}
	more := found.More != nil
	if p.size == 0 {
		more = more || len(found.Conversations) > 0
	} else {
		c = connection(found.Conversations, func(i int) string { return encodePlace(p.order, found.Places[i]) })
	}
	c.PageInfo.HasPreviousPage = p.After != nil || more && p.Last
	c.PageInfo.HasNextPage = p.Before != nil || more && !p.Last
	if found.More == nil || p.size == 0 {
		return c
	}
	onward := encodePlace(p.order, *found.More)
	if p.Last {
		c.PageInfo.StartCursor = &onward
	} else {
		c.PageInfo.EndCursor = &onward
	}
	return c
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
	return encodeCursor(fmt.Sprintf("%s %d %d %d", order, p.Part, p.Key, int64(p.ID)))
}

func decodePlace(name string, order inbox.ConversationOrder, cursor *string) (*store.ListPlace, error) {
	position, err := decodeCursor(name, cursor)
	if err != nil || position == "" {
		return nil, err
	}
	var (
		id    int64
		place store.ListPlace
	)
	if _, err := fmt.Sscanf(position, string(order)+" %d %d %d", &place.Part, &place.Key, &id); err != nil {
		return nil, malformed(name)
	}
	place.ID = inbox.ConversationID(id)
	if encodePlace(order, place) != *cursor { // only texts that this server wrote are cursors
		return nil, malformed(name)
	}
	return &place, nil
}

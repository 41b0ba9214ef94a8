package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"foyer/inbox"
)

// mixedConversations fills a database with n conversations of few times, so that many are equal in an order.
func mixedConversations(t *testing.T, random *rand.Rand, n int) *DB {
	t.Helper()
	db := openTest(t)
	pick := func(values ...any) any { return values[random.IntN(len(values))] }
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		for _, sql := range []string{
			`INSERT INTO teams (id, name, name_key, strategy, online_only, created_at) VALUES (1, 'a', 'a', 'MANUAL', 0, 0), (2, 'b', 'b', 'MANUAL', 0, 0)`,
			`INSERT INTO agents (id, name, email, email_key, password_hash, role, visibility, presence, last_activity_at, created_at)
				VALUES (1, 'a', 'a', 'a', '', 'AGENT', 'ALL', 'ONLINE', 0, 0), (2, 'b', 'b', 'b', '', 'AGENT', 'ALL', 'ONLINE', 0, 0)`,
		} {
			if _, err := tx.exec(sql); err != nil {
				return struct{}{}, err
			}
		}
		for i := range n {
			if _, err := tx.exec(`INSERT INTO contacts (id, created_at) VALUES (?, 0)`, i+1); err != nil {
				return struct{}{}, err
			}
			status, assignee := pick("OPEN", "OPEN", "CLOSED"), pick(nil, 1, 2)
			var waiting, queued, closed, source any
			if status == "CLOSED" {
				closed, source = 1, "API"
			} else {
				waiting = pick(nil, 1, 2, 3)
				if assignee == nil {
					queued = pick(nil, 1, 2, 3)
				}
			}
			contact := i + 1
			if status == "CLOSED" {
				contact = pick(1, 2, 3).(int)
			}
			if _, err := tx.exec(`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, team_id,
				assignee_id, opened_at, last_activity_at, waiting_since, queued_at, queue_key, closed_at, closed_source)
				VALUES (?, ?, ?, 'CONTACT', 'CONTACT', 1, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)`,
				i+1, i+1, status, pick("LOW", "NORMAL", "NORMAL", "HIGH", "URGENT"), contact, pick(nil, 1, 2), assignee,
				pick(1, 2, 3, 4), waiting, queued, queued, closed, source); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// key returns what an order sorts by, the smaller the earlier, without regard to indexes.
func key(order inbox.ConversationOrder, v *inbox.Conversation) []int64 {
	activity, id := -int64(v.LastActivityAt), -int64(v.ID)
	rest := []int64{1, activity, id}
	ranks := map[inbox.Priority]int64{inbox.PriorityUrgent: 0, inbox.PriorityHigh: 1, inbox.PriorityNormal: 2, inbox.PriorityLow: 3}
	switch order {
	case inbox.OrderFirstActivity:
		return []int64{-activity, -id}
	case inbox.OrderNewest:
		return []int64{id}
	case inbox.OrderOldest:
		return []int64{-id}
	case inbox.OrderLongestWaiting, inbox.OrderShortestWaiting:
		if v.WaitingSince == nil {
			return rest
		}
		if order == inbox.OrderShortestWaiting {
			return []int64{0, -int64(*v.WaitingSince), id}
		}
		return []int64{0, int64(*v.WaitingSince), -id}
	case inbox.OrderQueue, inbox.OrderQueueEnd:
		if v.QueueKey == nil {
			return rest
		}
		if order == inbox.OrderQueueEnd {
			return []int64{0, -int64(*v.QueueKey), id}
		}
		return []int64{0, int64(*v.QueueKey), -id}
	case inbox.OrderPriority, inbox.OrderLowPriority:
		if v.Status == inbox.Closed {
			return rest
		}
		if order == inbox.OrderLowPriority {
			return []int64{0, -ranks[v.Priority], activity, id}
		}
		return []int64{0, ranks[v.Priority], activity, id}
	default:
		return []int64{activity, id}
	}
}

func TestEveryPageIsThePartOfTheWholeListThatItIsAskedFor(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	db := mixedConversations(t, random, 80)
	view, err := db.BeginView(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	all, err := conversationRows.all(&view.Reader, `FROM conversations v`)
	if err != nil {
		t.Fatal(err)
	}
	filters := map[string]struct {
		ConversationFilter
		passes func(*inbox.Conversation) bool
	}{
		"all":        {ConversationFilter{}, func(*inbox.Conversation) bool { return true }},
		"open":       {ConversationFilter{Status: new(inbox.Open)}, func(v *inbox.Conversation) bool { return v.Status == inbox.Open }},
		"closed":     {ConversationFilter{Status: new(inbox.Closed)}, func(v *inbox.Conversation) bool { return v.Status == inbox.Closed }},
		"team":       {ConversationFilter{TeamIDs: []inbox.TeamID{1, 2}}, func(v *inbox.Conversation) bool { return v.TeamID != nil }},
		"assignee":   {ConversationFilter{AssigneeIDs: []inbox.AgentID{1}}, func(v *inbox.Conversation) bool { return v.AssigneeID != nil && *v.AssigneeID == 1 }},
		"not mine":   {ConversationFilter{Mine: &Mine{Agent: 1}}, func(v *inbox.Conversation) bool { return v.AssigneeID == nil || *v.AssigneeID != 1 }},
		"unassigned": {ConversationFilter{Unassigned: new(true)}, func(v *inbox.Conversation) bool { return v.AssigneeID == nil }},
		"waiting":    {ConversationFilter{Waiting: new(true)}, func(v *inbox.Conversation) bool { return v.WaitingSince != nil }},
		"queued":     {ConversationFilter{Queued: new(true)}, func(v *inbox.Conversation) bool { return v.QueueKey != nil }},
		"contacts":   {ConversationFilter{ContactIDs: []inbox.ContactID{1, 2}}, func(v *inbox.Conversation) bool { return v.ContactID <= 2 }},
		"priorities": {ConversationFilter{Priorities: []inbox.Priority{inbox.PriorityNormal, inbox.PriorityUrgent}},
			func(v *inbox.Conversation) bool {
				return v.Priority == inbox.PriorityNormal || v.Priority == inbox.PriorityUrgent
			}},
	}
	for _, access := range []inbox.Access{inbox.SeesAll(), {Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1}}, {Visibility: inbox.VisibilityAssigned, Agent: 1}} {
		for name, f := range filters {
			for _, order := range orders() {
				want := slices.DeleteFunc(slices.Clone(all), func(v *inbox.Conversation) bool { return !f.passes(v) || !access.Sees(v.Scope()) })
				slices.SortFunc(want, func(a, b *inbox.Conversation) int { return slices.Compare(key(order, a), key(order, b)) })
				list := pagedList{&view.Reader, access, f.ConversationFilter, order, want, random}
				if err := list.check(); err != nil {
					t.Errorf("%s, %s, %s: %v", access.Visibility, name, order, err)
				}
			}
		}
	}
}

// pagedList is a list with what it is to be.
type pagedList struct {
	*Reader
	access inbox.Access
	filter ConversationFilter
	order  inbox.ConversationOrder
	want   []*inbox.Conversation
	random *rand.Rand
}

// check reads the list in one page, and then pages between any two places, from both ends.
func (l pagedList) check() error {
	whole, err := l.ConversationList(l.access, l.filter, l.order, ListRange{Limit: len(l.want) + 1})
	if err != nil {
		return err
	}
	if got := numbersOf(whole.Conversations); !slices.Equal(got, numbersOf(l.want)) || whole.More != nil {
		return fmt.Errorf("the list is %v, want %v", got, numbersOf(l.want))
	}
	for range 30 {
		from, to := l.random.IntN(len(l.want)+1)-1, l.random.IntN(len(l.want)+1)
		part := ListRange{Limit: 1 + l.random.IntN(12), Last: l.random.IntN(2) == 0}
		if from >= 0 {
			part.After = &whole.Places[from]
		}
		if to < len(l.want) {
			part.Before = &whole.Places[to]
		}
		between := l.want[from+1 : max(to, from+1)]
		want, more := between[:min(part.Limit, len(between))], len(between) > part.Limit
		if part.Last {
			want = between[max(0, len(between)-part.Limit):]
		}
		got, err := l.ConversationList(l.access, l.filter, l.order, part)
		if err != nil {
			return err
		}
		if !slices.Equal(numbersOf(got.Conversations), numbersOf(want)) || more != (got.More != nil) {
			return fmt.Errorf("after %d before %d, %d (last: %t): got %v, more: %t; want %v, more: %t", from, to, part.Limit, part.Last,
				numbersOf(got.Conversations), got.More != nil, numbersOf(want), more)
		}
		if more && *got.More != got.Places[map[bool]int{false: len(got.Places) - 1}[part.Last]] {
			return fmt.Errorf("the list goes on at %v, the page has %v", *got.More, got.Places)
		}
	}
	return nil
}

func numbersOf(conversations []*inbox.Conversation) []int64 {
	numbers := make([]int64, len(conversations))
	for i, v := range conversations {
		numbers[i] = v.Number
	}
	return numbers
}

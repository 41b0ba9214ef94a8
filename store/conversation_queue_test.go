package store

import (
	"slices"
	"testing"

	"foyer/inbox"
)

// queues fills a database with 300 open conversations of two teams and none. Those with an even number are queued, in
// another order than that of their ids. It returns the queued ones in the order of the queues.
func queues(t *testing.T) (*DB, []*inbox.Conversation) {
	t.Helper()
	db := openTest(t)
	queued, err := Update(t.Context(), db, func(tx *Tx) ([]*inbox.Conversation, error) {
		for _, sql := range []string{
			`INSERT INTO teams (id, name, name_key, strategy, online_only, created_at) VALUES (1, 'a', 'a', 'MANUAL', 0, 0), (2, 'b', 'b', 'MANUAL', 0, 0)`,
			`INSERT INTO contacts (id, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i, 0 FROM n`,
			`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, team_id, opened_at, last_activity_at, queued_at, queue_key)
				SELECT id, id, 'OPEN', 'CONTACT', 'CONTACT', id, 'NORMAL', id, CASE id % 3 WHEN 0 THEN 1 WHEN 1 THEN 2 END, 0, id,
					CASE WHEN id % 2 = 0 THEN 1000 END, CASE WHEN id % 2 = 0 THEN id * 37 % 100 END FROM contacts`,
		} {
			if _, err := tx.exec(sql); err != nil {
				return nil, err
			}
		}
		return conversationRows.all(&tx.Reader, `FROM conversations v WHERE v.queue_key IS NOT NULL ORDER BY v.queue_key, v.id`)
	})
	if err != nil {
		t.Fatal(err)
	}
	return db, queued
}

// listed returns what a list has in all its pages, and its count.
func listed(t *testing.T, db *DB, access inbox.Access, f ConversationFilter, order inbox.ConversationOrder, size int) (ids []inbox.ConversationID, count int) {
	t.Helper()
	_, err := View(t.Context(), db, func(r *ReadTx) (_ struct{}, err error) {
		for page := new(ConversationPage); ; {
			if page, err = r.ConversationList(access, f, order, ListRange{After: page.More, Limit: size}); err != nil {
				return struct{}{}, err
			}
			for _, v := range page.Conversations {
				ids = append(ids, v.ID)
			}
			if page.More == nil {
				break
			}
		}
		count, err = r.ConversationCount(access, f, scanLimit+1)
		return struct{}{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids, count
}

func TestQueuedConversationsAreListedInTheOrderOfTheQueuesThatTheViewerSees(t *testing.T) {
	t.Parallel()
	db, queued := queues(t)
	for name, access := range map[string]inbox.Access{
		"all":              inbox.SeesAll(),
		"one team":         {Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1}},
		"two teams":        {Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1, 2}},
		"no team":          {Visibility: inbox.VisibilityTeam, Agent: 1},
		"what is assigned": {Visibility: inbox.VisibilityAssigned, Agent: 1},
	} {
		for narrowed, f := range map[string]ConversationFilter{"": {}, " of a team": {TeamIDs: []inbox.TeamID{1}}, " without a priority": {Priorities: []inbox.Priority{inbox.PriorityHigh}},
			" that are assigned": {Unassigned: new(false)}, " of an agent": {AssigneeIDs: []inbox.AgentID{1}}, " that are closed": {Status: new(inbox.Closed)}} {
			f.Queued = new(true)
			var want []inbox.ConversationID
			for _, v := range queued {
				if access.Sees(v.Scope()) && (narrowed == "" || narrowed == " of a team" && v.Scope().Team == 1) {
					want = append(want, v.ID)
				}
			}
			for _, size := range []int{7, 1000} {
				if got, n := listed(t, db, access, f, inbox.OrderQueue, size); !slices.Equal(got, want) || n != len(want) {
					t.Errorf("%s%s, pages of %d: got %v (%d), want %v", name, narrowed, size, got, n, want)
				}
			}
			byActivity, _ := listed(t, db, access, f, inbox.OrderLastActivity, 100)
			slices.Sort(want)
			slices.Reverse(want)
			if !slices.Equal(byActivity, want) {
				t.Errorf("%s%s, by activity: got %v, want %v", name, narrowed, byActivity, want)
			}
		}
	}
}

func TestWhatIsNotQueuedComesLastInTheOrderOfQueues(t *testing.T) {
	t.Parallel()
	db, queued := queues(t)
	want := make([]inbox.ConversationID, 0, 300)
	for _, v := range queued {
		want = append(want, v.ID)
	}
	for id := inbox.ConversationID(299); id > 0; id -= 2 { // the latest activity first
		want = append(want, id)
	}
	if got, n := listed(t, db, inbox.SeesAll(), ConversationFilter{}, inbox.OrderQueue, 40); !slices.Equal(got, want) || n != 300 {
		t.Errorf("got %v (%d), want %v", got, n, want)
	}
	if got, n := listed(t, db, inbox.SeesAll(), ConversationFilter{Queued: new(false)}, inbox.OrderQueue, 40); !slices.Equal(got, want[150:]) || n != 150 {
		t.Errorf("not queued: got %v (%d), want %v", got, n, want[150:])
	}
}

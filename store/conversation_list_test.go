package store

import (
	"slices"
	"testing"

	"foyer/inbox"
)

// manyConversations fills a database with 25,000 open conversations of team 1, team 2 and no team. Every hundredth has
// the priority HIGH, except in team 2, of which only the very oldest has it. It returns those with that priority, by
// their last activity.
func manyConversations(t *testing.T) (*DB, []inbox.ConversationID) {
	t.Helper()
	db := openTest(t)
	var high []inbox.ConversationID
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		for _, sql := range []string{
			`INSERT INTO teams (id, name, name_key, strategy, online_only, created_at) VALUES (1, 'a', 'a', 'MANUAL', 0, 0), (2, 'b', 'b', 'MANUAL', 0, 0)`,
			`INSERT INTO contacts (id, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) SELECT i, 0 FROM n`,
			`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, team_id, opened_at, last_activity_at, waiting_since)
				SELECT id, id, 'OPEN', 'CONTACT', 'CONTACT', id,
					CASE WHEN id = 1 OR id % 100 = 0 AND id % 3 <> 1 THEN 'HIGH' ELSE 'NORMAL' END, id,
					CASE id % 3 WHEN 0 THEN 1 WHEN 1 THEN 2 END, 0, id, CASE WHEN id % 2 = 0 THEN id END FROM contacts`,
		} {
			if _, err := tx.exec(sql); err != nil {
				return struct{}{}, err
			}
		}
		var err error
		high, err = query(&tx.Reader, scanValue[inbox.ConversationID],
			`SELECT id FROM conversations WHERE priority = 'HIGH' ORDER BY last_activity_at DESC`)
		return struct{}{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return db, high
}

func TestShortPagesTogetherAreTheWholeListInItsOrder(t *testing.T) {
	t.Parallel()
	db, high := manyConversations(t)
	inTeams := inbox.Access{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1, 2}}
	for name, access := range map[string]inbox.Access{"ALL": inbox.SeesAll(), "TEAM": inTeams} {
		for _, order := range []inbox.ConversationOrder{inbox.OrderLastActivity, inbox.OrderNewest} {
			for _, size := range []int{7, 100} {
				view, err := db.BeginView(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				var got []inbox.ConversationID
				var after *ListPlace
				for {
					page, err := view.ConversationList(access, ConversationFilter{Priorities: []inbox.Priority{inbox.PriorityHigh}}, order, ListRange{After: after, Limit: size})
					if err != nil {
						t.Fatal(err)
					}
					for _, v := range page.Conversations {
						got = append(got, v.ID)
					}
					if after = page.More; after == nil {
						break
					}
				}
				view.Close()
				if !slices.Equal(got, high) {
					t.Errorf("%s, %s, pages of %d: %d conversations, want these %d", name, order, size, len(got), len(high))
				}
			}
		}
	}
}

func TestShortPagesFromTheEndAreTheWholeListToo(t *testing.T) {
	t.Parallel()
	db, high := manyConversations(t)
	view, err := db.BeginView(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	filter := ConversationFilter{Priorities: []inbox.Priority{inbox.PriorityHigh}}
	for _, order := range []inbox.ConversationOrder{inbox.OrderLastActivity, inbox.OrderLowPriority} {
		var got []inbox.ConversationID
		for before, page := (*ListPlace)(nil), (*ConversationPage)(nil); page == nil || before != nil; before = page.More {
			if page, err = view.ConversationList(inbox.SeesAll(), filter, order, ListRange{Before: before, Limit: 7, Last: true}); err != nil {
				t.Fatal(err)
			}
			ids := make([]inbox.ConversationID, len(page.Conversations))
			for i, v := range page.Conversations {
				ids[i] = v.ID
			}
			got = slices.Concat(ids, got)
		}
		if !slices.Equal(got, high) {
			t.Errorf("%s: %d conversations, want these %d", order, len(got), len(high))
		}
	}
}

func TestACountThatWouldLookAtTooMuchIsBeyondItsLimit(t *testing.T) {
	t.Parallel()
	db, _ := manyConversations(t)
	count := func(f ConversationFilter) int {
		t.Helper()
		n, err := View(t.Context(), db, func(r *ReadTx) (int, error) { return r.ConversationCount(inbox.SeesAll(), f, scanLimit+1) })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := count(ConversationFilter{Priorities: []inbox.Priority{inbox.PriorityHigh}}); n != scanLimit+1 {
		t.Errorf("%d with a priority, which no index knows", n)
	}
	if n := count(ConversationFilter{TeamIDs: []inbox.TeamID{1}}); n != 8333 {
		t.Errorf("%d of a team, want 8333", n)
	}
	if n := count(ConversationFilter{TeamIDs: []inbox.TeamID{1}, Priorities: []inbox.Priority{inbox.PriorityHigh}}); n != 83 {
		t.Errorf("%d of a team with a priority, want 83", n)
	}
	if n := count(ConversationFilter{}); n != scanLimit+1 {
		t.Errorf("%d in all", n)
	}
}

func TestATallyCountsWhatItLooksAtAndSaysWhetherThatWasAll(t *testing.T) {
	t.Parallel()
	db, high := manyConversations(t)
	looked := 0 // of those with the priority, among the newest that are looked at
	for _, id := range high {
		if id > 25_000-scanLimit {
			looked++
		}
	}
	for _, c := range []struct {
		filter ConversationFilter
		n      int
		exact  bool
	}{
		{ConversationFilter{}, scanLimit, false},
		{ConversationFilter{TeamIDs: []inbox.TeamID{1}}, 8333, true},
		{ConversationFilter{TeamIDs: []inbox.TeamID{1}, Priorities: []inbox.Priority{inbox.PriorityHigh}}, 83, true},
		{ConversationFilter{Priorities: []inbox.Priority{inbox.PriorityHigh}}, looked, false},
		{ConversationFilter{TeamIDs: []inbox.TeamID{}}, 0, true},
	} {
		_, err := View(t.Context(), db, func(r *ReadTx) (struct{}, error) {
			n, exact, err := r.ConversationTally(inbox.SeesAll(), c.filter, scanLimit)
			if n != c.n || exact != c.exact {
				t.Errorf("%+v: %d, exact: %t; want %d, %t", c.filter, n, exact, c.n, c.exact)
			}
			return struct{}{}, err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestViewersShareACountOnlyIfItIsTheSameForThem(t *testing.T) {
	t.Parallel()
	open, unread := ConversationFilter{Status: new(inbox.Open)}, ConversationFilter{Unread: new(true)}
	all := func(agent inbox.AgentID) inbox.Access {
		return inbox.Access{Visibility: inbox.VisibilityAll, Agent: agent}
	}
	team := func(agent inbox.AgentID, teams ...inbox.TeamID) inbox.Access {
		return inbox.Access{Visibility: inbox.VisibilityTeam, Agent: agent, Teams: teams}
	}
	for _, c := range []struct {
		name   string
		f, g   ConversationFilter
		a, b   inbox.Access
		shared bool
	}{
		{"who see everything", open, open, all(1), all(2), true},
		{"with filters of equal parts", open, ConversationFilter{Status: new(inbox.Open)}, all(1), all(1), true},
		{"with other filters", open, ConversationFilter{Status: new(inbox.Closed)}, all(1), all(1), false},
		{"one who names none and one who names no team", ConversationFilter{}, ConversationFilter{TeamIDs: []inbox.TeamID{}}, all(1), all(1), false},
		{"who ask for what is new to them", unread, unread, all(1), all(2), false},
		{"of the same teams, since each sees their own too", open, open, team(1, 1, 2), team(2, 1, 2), false},
		{"one agent, whose teams are read in another order", open, open, team(1, 1, 2), team(1, 2, 1), true},
	} {
		first, err := c.f.CountKey(c.a)
		if err != nil {
			t.Fatal(err)
		}
		second, err := c.g.CountKey(c.b)
		if err != nil {
			t.Fatal(err)
		}
		if (first == second) != c.shared {
			t.Errorf("viewers %s: %s and %s", c.name, first, second)
		}
	}
}

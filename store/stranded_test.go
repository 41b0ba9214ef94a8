package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

// strandSome queues all conversations of manyConversations except those with the priority HIGH, and gives the newest of
// these an active run. It returns that one and the others, which are stranded, by their last activity.
func strandSome(t *testing.T) (db *DB, cared inbox.ConversationID, others []inbox.ConversationID) {
	t.Helper()
	db, high := manyConversations(t)
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		for _, sql := range []string{
			`UPDATE conversations SET queued_at = 1, queue_key = 1, waits_since = 1 WHERE priority = 'NORMAL'`,
			`INSERT INTO workflows (id, name, name_key, status, version, definition, created_at, updated_at)
				VALUES (1, 'w', 'w', 'DRAFT', 0, '{}', 0, 0)`,
			`INSERT INTO workflow_versions (id, workflow_id, version, definition, names, published_at) VALUES (1, 1, 1, '{}', '{}', 0)`,
			fmt.Sprintf(`INSERT INTO workflow_runs (workflow_id, version_id, version, status, contact_id, conversation_id, state, variables, steps, started_at, ended_at)
				VALUES (1, 1, 1, 'WAITING', %[1]d, %[1]d, '{}', '{}', '[]', 0, NULL), (1, 1, 1, 'FAILED', %[2]d, %[2]d, '{}', '{}', '[]', 0, 1)`, high[0], high[1]),
			`INSERT INTO inbox_counts (team_id, agent_id, open, snoozed, queued)
				SELECT COALESCE(team_id, 0), 0, COUNT(*), 0, COUNT(queued_at) FROM conversations GROUP BY team_id`,
		} {
			if _, err := tx.exec(sql); err != nil {
				return struct{}{}, fmt.Errorf("%s: %w", sql, err)
			}
		}
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db, high[0], high[1:]
}

func TestStrandedConversationsAreListedAndCounted(t *testing.T) {
	t.Parallel()
	db, cared, want := strandSome(t)
	view, err := db.BeginView(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	ofTeam := inbox.Access{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1}}
	team := map[inbox.ConversationID]bool{}
	for _, id := range want {
		team[id] = id%3 != 1 // those of the other team are hidden
	}
	for name, test := range map[string]struct {
		access inbox.Access
		filter ConversationFilter
		want   []inbox.ConversationID
	}{
		"all":          {inbox.SeesAll(), ConversationFilter{Stranded: new(true)}, want},
		"of a team":    {ofTeam, ConversationFilter{Stranded: new(true)}, slices.DeleteFunc(slices.Clone(want), func(id inbox.ConversationID) bool { return !team[id] })},
		"of nobody's":  {inbox.Access{Visibility: inbox.VisibilityAssigned, Agent: 1}, ConversationFilter{Stranded: new(true)}, nil},
		"closed":       {inbox.SeesAll(), ConversationFilter{Stranded: new(true), Status: new(inbox.Closed)}, nil},
		"assigned":     {inbox.SeesAll(), ConversationFilter{Stranded: new(true), Unassigned: new(false)}, nil},
		"not, of HIGH": {inbox.SeesAll(), ConversationFilter{Stranded: new(false), Priorities: []inbox.Priority{inbox.PriorityHigh}}, []inbox.ConversationID{cared}},
	} {
		var got []inbox.ConversationID
		for after, first := (*ListPlace)(nil), true; first || after != nil; first = false {
			page, err := view.ConversationList(test.access, test.filter, inbox.OrderLastActivity, ListRange{After: after, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range page.Conversations {
				got = append(got, v.ID)
			}
			after = page.More
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %d conversations, want %d", name, len(got), len(test.want))
		}
	}
	if n, err := view.StrandedCount(); err != nil || n != len(want) {
		t.Errorf("%d are counted (%v), want %d", n, err, len(want))
	}
}

func TestListsOfStrandedConversationsLookOnlyAtWhatNobodyHas(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	f := ConversationFilter{Stranded: new(true)}.implied()
	for _, visibility := range []inbox.Visibility{inbox.VisibilityAll, inbox.VisibilityTeam} {
		for _, order := range orders() {
			for _, s := range f.walks(order) {
				lines := plan(t, db, inbox.Access{Visibility: visibility, Agent: 1, Teams: []inbox.TeamID{1}}, f, s, nil)
				read := 0
				for _, line := range lines {
					switch {
					case strings.Contains(line, "INTEGER PRIMARY KEY"): // of what the walk has found
					case strings.Contains(line, "B-TREE"): // which sorts no more than the walk looks at
					case strings.Contains(line, "INDEX conversations_") && strings.Contains(line, "assignee_id=?"):
						read++
					default:
						t.Errorf("%s, %s: %s", visibility, order, line)
					}
				}
				if read == 0 {
					t.Errorf("%s, %s: nothing is read: %v", visibility, order, lines)
				}
			}
		}
	}
}

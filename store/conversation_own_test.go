package store

import (
	"slices"
	"testing"

	"foyer/inbox"
)

func TestAnAgentsOwnConversationsAreListedOnceWhateverTheirTeam(t *testing.T) {
	t.Parallel()
	db, _ := manyConversations(t)
	want, err := Update(t.Context(), db, func(tx *Tx) ([]inbox.ConversationID, error) {
		for _, sql := range []string{
			`INSERT INTO agents (id, name, email, email_key, password_hash, role, visibility, presence, last_activity_at, created_at)
				VALUES (7, 'a', 'a', 'a', '', 'AGENT', 'TEAM', 'ONLINE', 0, 0), (8, 'b', 'b', 'b', '', 'AGENT', 'TEAM', 'ONLINE', 0, 0)`,
			`UPDATE conversations SET assignee_id = CASE id % 4 WHEN 0 THEN 7 WHEN 1 THEN 8 END WHERE id <= 1000`,
			`DELETE FROM conversations WHERE id > 1000`,
		} {
			if _, err := tx.exec(sql); err != nil {
				return nil, err
			}
		}
		return query(&tx.Reader, scanValue[inbox.ConversationID], `SELECT id FROM conversations
			WHERE team_id = 1 OR assignee_id = 7 OR (team_id IS NULL AND assignee_id IS NULL) ORDER BY id`)
	})
	if err != nil {
		t.Fatal(err)
	}
	access := inbox.Access{Visibility: inbox.VisibilityTeam, Agent: 7, Teams: []inbox.TeamID{1}}
	for _, order := range orders() {
		got := wholeList(t, db, access, order)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d conversations, want these %d", order, len(got), len(want))
		}
	}
	n, err := View(t.Context(), db, func(r *ReadTx) (int, error) {
		return r.ConversationCount(access, ConversationFilter{}, scanLimit)
	})
	if n != len(want) || err != nil {
		t.Errorf("%d are counted, want %d: %v", n, len(want), err)
	}
}

// wholeList pages through everything visible.
func wholeList(t *testing.T, db *DB, access inbox.Access, order inbox.ConversationOrder) []inbox.ConversationID {
	t.Helper()
	list, err := View(t.Context(), db, func(r *ReadTx) (list []inbox.ConversationID, err error) {
		for more := (*ListPlace)(nil); ; {
			page, err := r.ConversationList(access, ConversationFilter{}, order, ListRange{After: more, Limit: 50})
			if err != nil {
				return nil, err
			}
			for _, v := range page.Conversations {
				list = append(list, v.ID)
			}
			if more = page.More; more == nil {
				return list, nil
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

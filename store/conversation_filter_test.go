package store

import (
	"reflect"
	"slices"
	"testing"

	"foyer/inbox"
)

// Each field of the filter is tried alone, on conversations beyond the first page. Every new field needs a line in
// fields.
func TestEachFilterFindsWhatLiesBeyondTheFirstPage(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	fields := map[string]struct {
		filter ConversationFilter
		set    string // what an UPDATE sets so that conversations match; empty if another line already sets it
		where  string // the conversations that the filter must find
	}{
		"Status":      {ConversationFilter{Status: new(inbox.Closed)}, `status = 'CLOSED', closed_at = 1, closed_source = 'API', queued_at = NULL, queue_key = NULL`, `status = 'CLOSED'`},
		"TeamIDs":     {ConversationFilter{TeamIDs: []inbox.TeamID{1}}, `team_id = 1`, `team_id = 1`},
		"AssigneeIDs": {ConversationFilter{AssigneeIDs: []inbox.AgentID{1}}, `assignee_id = 1, queued_at = NULL, queue_key = NULL`, `assignee_id = 1`},
		"Mine":        {ConversationFilter{Mine: &Mine{Agent: 1, Is: true}}, ``, `assignee_id = 1`},
		"Unassigned":  {ConversationFilter{Unassigned: new(false)}, ``, `assignee_id IS NOT NULL`},
		"Snoozed":     {ConversationFilter{Snoozed: new(true)}, `snoozed_until = 1, queued_at = NULL, queue_key = NULL`, `snoozed_until IS NOT NULL`},
		"Waiting":     {ConversationFilter{Waiting: new(true)}, `waiting_since = 1`, `waiting_since IS NOT NULL`},
		"Stranded":    {ConversationFilter{Stranded: new(true)}, `queued_at = NULL, queue_key = NULL, summary = 'stranded'`, `summary = 'stranded'`},
		"Queued":      {ConversationFilter{Queued: new(false)}, ``, `queue_key IS NULL`},
		"Unread":      {ConversationFilter{Unread: new(true)}, ``, `id IN (SELECT conversation_id FROM messages)`},
		"Mentions":    {ConversationFilter{Mentions: new(true)}, ``, `id IN (SELECT conversation_id FROM notes)`},
		"ContactIDs":  {ConversationFilter{ContactIDs: []inbox.ContactID{8, 88}}, ``, `contact_id IN (8, 88)`},
		"ChannelIDs":  {ConversationFilter{ChannelIDs: []inbox.ChannelID{1}}, `channel_id = 1`, `channel_id = 1`},
		"Priorities":  {ConversationFilter{Priorities: []inbox.Priority{inbox.PriorityHigh}}, `priority = 'HIGH'`, `priority = 'HIGH'`},
		"Search":      {ConversationFilter{Search: "needle"}, ``, `contact_id IN (SELECT contact_id FROM search WHERE search MATCH 'needle')`},
	}
	const all, oldest = scanLimit + 1_000, 990 // only the oldest match anything
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		statements := []string{
			`INSERT INTO teams (id, name, name_key, strategy, online_only, created_at) VALUES (1, 'a', 'a', 'MANUAL', 0, 0)`,
			`INSERT INTO agents (id, name, email, email_key, password_hash, role, visibility, presence, last_activity_at, created_at)
				VALUES (1, 'a', 'a', 'a', '', 'AGENT', 'ALL', 'ONLINE', 0, 0), (2, 'b', 'b', 'b', '', 'AGENT', 'ALL', 'ONLINE', 0, 0)`,
			`INSERT INTO channels (id, name, name_key, kind, grace_after_close, created_at) VALUES (1, 'a', 'a', 'API', 0, 0)`,
			`INSERT INTO contacts (id, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i, 0 FROM n`,
			`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, opened_at, last_activity_at, queued_at, queue_key)
				SELECT id, id, 'OPEN', 'CONTACT', 'CONTACT', id, 'NORMAL', id, 0, id, 1, 1 FROM contacts WHERE id <= ?`,
			`INSERT INTO search (docid, text, contact_id) SELECT id * 4 + 2, 'needle', id FROM contacts WHERE id % 23 = 22 AND id <= ?`,
			`INSERT INTO messages (conversation_id, contact_id, channel_id, direction, author_kind, author_id, status, created_at)
				SELECT id, id, 1, 'INBOUND', 'CONTACT', id, 'RECEIVED', 0 FROM contacts WHERE id % 23 = ? AND id <= ?`,
			`INSERT INTO seen (conversation_id, agent_id, message_id, note_id) SELECT id, 1, 0, id FROM contacts WHERE id < ?`,
			`INSERT INTO notes (id, conversation_id, author_kind, author_id, text, created_at)
				SELECT id, id, 'SYSTEM', 0, '', 0 FROM contacts WHERE id % 23 = ? AND id <= ?`,
			`INSERT INTO mentions (agent_id, conversation_id, note_id) SELECT 1, id, id FROM notes UNION SELECT 2, conversation_id, id FROM notes WHERE id < ?`,
		}
		arguments := [][]any{{}, {}, {}, {all}, {all}, {oldest}, {position(t, "Unread"), oldest}, {oldest}, {position(t, "Mentions"), oldest}, {oldest}}
		for name, field := range fields {
			if field.set != "" {
				statements = append(statements, `UPDATE conversations SET `+field.set+` WHERE id % 23 = ? AND id <= ?`)
				arguments = append(arguments, []any{position(t, name), oldest})
			}
		}
		for i, sql := range statements {
			if _, err := tx.exec(sql, arguments[i]...); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
		return struct{}{}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for field := range reflect.TypeFor[ConversationFilter]().Fields() {
		t.Run(field.Name, func(t *testing.T) {
			tried, ok := fields[field.Name]
			if !ok {
				t.Fatal("this field is not tried")
			}
			for i, value := range reflect.ValueOf(tried.filter).Fields() {
				if value.IsZero() == (i.Name == field.Name) {
					t.Errorf("%s must be the only field of the filter that is set", field.Name)
				}
			}
			view, err := db.BeginView(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer view.Close()
			want, err := query(&view.Reader, scanValue[inbox.ConversationID], `SELECT id FROM conversations WHERE `+tried.where+` ORDER BY id DESC`)
			if err != nil || len(want) == 0 || want[0] > all-scanLimit {
				t.Fatalf("%d conversations are to be found, the newest of them beyond one page: %v", len(want), err)
			}
			for _, order := range orders() {
				var got []inbox.ConversationID
				for after, page := (*ListPlace)(nil), (*ConversationPage)(nil); page == nil || after != nil; after = page.More {
					if page, err = view.ConversationList(inbox.Access{Visibility: inbox.VisibilityAll, Agent: 1}, tried.filter, order, ListRange{After: after, Limit: 7}); err != nil {
						t.Fatal(err)
					}
					for _, v := range page.Conversations {
						got = append(got, v.ID)
					}
				}
				slices.Sort(got)
				slices.Reverse(got) // the order itself is another test's
				if !slices.Equal(got, want) {
					t.Errorf("%s: %d conversations, want these %d", order, len(got), len(want))
				}
			}
		})
	}
}

// position returns the position of a field in the filter.
func position(t *testing.T, name string) int {
	t.Helper()
	field, ok := reflect.TypeFor[ConversationFilter]().FieldByName(name)
	if !ok {
		t.Fatalf("the filter has no field %s", name)
	}
	return field.Index[0]
}

package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/inbox"
)

// manyRuns fills a database with 25,000 runs of workflows 1 and 2. Those of odd contacts are in a conversation, and every
// hundredth has failed. Run, contact and start have the same number.
func manyRuns(t *testing.T) *DB {
	t.Helper()
	db := openTest(t)
	_, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		for _, sql := range []string{
			`INSERT INTO teams (id, name, name_key, strategy, online_only, created_at) VALUES (1, 'a', 'a', 'MANUAL', 0, 0)`,
			`INSERT INTO contacts (id, created_at) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000) SELECT i, 0 FROM n`,
			`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id, team_id, opened_at, last_activity_at)
				SELECT id, id, 'OPEN', 'CONTACT', 'CONTACT', id, 'NORMAL', id, CASE WHEN id % 5 = 0 THEN 1 END, 0, id FROM contacts`,
			`INSERT INTO workflows (id, name, name_key, status, version, definition, created_at, updated_at)
				VALUES (1, 'v', 'v', 'DRAFT', 0, '{}', 0, 0), (2, 'w', 'w', 'DRAFT', 0, '{}', 0, 0)`,
			`INSERT INTO workflow_versions (id, workflow_id, version, definition, names, published_at) VALUES (1, 1, 1, '{}', '{}', 0), (2, 2, 1, '{}', '{}', 0)`,
			`INSERT INTO workflow_runs (id, workflow_id, version_id, version, status, contact_id, conversation_id, state, variables, steps, started_at, ended_at)
				SELECT id, 1 + id / 10 % 2, 1 + id / 10 % 2, 1, CASE WHEN id % 100 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, id, CASE WHEN id % 2 = 1 THEN id END,
					'{}', '{}', '[]', id, id FROM contacts`,
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
	return db
}

func TestRunsAreFoundAcrossWorkflows(t *testing.T) {
	t.Parallel()
	db := manyRuns(t)
	failed, completed := new(inbox.RunFailed), new(inbox.RunCompleted)
	ofTeam := inbox.Access{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1}}
	for name, test := range map[string]struct {
		access inbox.Access
		filter RunFilter
		passes func(n int) bool
	}{
		"all":                         {inbox.SeesAll(), RunFilter{}, func(int) bool { return true }},
		"failed":                      {inbox.SeesAll(), RunFilter{Status: failed}, func(n int) bool { return n%100 == 0 }},
		"failed of a workflow":        {inbox.SeesAll(), RunFilter{Status: failed, WorkflowIDs: []inbox.WorkflowID{1}}, func(n int) bool { return n%100 == 0 && n/10%2 == 0 }},
		"failed in time":              {inbox.SeesAll(), RunFilter{Status: failed, StartedAfter: new(inbox.Time(300)), StartedBefore: new(inbox.Time(500))}, func(n int) bool { return n == 300 || n == 400 }},
		"long ago":                    {inbox.SeesAll(), RunFilter{StartedBefore: new(inbox.Time(12))}, func(n int) bool { return n < 12 }},
		"of two workflows":            {inbox.SeesAll(), RunFilter{WorkflowIDs: []inbox.WorkflowID{2, 1}}, func(int) bool { return true }},
		"of no workflow":              {inbox.SeesAll(), RunFilter{WorkflowIDs: []inbox.WorkflowID{}}, func(int) bool { return false }},
		"completed, of a workflow":    {inbox.SeesAll(), RunFilter{WorkflowIDs: []inbox.WorkflowID{2}, Status: completed}, func(n int) bool { return n/10%2 == 1 && n%100 != 0 }},
		"in a conversation":           {inbox.SeesAll(), RunFilter{ConversationID: new(inbox.ConversationID(7))}, func(n int) bool { return n == 7 }},
		"of a contact":                {inbox.SeesAll(), RunFilter{ContactID: new(inbox.ContactID(7))}, func(n int) bool { return n == 7 }},
		"of a contact, in none":       {inbox.SeesAll(), RunFilter{ContactID: new(inbox.ContactID(200))}, func(n int) bool { return n == 200 }},
		"failed, of a contact":        {inbox.SeesAll(), RunFilter{ContactID: new(inbox.ContactID(200)), Status: failed}, func(n int) bool { return n == 200 }},
		"of a contact, elsewhere":     {inbox.SeesAll(), RunFilter{ContactID: new(inbox.ContactID(8)), ConversationID: new(inbox.ConversationID(7))}, func(int) bool { return false }},
		"of a contact, by another":    {inbox.SeesAll(), RunFilter{ContactID: new(inbox.ContactID(7)), WorkflowIDs: []inbox.WorkflowID{2}}, func(int) bool { return false }},
		"failed in access":            {ofTeam, RunFilter{Status: failed}, func(n int) bool { return n%100 == 0 }}, // all of these are the team's, or nobody's
		"in access":                   {inbox.Access{Visibility: inbox.VisibilityAssigned, Agent: 1}, RunFilter{}, func(int) bool { return false }},
		"waiting, which none of them": {inbox.SeesAll(), RunFilter{Status: new(inbox.RunWaiting)}, func(int) bool { return false }},
	} {
		t.Run(name, func(t *testing.T) {
			var want, got []inbox.WorkflowRunID
			for n := 25000; n > 0; n-- {
				if test.passes(n) {
					want = append(want, inbox.WorkflowRunID(n))
				}
			}
			for before, first := inbox.WorkflowRunID(0), true; first || before != 0; first = false {
				page, err := View(t.Context(), db, func(r *ReadTx) (*RunPage, error) { return r.RunList(test.access, test.filter, before, 100) })
				if err != nil {
					t.Fatal(err)
				}
				for _, run := range page.Runs {
					got = append(got, run.ID)
				}
				if len(page.Runs) > 100 || page.More != 0 && before != 0 && page.More >= before {
					t.Fatalf("a page of %d that goes on at %d after %d", len(page.Runs), page.More, before)
				}
				before = page.More
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d runs, want %d", len(got), len(want))
			}
		})
	}
}

func TestListsOfRunsWalkOnAnIndex(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	for index, f := range map[string]RunFilter{
		"workflow_runs_failed":       {Status: new(inbox.RunFailed), WorkflowIDs: []inbox.WorkflowID{1}},
		"workflow_runs_workflow":     {WorkflowIDs: []inbox.WorkflowID{1, 2}},
		"workflow_runs_conversation": {ConversationID: new(inbox.ConversationID(1))},
		"workflow_runs_contact":      {ContactID: new(inbox.ContactID(1))},
		"PRIMARY KEY":                {Status: new(inbox.RunWaiting)},
	} {
		sql, args := f.walkSQL(9, 0, 10)
		lines, err := View(t.Context(), db, func(r *ReadTx) ([]string, error) {
			return query(&r.Reader, func(from row) (string, error) {
				var id, parent, unused int64
				var detail string
				return detail, from.Scan(&id, &parent, &unused, &detail)
			}, `EXPLAIN QUERY PLAN `+sql, args...)
		})
		if err != nil {
			t.Fatal(err)
		}
		if whole := regexp.MustCompile(`SCAN i( |$)`); slices.ContainsFunc(lines, func(line string) bool {
			return whole.MatchString(line)
		}) || !strings.Contains(strings.Join(lines, "\n"), index) {
			t.Errorf("%+v: %s", f, strings.Join(lines, "\n"))
		}
	}
}

package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"foyer/inbox"
)

// TestAConversationIsVisibleInSQLAsItIsInGo compares every statement that hides something from somebody with
// inbox.Access.Sees, for every place where a conversation may be.
func TestAConversationIsVisibleInSQLAsItIsInGo(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	scopes := everyScope(t, db)
	for _, access := range []inbox.Access{
		inbox.SeesAll(),
		{Visibility: inbox.VisibilityAssigned, Agent: 1},
		{Visibility: inbox.VisibilityTeam, Agent: 1},
		{Visibility: inbox.VisibilityTeam, Agent: 1, Teams: []inbox.TeamID{1}},
		{Visibility: inbox.VisibilityTeam, Agent: 2, Teams: []inbox.TeamID{1, 2}},
	} {
		t.Run(fmt.Sprint(access), func(t *testing.T) {
			var want []inbox.ConversationID
			contacts := make([]inbox.ContactID, len(scopes))
			for i, scope := range scopes {
				contacts[i] = inbox.ContactID(i + 1)
				if access.Sees(scope) {
					want = append(want, inbox.ConversationID(i+1))
				}
			}
			view, err := db.BeginView(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer view.Close()
			for way, f := range map[string]ConversationFilter{
				"by access": {}, "by contact": {ContactIDs: contacts},
				"by team or none": {Unassigned: new(false)}, "unassigned": {Unassigned: new(true)},
			} {
				page, err := view.ConversationList(access, f, inbox.OrderNewest, ListRange{Limit: len(scopes) + 1})
				if err != nil {
					t.Fatal(err)
				}
				got := make([]inbox.ConversationID, 0, len(scopes))
				for _, v := range slices.Backward(page.Conversations) {
					got = append(got, v.ID)
				}
				expected := slices.DeleteFunc(slices.Clone(want), func(id inbox.ConversationID) bool {
					return f.Unassigned != nil && *f.Unassigned != (scopes[id-1].Assignee == 0)
				})
				if !slices.Equal(got, expected) {
					t.Errorf("listed %s: %v, want %v", way, got, expected)
				}
			}
			runs, err := view.RunList(access, RunFilter{}, 0, 2*len(scopes)+1)
			if err != nil {
				t.Fatal(err)
			}
			if got := len(runs.Runs); got != 2*len(want) {
				t.Errorf("%d runs are listed, want %d", got, 2*len(want))
			}
			counts, err := view.InboxCounts(access, access.Agent)
			if err != nil {
				t.Fatal(err)
			}
			if got := int(counts.Open); got != len(want) {
				t.Errorf("%d are counted, want %d", got, len(want))
			}
		})
	}
}

// everyScope stores an open conversation for every scope that two teams and two agents make, with a run in it and a run of
// its contact in no conversation. The ids are those of the scopes, from 1.
func everyScope(t *testing.T, db *DB) (scopes []inbox.Scope) {
	t.Helper()
	if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
		scopes = nil
		workflow := &inbox.Workflow{Name: "w", Status: inbox.WorkflowDraft, Definition: inbox.JSON(`{}`)}
		if err := tx.InsertWorkflow(workflow, "w"); err != nil {
			return struct{}{}, err
		}
		if _, err := tx.Publish(workflow, "x", `{}`); err != nil {
			return struct{}{}, err
		}
		for id := range 2 {
			if err := staff(tx, &inbox.Team{Name: fmt.Sprint(id), Policy: inbox.AssignmentPolicy{Strategy: inbox.StrategyManual, Sticky: inbox.StickyOff, OutsideHours: inbox.OutsideHoursKeep}}, 0); err != nil {
				return struct{}{}, err
			}
			a := &inbox.Agent{Name: "a", Role: inbox.RoleAgent, Visibility: inbox.VisibilityAll, Presence: inbox.PresenceOnline}
			if err := tx.InsertAgent(a, fmt.Sprint(id), "-"); err != nil {
				return struct{}{}, err
			}
		}
		for team := range inbox.TeamID(3) {
			for assignee := range inbox.AgentID(3) {
				scope := inbox.Scope{Team: team, Assignee: assignee}
				scopes = append(scopes, scope)
				id := len(scopes)
				if err := openIn(tx, id, scope); err != nil {
					return struct{}{}, err
				}
				if err := tx.AddCounts(map[inbox.Scope]Counts{scope: {Open: 1}}); err != nil {
					return struct{}{}, err
				}
			}
		}
		return struct{}{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	return scopes
}

func openIn(tx *Tx, id int, scope inbox.Scope) error {
	_, contact := tx.exec(`INSERT INTO contacts (id, created_at) VALUES (?, 0)`, id)
	_, conversation := tx.exec(`INSERT INTO conversations (id, number, status, source, opened_by_kind, opened_by_id, priority, contact_id,
		team_id, assignee_id, opened_at, last_activity_at)
		VALUES (?1, ?1, 'OPEN', 'CONTACT', 'CONTACT', ?1, 'NORMAL', ?1, NULLIF(?2, 0), NULLIF(?3, 0), 0, 0)`, id, scope.Team, scope.Assignee)
	_, runs := tx.exec(`INSERT INTO workflow_runs (workflow_id, version_id, version, status, contact_id, conversation_id, state, variables,
		steps, started_at, ended_at) VALUES (1, 1, 1, 'COMPLETED', ?1, ?1, '{}', '{}', '[]', 0, 0),
		(1, 1, 1, 'COMPLETED', ?1, NULL, '{}', '{}', '[]', 0, 0)`, id)
	return errors.Join(contact, conversation, runs)
}

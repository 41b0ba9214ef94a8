package engine_test

import (
	"slices"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
	"foyer/store"
)

// TestAChangeAnswersTheDecisionThatItMade changes a conversation that waits for an agent in every way that can make
// automation decide, and compares the answer with the stored decision.
func TestAChangeAnswersTheDecisionThatItMade(t *testing.T) {
	type teams struct{ empty, staffed inbox.TeamID }
	for name, test := range map[string]struct {
		change  func(d *desk, in teams, id inbox.ConversationID) *engine.ConversationChange
		decides bool
		assigns bool
	}{
		"routed to a team that has somebody": {func(d *desk, in teams, id inbox.ConversationID) *engine.ConversationChange {
			return must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(in.staffed)}))
		}, true, true},
		"moved in its queue, where nobody is": {func(d *desk, _ teams, id inbox.ConversationID) *engine.ConversationChange {
			return must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Priority: new(inbox.PriorityHigh)}))
		}, false, false},
		"routed to no team, where there is a default one": {func(d *desk, in teams, id inbox.ConversationID) *engine.ConversationChange {
			d.defaultTeam(in.staffed)
			return must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.Patch[inbox.TeamID]{Set: true}}))
		}, true, true},
		"asked for": {func(d *desk, _ teams, id inbox.ConversationID) *engine.ConversationChange { return d.assign(id) }, true, false},
		"woken": {func(d *desk, in teams, id inbox.ConversationID) *engine.ConversationChange {
			d.snooze(id, time.Hour)
			d.route(id, in.staffed)
			return must(d.ConversationWake(d.ctx(), d.owner, id))
		}, true, true},
		"given by hand": {func(d *desk, _ teams, id inbox.ConversationID) *engine.ConversationChange {
			return must(d.ConversationAssign(d.ctx(), d.owner, engine.ConversationAssignInput{ConversationID: id, AgentID: new(d.owner.Actor.Agent())}))
		}, false, false},
		"closed": {func(d *desk, _ teams, id inbox.ConversationID) *engine.ConversationChange {
			return must(d.ConversationClose(d.ctx(), d.owner, engine.ConversationCloseInput{ConversationID: id}))
		}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			ana := d.hire("Ana")
			in := teams{d.team("Empty", engine.PolicyPatch{}, d.hire("Bo", being(inbox.PresenceOffline))), d.team("Staffed", engine.PolicyPatch{}, ana)}
			id := d.queuedIn(in.empty, "c1")
			before := len(d.decisions(id))
			changed := test.change(d, in, id)
			stored := d.decisions(id)[before:]
			if !test.decides {
				if changed.Decision != nil || len(stored) > 0 {
					t.Errorf("it answers %+v; stored are %d more", changed.Decision, len(stored))
				}
				return
			}
			if len(stored) != 1 || changed.Decision == nil || changed.Decision.ID != stored[0].ID {
				t.Fatalf("it answers %+v; stored are %+v", changed.Decision, stored)
			}
			same(t, changed.Decision, stored[0])
			if got := d.assignee(id); (got == ana) != test.assigns || (changed.Decision.AssigneeID != nil) != test.assigns {
				t.Errorf("%s has it, by %+v", got, changed.Decision)
			}
		})
	}
}

// decisions returns what has been decided about a conversation, oldest first.
func (d *desk) decisions(id inbox.ConversationID) []*inbox.AssignmentDecision {
	d.Helper()
	list := view(d, func(r *store.ReadTx) ([]*inbox.AssignmentDecision, error) { return r.DecisionsOf(id, 100) })
	slices.Reverse(list)
	return list
}

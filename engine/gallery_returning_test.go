package engine_test

import (
	"testing"

	"foyer/engine"
	"foyer/gallery"
	"foyer/inbox"
)

// TestAReturningContactGetsTheirAgentIfThatAgentCanTakeThem lets a contact write again. Their former agent is in the state of
// each case, and a colleague in the team is free.
func TestAReturningContactGetsTheirAgentIfThatAgentCanTakeThem(t *testing.T) {
	document := string(must(gallery.YAML("returning-contact")))
	for name, test := range map[string]struct {
		owner  func(d *desk, owner inbox.AgentID) // changes the owner's state
		apart  bool                               // the owner is in another team
		gets   bool                               // the owner gets the conversation; otherwise the colleague does
		reason string                             // of the decision about the owner; empty: there was none
	}{
		"online": {func(*desk, inbox.AgentID) {}, false, true, "Olaf, the contact's owner."},
		"busy": {func(d *desk, owner inbox.AgentID) { d.presence(owner, inbox.PresenceBusy) }, false, false,
			"Nobody was assigned: Olaf, the contact's owner, was busy."},
		"offline": {func(d *desk, owner inbox.AgentID) { d.presence(owner, inbox.PresenceOffline) }, false, false,
			"Nobody was assigned: Olaf, the contact's owner, was offline."},
		"full": {func(d *desk, owner inbox.AgentID) {
			d.give(d.opened("other"), owner)
		}, false, false, "Nobody was assigned: Olaf, the contact's owner, was at capacity."},
		"disabled": {func(d *desk, owner inbox.AgentID) {
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: owner, Disabled: new(true)}))
		}, false, false, ""},
		"of another team": {func(*desk, inbox.AgentID) {}, true, true, "Olaf, the contact's owner."},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			olaf, cora := d.hire("Olaf", capped(1)), d.hire("Cora")
			if test.apart {
				d.team("Support", engine.PolicyPatch{}, cora)
				d.team("Other", engine.PolicyPatch{}, olaf)
			} else {
				d.team("Support", engine.PolicyPatch{}, cora, olaf)
			}
			first := d.opened("c1")
			d.give(first, olaf)
			d.close(first)
			test.owner(d, olaf)
			d.publish(document)
			id := d.opened("c1")
			want := cora
			if test.gets {
				want = olaf
			}
			if got := d.assignee(id); got != want {
				t.Errorf("%s has it, want %s", got, want)
			}
			reasons := []string{}
			for _, decided := range d.decisions(id) {
				if decided.Strategy == nil { // about one agent
					reasons = append(reasons, decided.Reason)
				}
			}
			if len(reasons) > 1 || len(reasons) == 0 != (test.reason == "") || len(reasons) == 1 && reasons[0] != test.reason {
				t.Errorf("decided was %q, want %q", reasons, test.reason)
			}
			told := d.messages(id)
			if welcomed := len(told) == 2 && told[1] == "WORKFLOW_RUN: Welcome back! Olaf will be with you again."; welcomed != test.gets {
				t.Errorf("the messages are %q", told)
			}
			same(t, d.run(id).Status, inbox.RunCompleted)
		})
	}
}

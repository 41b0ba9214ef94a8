package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// TestARunThatEndsStrandsNobody lets runs end in every possible way without having assigned the conversation.
func TestARunThatEndsStrandsNobody(t *testing.T) {
	for name, test := range map[string]struct {
		steps string
		then  func(d *desk, id inbox.ConversationID)
		queue string // the queue that the conversation is in afterwards
	}{
		"routed and not assigned":       {"  - { key: to, route: { team: Empty } }\n", nil, "Empty"},
		"neither routed nor assigned":   {"  - { key: n, note: { text: Hi } }\n", nil, "Default"},
		"unassigned at the end":         {"  - { key: to, route: { team: Empty } }\n  - { key: give, assign: { agent: Ana } }\n  - { key: take, unassign: {} }\n", nil, "Empty"},
		"an assignment that timed out":  {"  - { key: to, route: { team: Empty } }\n  - { key: a, assign: { by: team, timeout: PT1M } }\n", func(d *desk, _ inbox.ConversationID) { d.later(2 * time.Minute) }, "Empty"},
		"a question nobody answered":    {"  - { key: to, route: { team: Empty } }\n  - { key: q, ask: { text: Why?, timeout: PT1M } }\n", func(d *desk, _ inbox.ConversationID) { d.later(2 * time.Minute) }, "Empty"},
		"a text that cannot be written": {"  - { key: to, route: { team: Empty } }\n  - { key: s, send: { text: \"{{ message.text | divided_by: 2 }}\" } }\n", nil, "Empty"},
		"a step that failed":            {"  - { key: to, route: { team: Empty } }\n  - { key: a, assign: { by: owner } }\n", nil, "Empty"},
		"stopped while it waited": {"  - { key: to, route: { team: Empty } }\n  - { key: w, wait: { for: PT1H } }\n", func(d *desk, _ inbox.ConversationID) {
			must(d.WorkflowStop(d.ctx(), d.owner, 1, true))
			d.later(0)
		}, "Empty"},
		"snoozed when it ended":  {"  - { key: to, route: { team: Empty } }\n  - { key: z, snooze: { for: PT1H } }\n", func(d *desk, _ inbox.ConversationID) { d.later(2 * time.Hour) }, "Empty"},
		"snoozed without a team": {"  - { key: z, snooze: { for: PT1H } }\n", func(d *desk, _ inbox.ConversationID) { d.later(2 * time.Hour) }, "Default"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.hire("Ana")
			teams := map[string]inbox.TeamID{"Empty": d.team("Empty", engine.PolicyPatch{}), "Default": d.team("Default", engine.PolicyPatch{})}
			d.defaultTeam(teams["Default"])
			d.publish("format: 1\nname: Leaving\ntrigger: { on: conversation.opened }\nsteps:\n" + test.steps)
			id := d.opened("c1")
			if test.then != nil {
				test.then(d, id)
			}
			c := d.conversation(id)
			if run := d.run(id); run.Status.Active() {
				t.Fatalf("the run is %s", run.Status)
			}
			if c.QueuedAt == nil || c.TeamID == nil || *c.TeamID != teams[test.queue] || c.AssigneeID != nil {
				t.Errorf("the conversation is %+v", c)
			}
		})
	}
}

func TestRoutingAQueuedConversationToNoTeamParksIt(t *testing.T) {
	d := newDesk(t)
	team := d.team("Support", engine.PolicyPatch{})
	d.publish("format: 1\nname: In\ntrigger: { on: conversation.opened }\nsteps:\n  - { key: to, route: { team: Support } }\n  - { key: a, assign: { by: team, timeout: PT1M } }\n")
	id := d.opened("c1")
	d.later(2 * time.Minute)
	waited := *d.conversation(id).QueuedAt
	ana := d.hire("Ana") // in no team: the workspace's own queue would assign the conversation to her
	d.presence(ana, inbox.PresenceOnline)
	changed := must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.Patch[inbox.TeamID]{Set: true}}))
	if c := changed.Conversation; c.QueuedAt != nil || c.AssigneeID != nil || c.TeamID != nil {
		t.Errorf("it is not parked: %+v", c)
	}
	must(d.ConversationRoute(d.ctx(), d.owner, engine.RoutePatch{ConversationID: id, Team: engine.SetTo(team)}))
	must(d.ConversationAssign(d.ctx(), d.owner, engine.ConversationAssignInput{ConversationID: id}))
	if c := d.conversation(id); c.QueuedAt == nil || *c.QueuedAt != waited {
		t.Errorf("it has lost its age: %+v", c)
	}
}

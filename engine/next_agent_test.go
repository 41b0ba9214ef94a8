package engine_test

import (
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

func TestWhatAStepAskedForHoldsForTheNextAgentToo(t *testing.T) {
	for name, lose := range map[string]func(d *desk, id inbox.ConversationID, vip inbox.AgentID){
		"the agent is disabled": func(d *desk, _ inbox.ConversationID, vip inbox.AgentID) {
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: vip, Disabled: new(true)}))
		},
		"the agent is disabled while it is snoozed": func(d *desk, id inbox.ConversationID, vip inbox.AgentID) {
			d.snooze(id, time.Hour)
			must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: vip, Disabled: new(true)}))
			d.later(time.Hour)
		},
		"the agent does not answer": func(d *desk, _ inbox.ConversationID, _ inbox.AgentID) { d.later(2 * time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDeskHere(t)
			vip := d.hire("Vip", func(a *inbox.Agent) { a.Skills = []string{"vip"} })
			other := d.hire("Other")
			d.team("Support", engine.PolicyPatch{ReassignWhenNoReply: engine.SetTo(inbox.Duration(60))}, vip, other)
			d.publish(`
format: 1
name: Important
trigger: { on: conversation.opened }
steps:
  - key: to_support
    route: { team: Support }
  - key: hand_over
    assign: { by: team, policy: { requireSkills: [vip] } }
`)
			id := d.opened("c1")
			if d.assignee(id) != vip {
				t.Fatal("the agent with the skill did not get it")
			}
			lose(d, id, vip)
			if d.assignee(id) == other {
				t.Error("an agent without the skill got it")
			}
		})
	}
}

func TestAConversationOfADisabledAgentSaysSoWhereItGoesOrWhyItWaits(t *testing.T) {
	d := newDesk(t)
	gus, hal := d.hire("Gus"), d.hire("Hal", capped(1))
	team := d.team("Support", engine.PolicyPatch{}, gus, hal)
	first, second := d.opened("c1"), d.opened("c2")
	for _, id := range []inbox.ConversationID{first, second} {
		d.route(id, team)
		d.give(id, gus)
	}
	must(d.AgentUpdate(d.ctx(), d.owner, engine.AgentPatch{ID: gus, Disabled: new(true)}))
	d.decided(first, inbox.TriggerReassign, "Hal, the only agent available; 1 other was disabled. It had waited 0 seconds at place 1 until it was taken from its agent.")
	d.decided(second, inbox.TriggerReassign, "Nobody was available: 1 was disabled and 1 was at capacity.")
}

package engine_test

import (
	"encoding/json"
	"testing"

	"foyer/engine"
	"foyer/inbox"
)

func TestASimulatedAssignmentTakesCapacity(t *testing.T) {
	const before = `
format: 1
trigger: { on: conversation.opened }
steps:
  - { key: to, route: { team: Support } }
  - { key: before, note: { text: "{{ team.available_agents }}" } }
  - { key: first, assign: { by: team, timeout: PT1M }, exits: { timeout: end, failure: end } }
  - { key: taken, note: { text: "{{ team.available_agents }} {{ assignee.name }}" } }
`
	const after = `  - { key: after, note: { text: "{{ team.available_agents }} {{ assignee.name }}" } }
`
	for name, c := range map[string]struct {
		steps string
		want  []string // the notes
	}{
		"an assignment takes a place":       {"", []string{"2", "1 Ana", "1 Ana"}},
		"unassigning gives it back":         {"  - { key: x, unassign: {} }\n", []string{"2", "1 Ana", "2 "}},
		"closing gives it back":             {"  - { key: x, close: {} }\n", []string{"2", "1 Ana", "2 Ana"}},
		"snoozing gives it back":            {"  - { key: x, snooze: { for: PT1H } }\n", []string{"2", "1 Ana", "2 Ana"}},
		"waking takes it again":             {"  - { key: x, snooze: { for: PT1H } }\n  - { key: w, wait: { for: PT2H } }\n", []string{"2", "1 Ana", "1 Ana"}},
		"whoever had a turn is not next":    {"  - { key: x, unassign: {} }\n  - { key: y, assign: { by: team, timeout: PT1M }, exits: { timeout: end, failure: end } }\n", []string{"2", "1 Ana", "1 Ben"}},
		"somebody else's place is released": {"  - { key: x, assign: { agent: Ben } }\n", []string{"2", "1 Ana", "1 Ben"}},
		"who is assigned owns the contact":  {"  - { key: x, unassign: {} }\n  - { key: y, assign: { by: owner } }\n", []string{"2", "1 Ana", "1 Ana"}},
		"a new conversation takes a place":  {"  - { key: x, close: {} }\n  - { key: o, open: {} }\n  - { key: r, route: { team: Support } }\n  - { key: y, assign: { by: owner } }\n", []string{"2", "1 Ana", "1 Ana"}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.team("Support", by(inbox.StrategyLeastOpen), d.hire("Ana", capped(1)), d.hire("Ben", capped(1)))
			got := must(d.simulate(d.owner, before+c.steps+after, engine.WorkflowSimulateInput{}))
			var notes []string
			for _, s := range got.Steps {
				if s.Type == "note" {
					var detail struct{ Text string }
					must(0, json.Unmarshal(s.Detail, &detail))
					notes = append(notes, detail.Text)
				}
			}
			same(t, notes, c.want)
		})
	}
}

func TestASimulationCountsTheLoadThatItTakesOff(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.hire("Ana"), d.hire("Ben")
	d.team("Support", by(inbox.StrategyLeastOpen), ana, ben)
	d.give(d.opened("other"), ben)
	id := d.opened("c1")
	d.give(id, ana)
	const document = `
format: 1
trigger: { on: message.received }
steps:
  - { key: to, route: { team: Support } }
  - { key: take, unassign: {} }
  - { key: again, assign: { by: team } }
`
	contact := d.conversation(id).ContactID
	got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{ContactID: &contact}))
	d.publish(document)
	d.say("c1", "Hello?")
	same(t, d.assignee(id), ana) // she has none by then, although her turn was the last
	same(t, *got.AssigneeID, ana)
	same(t, got.Candidates, d.decision(id).Candidates)
}

func TestASimulationTellsWhoGetsWhatTheRunLeaves(t *testing.T) {
	for steps, reason := range map[string]string{
		"  - { key: hi, send: { text: Hi } }\n":                                                                    "Ana, the only agent available.",
		"  - { key: a, assign: { by: team }, exits: { timeout: end } }\n":                                          "Ana, the only agent available.",
		"  - { key: to, route: { team: Empty } }\n  - { key: a, assign: { by: team }, exits: { timeout: end } }\n": "The team has no members.",
	} {
		d := newDeskHere(t)
		ana := d.hire("Ana")
		team := d.team("Support", engine.PolicyPatch{}, ana)
		empty := d.team("Empty", engine.PolicyPatch{})
		d.defaultTeam(team)
		document := "format: 1\ntrigger: { on: conversation.opened }\nsteps:\n" + steps
		got := must(d.simulate(d.owner, document, engine.WorkflowSimulateInput{}))
		d.publish(document)
		c := d.conversation(d.opened("c1"))
		same(t, got.TeamID, c.TeamID)
		same(t, got.AssigneeID, c.AssigneeID)
		same(t, *got.Reason, reason)
		if *c.TeamID == empty && got.AssigneeID != nil {
			t.Errorf("%+v", got)
		}
	}
}

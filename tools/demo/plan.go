package demo

import (
	"fmt"

	"foyer/tools/seed"
)

// workflowName is the name of the demo's workflow.
const workflowName = "Inbound conversations"

// team is one team of the demo, with the words in a first message that lead to it; the last one gets all others.
type team struct {
	name, key string
	words     string // a regular expression
	policy    seed.Policy
}

func teams() []team {
	return []team{
		{"Cards", "to_cards", `\b(card|pin|atm|cash)`, seed.Policy{Strategy: "ROUND_ROBIN"}},
		{"Transfers", "to_transfers", `(transfer|payment|beneficiary|refund|pending)`, seed.Policy{Strategy: "LEAST_OPEN", MaxOpen: new(2)}},
		{"Accounts", "to_accounts", `(account|identity|passcode|password|top.?up|details)`, seed.Policy{Strategy: "LONGEST_IDLE", MaxOpen: new(4)}},
		{"Front desk", "to_front_desk", "", seed.Policy{Strategy: "ROUND_ROBIN", MaxOpen: new(3)}},
	}
}

func agents() []seed.Agent {
	var list []seed.Agent
	for i, number := range []string{"One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"} {
		list = append(list, seed.Agent{Name: "Agent " + number, Email: fmt.Sprintf("agent%d@demo.localhost", i+1)})
	}
	return list
}

// plan returns the demo's workspace, with two agents for each team.
func plan(password string) seed.Plan {
	p := seed.Plan{Agents: agents(), Password: password, Workflows: []seed.Workflow{{Name: workflowName, Document: inbound(sites()[0].name)}}}
	for _, s := range sites() {
		p.Channels = append(p.Channels, s.name)
	}
	for i, t := range teams() {
		members := []string{p.Agents[2*i].Email, p.Agents[2*i+1].Email}
		p.Teams = append(p.Teams, seed.Team{Name: t.name, Members: members, Policy: t.policy})
	}
	return p
}

// object is a JSON object.
type object = map[string]any

// inbound returns the document of the demo's workflow, for conversations of one channel. The words of the first message
// choose a team, then one of its agents is assigned and introduced. If nobody is free for two minutes, the contact is told
// so and stays in the queue. Contacts with the tag vip are left to the gallery's workflow.
func inbound(channel string) object {
	var ways, routes []any
	for _, t := range teams() {
		if t.words != "" {
			ways = append(ways, object{"when": object{"field": "message.text", "op": "matches", "value": "(?i)" + t.words}, "go": t.key})
		}
		routes = append(routes, object{"key": t.key, "route": object{"team": t.name}, "next": "hand_over"})
	}
	steps := []any{object{"key": "by_topic", "branch": ways, "else": "to_front_desk"}}
	steps = append(steps, routes...)
	steps = append(steps,
		object{"key": "hand_over", "assign": object{"by": "team", "timeout": "PT2M"}, "next": "introduce",
			"exits": object{"timeout": "apologise"}},
		object{"key": "introduce", "send": object{"text": "Thank you for writing. {{ assignee.name }} will answer you."}, "next": "end"},
		object{"key": "apologise", "send": object{"text": "All of us are busy. We will answer here as soon as we can."}},
	)
	return object{
		"format": 1, "name": workflowName, "steps": steps,
		"trigger": object{"on": "conversation.opened", "when": object{"all": []any{
			object{"field": "conversation.source", "op": "equals", "value": "CONTACT"},
			object{"field": "conversation.channel", "op": "equals", "value": channel},
			object{"field": "contact.tags", "op": "hasNone", "value": []string{vipTag}},
		}}},
	}
}

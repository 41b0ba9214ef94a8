package demo

import (
	_ "embed" // the workflow
	"encoding/json"
	"fmt"

	"foyer/engine/workflow/exchange"
	"foyer/tools/seed"
)

// inbound is the demo's own workflow, in YAML.
//
//go:embed inbound.yaml
var inbound []byte

// teams returns the teams that the demo's own workflow routes to.
func teams() []seed.Team {
	return []seed.Team{
		{Name: "Cards", Policy: seed.Policy{Strategy: "ROUND_ROBIN"}},
		{Name: "Transfers", Policy: seed.Policy{Strategy: "LEAST_OPEN", MaxOpen: new(2)}},
		{Name: "Accounts", Policy: seed.Policy{Strategy: "LONGEST_IDLE", MaxOpen: new(4)}},
		{Name: "Front desk", Policy: seed.Policy{Strategy: "ROUND_ROBIN", MaxOpen: new(3)}},
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
func plan(password string) (seed.Plan, error) {
	document, err := read(inbound)
	if err != nil {
		return seed.Plan{}, err
	}
	p := seed.Plan{Agents: agents(), Password: password, Teams: teams(),
		Workflows: []seed.Workflow{{Name: document["name"].(string), Document: document}}}
	for _, s := range sites() {
		p.Channels = append(p.Channels, s.name)
	}
	for i := range p.Teams {
		p.Teams[i].Members = []string{p.Agents[2*i].Email, p.Agents[2*i+1].Email}
	}
	return p, addGallery(&p)
}

// object is a JSON object.
type object = map[string]any

// read returns the workflow document that a YAML text holds.
func read(yaml []byte) (document object, err error) {
	text, err := exchange.FromYAML(yaml)
	if err != nil {
		return nil, err
	}
	return document, json.Unmarshal(text, &document)
}

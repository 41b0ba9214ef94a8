package e2e_test

import (
	"fmt"

	"foyer/tools/seed"
)

// agentPassword is the password of all agents but the owner.
const agentPassword = "the agents' password"

// furnished is a help desk. It has the ids that tests need, by name.
type furnished struct {
	*seed.Workspace
	server *server
}

// channel returns the id of the channel that every desk has.
func (f *furnished) channel() string { return f.Channels["Website"] }

// agent logs an agent in.
func (f *furnished) agent(name string) *caller {
	f.server.Helper()
	c := f.server.login(emailOf(name), agentPassword)
	c.id = f.Agents[emailOf(name)]
	return c
}

func emailOf(name string) string { return name + "@e2e.localhost" }

// crew is a team to create, with agents who are in no other team.
type crew struct {
	name    string
	agents  []string // local parts of their email addresses
	maxOpen int      // zero: no limit
}

// agentNames returns n names of agents.
func agentNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("agent%02d", i+1)
	}
	return names
}

// furnish creates teams of online agents, a channel, and a workflow that assigns every conversation of a contact to the
// first team.
func (s *server) furnish(crews ...crew) *furnished {
	s.Helper()
	return s.furnishWith(handOver(crews[0].name), crews...)
}

// furnishWith is furnish with another workflow.
func (s *server) furnishWith(document object, crews ...crew) *furnished {
	s.Helper()
	plan := seed.Plan{Password: agentPassword, Channels: []string{"Website"},
		Workflows: []seed.Workflow{{Name: "Inbound", Document: document}}}
	for _, c := range crews {
		team := seed.Team{Name: c.name, Policy: seed.Policy{Strategy: "ROUND_ROBIN"}}
		if c.maxOpen > 0 {
			team.Policy.MaxOpen = &c.maxOpen
		}
		for _, name := range c.agents {
			team.Members = append(team.Members, emailOf(name))
			plan.Agents = append(plan.Agents, seed.Agent{Name: name, Email: emailOf(name)})
		}
		plan.Teams = append(plan.Teams, team)
	}
	made, err := seed.Apply(s.Context(), s.owner.Client, plan)
	if err != nil {
		s.Fatal(err)
	}
	return &furnished{made, s}
}

// handOver is a workflow that routes to a team and assigns by its policy.
func handOver(team string) object {
	return inbound(
		object{"key": "to_team", "route": object{"team": team}},
		object{"key": "hand_over", "assign": object{"by": "team"}},
	)
}

// inbound is a workflow for conversations that contacts open.
func inbound(steps ...object) object {
	return object{"format": 1, "steps": append([]object{}, steps...), "trigger": object{
		"on": "conversation.opened", "when": object{"field": "conversation.source", "op": "equals", "value": "CONTACT"},
	}}
}

// incoming returns the input of a contact's message. An empty id is left out.
func (f *furnished) incoming(contact, id, text string) object {
	m := object{"text": text}
	if id != "" {
		m["externalId"] = id
	}
	return object{"channelId": f.channel(), "contact": object{"externalId": contact}, "message": m}
}

// received is the selection of messageReceive.
const received = "message { id } contact { id } conversation { " + conversationFields + " } opened duplicate cursor"

// write sends a message of a contact.
func (f *furnished) write(contact, text string) payload {
	f.server.Helper()
	return f.server.key.do("messageReceive", f.incoming(contact, "", text), received)
}

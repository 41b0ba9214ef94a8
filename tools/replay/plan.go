package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"foyer/internal/client"
	"foyer/tools/seed"
)

// workflowName is the name of the workflow that routes each company's conversations to its team.
const workflowName = "Replay: to the company's team"

// apply creates what the companies of a recording need: agents, a team and a channel each, and the workflow. It leaves
// what exists.
func apply(ctx context.Context, c *client.Client, r *Recording, o Options) (*seed.Workspace, error) {
	companies, err := earlier(ctx, c)
	if err != nil {
		return nil, err
	}
	companies = append(companies, r.Companies...)
	slices.Sort(companies)
	companies = slices.Compact(companies)
	plan := seed.Plan{Password: o.Password, Workflows: []seed.Workflow{{Name: workflowName, Document: document(companies)}}}
	for _, company := range companies {
		team := seed.Team{Name: company}
		for i := range o.AgentsPerTeam {
			email := agentEmail(company, i+1)
			team.Members = append(team.Members, email)
			plan.Agents = append(plan.Agents, seed.Agent{Name: fmt.Sprintf("%s %d", company, i+1), Email: email})
		}
		plan.Teams, plan.Channels = append(plan.Teams, team), append(plan.Channels, company)
	}
	return seed.Apply(ctx, c, plan)
}

// agentEmail returns the email that an agent logs in with.
func agentEmail(company string, number int) string {
	local := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '-'
	}, strings.ToLower(company))
	return fmt.Sprintf("%s-%d@replay.localhost", strings.Trim(local, "-"), number)
}

// routing is the workflow's document, as far as this package reads and writes it.
type routing struct {
	Format  int              `json:"format"`
	Name    string           `json:"name"`
	Trigger map[string]any   `json:"trigger"`
	Steps   []map[string]any `json:"steps"`
}

// earlier returns the companies that the workflow already routes, for another recording.
func earlier(ctx context.Context, c *client.Client) ([]string, error) {
	published, err := seed.Published(ctx, c, workflowName)
	if published == nil || err != nil {
		return nil, err
	}
	var before routing
	if err := json.Unmarshal(published, &before); err != nil {
		return nil, fmt.Errorf("the workflow %q was not made by a replay: %w", workflowName, err)
	}
	var companies []string
	for _, step := range before.Steps {
		if route, ok := step["route"].(map[string]any); ok {
			if team, ok := route["team"].(string); ok {
				companies = append(companies, team)
			}
		}
	}
	return companies, nil
}

// document returns the workflow's document: it routes a conversation to the team with the name of its channel, and
// assigns one of the team's agents.
func document(companies []string) routing {
	var ways []any
	var routes []map[string]any
	for i, company := range companies {
		key := fmt.Sprintf("to_%d", i+1)
		ways = append(ways, map[string]any{"when": test("conversation.channel", "equals", company), "go": key})
		routes = append(routes, map[string]any{"key": key, "route": map[string]any{"team": company}, "next": "hand_over"})
	}
	steps := []map[string]any{{"key": "by_channel", "branch": ways, "else": "end"}}
	steps = append(steps, routes...)
	steps = append(steps, map[string]any{"key": "hand_over", "assign": map[string]any{"by": "team"}})
	return routing{Format: 1, Name: workflowName, Steps: steps, Trigger: map[string]any{
		"on": "conversation.opened",
		"when": map[string]any{"all": []any{
			test("conversation.source", "equals", "CONTACT"), test("conversation.channel", "in", companies),
		}},
	}}
}

// test returns a condition of a workflow.
func test(field, op string, value any) map[string]any {
	return map[string]any{"field": field, "op": op, "value": value}
}

package main

import (
	"context"
	"fmt"
	"time"

	"foyer/tools/seed"
)

// drain measures how fast a queue drains when agents come online at once.
type drain struct {
	Waiting int `default:"1000" help:"Conversations that wait."`
	Agents  int `default:"50" help:"Agents who come online at once."`
	Each    int `default:"20" help:"How many conversations each may have."`
}

func (in drain) rows(ctx context.Context) ([]measured, error) {
	return withServer(ctx, nil, func(s *server) ([]measured, error) { return in.measure(ctx, s) })
}

func (in drain) measure(ctx context.Context, s *server) ([]measured, error) {
	plan := seed.Plan{Channels: []string{"Bench"}}
	team := seed.Team{Name: "Support", Policy: seed.Policy{MaxOpen: &in.Each}}
	for i := range in.Agents {
		email := fmt.Sprintf("agent-%d@localhost", i)
		plan.Agents = append(plan.Agents, seed.Agent{Name: fmt.Sprintf("Agent %d", i), Email: email})
		team.Members = append(team.Members, email)
	}
	plan.Teams = []seed.Team{team}
	made, err := s.seed(ctx, plan)
	if err != nil {
		return nil, err
	}
	if err := s.owner.Mutate(ctx, "workspaceUpdate", map[string]any{"defaultTeamId": made.Teams["Support"]}, "", nil); err != nil {
		return nil, err
	}
	presence := func(ctx context.Context, i int, presence string) error {
		return s.owner.Mutate(ctx, "presenceSet", map[string]any{"agentId": made.Agents[team.Members[i]], "presence": presence}, "", nil)
	}
	for i := range in.Agents {
		if err := presence(ctx, i, "OFFLINE"); err != nil {
			return nil, err
		}
	}
	if err := s.receiveMany(ctx, made.Channels["Bench"], in.Waiting, 1); err != nil {
		return nil, err
	}
	begun := time.Now()
	row, err := load(ctx, s.cpu, in.Agents, in.Agents, func(ctx context.Context, i int) error { return presence(ctx, i, "ONLINE") })
	if err != nil {
		return nil, err
	}
	placed := min(in.Waiting, in.Agents*in.Each)
	for left := -1; left != in.Waiting-placed; { // what one transaction leaves goes on in the next
		var answer struct{ Conversations struct{ TotalCount int } }
		if err := s.Do(ctx, `{ conversations(filter: {queued: true}, first: 1) { totalCount } }`, nil, &answer); err != nil {
			return nil, err
		}
		left = answer.Conversations.TotalCount
	}
	took := time.Since(begun)
	row.name = fmt.Sprintf("%d agents come online, of %d waiting", in.Agents, in.Waiting)
	row.note = fmt.Sprintf("%d placed after %.0f ms; each had %s", placed, ms(took), in.share(ctx, s, made.Teams["Support"]))
	return []measured{row}, nil
}

// share returns how many conversations the members have, in words.
func (in drain) share(ctx context.Context, s *server, team string) string {
	var answer struct {
		Node struct {
			Members []struct{ OpenConversations int }
		}
	}
	if err := s.Do(ctx, `query($id: ID!) { node(id: $id) { ... on Team { members { openConversations } } } }`, map[string]any{"id": team}, &answer); err != nil {
		return err.Error()
	}
	least, most := in.Each, 0
	for _, m := range answer.Node.Members {
		least, most = min(least, m.OpenConversations), max(most, m.OpenConversations)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// intake measures new conversations and follow-ups.
type intake struct {
	Messages int `default:"20000" help:"How many of each."`
	Callers  int `default:"64" help:"How many at a time."`
	Agents   int `default:"20" help:"In the team that takes them."`
}

const receive = `mutation($i: MessageReceiveInput!) { messageReceive(input: $i) {
	message { id } conversation { id team { id } assignee { id } } opened cursor userErrors { code message } } }`

const question = "Hello, I have a question about my last invoice: it seems to be wrong."

// Run measures the floor first, then the server, each on a fresh database.
func (in intake) Run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "foyer-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	floor, err := measureFloor(ctx, filepath.Join(dir, "floor.db"), in)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	s, err := start(ctx, dir, filepath.Join(dir, "server.db"))
	if err != nil {
		return err
	}
	rows, err := in.measure(ctx, s)
	if stopped := s.stop(); err == nil {
		err = stopped
	}
	if err != nil {
		return err
	}
	rows[0].floor, rows[1].floor = floor[0].perSecond, floor[1].perSecond
	printTable(append(floor, rows...))
	return nil
}

func (in intake) measure(ctx context.Context, s *server) ([]measured, error) {
	channel, err := furnish(ctx, s, in.Agents)
	if err != nil {
		return nil, fmt.Errorf("set up: %w", err)
	}
	opening, err := in.post(ctx, s, "server: new conversation, routed, assigned", func(i int) (string, string) {
		return fmt.Sprintf("contact-%d", i), fmt.Sprintf("new-%d", i)
	}, channel)
	if err != nil {
		return nil, err
	}
	following, err := in.post(ctx, s, "server: follow-up", func(i int) (string, string) {
		return fmt.Sprintf("contact-%d", i), fmt.Sprintf("follow-%d", i)
	}, channel)
	return []measured{opening, following}, err
}

func (in intake) post(ctx context.Context, s *server, name string, ids func(i int) (contact, message string), channel string) (measured, error) {
	before := s.cpu()
	perSecond, took, err := load(ctx, in.Callers, in.Messages, func(ctx context.Context, i int) error {
		contact, message := ids(i)
		var answer struct {
			MessageReceive struct {
				Conversation *struct{ Assignee *struct{ ID string } }
			}
		}
		err := s.query(ctx, receive, map[string]any{"i": map[string]any{
			"channelId": channel, "contact": map[string]any{"externalId": contact},
			"message": map[string]any{"externalId": message, "text": question},
		}}, &answer)
		if err == nil && (answer.MessageReceive.Conversation == nil || answer.MessageReceive.Conversation.Assignee == nil) {
			err = fmt.Errorf("message %s was not assigned", message)
		}
		return err
	})
	return measured{name: name, perSecond: perSecond, latencies: took, cpu: (s.cpu() - before) / time.Duration(in.Messages)}, err
}

// furnish sets up a channel, one team of agents and the workflow that gives them every conversation. It answers the
// channel's id.
func furnish(ctx context.Context, s *server, agents int) (string, error) {
	type node struct{ ID string }
	members := make([]string, agents)
	for i := range members {
		var made struct{ AgentCreate struct{ Agent node } }
		err := s.query(ctx, `mutation($i: AgentCreateInput!) { agentCreate(input: $i) { agent { id } userErrors { message } } }`,
			map[string]any{"i": map[string]any{"name": fmt.Sprintf("Agent %d", i), "email": fmt.Sprintf("agent-%d@localhost", i),
				"password": "bench-agent-password"}}, &made)
		if err != nil {
			return "", err
		}
		members[i] = made.AgentCreate.Agent.ID
		err = s.query(ctx, `mutation($i: PresenceSetInput!) { presenceSet(input: $i) { userErrors { message } } }`,
			map[string]any{"i": map[string]any{"presence": "ONLINE", "agentId": members[i]}}, &struct{}{})
		if err != nil {
			return "", err
		}
	}
	var made struct {
		TeamCreate     struct{ Team node }
		ChannelCreate  struct{ Channel node }
		WorkflowCreate struct{ Workflow node }
	}
	err := s.query(ctx, `mutation($t: TeamCreateInput!, $c: ChannelCreateInput!, $w: WorkflowCreateInput!) {
		teamCreate(input: $t) { team { id } userErrors { message } }
		channelCreate(input: $c) { channel { id } userErrors { message } }
		workflowCreate(input: $w) { workflow { id } userErrors { message } } }`,
		map[string]any{"t": map[string]any{"name": "Support", "memberIds": members},
			"c": map[string]any{"name": "Bench", "kind": "API"},
			"w": map[string]any{"name": "Inbound", "definition": json.RawMessage(inbound)}}, &made)
	if err != nil {
		return "", err
	}
	return made.ChannelCreate.Channel.ID, s.query(ctx,
		`mutation($i: WorkflowPublishInput!) { workflowPublish(input: $i) { userErrors { message } } }`,
		map[string]any{"i": map[string]any{"id": made.WorkflowCreate.Workflow.ID}}, &struct{}{})
}

const inbound = `{"format": 1, "name": "Inbound",
	"trigger": {"on": "conversation.opened", "when": {"field": "conversation.source", "op": "equals", "value": "CONTACT"}},
	"steps": [{"key": "to_support", "route": {"team": "Support"}}, {"key": "hand_over", "assign": {"by": "team"}}]}`

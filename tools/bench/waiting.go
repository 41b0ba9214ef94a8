package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// waiting measures what runs cost that wait for answers and times, and how fast those go on that are due at once.
type waiting struct {
	Runs int           `default:"10000" help:"Runs that wait: half of them in a question, half for a time."`
	Due  int           `default:"1000" help:"Runs due in the same second."`
	Idle time.Duration `default:"10s" help:"How long they are watched waiting."`
}

// Run prints the table.
func (in waiting) Run(ctx context.Context) error { return show(ctx, in.rows) }

func (in waiting) rows(ctx context.Context) ([]measured, error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	var rows []measured
	path := ""
	for _, runs := range []int{0, in.Runs} {
		path = filepath.Join(dir, fmt.Sprintf("waiting-%d.db", runs))
		if err := (waiting{Runs: runs}).prepare(ctx, dir, path); err != nil {
			return nil, fmt.Errorf("prepare: %w", err)
		}
		idle, err := in.watch(ctx, dir, path)
		if err != nil {
			return nil, err
		}
		rows = append(rows, measured{name: fmt.Sprintf("idle, %d runs wait", runs),
			note: fmt.Sprintf("%.1f MB resident, %.2f %% of a processor", idle.memory, idle.busy)})
	}
	took, err := in.fire(ctx, dir, path)
	return append(rows, measured{name: fmt.Sprintf("%d runs due in one second, until the last has ended", in.Due), latencies: latencies{took}}), err
}

// waitingDefinition is a workflow for the conversations of one channel.
const waitingDefinition = `{"format": 1, "name": %[1]q, "trigger": {"on": "conversation.opened",
	"when": {"field": "conversation.channel", "op": "equals", "value": %[1]q}}, "steps": [%[2]s]}`

// prepare lets runs wait.
func (in waiting) prepare(ctx context.Context, dir, path string) (err error) {
	s, err := start(ctx, dir, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	for name, step := range map[string]string{
		"Questions": `{"key": "topic", "ask": {"text": "What is it about?", "answer": "text", "saveTo": {"variable": "topic"}}}`,
		"Times":     `{"key": "tomorrow", "wait": {"for": "P1D"}}`,
	} {
		channel, _, err := channelWithWorkflow(ctx, s, name, step)
		if err != nil {
			return err
		}
		if err := receiveAll(ctx, s, channel, in.Runs/2); err != nil {
			return err
		}
	}
	return nil
}

// channelWithWorkflow sets up a channel whose conversations all run the same steps. It answers both their ids.
func channelWithWorkflow(ctx context.Context, s *server, name, steps string) (channel, workflow string, err error) {
	type node struct{ ID string }
	var made struct {
		ChannelCreate  struct{ Channel node }
		WorkflowCreate struct{ Workflow node }
	}
	definition := json.RawMessage(fmt.Sprintf(waitingDefinition, name, steps))
	err = s.query(ctx, `mutation($c: ChannelCreateInput!, $w: WorkflowCreateInput!) {
		channelCreate(input: $c) { channel { id } userErrors { message } }
		workflowCreate(input: $w) { workflow { id } userErrors { message } } }`,
		map[string]any{"c": map[string]any{"name": name, "kind": "API"}, "w": map[string]any{"name": name, "definition": definition}}, &made)
	if err != nil {
		return "", "", err
	}
	channel, workflow = made.ChannelCreate.Channel.ID, made.WorkflowCreate.Workflow.ID
	return channel, workflow, s.query(ctx,
		`mutation($i: WorkflowPublishInput!) { workflowPublish(input: $i) { userErrors { message } } }`,
		map[string]any{"i": map[string]any{"id": workflow}}, &struct{}{})
}

// receiveAll brings n new contacts' messages in.
func receiveAll(ctx context.Context, s *server, channel string, n int) error {
	for first := 0; first < n; first += batch {
		var messages []any
		for i := first; i < min(n, first+batch); i++ {
			contact := fmt.Sprintf("contact-%d", i)
			messages = append(messages, map[string]any{"channelId": channel, "contact": map[string]any{"externalId": contact},
				"message": map[string]any{"externalId": contact, "text": question}})
		}
		if err := s.query(ctx, receiveBatch, map[string]any{"i": map[string]any{"messages": messages}}, &struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

// watched is what a server used while it was left alone.
type watched struct{ memory, busy float64 } // MB resident; percent of one processor

// watch starts a server and leaves it alone.
func (in waiting) watch(ctx context.Context, dir, path string) (w watched, err error) {
	binary, err := build(ctx, dir)
	if err != nil {
		return w, err
	}
	s, err := launch(ctx, binary, path)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := s.ready(ctx); err != nil {
		return w, err
	}
	pause(ctx, in.Idle/5) // what a start does is not what waiting costs
	before := s.cpu()
	pause(ctx, in.Idle)
	return watched{memory: float64(s.resident()) / 1e6, busy: 100 * float64(s.cpu()-before) / float64(in.Idle)}, ctx.Err()
}

// fire lets runs wait for the same time and returns how long after it the last has ended.
func (in waiting) fire(ctx context.Context, dir, path string) (took time.Duration, err error) {
	s, err := start(ctx, dir, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	until := time.Now().Add(10 * time.Second).Truncate(time.Second)
	channel, workflow, err := channelWithWorkflow(ctx, s, "Due", fmt.Sprintf(
		`{"key": "then", "wait": {"until": %q}}, {"key": "say", "send": {"text": "It is time."}}`, until.UTC().Format(time.RFC3339)))
	if err != nil {
		return 0, err
	}
	if err := receiveAll(ctx, s, channel, in.Due); err != nil {
		return 0, err
	}
	if time.Now().After(until) {
		return 0, errors.New("the runs did not begin to wait in time")
	}
	pause(ctx, time.Until(until))
	for ctx.Err() == nil {
		var left struct {
			Workflow struct {
				Runs struct{ Nodes []struct{ ID string } }
			}
		}
		err := s.query(ctx, `query($id: ID!) { workflow(id: $id) { runs(status: WAITING, first: 1) { nodes { id } } } }`,
			map[string]any{"id": workflow}, &left)
		if err != nil {
			return 0, err
		}
		if len(left.Workflow.Runs.Nodes) == 0 {
			return time.Since(until), nil
		}
		pause(ctx, 10*time.Millisecond)
	}
	return 0, ctx.Err()
}

// pause waits, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

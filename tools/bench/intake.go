package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// intake measures new conversations and follow-ups.
type intake struct {
	Messages int  `default:"20000" help:"How many of each."`
	Callers  int  `default:"64" help:"How many at a time."`
	Agents   int  `default:"20" help:"In the team that takes them."`
	Rounds   int  `default:"3" help:"How often everything is measured in turn; the median counts."`
	Compare  bool `help:"Measure a bare Mercurius server too; needs Node and npm."`
}

const receive = `mutation($i: MessageReceiveInput!) { messageReceive(input: $i) {
	message { id } conversation { id team { id } assignee { id } } opened cursor userErrors { code message } } }`

const question = "Hello, I have a question about my last invoice: it seems to be wrong."

const (
	// batch is the number of messages in one request of a batch.
	batch = 50
	// maxWaiting is the number of messages that the server lets one account have waiting for the writer.
	maxWaiting = 2048
)

const receiveBatch = `mutation($i: MessageReceiveBatchInput!) { messageReceiveBatch(input: $i) {
	results { message { id } conversation { id assignee { id } } cursor userErrors { code message } } userErrors { code message } } }`

// rows returns the medians of the rounds.
func (in intake) rows(ctx context.Context) ([]measured, error) {
	var rounds [][]measured
	for range in.Rounds {
		round, err := in.round(ctx)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, round)
	}
	return medians(rounds), nil
}

// round measures the floor and right after it the server: the speed of the disk changes within minutes.
func (in intake) round(ctx context.Context) ([]measured, error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	floor, err := measureFloor(ctx, filepath.Join(dir, "floor.db"), in)
	if err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	rows, err := in.measureServer(ctx)
	if err != nil {
		return nil, err
	}
	if in.Compare {
		other, err := in.measureMercurius(ctx, dir)
		if err != nil {
			return nil, fmt.Errorf("mercurius: %w", err)
		}
		rows = append(rows, other...)
	}
	for i := range rows {
		rows[i].floor = floor[i%2].perSecond
	}
	return append(floor, rows...), nil
}

// measureServer returns rows of new conversations and of follow-ups in turn, one at a time and in batches.
func (in intake) measureServer(ctx context.Context) ([]measured, error) {
	return withServer(ctx, nil, func(s *server) ([]measured, error) {
		channel, err := s.seedSupport(ctx, in.Agents)
		if err != nil {
			return nil, err
		}
		rows, err := in.one(ctx, s, channel)
		if err != nil {
			return nil, err
		}
		batches, err := in.batches(ctx, s, channel)
		return append(rows, batches...), errors.Join(err, allAssigned(ctx, s))
	})
}

// message returns a message of a contact.
func message(channel, contact, id, text string) map[string]any {
	return map[string]any{"channelId": channel, "contact": map[string]any{"externalId": contact},
		"message": map[string]any{"externalId": id, "text": text}}
}

// one sends messages one at a time.
func (in intake) one(ctx context.Context, s *server, channel string) (rows []measured, err error) {
	for _, kind := range []string{"new conversation, routed, assigned", "follow-up"} {
		row, err := in.load(ctx, s, "server: "+kind, 1, func(i int) error {
			sent := message(channel, fmt.Sprintf("contact-%d", i), fmt.Sprintf("%s-%d", kind, i), question)
			return s.query(ctx, receive, map[string]any{"i": sent}, &struct{}{})
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// batches sends messages in batches.
func (in intake) batches(ctx context.Context, s *server, channel string) (rows []measured, err error) {
	for _, kind := range []string{"new conversation", "follow-up"} {
		row, err := in.load(ctx, s, fmt.Sprintf("server: %s, in batches of %d", kind, batch), batch, func(i int) error {
			messages := make([]any, batch)
			for k := range messages {
				contact := fmt.Sprintf("contact-%d-%d", i, k)
				messages[k] = message(channel, contact, kind+contact, question)
			}
			return s.query(ctx, receiveBatch, map[string]any{"i": map[string]any{"messages": messages}}, &struct{}{})
		})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// load sends in.Messages messages, some with each call of do. Rates and costs are per message, latencies per call.
func (in intake) load(ctx context.Context, s *server, name string, some int, do func(i int) error) (measured, error) {
	calls := in.Messages / some
	callers := min(in.Callers, calls, maxWaiting/some)
	row, err := load(ctx, s.cpu, callers, calls, func(_ context.Context, i int) error { return do(i) })
	row.name, row.perSecond, row.cpu = name, row.perSecond*float64(some), row.cpu/time.Duration(some)
	return row, err
}

// allAssigned fails if a conversation has no assignee: then less was measured than should be.
func allAssigned(ctx context.Context, s *server) error {
	var answer struct{ Conversations struct{ TotalCount int } }
	err := s.query(ctx, `{ conversations(filter: {unassigned: true}, first: 1) { totalCount } }`, nil, &answer)
	if n := answer.Conversations.TotalCount; err == nil && n > 0 {
		err = fmt.Errorf("%d conversations were not assigned", n)
	}
	return err
}

// inbound is a workflow that assigns every conversation in the team Support.
const inbound = `{"format": 1, "name": "Inbound",
	"trigger": {"on": "conversation.opened", "when": {"field": "conversation.source", "op": "equals", "value": "CONTACT"}},
	"steps": [{"key": "to_support", "route": {"team": "Support"}}, {"key": "hand_over", "assign": {"by": "team"}}]}`

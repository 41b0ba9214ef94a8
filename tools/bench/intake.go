package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"foyer/internal/client"
)

// intake measures new conversations and follow-ups.
type intake struct {
	Messages int  `default:"20000" help:"How many of each."`
	Callers  int  `default:"64" help:"How many at a time."`
	Agents   int  `default:"20" help:"In the team that takes them."`
	Rounds   int  `default:"3" help:"How often everything is measured in turn; the median counts."`
	Compare  bool `help:"Measure a bare Mercurius server too; needs Node and npm."`
}

const question = "Hello, I have a question about my last invoice: it seems to be wrong."

const (
	// batch is the number of messages in one request of a batch.
	batch = 50
	// maxWaiting is the number of messages that the server lets one account have waiting for the writer.
	maxWaiting = 2048
)

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
	return inScratch(func(dir string) ([]measured, error) {
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
			rows[i].ratio = rows[i].perSecond / floor[i%2].perSecond
		}
		return append(floor, rows...), nil
	})
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
		batches, err := in.twice(ctx, s, "server: new conversation, in batches of 50", "server: follow-up, in batches of 50", batch,
			func(round, i int) error {
				contacts := make([]string, batch)
				for k := range contacts {
					contacts[k] = fmt.Sprintf("contact-%d-%d", i, k)
				}
				return s.receiveBatch(ctx, channel, round, contacts)
			})
		return append(rows, batches...), errors.Join(err, allAssigned(ctx, s))
	})
}

// one sends messages one at a time.
func (in intake) one(ctx context.Context, s *server, channel string) ([]measured, error) {
	return in.twice(ctx, s, "server: new conversation, routed, assigned", "server: follow-up", 1, func(round, i int) error {
		contact := fmt.Sprintf("contact-%d", i)
		return s.receive(ctx, channel, contact, fmt.Sprintf("%d-%s", round, contact), question)
	})
}

// twice sends in.Messages messages of as many contacts, and then follow-ups of the same contacts, a number of messages with
// each call of send. Rates and costs are per message, latencies per call.
func (in intake) twice(ctx context.Context, s *server, first, followUp string, some int, send func(round, i int) error) (rows []measured, err error) {
	calls := in.Messages / some
	callers := min(in.Callers, calls, maxWaiting/some)
	for round, name := range []string{first, followUp} {
		row, err := load(ctx, s.cpu, callers, calls, func(_ context.Context, i int) error { return send(round, i) })
		if err != nil {
			return nil, err
		}
		row.name, row.perSecond, row.cpu = name, row.perSecond*float64(some), row.cpu/time.Duration(some)
		rows = append(rows, row)
	}
	return rows, nil
}

// receive sends a message of a contact.
func (s *server) receive(ctx context.Context, channel, contact, id, text string) error {
	return s.Mutate(ctx, "messageReceive", message(channel, contact, id, text),
		"message { id } conversation { id team { id } assignee { id } } opened cursor", nil)
}

// message returns a message of a contact.
func message(channel, contact, id, text string) map[string]any {
	return map[string]any{"channelId": channel, "contact": map[string]any{"externalId": contact},
		"message": map[string]any{"externalId": id, "text": text}}
}

// receiveBatch sends a message of each of some contacts in one request. In a later round they have other ids.
func (s *server) receiveBatch(ctx context.Context, channel string, round int, contacts []string) error {
	messages := make([]any, len(contacts))
	for i, contact := range contacts {
		messages[i] = message(channel, contact, fmt.Sprintf("%d-%s", round, contact), question)
	}
	var answer struct {
		Results []struct{ UserErrors client.UserErrors }
	}
	err := s.Mutate(ctx, "messageReceiveBatch", map[string]any{"messages": messages},
		"results { message { id } conversation { id assignee { id } } cursor userErrors { code message } }", &answer)
	for _, result := range answer.Results {
		err = errors.Join(err, result.UserErrors.Err())
	}
	return err
}

// receiveMany sends messages in batches: one of each contact in each round.
func (s *server) receiveMany(ctx context.Context, channel string, contacts, rounds int) error {
	names := make([]string, contacts)
	for i := range names {
		names[i] = fmt.Sprintf("contact-%d", i)
	}
	for round := range rounds {
		for some := range slices.Chunk(names, batch) {
			if err := s.receiveBatch(ctx, channel, round, some); err != nil {
				return err
			}
		}
	}
	return nil
}

// allAssigned fails if a conversation has no assignee: less was measured then than should be.
func allAssigned(ctx context.Context, s *server) error {
	var answer struct{ Conversations struct{ TotalCount int } }
	err := s.Do(ctx, `{ conversations(filter: {unassigned: true}, first: 1) { totalCount } }`, nil, &answer)
	if n := answer.Conversations.TotalCount; err == nil && n > 0 {
		err = fmt.Errorf("%d conversations were not assigned", n)
	}
	return err
}

// inbound is a workflow that assigns every conversation in the team Support.
const inbound = `{"format": 1, "name": "Inbound",
	"trigger": {"on": "conversation.opened", "when": {"field": "conversation.source", "op": "equals", "value": "CONTACT"}},
	"steps": [{"key": "to_support", "route": {"team": "Support"}}, {"key": "hand_over", "assign": {"by": "team"}}]}`

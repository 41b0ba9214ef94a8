package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
)

// delays measures how long a contact's message takes to reach the screens of agents.
type delays struct {
	Rate   int           `default:"500" help:"Messages per second. They are sent at fixed times, whether earlier ones were answered or not."`
	For    time.Duration `default:"15s" help:"How long."`
	Agents int           `default:"20" help:"Connected agents, who all see everything."`
	New    int           `default:"10" help:"How many of a hundred messages open a conversation; the others follow up on one."`
}

func (in delays) rows(ctx context.Context) ([]measured, error) {
	return withServer(ctx, nil, func(s *server) ([]measured, error) { return in.measure(ctx, s) })
}

func (in delays) measure(ctx context.Context, s *server) ([]measured, error) {
	channel, err := s.seedSupport(ctx, in.Agents)
	if err != nil {
		return nil, err
	}
	if err := s.receiveMany(ctx, channel, in.Rate, 1); err != nil { // these contacts write the follow-ups
		return nil, err
	}
	n := int(in.For.Seconds() * float64(in.Rate))
	times := schedule{time.Now().Add(time.Second), in.Rate}
	var agents sync.WaitGroup
	shown, errs := make([]latencies, in.Agents), make([]error, in.Agents+1)
	for a := range in.Agents {
		k, err := s.agent(ctx, a)
		if err != nil {
			return nil, err
		}
		defer func() { _ = k.Close() }()
		agents.Go(func() { shown[a], errs[a] = watch(k, times, n) })
	}
	before := s.cpu()
	answered, err := times.run(n, func(i int) error {
		contact := fmt.Sprintf("contact-%d", i*7%in.Rate)
		if i%100 < in.New {
			contact = fmt.Sprintf("new-%d", i)
		}
		return s.receive(ctx, channel, contact, fmt.Sprintf("timed-%d", i), fmt.Sprintf("message %d", i))
	})
	agents.Wait()
	errs[in.Agents] = err
	cpu := (s.cpu() - before) / time.Duration(n)
	all := slices.Sorted(slices.Values(slices.Concat(shown...)))
	return []measured{
		{name: fmt.Sprintf("message to the sockets of %d agents at %d/s", in.Agents, in.Rate), perSecond: float64(in.Rate), latencies: all, cpu: cpu},
		{name: "message to its own answer", perSecond: float64(in.Rate), latencies: answered, cpu: cpu},
	}, errors.Join(errs...)
}

// agent subscribes as one of the agents, and waits until the stream is up to date.
func (s *server) agent(ctx context.Context, n int) (*socket, error) {
	agent, err := s.Login(ctx, fmt.Sprintf("agent-%d@localhost", n), agentPassword)
	if err != nil {
		return nil, err
	}
	k, err := connect(ctx, agent)
	if err != nil {
		return nil, err
	}
	if err := k.follow(""); err != nil {
		return nil, err
	}
	_, err = k.until(isReady, nil)
	return k, err
}

// mark begins the text of every message; its number follows.
const mark = `"text":"message `

// watch returns how long after it was due each of n messages is shown.
func watch(k *socket, times schedule, n int) (shown latencies, err error) {
	for len(shown) < n {
		if _, err := k.until([]byte(mark), nil); err != nil {
			return nil, fmt.Errorf("%d messages were not shown: %w", n-len(shown), err)
		}
		_, digits, _ := bytes.Cut(k.last, []byte(mark))
		digits, _, _ = bytes.Cut(digits, []byte(`"`))
		i, err := strconv.Atoi(string(digits))
		if err != nil {
			return nil, err
		}
		shown = append(shown, time.Since(times.due(i)))
	}
	return shown, nil
}

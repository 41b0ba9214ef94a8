package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
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

// traffic is the messages of one run, by number.
type traffic struct {
	due      []time.Time       // when each is sent
	answered []time.Duration   // how long after that its answer came
	shown    [][]time.Duration // for each agent, how long after that it was shown
}

func (in delays) measure(ctx context.Context, s *server) ([]measured, error) {
	channel, err := s.seedSupport(ctx, in.Agents)
	if err != nil {
		return nil, err
	}
	if err := s.send(ctx, channel, in.Rate, 1); err != nil { // contacts whom messages follow up on
		return nil, err
	}
	n := int(in.For.Seconds() * float64(in.Rate))
	t := &traffic{due: make([]time.Time, n), answered: make([]time.Duration, n)}
	begin := time.Now().Add(time.Second)
	for i := range t.due {
		t.due[i] = begin.Add(time.Duration(i) * time.Second / time.Duration(in.Rate))
	}
	var agents sync.WaitGroup
	failures := make(chan error, in.Agents+1)
	for a := range in.Agents {
		t.shown = append(t.shown, make([]time.Duration, n))
		k, err := s.agent(ctx, a)
		if err != nil {
			return nil, err
		}
		defer func() { _ = k.Close() }()
		agents.Go(func() { failures <- t.watch(k, t.shown[a]) })
	}
	before := s.cpu()
	failures <- in.send(ctx, s, channel, t)
	agents.Wait()
	cpu := (s.cpu() - before) / time.Duration(n)
	for range in.Agents + 1 {
		if err := <-failures; err != nil {
			return nil, err
		}
	}
	return []measured{
		in.row(fmt.Sprintf("message to the sockets of %d agents at %d/s", in.Agents, in.Rate), slices.Concat(t.shown...), cpu),
		in.row("message to its own answer", t.answered, cpu),
	}, nil
}

func (in delays) row(name string, took latencies, cpu time.Duration) measured {
	slices.Sort(took)
	return measured{name: name, perSecond: float64(in.Rate), latencies: took, cpu: cpu}
}

// agent subscribes as one of the agents, and waits until the stream is up to date.
func (s *server) agent(ctx context.Context, n int) (*socket, error) {
	token, err := s.login(ctx, fmt.Sprintf("agent-%d@localhost", n), agentPassword)
	if err != nil {
		return nil, err
	}
	k, err := s.connect(ctx, token)
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

// watch notes when each message is shown, until all are.
func (t *traffic) watch(k *socket, shown []time.Duration) error {
	for missing := len(shown); missing > 0; {
		_, err := k.until([]byte(mark), nil)
		if err != nil {
			return fmt.Errorf("%d messages were not shown: %w", missing, err)
		}
		_, digits, _ := bytes.Cut(k.last, []byte(mark))
		digits, _, _ = bytes.Cut(digits, []byte(`"`))
		i, err := strconv.Atoi(string(digits))
		if err != nil {
			return err
		}
		shown[i] = time.Since(t.due[i])
		missing--
	}
	return nil
}

// send sends the messages, each at its time.
func (in delays) send(ctx context.Context, s *server, channel string, t *traffic) error {
	runtime.LockOSThread() // it sleeps by the system: the runtime sleeps for whole milliseconds
	defer runtime.UnlockOSThread()
	var sending sync.WaitGroup
	errs := make([]error, len(t.due))
	for i, due := range t.due {
		for wait := time.Until(due); wait > 0; wait = time.Until(due) {
			pause := syscall.NsecToTimespec(wait.Nanoseconds())
			if err := syscall.Nanosleep(&pause, nil); err != nil && !errors.Is(err, syscall.EINTR) {
				return err
			}
		}
		contact := fmt.Sprintf("contact-%d", i*7%in.Rate)
		if i%100 < in.New {
			contact = fmt.Sprintf("new-%d", i)
		}
		sending.Go(func() {
			var answer json.RawMessage
			errs[i] = s.query(ctx, receive, map[string]any{"i": message(channel, contact, fmt.Sprintf("timed-%d", i), fmt.Sprintf("message %d", i))}, &answer)
			t.answered[i] = time.Since(due)
		})
	}
	sending.Wait()
	return errors.Join(errs...)
}

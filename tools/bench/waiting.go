package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// waiting measures what waiting runs cost, and how fast runs that are due at once continue.
type waiting struct {
	Runs int           `default:"10000" help:"Runs that wait: half of them in a question, half for a time."`
	Due  int           `default:"1000" help:"Runs due in the same second."`
	Idle time.Duration `default:"10s" help:"How long they are watched waiting."`
}

func (in waiting) rows(ctx context.Context) ([]measured, error) {
	return withProgram(ctx, func(p program, dir string) (rows []measured, err error) {
		path := ""
		for _, runs := range []int{0, in.Runs} {
			path = filepath.Join(dir, fmt.Sprintf("waiting-%d.db", runs))
			_, err := p.on(ctx, path, func(s *server) ([]measured, error) { return nil, s.makeWait(ctx, runs) })
			if err != nil {
				return nil, fmt.Errorf("prepare: %w", err)
			}
			idle, err := in.watch(ctx, p, path)
			if err != nil {
				return nil, err
			}
			rows = append(rows, measured{name: fmt.Sprintf("idle, %d runs wait", runs), note: idle})
		}
		due, err := p.on(ctx, path, func(s *server) ([]measured, error) { return in.fire(ctx, s) })
		return append(rows, due...), err
	})
}

// makeWait starts runs that wait.
func (s *server) makeWait(ctx context.Context, runs int) error {
	for name, step := range map[string]string{
		"Questions": `{"key": "topic", "ask": {"text": "What is it about?", "answer": "text", "saveTo": {"variable": "topic"}}}`,
		"Times":     `{"key": "tomorrow", "wait": {"for": "P1D"}}`,
	} {
		channel, _, err := s.seedWorkflow(ctx, name, step)
		if err != nil {
			return err
		}
		if err := s.receiveMany(ctx, channel, runs/2, 1); err != nil {
			return err
		}
	}
	return nil
}

// watch starts a server without a login, and returns what it uses when left alone.
func (in waiting) watch(ctx context.Context, p program, path string) (note string, err error) {
	s, err := p.launch(ctx, path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return s.idle(ctx, in.Idle), ctx.Err()
}

// idle returns what the server uses while it is left alone for d, in words.
func (s *server) idle(ctx context.Context, d time.Duration) string {
	pause(ctx, d/5) // so that earlier work does not count
	before := s.cpu()
	pause(ctx, d)
	return fmt.Sprintf("%.1f MB resident, %.2f %% of a processor", float64(s.stat().ResidentMemory())/1e6, 100*float64(s.cpu()-before)/float64(d))
}

// fire makes runs wait for the same time, and measures how long after it the last one ended.
func (in waiting) fire(ctx context.Context, s *server) ([]measured, error) {
	until := time.Now().Add(10 * time.Second).Truncate(time.Second)
	channel, workflow, err := s.seedWorkflow(ctx, "Due", fmt.Sprintf(
		`{"key": "then", "wait": {"until": %q}}, {"key": "say", "send": {"text": "It is time."}}`, until.UTC().Format(time.RFC3339)))
	if err != nil {
		return nil, err
	}
	if err := s.receiveMany(ctx, channel, in.Due, 1); err != nil {
		return nil, err
	}
	if time.Now().After(until) {
		return nil, errors.New("the runs did not begin to wait in time")
	}
	for pause(ctx, time.Until(until)); ctx.Err() == nil; pause(ctx, 10*time.Millisecond) {
		var left struct {
			Workflow struct {
				Runs struct{ Nodes []struct{ ID string } }
			}
		}
		err := s.Do(ctx, `query($id: ID!) { workflow(id: $id) { runs(status: WAITING, first: 1) { nodes { id } } } }`,
			map[string]any{"id": workflow}, &left)
		if err != nil {
			return nil, err
		}
		if len(left.Workflow.Runs.Nodes) == 0 {
			name := fmt.Sprintf("%d runs due in one second, until the last has ended", in.Due)
			return []measured{{name: name, latencies: latencies{time.Since(until)}}}, nil
		}
	}
	return nil, ctx.Err()
}

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

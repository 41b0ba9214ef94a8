package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// waiting measures what waiting runs cost, and how fast runs continue that are due at once.
type waiting struct {
	Runs int           `default:"10000" help:"Runs that wait: half of them in a question, half for a time."`
	Due  int           `default:"1000" help:"Runs due in the same second."`
	Idle time.Duration `default:"10s" help:"How long they are watched waiting."`
}

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
		rows = append(rows, measured{name: fmt.Sprintf("idle, %d runs wait", runs), note: idle})
	}
	took, err := in.fire(ctx, dir, path)
	return append(rows, measured{name: fmt.Sprintf("%d runs due in one second, until the last has ended", in.Due), latencies: latencies{took}}), err
}

// prepare makes a database in which runs wait.
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
		channel, _, err := s.seedWorkflow(ctx, name, step)
		if err != nil {
			return err
		}
		if err := s.send(ctx, channel, in.Runs/2, 1); err != nil {
			return err
		}
	}
	return nil
}

// watch starts a server and returns what it uses when left alone.
func (in waiting) watch(ctx context.Context, dir, path string) (note string, err error) {
	binary, err := build(ctx, dir)
	if err != nil {
		return "", err
	}
	s, err := launch(ctx, binary, path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	return s.idle(ctx, in.Idle), ctx.Err()
}

// idle returns what the server uses while it is left alone for d, in words.
func (s *server) idle(ctx context.Context, d time.Duration) string {
	pause(ctx, d/5) // so that what happened before does not count
	before := s.cpu()
	pause(ctx, d)
	return fmt.Sprintf("%.1f MB resident, %.2f %% of a processor", float64(s.resident())/1e6, 100*float64(s.cpu()-before)/float64(d))
}

// fire makes runs wait for the same time, and returns how long after it the last one ended.
func (in waiting) fire(ctx context.Context, dir, path string) (took time.Duration, err error) {
	s, err := start(ctx, dir, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	until := time.Now().Add(10 * time.Second).Truncate(time.Second)
	channel, workflow, err := s.seedWorkflow(ctx, "Due", fmt.Sprintf(
		`{"key": "then", "wait": {"until": %q}}, {"key": "say", "send": {"text": "It is time."}}`, until.UTC().Format(time.RFC3339)))
	if err != nil {
		return 0, err
	}
	if err := s.send(ctx, channel, in.Due, 1); err != nil {
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

// pause waits for d or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

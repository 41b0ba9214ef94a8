package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
)

// starts measures how long a server takes to be ready.
type starts struct {
	Size     int `default:"100000" help:"Conversations in the database."`
	Starts   int `default:"5" help:"Starts after a stop, and after a kill."`
	Messages int `default:"2000" help:"Messages that a kill leaves in the write-ahead log."`
	filled
}

func (in starts) rows(ctx context.Context) ([]measured, error) {
	return withProgram(ctx, func(p program, dir string) ([]measured, error) {
		path := filepath.Join(dir, "start.db")
		if err := in.copyTo(ctx, path, in.Size); err != nil {
			return nil, fmt.Errorf("fill: %w", err)
		}
		s, err := p.serve(ctx, path) // creates the owner, which later starts do not
		if err != nil {
			return nil, err
		}
		s, stopped, err := in.restart(ctx, s, p, path, (*server).stop)
		if err != nil {
			return nil, err
		}
		s, killed, err := in.restart(ctx, s, p, path, func(s *server) error { return in.kill(ctx, s) })
		if err != nil {
			return nil, err
		}
		return []measured{
			{name: fmt.Sprintf("start with %d conversations", in.Size), latencies: stopped},
			{name: fmt.Sprintf("start after kill -9 with %d messages in the WAL", in.Messages), latencies: killed},
		}, s.stop()
	})
}

// restart ends a server and starts it again in.Starts times. It returns the last one and how long each took to be ready.
func (in starts) restart(ctx context.Context, s *server, p program, path string, end func(*server) error) (*server, latencies, error) {
	var took latencies
	for range in.Starts {
		if err := end(s); err != nil {
			return nil, nil, err
		}
		var err error
		if s, err = p.serve(ctx, path); err != nil {
			return nil, nil, err
		}
		took = append(took, s.took)
	}
	slices.Sort(took)
	return s, took, nil
}

// kill ends a server as a crash would, with messages in its write-ahead log.
func (in starts) kill(ctx context.Context, s *server) error {
	_, err := load(ctx, s.cpu, 32, in.Messages, func(ctx context.Context, i int) error {
		name := fmt.Sprintf("late-%d", i)
		return s.receive(ctx, filledChannel, name, name, question)
	})
	return errors.Join(err, s.kill())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// starts measures how long a server takes to be ready.
type starts struct {
	Size     int `default:"100000" help:"Conversations in the database."`
	Starts   int `default:"5" help:"Starts after a stop, and after a kill."`
	Messages int `default:"2000" help:"Messages that a kill leaves in the write-ahead log."`
	filled
}

func (in starts) rows(ctx context.Context) ([]measured, error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	path := filepath.Join(dir, "start.db")
	if err := in.copyTo(ctx, path, in.Size); err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	binary, err := build(ctx, dir)
	if err != nil {
		return nil, err
	}
	s, err := serve(ctx, binary, path) // creates the owner, which later starts do not
	if err != nil {
		return nil, err
	}
	s, stopped, err := in.restart(ctx, s, binary, path, (*server).stop)
	if err != nil {
		return nil, err
	}
	s, killed, err := in.restart(ctx, s, binary, path, func(s *server) error { return in.kill(ctx, s) })
	if err != nil {
		return nil, err
	}
	return []measured{
		{name: fmt.Sprintf("start with %d conversations", in.Size), latencies: stopped},
		{name: fmt.Sprintf("start after kill -9 with %d messages in the WAL", in.Messages), latencies: killed},
	}, s.stop()
}

// restart ends a server and starts it again in.Starts times. It returns the last one and how long each took to be ready.
func (in starts) restart(ctx context.Context, s *server, binary, path string, end func(*server) error) (*server, latencies, error) {
	var took latencies
	for range in.Starts {
		if err := end(s); err != nil {
			return nil, nil, err
		}
		token, begun := s.token, time.Now()
		next, err := launch(ctx, binary, path)
		if err != nil {
			return nil, nil, err
		}
		took = append(took, time.Since(begun))
		s, next.token = next, token
	}
	slices.Sort(took)
	return s, took, nil
}

// kill ends a server as a crash would, with messages in its write-ahead log.
func (in starts) kill(ctx context.Context, s *server) error {
	channel, err := s.channel(ctx)
	if err != nil {
		return err
	}
	_, err = load(ctx, s.cpu, 32, in.Messages, func(ctx context.Context, i int) error {
		name := fmt.Sprintf("late-%d", i)
		return s.query(ctx, receive, map[string]any{"i": message(channel, name, name, question)}, &struct{}{})
	})
	return errors.Join(err, s.kill())
}

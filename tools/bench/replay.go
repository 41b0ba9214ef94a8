package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"
)

// replays measures how long it takes to catch up with missed events.
type replays struct {
	Events int `default:"10000" help:"Events that were missed."`
	Rounds int `default:"5" help:"How often they are caught up with."`
}

// rows returns a row for a server that has the newest events in memory, and one for a server that has just been started.
func (in replays) rows(ctx context.Context) ([]measured, error) {
	return withProgram(ctx, func(p program, dir string) ([]measured, error) {
		path, after := filepath.Join(dir, "replay.db"), ""
		rows, err := p.on(ctx, path, func(s *server) (rows []measured, err error) {
			if after, err = in.miss(ctx, s); err != nil {
				return nil, err
			}
			return in.measure(ctx, s, after, "from a server that runs")
		})
		if err != nil {
			return nil, err
		}
		started, err := p.on(ctx, path, func(s *server) ([]measured, error) { return in.measure(ctx, s, after, "after a new start") })
		return append(rows, started...), err
	})
}

// miss makes conversations of three messages each, and returns the cursor before the last in.Events events.
func (in replays) miss(ctx context.Context, s *server) (string, error) {
	channel, err := s.seedSupport(ctx, 20)
	if err != nil {
		return "", err
	}
	var answer struct{ Head string }
	if err := s.Do(ctx, `query { head }`, nil, &answer); err != nil {
		return "", err
	}
	if err := s.receiveMany(ctx, channel, in.Events/6+1, 3); err != nil {
		return "", err
	}
	k, err := connect(ctx, s.Client)
	if err != nil {
		return "", err
	}
	defer func() { _ = k.Close() }()
	if err := k.follow(answer.Head); err != nil {
		return "", err
	}
	cursors := []string{answer.Head}
	_, err = k.until(isReady, func(message []byte) {
		_, cursor, _ := bytes.Cut(message, []byte(`"cursor":"`))
		cursor, _, _ = bytes.Cut(cursor, []byte(`"`))
		cursors = append(cursors, string(cursor))
	})
	if err == nil && len(cursors) <= in.Events {
		err = fmt.Errorf("%d events happened, want %d", len(cursors)-1, in.Events)
	}
	if err != nil {
		return "", err
	}
	return cursors[len(cursors)-1-in.Events], nil
}

func (in replays) measure(ctx context.Context, s *server, after, name string) ([]measured, error) {
	row := measured{name: fmt.Sprintf("replay of %d events %s", in.Events, name)}
	before := s.cpu()
	for range in.Rounds {
		k, err := connect(ctx, s.Client)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		if err := k.follow(after); err != nil {
			return nil, err
		}
		n, err := k.until(isReady, nil)
		if err != nil {
			return nil, err
		}
		if n != in.Events {
			return nil, fmt.Errorf("%d events came, want %d", n, in.Events)
		}
		row.latencies = append(row.latencies, time.Since(begun))
		if err := k.Close(); err != nil {
			return nil, err
		}
	}
	slices.Sort(row.latencies)
	row.perSecond = float64(in.Events) / row.latencies.at(50).Seconds()
	row.cpu = (s.cpu() - before) / time.Duration(in.Rounds*in.Events)
	return []measured{row}, nil
}

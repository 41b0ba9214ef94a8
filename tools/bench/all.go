package main

import (
	"context"
	"fmt"
	"os"
	"time"
)

// all measures everything, one after the other, and prints one table.
type all struct {
	Intake      intake      `embed:"" prefix:"intake-"`
	Fanout      fanout      `embed:"" prefix:"fanout-"`
	Connections connections `embed:"" prefix:"connections-"`
	Latency     delays      `embed:"" prefix:"latency-"`
	Sizes       []int       `default:"1000,100000,1000000" help:"Conversations in the databases that inbox pages are read from; the server is started on the largest."`
	Inbox       inboxs      `embed:"" prefix:"inbox-"`
	Replay      replays     `embed:"" prefix:"replay-"`
	Start       starts      `embed:"" prefix:"start-"`
	Waiting     waiting     `embed:"" prefix:"waiting-"`
	Hostile     hostile     `embed:"" prefix:"hostile-"`
	Operations  operations  `embed:"" prefix:"operations-"`
	Requests    requests    `embed:"" prefix:"requests-"`
}

// Run prints the table.
func (a all) Run(ctx context.Context) error { return show(ctx, a.rows) }

func (a all) rows(ctx context.Context) ([]measured, error) {
	a.Inbox.Sizes, a.Start.Size = a.Sizes, a.Sizes[len(a.Sizes)-1]
	a.Operations.Runs, a.Operations.Show = 3, 5 // it would take as long as everything else
	var rows []measured
	for _, part := range []struct {
		name string
		rows func(context.Context) ([]measured, error)
	}{
		{"intake", a.Intake.rows}, {"fanout", a.Fanout.rows}, {"connections", a.Connections.rows}, {"latency", a.Latency.rows},
		{"inbox", a.Inbox.rows}, {"replay", a.Replay.rows}, {"start", a.Start.rows}, {"waiting", a.Waiting.rows},
		{"hostile", a.Hostile.rows}, {"operations", a.Operations.rows}, {"requests", a.Requests.rows},
	} {
		began := time.Now()
		more, err := part.rows(ctx)
		rows = append(rows, more...)
		if err != nil {
			return rows, fmt.Errorf("%s: %w", part.name, err)
		}
		_, _ = fmt.Fprintf(os.Stderr, "%s: %s\n", part.name, time.Since(began).Round(time.Second))
	}
	return rows, nil
}

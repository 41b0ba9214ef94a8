// Command bench measures Foyer and prints one table, with ratios to what the same machine achieves in the same run. `go
// run ./tools/bench --help` lists what can be measured.
//
// It builds and starts the real server, on databases of its own, and stops it. Nothing else should run meanwhile.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"reflect"
	"time"

	"github.com/alecthomas/kong"
)

// commands are what can be measured.
type commands struct {
	All         all         `cmd:"" help:"All of it, in one table."`
	Intake      intake      `cmd:"" help:"Durable intake over HTTP, against the floor."`
	Inbox       inboxs      `cmd:"" help:"An inbox page over HTTP at several sizes."`
	Fanout      fanout      `cmd:"" help:"Events to many identical subscriptions, one at a time and in bursts, against stock gqlgen."`
	Activity    activity    `cmd:"" help:"Events to many agents while some of them type, against the same while nobody does."`
	Connections connections `cmd:"" help:"What many idle subscriptions take, and whether an event reaches all of them."`
	Latency     delays      `cmd:"" help:"From a contact's message to the screens of agents."`
	Replay      replays     `cmd:"" help:"Catching up with events that were missed, over a websocket."`
	Start       starts      `cmd:"" help:"From the start of the process until it is ready."`
	Waiting     waiting     `cmd:"" help:"What runs of workflows cost while they wait, and how fast they go on."`
	Drain       drain       `cmd:"" help:"How fast a queue drains when many agents come online at once."`
	Hostile     hostile     `cmd:"" help:"Inbox pages and intake beside an account that asks for the costliest things as fast as it may."`
	Operations  operations  `cmd:"" help:"What each operation of the schema takes at most, with inputs at their limits."`
	Requests    requests    `cmd:"" help:"What workflows send to the outside: how fast, and how many at once."`

	Pairs pairs `cmd:"" help:"The working tree against another commit, in turn: what has become faster or slower."`

	FanoutServer fanoutServer `cmd:"" hidden:""` // what fanout and connections start
}

// part measures something. If measuring fails half-way, it returns the rows so far.
type part interface {
	rows(ctx context.Context) ([]measured, error)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	command := kong.Parse(new(commands), kong.Name("bench"), kong.BindTo(ctx, (*context.Context)(nil)))
	run := func() error { return command.Run() }
	if p, ok := reflect.TypeAssert[part](command.Selected().Target.Addr()); ok {
		run = func() error { return show(ctx, p) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// all measures everything, one after the other.
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
	Drain       drain       `embed:"" prefix:"drain-"`
	Hostile     hostile     `embed:"" prefix:"hostile-"`
	Operations  operations  `embed:"" prefix:"operations-"`
	Requests    requests    `embed:"" prefix:"requests-"`
}

func (a *all) rows(ctx context.Context) ([]measured, error) {
	a.Inbox.Sizes, a.Start.Size = a.Sizes, a.Sizes[len(a.Sizes)-1]
	a.Operations.Runs, a.Operations.Show = 3, 5 // it would take as long as everything else
	var rows []measured
	for _, p := range []part{&a.Intake, &a.Fanout, &a.Connections, &a.Latency, &a.Inbox, &a.Replay, &a.Start, &a.Waiting, &a.Drain, &a.Hostile,
		&a.Operations, &a.Requests} {
		began := time.Now()
		more, err := p.rows(ctx)
		rows = append(rows, more...)
		if err != nil {
			return rows, fmt.Errorf("%T: %w", p, err)
		}
		_, _ = fmt.Fprintf(os.Stderr, "%T: %s\n", p, time.Since(began).Round(time.Second))
	}
	return rows, nil
}

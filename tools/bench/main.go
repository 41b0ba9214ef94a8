package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"
)

// commands is what can be measured.
type commands struct {
	All         all         `cmd:"" help:"All of it, in one table."`
	Intake      intake      `cmd:"" help:"Durable intake over HTTP, against the floor."`
	Inbox       inboxs      `cmd:"" help:"An inbox page over HTTP at several sizes."`
	Fanout      fanout      `cmd:"" help:"Events to many identical subscriptions, one at a time and in bursts, against stock gqlgen."`
	Connections connections `cmd:"" help:"What many idle subscriptions take, and whether an event reaches all of them."`
	Latency     delays      `cmd:"" help:"From a contact's message to the screens of agents."`
	Replay      replays     `cmd:"" help:"Catching up with events that were missed, over a websocket."`
	Start       starts      `cmd:"" help:"From the start of the process until it is ready."`
	Waiting     waiting     `cmd:"" help:"What runs of workflows cost while they wait, and how fast they go on."`
	Hostile     hostile     `cmd:"" help:"Inbox pages and intake beside an account that asks for the dearest things as fast as it may."`
	Operations  operations  `cmd:"" help:"What each operation of the schema takes at most, with inputs at their limits."`
	Requests    requests    `cmd:"" help:"What workflows send to the outside: how fast, and how many at once."`

	Pairs pairs `cmd:"" help:"The working tree against another commit, in turn: what has become faster or slower."`

	FanoutServer fanoutServer `cmd:"" hidden:""` // what fanout and connections start
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var cli commands
	command := kong.Parse(&cli, kong.Name("bench"), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

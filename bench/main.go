package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/alecthomas/kong"
)

// commands is what can be measured.
type commands struct {
	Intake  intake  `cmd:"" help:"Durable intake over HTTP, against the floor."`
	Inbox   inboxs  `cmd:"" help:"An inbox page over HTTP at several sizes."`
	Latency delays  `cmd:"" help:"From a contact's message to the screens of agents."`
	Replay  replays `cmd:"" help:"Catching up with events that were missed, over a websocket."`
	Start   starts  `cmd:"" help:"From the start of the process until it is ready."`
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

// measured is one row of the table.
type measured struct {
	name      string
	perSecond float64
	latencies latencies
	cpu       time.Duration // of the server or, in process, of everything; per operation
	floor     float64       // perSecond of what it is compared with; 0: nothing
	base      time.Duration // p50 of what it is compared with; 0: nothing
}

func printTable(rows []measured) {
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%-44s %10s %9s %9s %9s %7s\n", "", "per s", "p50 ms", "p99 ms", "CPU µs", "ratio")
	for _, m := range rows {
		ratio := ""
		if m.floor > 0 {
			ratio = fmt.Sprintf("%.2f", m.perSecond/m.floor)
		}
		if m.base > 0 {
			ratio = fmt.Sprintf("%.2f", float64(m.latencies.at(50))/float64(m.base))
		}
		_, _ = fmt.Fprintf(out, "%-44s %10.0f %9.2f %9.2f %9.0f %7s\n", m.name, m.perSecond, ms(m.latencies.at(50)), ms(m.latencies.at(99)),
			float64(m.cpu.Nanoseconds())/1000, ratio)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

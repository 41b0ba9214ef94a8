package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"time"

	"github.com/alecthomas/kong"
)

// commands is what can be measured.
type commands struct {
	Intake  intake  `cmd:"" help:"Durable intake over HTTP, against the floor."`
	Inbox   inboxs  `cmd:"" help:"An inbox page over HTTP at several sizes."`
	Waiting waiting `cmd:"" help:"What runs cost while they wait, and how fast they go on."`
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
}

// ratio is how a row compares; 0 where there is nothing to compare it with.
func (m measured) ratio() float64 {
	if m.floor == 0 {
		return 0
	}
	return m.perSecond / m.floor
}

// medians gives of each row the round with the median ratio, or the median rate where there is no ratio.
func medians(rounds [][]measured) []measured {
	rows := make([]measured, len(rounds[0]))
	for i := range rows {
		row := make([]measured, len(rounds))
		for r, round := range rounds {
			row[r] = round[i]
		}
		slices.SortFunc(row, func(a, b measured) int {
			return cmp.Or(cmp.Compare(a.ratio(), b.ratio()), cmp.Compare(a.perSecond, b.perSecond))
		})
		rows[i] = row[len(row)/2]
	}
	return rows
}

func printTable(rows []measured) {
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%-44s %10s %9s %9s %9s %7s\n", "", "per s", "p50 ms", "p99 ms", "CPU µs", "ratio")
	for _, m := range rows {
		ratio := ""
		if m.floor > 0 {
			ratio = fmt.Sprintf("%.2f", m.ratio())
		}
		_, _ = fmt.Fprintf(out, "%-44s %10.0f %9.2f %9.2f %9.0f %7s\n", m.name, m.perSecond, ms(m.latencies.at(50)), ms(m.latencies.at(99)),
			float64(m.cpu.Nanoseconds())/1000, ratio)
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

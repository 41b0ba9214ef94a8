package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// commands is what can be measured.
type commands struct {
	Intake intake `cmd:"" help:"Durable intake over HTTP, against the floor."`
	Inbox  inboxs `cmd:"" help:"An inbox page over HTTP at several sizes."`

	Fanout      fanout      `cmd:"" help:"Events to many identical subscriptions, one at a time and in bursts, against stock gqlgen."`
	Connections connections `cmd:"" help:"What many idle subscriptions take, and whether an event reaches all of them."`

	FanoutServer fanoutServer `cmd:"" hidden:""` // what the two above start
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
	ratio     float64       // another ratio, of what the row's note says; 0: none
	note      string
}

func printTable(rows []measured) {
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%-52s %10s %9s %9s %9s %7s\n", "", "per s", "p50 ms", "p99 ms", "CPU µs", "ratio")
	for _, m := range rows {
		ratio := m.ratio
		if m.floor > 0 {
			ratio = m.perSecond / m.floor
		}
		line := fmt.Sprintf("%-52s %10s %9s %9s %9s %7s  %s", m.name, cell(m.perSecond, 0), cell(ms(m.latencies.at(50)), 2),
			cell(ms(m.latencies.at(99)), 2), cell(float64(m.cpu.Nanoseconds())/1000, decimals(m.cpu)), cell(ratio, 2), m.note)
		_, _ = fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}

// cell shows a figure, and nothing where there is none.
func cell(value float64, decimals int) string {
	if value == 0 {
		return ""
	}
	return strconv.FormatFloat(value, 'f', decimals, 64)
}

// decimals gives how many decimals microseconds are shown with: what takes few of them is measured over many.
func decimals(cpu time.Duration) int {
	if cpu < 100*time.Microsecond {
		return 2
	}
	return 0
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

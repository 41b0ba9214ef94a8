package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// measured is one row of the table. What is zero was not measured.
type measured struct {
	name      string
	perSecond float64
	latencies latencies
	cpu       time.Duration // of the server or, in process, of everything; per operation
	note      string

	// What the row is compared with: at most one of them.
	floor float64       // a rate
	base  time.Duration // a p50
	ratio float64       // what the note says
}

// compared is how a row compares; 0 where there is nothing to compare it with.
func (m measured) compared() float64 {
	switch {
	case m.floor > 0:
		return m.perSecond / m.floor
	case m.base > 0:
		return float64(m.latencies.at(50)) / float64(m.base)
	default:
		return m.ratio
	}
}

// medians returns of each row the round with the median ratio, or the median rate where there is no ratio.
func medians(rounds [][]measured) []measured {
	rows := make([]measured, len(rounds[0]))
	for i := range rows {
		row := make([]measured, len(rounds))
		for r, round := range rounds {
			row[r] = round[i]
		}
		slices.SortFunc(row, func(a, b measured) int {
			return cmp.Or(cmp.Compare(a.compared(), b.compared()), cmp.Compare(a.perSecond, b.perSecond))
		})
		rows[i] = row[len(row)/2]
	}
	return rows
}

// show measures and prints the table: what there is of it, where measuring failed half way.
func show(ctx context.Context, measure func(context.Context) ([]measured, error)) error {
	rows, err := measure(ctx)
	if len(rows) > 0 {
		printTable(rows)
	}
	return err
}

func printTable(rows []measured) {
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%-56s %10s %9s %9s %9s %7s\n", "", "per s", "p50 ms", "p99 ms", "CPU µs", "ratio")
	for _, m := range rows {
		line := fmt.Sprintf("%-56s %10s %9s %9s %9s %7s  %s", m.name, cell(m.perSecond, 0), cell(ms(m.latencies.at(50)), 2),
			cell(ms(m.latencies.at(99)), 2), cell(float64(m.cpu.Nanoseconds())/1000, decimals(m.cpu)), cell(m.compared(), 2), m.note)
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

// decimals returns how many decimals microseconds are shown with: what takes few of them is measured over many.
func decimals(cpu time.Duration) int {
	if cpu < 100*time.Microsecond {
		return 2
	}
	return 0
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

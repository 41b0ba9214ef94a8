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

// measured is one row of the table. A zero was not measured.
type measured struct {
	name      string
	perSecond float64
	latencies latencies
	cpu       time.Duration // of the server or, in process, of everything; per operation
	note      string
	ratio     float64 // to the value that the part or the note names
}

// medians returns each row of the round that has its median ratio, or its median rate if there is no ratio.
func medians(rounds [][]measured) []measured {
	rows := make([]measured, len(rounds[0]))
	for i := range rows {
		row := make([]measured, len(rounds))
		for r, round := range rounds {
			row[r] = round[i]
		}
		slices.SortFunc(row, func(a, b measured) int {
			return cmp.Or(cmp.Compare(a.ratio, b.ratio), cmp.Compare(a.perSecond, b.perSecond))
		})
		rows[i] = row[len(row)/2]
	}
	return rows
}

// show measures a part and prints its table.
func show(ctx context.Context, p part) error {
	rows, err := p.rows(ctx)
	if len(rows) == 0 {
		return err
	}
	out := os.Stdout
	_, _ = fmt.Fprintf(out, "%-56s %10s %9s %9s %9s %7s\n", "", "per s", "p50 ms", "p99 ms", "CPU µs", "ratio")
	for _, m := range rows {
		line := fmt.Sprintf("%-56s %10s %9s %9s %9s %7s  %s", m.name, cell(m.perSecond, 0), cell(ms(m.latencies.at(50)), 2),
			cell(ms(m.latencies.at(99)), 2), cell(float64(m.cpu.Nanoseconds())/1000, decimals(m.cpu)), cell(m.ratio, 2), m.note)
		_, _ = fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	return err
}

// cell returns a figure as text, or "" if there is none.
func cell(value float64, decimals int) string {
	if value == 0 {
		return ""
	}
	return strconv.FormatFloat(value, 'f', decimals, 64)
}

// decimals returns the number of decimals of microseconds: a short time is measured over many operations.
func decimals(cpu time.Duration) int {
	if cpu < 100*time.Microsecond {
		return 2
	}
	return 0
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// operations measures the most that each operation of the schema takes, with inputs at their limits, one request at a time.
// The server is in this process, so a request is a function call, and the processor time of the process is the request's.
type operations struct {
	Size int    `default:"300000" help:"Conversations in the database."`
	Runs int    `default:"20" help:"How often the costliest request of each operation is sent for its median."`
	Show int    `default:"15" help:"How many operations are shown, the costliest first; all that exceed a limit are."`
	Only string `help:"One operation, such as Query.contacts; all where it is left out."`
	filled
}

// The limits of an operation, and of one that is sent without a token.
var (
	most         = spent{writer: 100 * time.Millisecond, cpu: time.Second, bytes: 16 << 20}
	mostStranger = spent{writer: time.Millisecond, cpu: 20 * time.Millisecond, bytes: 64 << 10}
)

// spent is what a request has used.
type spent struct {
	writer time.Duration // the longest that one function held the store's writer
	commit time.Duration // its longest commit, which others share
	cpu    time.Duration // of the process
	bytes  int           // of the answer
	code   string        // why it was refused; empty if it was not
}

// beyond returns the names of the figures that are above a limit.
func (s spent) beyond(limit spent) string {
	var names []string
	if s.writer > limit.writer {
		names = append(names, "WRITER")
	}
	if s.cpu > limit.cpu {
		names = append(names, "CPU")
	}
	if s.bytes > limit.bytes {
		names = append(names, "BYTES")
	}
	return strings.Join(names, " ")
}

// costliness returns the largest share of a limit that a request used.
func (s spent) costliness(limit spent) float64 {
	return max(float64(s.writer)/float64(limit.writer), float64(s.cpu)/float64(limit.cpu), float64(s.bytes)/float64(limit.bytes))
}

// costly is the costliest request of an operation.
type costly struct {
	operation, how string // which of its requests
	spent
	limit    spent
	accepted int // of its requests
	refused  map[string]int
}

func (in operations) rows(ctx context.Context) ([]measured, error) {
	return inScratch(func(dir string) ([]measured, error) {
		path := filepath.Join(dir, "operations.db")
		if err := in.copyTo(ctx, path, in.Size); err != nil {
			return nil, fmt.Errorf("fill: %w", err)
		}
		l, err := openLocalServer(ctx, path, in.Size)
		if err != nil {
			return nil, err
		}
		defer l.close()
		var found []costly
		for _, name := range l.names() {
			if in.Only == "" || in.Only == name {
				found = append(found, in.costliest(l, name))
			}
		}
		if in.Only == "" {
			found = append(found, in.strangers(l)...)
		}
		return in.shown(found), nil
	})
}

// shown returns rows of the costliest operations, and one that lists the operations of which no request was accepted.
func (in operations) shown(found []costly) []measured {
	slices.SortStableFunc(found, func(a, b costly) int { return cmp.Compare(b.costliness(b.limit), a.costliness(a.limit)) })
	var rows []measured
	var never []string
	for i, d := range found {
		if d.accepted == 0 {
			never = append(never, fmt.Sprintf("%s (%v)", d.operation, d.refused))
		}
		if beyond := d.beyond(d.limit); i < in.Show || beyond != "" {
			rows = append(rows, measured{name: d.operation, cpu: d.cpu, note: strings.TrimSpace(fmt.Sprintf(
				"writer %.1f ms, commit %.1f ms, %.1f KiB, %s  %s", ms(d.writer), ms(d.commit), float64(d.bytes)/1024, d.how, beyond))})
		}
	}
	rows = append(rows, measured{name: fmt.Sprintf("%d operations", len(found))})
	if len(never) > 0 {
		rows = append(rows, measured{name: "of these none was accepted", note: strings.Join(never, ", ")})
	}
	return rows
}

// costliest tries each request of an operation once, repeats the costliest, and returns its median.
func (in operations) costliest(l *localServer, name string) costly {
	d := costly{operation: name, limit: most, refused: map[string]int{}}
	var worst trial
	for _, t := range l.trials(name) {
		s := l.ask(t.make())
		if s.code == "" {
			d.accepted++
		} else {
			d.refused[s.code]++
		}
		if worst.make == nil || s.costliness(most) > d.costliness(most) {
			worst, d.spent, d.how = t, s, t.how
		}
	}
	repeated := in.repeat(l, worst)
	repeated.writer, repeated.bytes = max(repeated.writer, d.writer), max(repeated.bytes, d.bytes)
	d.spent = repeated
	if d.code != "" {
		d.how += ", refused: " + d.code
	}
	return d
}

// repeat sends a request several times. It returns the median of the processor time, and the maximum of everything else.
func (in operations) repeat(l *localServer, t trial) spent {
	var all spent
	var cpu latencies
	for range max(in.Runs, 1) {
		s := l.ask(t.make())
		cpu = append(cpu, s.cpu)
		all.writer, all.commit, all.bytes = max(all.writer, s.writer), max(all.commit, s.commit), max(all.bytes, s.bytes)
		all.code = s.code
	}
	slices.Sort(cpu)
	all.cpu = cpu.at(50)
	return all
}

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

// operations measures what each operation of the schema takes at most: inputs at their limits, one request at a time. It
// runs in this process, for whoever asks is one call of a function then, and the processor time of all is the request's.
type operations struct {
	Size int    `default:"300000" help:"Conversations in the database."`
	Runs int    `default:"20" help:"How often the dearest request of each operation is sent for its median."`
	Show int    `default:"15" help:"How many operations are shown, the dearest first; all that exceed a limit are."`
	Only string `help:"One operation, such as Query.contacts; all where it is left out."`
	filled
}

// What an operation may take at most, and what that of a stranger may.
var (
	most         = spent{writer: 100 * time.Millisecond, cpu: time.Second, bytes: 16 << 20}
	mostStranger = spent{writer: time.Millisecond, cpu: 20 * time.Millisecond, bytes: 64 << 10}
)

// spent is what a request has used.
type spent struct {
	writer time.Duration // the longest that one function had the store's writer
	commit time.Duration // of its longest commit, which others share
	cpu    time.Duration // of the process
	bytes  int           // of the answer
	code   string        // why it was refused; empty where it was not
}

// beyond names what is more than a limit.
func (s spent) beyond(limit spent) string {
	var names []string
	for _, part := range []struct {
		name     string
		is, most int64
	}{
		{"WRITER", int64(s.writer), int64(limit.writer)}, {"CPU", int64(s.cpu), int64(limit.cpu)},
		{"BYTES", int64(s.bytes), int64(limit.bytes)},
	} {
		if part.is > part.most {
			names = append(names, part.name)
		}
	}
	return strings.Join(names, " ")
}

// dearness is how much of its limits a request uses, of the one that it uses most of.
func (s spent) dearness(limit spent) float64 {
	return max(float64(s.writer)/float64(limit.writer), float64(s.cpu)/float64(limit.cpu), float64(s.bytes)/float64(limit.bytes))
}

// dear is the dearest request of an operation.
type dear struct {
	operation, how string // which of its requests
	spent
	limit    spent
	accepted int // of its requests
	refused  map[string]int
}

func (in operations) rows(ctx context.Context) ([]measured, error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, err
	}
	defer remove()
	path := filepath.Join(dir, "operations.db")
	if err := in.copyTo(ctx, path, in.Size); err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	o, err := openOffice(ctx, path, in.Size)
	if err != nil {
		return nil, err
	}
	defer o.close()
	found := in.sweep(o)
	if in.Only == "" {
		found = append(found, in.strangers(o)...)
	}
	return in.shown(found), nil
}

// shown is the dearest of what was found, and a row for what was never accepted, of which nothing is known then.
func (in operations) shown(found []dear) []measured {
	slices.SortStableFunc(found, func(a, b dear) int { return cmp.Compare(b.dearness(b.limit), a.dearness(a.limit)) })
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

// sweep returns the dearest request of each operation, by a median of several.
func (in operations) sweep(o *office) []dear {
	var found []dear
	for _, name := range o.names() {
		if in.Only != "" && in.Only != name {
			continue
		}
		found = append(found, in.dearest(o, name))
	}
	return found
}

// dearest tries the requests of an operation once, and repeats the one that is the dearest.
func (in operations) dearest(o *office, name string) dear {
	d := dear{operation: name, limit: most, refused: map[string]int{}}
	var worst trial
	for _, t := range o.trials(name) {
		s := o.ask(t.make())
		if s.code == "" {
			d.accepted++
		} else {
			d.refused[s.code]++
		}
		if worst.make == nil || s.dearness(most) > d.dearness(most) {
			worst, d.spent, d.how = t, s, t.how
		}
	}
	repeated := in.repeat(o, worst)
	repeated.writer, repeated.bytes = max(repeated.writer, d.writer), max(repeated.bytes, d.bytes)
	d.spent = repeated
	if d.code != "" {
		d.how += ", refused: " + d.code
	}
	return d
}

// repeat sends a request several times: the median of the processor time, the most of everything else.
func (in operations) repeat(o *office, t trial) spent {
	var all spent
	var cpu latencies
	for range max(in.Runs, 1) {
		s := o.ask(t.make())
		cpu = append(cpu, s.cpu)
		all.writer, all.commit, all.bytes = max(all.writer, s.writer), max(all.commit, s.commit), max(all.bytes, s.bytes)
		all.code = s.code
	}
	slices.Sort(cpu)
	all.cpu = cpu.at(50)
	return all
}

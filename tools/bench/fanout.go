package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// fanout measures how much processor time of the server each delivery of an event takes.
type fanout struct {
	Connections int    `default:"1000" help:"Subscribers."`
	Many        int    `default:"10000" help:"Subscribers in the runs with many; 0: none."`
	Payload     int    `default:"500" help:"Bytes of filler in an event; what surrounds it takes 200 more."`
	Paced       int    `default:"150" help:"Events that are published one at a time, each when all have the one before."`
	Backlog     int    `default:"4000" help:"Events that are published at once, 500 in a commit."`
	Rounds      int    `default:"3" help:"Runs of each kind; the one with the median of processor time is shown."`
	Slow        bool   `default:"true" negatable:"" help:"Measure how a subscriber that does not read affects the others."`
	Profile     string `help:"Write a CPU profile of the server's paced runs to this file."`
}

// Validate is called by kong.
func (f *fanout) Validate() error {
	if f.Paced < 1 || f.Backlog < 1 || f.Rounds < 1 {
		return errors.New("--paced, --backlog, --rounds: want one at least")
	}
	return nil
}

// rows returns the floor, stock gqlgen and Foyer with the same subscribers, and Foyer with many. The ratios are of processor
// time: of Foyer to the floor, and of stock gqlgen to Foyer.
func (f *fanout) rows(ctx context.Context) ([]measured, error) {
	floor, err := f.with(ctx, "bare", f.Connections, func(c *crowd) ([]measured, error) {
		row, err := f.median(c, "the floor, one write for each", c.paced, f.Paced)
		return []measured{row}, err
	})
	if err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	stock, err := f.with(ctx, "stock", f.Connections, func(c *crowd) ([]measured, error) {
		return f.both(c, "stock gqlgen, plain resolvers", "stock gqlgen, plain resolvers, backlog", max(f.Paced/10, 5), max(f.Backlog/20, 1))
	})
	if err != nil {
		return floor, fmt.Errorf("stock gqlgen: %w", err)
	}
	ours, err := f.ours(ctx)
	if err != nil {
		return slices.Concat(floor, stock, ours), err
	}
	for i := range stock {
		stock[i].ratio, stock[i].note = stock[i].timesAs(ours[i]), "ratio: of CPU to Foyer's"
	}
	ours[0].ratio, ours[0].note = ours[0].timesAs(floor[0]), "ratio: of CPU to the floor's"
	return slices.Concat(floor, stock, ours), nil
}

// timesAs returns the ratio of the processor times of two rows.
func (m measured) timesAs(other measured) float64 { return float64(m.cpu) / float64(other.cpu) }

// both measures events that are published one at a time, and a backlog of them.
func (f *fanout) both(c *crowd, paced, burst string, events, backlog int) ([]measured, error) {
	one, err := f.median(c, paced, c.paced, events)
	if err != nil {
		return nil, err
	}
	many, err := f.median(c, burst, c.burst, backlog)
	return []measured{one, many}, err
}

// ours measures Foyer.
func (f *fanout) ours(ctx context.Context) ([]measured, error) {
	rows, err := f.with(ctx, "ours", f.Connections, func(c *crowd) ([]measured, error) {
		profiled := f.profile(ctx, c.server)
		paced, err := f.median(c, "one at a time", c.paced, f.Paced)
		if err := errors.Join(err, profiled()); err != nil {
			return nil, err
		}
		burst, err := f.median(c, "backlog", c.burst, f.Backlog)
		if err != nil || !f.Slow {
			return []measured{paced, burst}, err
		}
		slow, err := f.withSlow(c)
		return append([]measured{paced, burst}, slow...), err
	})
	if err != nil || f.Many == 0 {
		return rows, err
	}
	many, err := f.with(ctx, "ours", f.Many, func(c *crowd) ([]measured, error) {
		return f.both(c, "one at a time", "backlog", max(f.Paced*f.Connections/f.Many, 5), max(f.Backlog*f.Connections/f.Many, 5))
	})
	return append(rows, many...), err
}

// with calls measure with the subscribers of a server of this program.
func (f *fanout) with(ctx context.Context, mode string, connections int, measure func(*crowd) ([]measured, error)) ([]measured, error) {
	return withCrowd(ctx, "", mode, connections, f.Payload, measure)
}

// withCrowd calls measure with the subscribers of a server, after a few events. The server is the program at a path or, if
// that is empty, this program.
func withCrowd(ctx context.Context, program, mode string, connections, payload int, measure func(*crowd) ([]measured, error)) (
	[]measured, error,
) {
	s, err := startFanout(ctx, program, mode, connections+1) // and one that does not read
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c := newCrowd(ctx, s, payload)
	defer c.close()
	if err := c.join(connections); err != nil {
		return nil, err
	}
	if _, err := c.paced(5); err != nil {
		return nil, err
	}
	return measure(c)
}

// name returns the name of a row.
func (c *crowd) name(what string) string {
	return fmt.Sprintf("fan-out to %d: %s", len(c.sockets), what)
}

// median measures several times and returns the row with the median of processor time.
func (f *fanout) median(c *crowd, what string, measure func(events int) (measured, error), events int) (measured, error) {
	runs := make([]measured, f.Rounds)
	for i := range runs {
		var err error
		if runs[i], err = measure(events); err != nil {
			return measured{}, err
		}
	}
	slices.SortFunc(runs, func(a, b measured) int { return int(a.cpu - b.cpu) })
	middle := runs[len(runs)/2]
	middle.name = c.name(what)
	return middle, nil
}

// withSlow publishes at a steady pace, in turn without and with a subscriber who does not read.
func (f *fanout) withSlow(c *crowd) ([]measured, error) {
	all := measured{name: c.name("40 a second, all read")}
	others := measured{name: c.name("40 a second, one does not"), note: "ratio: of p99 to that when all read"}
	for range f.Rounds {
		run, err := c.steady()
		if err != nil {
			return nil, err
		}
		all.add(run, f.Rounds)
		slow, err := c.server.subscribe(c.ctx, contactEvents, dialDeaf)
		if err != nil {
			return nil, err
		}
		// From here on the buffers of the system and of the server are full.
		if _, err := c.burst(4000); err != nil {
			return nil, err
		}
		run, err = c.steady()
		if err := errors.Join(err, slow.Close()); err != nil {
			return nil, err
		}
		others.add(run, f.Rounds)
	}
	others.ratio = others.latencies.over(all.latencies, 99)
	return []measured{all, others}, nil
}

// add adds one of several runs to a row.
func (m *measured) add(run measured, runs int) {
	m.perSecond += run.perSecond / float64(runs)
	m.cpu += run.cpu / time.Duration(runs)
	m.latencies = append(m.latencies, run.latencies...)
	slices.Sort(m.latencies)
}

// profile profiles the server until the returned function is called.
func (f *fanout) profile(ctx context.Context, s *fanoutProcess) func() error {
	if f.Profile == "" {
		return func() error { return nil }
	}
	done := make(chan error, 1)
	go func() { done <- s.save(ctx, "/debug/pprof/profile?seconds=5", f.Profile) }()
	return func() error { return <-done }
}

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
	rows, err := f.alone(ctx, "bare", "the floor, one write for each", f.Paced, 0)
	if err != nil {
		return nil, fmt.Errorf("floor: %w", err)
	}
	stock, err := f.alone(ctx, "stock", "stock gqlgen, plain resolvers", max(f.Paced/10, 5), f.Backlog/20)
	if err != nil {
		return rows, fmt.Errorf("stock gqlgen: %w", err)
	}
	rows = append(rows, stock...)
	ours, err := f.ours(ctx)
	if err != nil || f.Backlog/20 == 0 {
		return append(rows, ours...), err
	}
	for stock, our := range map[*measured]measured{&rows[1]: ours[0], &rows[2]: ours[1]} {
		stock.ratio, stock.note = timesAs(*stock, our), "ratio: of CPU to Foyer's"
	}
	ours[0].ratio, ours[0].note = timesAs(ours[0], rows[0]), "ratio: of CPU to the floor's"
	return append(rows, ours...), nil
}

// timesAs returns the ratio of the processor times of two rows.
func timesAs(row, other measured) float64 { return float64(row.cpu) / float64(other.cpu) }

func (f *fanout) name(connections int, what string) string {
	return fmt.Sprintf("fan-out to %d: %s", connections, what)
}

// alone measures another server, one event at a time and, unless backlog is 0, with a backlog.
func (f *fanout) alone(ctx context.Context, mode, what string, events, backlog int) (rows []measured, err error) {
	err = withCrowd(ctx, "", mode, f.Connections, func(s *fanoutProcess, c *crowd) error {
		rows, err = f.both(s, c, what, what+", backlog", events, backlog)
		return err
	})
	return rows, err
}

// both measures events that are published one at a time and, unless backlog is 0, a backlog of them.
func (f *fanout) both(s *fanoutProcess, c *crowd, paced, burst string, events, backlog int) ([]measured, error) {
	one, err := f.median(f.name(len(c.sockets), paced), func() (measured, error) { return f.paced(s, c, events) })
	if err != nil {
		return nil, err
	}
	if backlog == 0 {
		return []measured{one}, nil
	}
	many, err := f.median(f.name(len(c.sockets), burst), func() (measured, error) { return f.burst(s, c, backlog) })
	return []measured{one, many}, err
}

// ours measures Foyer.
func (f *fanout) ours(ctx context.Context) (rows []measured, err error) {
	measure := func(s *fanoutProcess, c *crowd, events, backlog int) error {
		found, err := f.both(s, c, "one at a time", "backlog", events, backlog)
		rows = append(rows, found...)
		return err
	}
	err = withCrowd(ctx, "", "ours", f.Connections, func(s *fanoutProcess, c *crowd) error {
		profiled := f.profile(ctx, s)
		if err := errors.Join(measure(s, c, f.Paced, 0), profiled()); err != nil {
			return err
		}
		many, err := f.median(f.name(f.Connections, "backlog"), func() (measured, error) { return f.burst(s, c, f.Backlog) })
		rows = append(rows, many)
		if err != nil || !f.Slow {
			return err
		}
		slow, err := f.withSlow(s, c)
		rows = append(rows, slow...)
		return err
	})
	if err != nil || f.Many == 0 {
		return rows, err
	}
	err = withCrowd(ctx, "", "ours", f.Many, func(s *fanoutProcess, c *crowd) error {
		return measure(s, c, max(f.Paced*f.Connections/f.Many, 5), max(f.Backlog*f.Connections/f.Many, 5))
	})
	return rows, err
}

// withCrowd calls measure with a server and its subscribers, after a few events. The server is one of the program at a path
// or, where that is empty, of this one.
func withCrowd(ctx context.Context, program, mode string, connections int, measure func(*fanoutProcess, *crowd) error) error {
	s, err := startFanout(ctx, program, mode, connections+1) // and one that does not read
	if err != nil {
		return err
	}
	defer s.stop()
	c := &crowd{ctx: ctx, token: s.token}
	defer c.close()
	if err := c.join(s.address(), connections); err != nil {
		return err
	}
	warm := fanout{Payload: 500}
	if _, err := warm.paced(s, c, 5); err != nil {
		return err
	}
	return measure(s, c)
}

// median calls run several times and returns the row with the median of processor time.
func (f *fanout) median(name string, run func() (measured, error)) (measured, error) {
	runs := make([]measured, max(f.Rounds, 1))
	for i := range runs {
		var err error
		if runs[i], err = run(); err != nil {
			return measured{}, err
		}
	}
	slices.SortFunc(runs, func(a, b measured) int { return int(a.cpu - b.cpu) })
	middle := runs[len(runs)/2]
	middle.name = name
	return middle, nil
}

// watched measures the delivery of so many events while publish publishes them.
func (f *fanout) watched(s *fanoutProcess, c *crowd, events int, publish func() error) (measured, error) {
	c.forget()
	cpu, begun := s.cpu(), time.Now()
	if err := publish(); err != nil {
		return measured{}, err
	}
	wall, deliveries := time.Since(begun), events*len(c.sockets)
	return measured{perSecond: float64(deliveries) / wall.Seconds(), latencies: c.latencies(),
		cpu: (s.cpu() - cpu) / time.Duration(deliveries)}, nil
}

// paced publishes events one at a time.
func (f *fanout) paced(s *fanoutProcess, c *crowd, events int) (measured, error) {
	return f.watched(s, c, events, func() error {
		for range events {
			if err := s.publish(c.ctx, 1, 1, f.Payload); err != nil {
				return err
			}
			if err := c.await(1); err != nil {
				return err
			}
		}
		return nil
	})
}

// burst publishes events at once.
func (f *fanout) burst(s *fanoutProcess, c *crowd, events int) (measured, error) {
	return f.watched(s, c, events, func() error {
		if err := s.publish(c.ctx, events, 500, f.Payload); err != nil {
			return err
		}
		return c.await(int64(events))
	})
}

// steady publishes events at a steady pace.
func (f *fanout) steady(s *fanoutProcess, c *crowd) (measured, error) {
	const events, pause = 120, 25 * time.Millisecond
	return f.watched(s, c, events, func() error {
		begun := time.Now()
		for i := range events {
			if err := s.publish(c.ctx, 1, 1, f.Payload); err != nil {
				return err
			}
			time.Sleep(time.Until(begun.Add(time.Duration(i+1) * pause)))
		}
		return c.await(events)
	})
}

// withSlow publishes at a steady pace, in turn without and with a subscriber who does not read.
func (f *fanout) withSlow(s *fanoutProcess, c *crowd) ([]measured, error) {
	all := measured{name: f.name(len(c.sockets), "40 a second, all read")}
	others := measured{name: f.name(len(c.sockets), "40 a second, one does not"), note: "ratio: of p99 to that when all read"}
	for range max(f.Rounds, 1) {
		run, err := f.steady(s, c)
		if err != nil {
			return nil, err
		}
		all.add(run, f.Rounds)
		slow := &crowd{ctx: c.ctx, deaf: true}
		if err := slow.join(s.address(), 1); err != nil {
			return nil, err
		}
		// From here on the buffers of the system and of the server are full.
		if _, err := f.burst(s, c, 4000); err != nil {
			return nil, err
		}
		run, err = f.steady(s, c)
		slow.close()
		if err != nil {
			return nil, err
		}
		others.add(run, f.Rounds)
	}
	others.ratio = float64(others.latencies.at(99)) / float64(all.latencies.at(99))
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

package main

import (
	"context"
	"fmt"
	"time"
)

// connections measures what idle subscribers cost, and whether an event reaches all of them.
type connections struct {
	Connections int    `default:"10000" help:"Subscribers."`
	Events      int    `default:"5" help:"Events, each published when all have the one before."`
	Payload     int    `default:"500" help:"Bytes of filler in an event; what surrounds it takes 200 more."`
	HeapProfile string `help:"Write a heap profile of the server with its idle subscribers to this file."`
}

// rows returns how fast subscribers connect, the memory of an idle one, and how an event reaches all.
func (o *connections) rows(ctx context.Context) ([]measured, error) {
	s, err := startFanout(ctx, "", "ours", o.Connections)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	before, err := s.memory(ctx)
	if err != nil {
		return nil, err
	}
	c := newCrowd(ctx, s, o.Payload)
	defer c.close()
	begun := time.Now()
	if err := c.join(o.Connections); err != nil {
		return nil, err
	}
	joined := time.Since(begun)
	after, err := s.memory(ctx)
	if err != nil {
		return nil, err
	}
	each := func(after, before float64) float64 { return (after - before) / float64(o.Connections) }
	rows := []measured{{
		name: fmt.Sprintf("%d connections: subscribe", o.Connections), perSecond: float64(o.Connections) / joined.Seconds(),
	}, {
		name: fmt.Sprintf("%d connections: idle, each", o.Connections),
		note: fmt.Sprintf("%.2f KB resident (heap %.2f, stacks %.2f), %.2f goroutines",
			each(after.resident, before.resident)/1024, each(after.heap, before.heap)/1024, each(after.stacks, before.stacks)/1024,
			each(after.goroutines, before.goroutines)),
	}}
	if o.HeapProfile != "" {
		if err := s.save(ctx, "/debug/pprof/heap", o.HeapProfile); err != nil {
			return rows, err
		}
	}
	received := c.got.Load()
	row, err := c.paced(o.Events)
	row.name = fmt.Sprintf("%d connections: an event for all", o.Connections)
	row.note = fmt.Sprintf("%d of %d deliveries, the last after %.0f ms", c.got.Load()-received, o.Events*o.Connections, ms(row.latencies.at(100)))
	return append(rows, row), err
}

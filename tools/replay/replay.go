package replay

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"foyer/internal/client"
	"foyer/tools/seed"
)

// Options say how to replay.
type Options struct {
	// AgentsPerTeam is how many agents each company has.
	AgentsPerTeam int
	// Password is that of all agents: those that are missing are made with it, and the answers need it.
	Password string
	// Concurrency is how many messages are under way at once. Those of one contact never are.
	Concurrency int
	// Speed is how many times faster than recorded; zero: as fast as it goes.
	Speed float64
	// Ready is called before the first message with what will be replayed and what was made for it; nil: nobody is.
	Ready func(*Recording, *seed.Desk)
	// Done is called for every line that is done with, from several goroutines; nil: nobody is.
	Done func()
}

// player replays one recording.
type player struct {
	client    *client.Client
	recording *Recording
	desk      *seed.Desk
	agents    *agents
	options   Options
	report    *Report
	broken    []bool // by lane: an error has made its order impossible to keep; each is touched by one goroutine
}

// Run replays a recording through the server of a client, which is a manager's: by their session where something is to be
// made first, since keys make no agents. Errors of single messages stand in the
// report; what is left of that contact's dialogues is then left out. It fails where it cannot begin, and where ctx ends,
// with the report as far as it got.
func Run(ctx context.Context, c *client.Client, r *Recording, o Options) (report *Report, err error) {
	if o.Ready == nil {
		o.Ready = func(*Recording, *seed.Desk) {}
	}
	if o.Done == nil {
		o.Done = func() {}
	}
	furnished, err := furnish(ctx, c, r, o)
	if err != nil {
		return nil, err
	}
	sender, revoke, err := withKey(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, revoke()) }()
	o.Ready(r, furnished)
	p := &player{client: sender, recording: r, desk: furnished, agents: newAgents(c, o.Password), options: o,
		report: newReport(r, o.AgentsPerTeam), broken: make([]bool, r.Contacts)}
	start := time.Now()
	err = p.play(ctx)
	p.report.Took = time.Since(start)
	p.report.finish(r)
	if err != nil {
		return p.report, fmt.Errorf("interrupted, another replay goes on from here: %w", err)
	}
	return p.report, nil
}

// play returns each line to the player of its lane, in order, and waits for all of them.
func (p *player) play(ctx context.Context) error {
	queues := make([]chan int, p.options.Concurrency)
	var playing sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan int, 16)
		playing.Go(func() {
			for line := range queues[i] {
				p.line(ctx, line)
				p.options.Done()
			}
		})
	}
	p.deal(ctx, queues)
	for _, queue := range queues {
		close(queue)
	}
	playing.Wait()
	return context.Cause(ctx)
}

// deal hands out the lines, each when it is due, until ctx ends.
func (p *player) deal(ctx context.Context, queues []chan int) {
	start, first := time.Now(), p.recording.Lines[0].At
	for i, line := range p.recording.Lines {
		if p.options.Speed > 0 {
			sleepUntil(ctx, start.Add(time.Duration(float64(line.At.Sub(first))/p.options.Speed)))
		}
		select {
		case queues[p.recording.cycles[i].lane%len(queues)] <- i:
		case <-ctx.Done():
			return
		}
	}
}

// line sends one line, unless one before it in its lane failed.
func (p *player) line(ctx context.Context, index int) {
	line, c := &p.recording.Lines[index], p.recording.cycles[index]
	if ctx.Err() != nil {
		return
	}
	if p.broken[c.lane] {
		p.report.skip()
		return
	}
	err := p.send(ctx, line, c)
	if err == nil && index == c.last {
		err = p.close(ctx, c)
	}
	if err != nil && ctx.Err() == nil {
		p.broken[c.lane] = true
		p.report.fail(line, err)
	}
}

// sleepUntil waits for a moment, or for the end of ctx.
func sleepUntil(ctx context.Context, due time.Time) {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

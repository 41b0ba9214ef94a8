// Package replay sends recorded dialogues between customers and companies through a running server. Every customer becomes
// a contact, every company a channel and a team, and the agents of that team send the recorded answers.
// It uses the published API. Everything it sends has the recording's own ids, so that a second replay of the same recording
// changes nothing and an interrupted one continues. Run owns the goroutines it starts and returns after they have ended.
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
	// Password is the password of all agents: missing ones are created with it, and it logs them in to answer.
	Password string
	// Concurrency is the number of messages under way at once. Messages of one contact are sent one after another.
	Concurrency int
	// Speed is how many times faster than recorded; zero: as fast as it goes.
	Speed float64
	// Ready is called before the first message with what will be replayed and what was created for it, unless it is
	// nil.
	Ready func(*Recording, *seed.Workspace)
	// Done is called after every line, from several goroutines, unless it is nil.
	Done func()
}

// player replays one recording.
type player struct {
	client    *client.Client
	recording *Recording
	workspace *seed.Workspace
	agents    *sessions
	options   Options
	report    *Report
	broken    []bool // by lane: after an error its messages would be out of order; each is used by one goroutine
}

// Run replays a recording. The client is the session of an owner or, if no agents are missing, of a manager: API keys
// cannot create agents. Errors of single messages are in the report, and the rest of that contact's dialogues is left
// out. Run fails if it cannot begin, and if ctx ends, with the report so far.
func Run(ctx context.Context, c *client.Client, r *Recording, o Options) (report *Report, err error) {
	if o.Ready == nil {
		o.Ready = func(*Recording, *seed.Workspace) {}
	}
	if o.Done == nil {
		o.Done = func() {}
	}
	seeded, err := apply(ctx, c, r, o)
	if err != nil {
		return nil, err
	}
	sender, revoke, err := withKey(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, revoke()) }()
	o.Ready(r, seeded)
	p := &player{client: sender, recording: r, workspace: seeded, agents: newSessions(c, o.Password), options: o,
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

// play sends each lane's lines in order, several lanes at once, and waits for all of them.
func (p *player) play(ctx context.Context) error {
	queues := make([]chan *Line, p.options.Concurrency)
	var playing sync.WaitGroup
	for i := range queues {
		queues[i] = make(chan *Line, 16)
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

// deal puts the lines into the queues, each when it is due, until ctx ends.
func (p *player) deal(ctx context.Context, queues []chan *Line) {
	start, first := time.Now(), p.recording.Lines[0].At
	for _, line := range p.recording.Lines {
		if p.options.Speed > 0 {
			sleepUntil(ctx, start.Add(time.Duration(float64(line.At.Sub(first))/p.options.Speed)))
		}
		select {
		case queues[line.cycle.lane%len(queues)] <- line:
		case <-ctx.Done():
			return
		}
	}
}

// line sends one line, unless one before it in its lane failed.
func (p *player) line(ctx context.Context, line *Line) {
	c := line.cycle
	if ctx.Err() != nil {
		return
	}
	if p.broken[c.lane] {
		p.report.count(&p.report.Skipped)
		return
	}
	err := p.send(ctx, line)
	if err == nil && line == c.last {
		err = p.close(ctx, c)
	}
	if err != nil && ctx.Err() == nil {
		p.broken[c.lane] = true
		p.report.fail(line, err)
	}
}

// sleepUntil waits for a moment, or for the end of ctx.
func sleepUntil(ctx context.Context, due time.Time) {
	select {
	case <-time.After(time.Until(due)):
	case <-ctx.Done():
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"foyer/inbox"
)

// activity measures whether agents who view conversations and type in them make the delivery of events dearer for everybody.
type activity struct {
	Agents  int `default:"1000" help:"Agents, each with a console: one subscription without a filter."`
	Typing  int `default:"50" help:"Agents who type."`
	Viewers int `default:"3" help:"Agents who view the conversation that somebody types in."`
	Rate    int `default:"100" help:"Events a second."`
	Seconds int `default:"6" help:"How long a run lasts."`
	Rounds  int `default:"5" help:"Runs of each kind, in turn; the one with the median of processor time is shown."`
	Payload int `default:"500" help:"Bytes of filler in an event."`
}

// consoleEvents is the subscription of a console, as far as the events of this measurement go.
const consoleEvents = `subscription($after: Cursor) { events(after: $after) { __typename ... on StreamReady { cursor } ` +
	`... on ContactChanged { cursor at created changes { field from to } } ` +
	`... on ConversationActivity { conversation { id } who { ... on Agent { id name } } activity } } }`

// typesEvery is how often somebody who types says so, as docs/front-ends.md asks for.
const typesEvery = 3 * time.Second

// Validate is called by kong.
func (in *activity) Validate() error {
	if in.Agents < in.Typing || in.Viewers < 1 || in.Rounds < 1 || in.Seconds < 1 {
		return errors.New("--typing is a part of --agents; --viewers, --rounds, --seconds: want one at least")
	}
	return nil
}

// rows returns the fan-out without and with activity, and what setting the activity takes by itself. The ratio is of processor time
// for each delivered event, in which what setting takes is counted too.
func (in *activity) rows(ctx context.Context) ([]measured, error) {
	s, err := startFanout(ctx, "", "ours", in.Agents, "--agents", strconv.Itoa(in.Agents))
	if err != nil {
		return nil, err
	}
	defer s.stop()
	c := newCrowd(ctx, s, in.Payload)
	c.document = consoleEvents
	defer c.close()
	agents := make([]*fanoutProcess, in.Agents)
	for i := range agents {
		as, err := newServer(strings.TrimPrefix(s.url, "http://"), tokenOf(i))
		if err != nil {
			return nil, err
		}
		agents[i] = &fanoutProcess{server: as}
	}
	if err := c.joinAs(in.Agents, func(i int) (*fanoutProcess, error) { return agents[i], nil }); err != nil {
		return nil, err
	}
	if _, err := c.paced(5); err != nil {
		return nil, err
	}
	desk := &desk{activity: in, crowd: c, agents: agents}
	published := func() (measured, error) { return c.at(in.Rate, in.Rate*in.Seconds) }
	var runs [3][]measured
	for range in.Rounds {
		for kind, run := range []func() (measured, error){
			published,
			func() (measured, error) { return desk.whileTyping(published) },
			func() (measured, error) { return desk.whileTyping(desk.nothing) },
		} {
			one, err := run()
			if err != nil {
				return nil, err
			}
			runs[kind] = append(runs[kind], one)
		}
	}
	var rows []measured
	for kind, name := range []string{fmt.Sprintf("%d a second", in.Rate), fmt.Sprintf("%d a second, %d type", in.Rate, in.Typing), "one activitySet"} {
		slices.SortFunc(runs[kind], func(a, b measured) int { return int(a.cpu - b.cpu) })
		row := runs[kind][in.Rounds/2]
		row.name = c.name(name)
		rows = append(rows, row)
	}
	rows[1].ratio = rows[1].timesAs(rows[0])
	rows[1].note = fmt.Sprintf("ratio: of CPU to that when nobody types; %d items of activity in all runs", c.aside.Load())
	return rows, nil
}

// desk is the agents of a measurement, some of whom type.
type desk struct {
	*activity
	crowd  *crowd
	agents []*fanoutProcess
	calls  atomic.Int64 // of activitySet
}

// set says what an agent does in a conversation.
func (d *desk) set(ctx context.Context, who, conversation int, kind inbox.ActivityKind) error {
	id := inbox.ConversationID(1 + conversation)
	d.calls.Add(1)
	return d.agents[who].Mutate(ctx, "activitySet", map[string]any{"conversationId": id.String(), "activity": kind}, "", nil)
}

// nothing measures what setting activity takes while nothing else happens.
func (d *desk) nothing() (measured, error) {
	cpu, calls := d.crowd.server.cpu(), d.calls.Load()
	time.Sleep(time.Duration(d.Seconds) * time.Second)
	calls = max(1, d.calls.Load()-calls)
	return measured{perSecond: float64(calls) / float64(d.Seconds), cpu: (d.crowd.server.cpu() - cpu) / time.Duration(calls)}, nil
}

// whileTyping measures while some agents type and others view their conversations, as they do for half a minute.
func (d *desk) whileTyping(measure func() (measured, error)) (measured, error) {
	ctx, stop := context.WithCancel(d.crowd.ctx)
	defer stop()
	for i := range d.Typing {
		for other := 1; other < d.Viewers; other++ {
			if err := d.set(ctx, (i+other)%d.Typing, i, inbox.ActivityViewing); err != nil {
				return measured{}, err
			}
		}
	}
	var typing sync.WaitGroup
	failed := make(chan error, d.Typing)
	for i := range d.Typing {
		typing.Go(func() {
			pause := time.Duration(i) * typesEvery / time.Duration(d.Typing) // not all at once
			for n := 0; ; n++ {
				select {
				case <-time.After(pause):
				case <-ctx.Done():
					return
				}
				pause = typesEvery
				kind := inbox.ActivityTyping
				if n%2 == 1 {
					kind = inbox.ActivityViewing // so that there is something to tell each time
				}
				if err := d.set(ctx, i, i, kind); err != nil {
					if ctx.Err() == nil { // else the run is over
						failed <- err
					}
					return
				}
			}
		})
	}
	run, err := measure()
	stop()
	typing.Wait()
	close(failed)
	for problem := range failed {
		err = errors.Join(err, problem)
	}
	return run, err
}

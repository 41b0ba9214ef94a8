package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// person is what an agent is, told independently of how the engine stores it.
type person struct {
	id    inbox.AgentID
	open  []func() // what closes their connections
	stays inbox.Presence
	until *time.Time // when what they are for a while ends
	brief inbox.Presence
	left  *time.Time // when their last connection went, within the grace
	away  bool
	since time.Time // when they went away
}

func (p *person) presence(now time.Time) inbox.Presence {
	switch {
	case p.away:
		return inbox.PresenceOffline
	case p.until != nil && p.until.After(now):
		return p.brief
	default:
		return p.stays
	}
}

// pass lets time have passed.
func (p *person) pass(now time.Time) {
	if p.left != nil && !p.left.Add(45*time.Second).After(now) {
		p.goAway(p.left.Add(45 * time.Second))
	}
	if p.until != nil && !p.until.After(now) && !p.away {
		p.until = nil
	}
}

func (p *person) goAway(at time.Time) {
	p.left = nil
	if !p.away {
		p.away, p.since = true, at
	}
}

func (p *person) connect(now time.Time) {
	p.left = nil
	if !p.away {
		return
	}
	p.away = false
	if p.until != nil && p.until.After(p.since) {
		p.since = *p.until
	}
	if now.Sub(p.since) > 12*time.Hour {
		p.stays, p.until = inbox.PresenceOffline, nil
	}
	p.pass(now)
}

func (p *person) choose(to inbox.Presence, until *time.Time) {
	if p.away {
		p.stays, p.until, p.away = inbox.PresenceOffline, nil, false
	}
	p.until = until
	if until == nil {
		p.stays = to
	} else {
		p.brief = to
	}
}

func (p *person) gone(now time.Time) {
	if len(p.open) == 0 && p.left == nil {
		p.left = &now
	}
}

// passing moves the clock, and fires each timer at its time.
func (d *desk) passing(length time.Duration) {
	for length > 0 {
		step := min(length, max(d.FireDue(d.ctx()), time.Millisecond))
		d.clock.move(step)
		length -= step
	}
	d.FireDue(d.ctx())
}

func TestWhateverHappensAgentsAreWhatTheirConnectionsAndChoicesMakeThem(t *testing.T) {
	seeds, each := uint64(4), 150
	if soak() {
		seeds, each = 30, 400
	}
	presences := []inbox.Presence{inbox.PresenceOnline, inbox.PresenceBusy, inbox.PresenceOffline}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			d := newDesk(t)
			r := rand.New(rand.NewPCG(seed, 5))
			var people []*person
			for i := range 3 {
				p := &person{id: d.hire(fmt.Sprint("Agent", i)), stays: inbox.PresenceOnline}
				people = append(people, p)
			}
			var did []string
			for range each {
				p, now := people[r.IntN(len(people))], d.clock.Now()
				what := r.IntN(12)
				switch what {
				case 0, 1, 2:
					p.open = append(p.open, d.connect(p.id))
					p.connect(now)
				case 3, 4, 5:
					if n := len(p.open); n > 0 {
						p.open[n-1]()
						p.open = p.open[:n-1]
						p.gone(now)
					}
				case 6:
					to := presences[r.IntN(3)]
					d.chooses(p.id, to, 0)
					p.choose(to, nil)
				case 7:
					to, length := presences[r.IntN(3)], time.Duration(1+r.IntN(20*3600))*time.Second
					d.chooses(p.id, to, length)
					until := now.Add(length)
					p.choose(to, &until)
				case 8:
					if r.IntN(3) == 0 {
						d.endSessions(p.id)
						p.open = nil
						p.goAway(now)
					}
				case 9:
					if r.IntN(5) == 0 {
						d.restart(0)
						for _, p := range people {
							if len(p.open) > 0 || p.left != nil {
								p.open, p.left = nil, &now
							}
						}
					}
				case 10:
					d.passing(time.Duration(r.IntN(60)) * time.Second)
				default:
					d.passing(time.Duration(r.IntN(14*3600)) * time.Second)
				}
				did = append(did, fmt.Sprint(what, " of ", p.id))
				for _, p := range people {
					p.pass(d.clock.Now())
					if got, want := d.agent(p.id).Presence, p.presence(d.clock.Now()); got != want {
						t.Fatalf("%s is %s, want %s, after %v", p.id, got, want, did[max(0, len(did)-20):])
					}
				}
				if d.verify(); t.Failed() {
					t.Fatalf("after %v", did[max(0, len(did)-20):])
				}
			}
		})
	}
}

// endSessions logs an agent out of all sessions.
func (d *desk) endSessions(id inbox.AgentID) {
	d.Helper()
	if err := d.Logout(d.ctx(), d.caller(id), "", true); err != nil {
		d.Error(err)
	}
}

func TestConnectionsThatComeAndGoAtOnceLeaveTheRowsTheyShould(t *testing.T) {
	d := newDesk(t)
	const agents, devices = 20, 8
	var ids []inbox.AgentID
	for i := range agents {
		ids = append(ids, d.hire(fmt.Sprint("Agent", i)))
		d.connect(ids[i])() // who has a session from now on
	}
	ctx, stop := context.WithCancel(d.ctx())
	ended := make(chan error, 2)
	go func() { ended <- d.RunConnections(ctx) }()
	go func() { ended <- d.Engine.Run(ctx) }()
	atOnce(devices, func(device int) {
		r := rand.New(rand.NewPCG(7, uint64(device)))
		for range 200 {
			id := ids[r.IntN(agents)]
			disconnect := d.Connect(d.ctx(), id)
			switch r.IntN(20) {
			case 0:
				d.endSessions(id)
			case 1:
				d.clock.move(time.Duration(r.IntN(60)) * time.Second)
			}
			disconnect()
		}
	})
	last := make([][]func(), devices) // opened after the last log-out
	atOnce(devices, func(device int) {
		for i, id := range ids {
			if (i+device)%agents < agents/2 {
				last[device] = append(last[device], d.Connect(d.ctx(), id))
			}
		}
	})
	stop()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	rows := func() int {
		d.sync()
		return len(view(d, func(r *store.ReadTx) ([]*store.Connection, error) { return r.ConnectionList() }))
	}
	if got := rows(); got != agents/2+devices-1 {
		t.Errorf("%d agents are connected", got)
	}
	for _, device := range last {
		for _, disconnect := range device {
			disconnect()
		}
	}
	if got := rows(); got != 0 {
		t.Errorf("%d agents are still connected", got)
	}
	d.later(grace)
	for _, id := range ids {
		d.is(id, inbox.PresenceOffline)
	}
}

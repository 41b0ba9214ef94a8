package live

import (
	"context"
	"sync/atomic"
	"testing"

	"foyer/inbox"
)

// What delivery takes, without encoding and sending items.

// BenchmarkReplay reads 10,000 events of 100 conversations from the database.
func BenchmarkReplay(b *testing.B) {
	const events = 10_000
	db := openDB(b)
	after := db.CursorAt(0)
	d := newDesk(b, db, 100)
	for db.HeadNumber() < events {
		write(b, db, messages(d, min(events-db.HeadNumber(), 500))...)
	}
	l := follow(b, db, Options{}) // its window begins at the head
	for name, access := range map[string]inbox.Access{"all": inbox.SeesAll(), "team": d.access()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c := newCounter(events)
				m, err := l.Join(b.Context(), Subscription{After: &after, Access: as(access)}, "key", plain)
				if err != nil {
					b.Fatal(err)
				}
				m.Start(c)
				<-c.done
				m.Leave()
			}
		})
	}
}

func messages(d *desk, n int64) []inbox.Event {
	events := make([]inbox.Event, n)
	for i := range events {
		meta := inbox.EventMeta{At: 1, Actor: inbox.BySystem()}
		events[i] = &inbox.MessageReceived{ConversationMeta: inbox.ConversationMeta{
			EventMeta: meta, ConversationID: d.conversations[i%len(d.conversations)]}, MessageID: 1}
	}
	return events
}

// counter is a Sink that takes everything, and signals when it has n items.
type counter struct {
	left atomic.Int64
	done chan struct{}
}

func newCounter(items int64) *counter {
	c := &counter{done: make(chan struct{}, 1)}
	c.left.Store(items)
	return c
}

func (c *counter) Offer(Shown, int64) Reception {
	if c.left.Add(-1) == 0 {
		c.done <- struct{}{}
	}
	return Taken
}

func (c *counter) End(*EndError) {}

func (c *counter) TooSlow() {}

// plain is a Show that takes no time.
func plain(_ context.Context, items []inbox.StreamItem) []Shown {
	all := make([]Shown, len(items))
	for i := range all {
		all[i].Payload = []byte(`{"data":{}}`)
	}
	return all
}

// BenchmarkMembers delivers 100 events to 1,000 members of one group, in one commit and in one each; commits are part of the
// time.
func BenchmarkMembers(b *testing.B) {
	const members, events = 1000, 100
	db := openDB(b)
	d := newDesk(b, db, 10)
	l := follow(b, db, Options{})
	for name, access := range map[string]inbox.Access{"all": inbox.SeesAll(), "team": d.access()} {
		for way, size := range map[string]int64{"burst": events, "single": 1} {
			b.Run(name+"/"+way, func(b *testing.B) {
				c := newCounter(members)
				for range members {
					m, err := l.Join(b.Context(), Subscription{Access: as(access)}, name+way, plain)
					if err != nil {
						b.Fatal(err)
					}
					b.Cleanup(m.Leave)
					go m.Start(c)
				}
				<-c.done // all are ready
				for b.Loop() {
					c.left.Store(members * events)
					for range events / size {
						write(b, db, messages(d, size)...)
					}
					<-c.done
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*members*events), "ns/delivery")
			})
		}
	}
}

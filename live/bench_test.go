package live

import (
	"context"
	"sync/atomic"
	"testing"

	"foyer/inbox"
)

// What a stream costs before its items are shown.

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
				ctx, stop := context.WithCancel(b.Context())
				r, err := start(ctx, l, Subscription{After: &after, Access: as(access)})
				if err != nil {
					b.Fatal(err)
				}
				for range events {
					if _, open := <-r.items; !open {
						b.Fatal(<-r.ended)
					}
				}
				stop()
			}
		})
	}
}

// BenchmarkDelivery returns each of 500 events to 100 streams as it is committed; the commits are part of the time.
func BenchmarkDelivery(b *testing.B) {
	const streams, events = 100, 500
	db := openDB(b)
	d := newDesk(b, db, 10)
	l := follow(b, db, Options{})
	for name, access := range map[string]inbox.Access{"all": inbox.SeesAll(), "team": d.access()} {
		b.Run(name, func(b *testing.B) {
			done := make(chan struct{})
			begun := make(chan struct{})
			for range streams {
				r := subscribe(b, l, Subscription{Access: as(access)})
				go func() {
					n := 0
					for range r.items {
						if n++; n == 1 {
							begun <- struct{}{}
						} else if (n-1)%events == 0 {
							done <- struct{}{}
						}
					}
				}()
			}
			for range streams {
				<-begun
			}
			for b.Loop() {
				for _, event := range messages(d, events) {
					write(b, db, event)
				}
				for range streams {
					<-done
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*streams*events), "ns/delivery")
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

// counter is a Sink that takes everything, and tells when it has so many items.
type counter struct {
	left atomic.Int64
	done chan struct{}
}

func (c *counter) Offer(Shown, int64) Reception {
	if c.left.Add(-1) == 0 {
		c.done <- struct{}{}
	}
	return Taken
}

func (c *counter) End(*EndError) {}

func (c *counter) TooSlow() {}

// BenchmarkMembers hands each of 100 events to 1,000 members of one group; commits are part of the time, and what is shown
// takes none.
func BenchmarkMembers(b *testing.B) {
	const members, events = 1000, 100
	db := openDB(b)
	d := newDesk(b, db, 10)
	l := follow(b, db, Options{})
	c := &counter{done: make(chan struct{})}
	c.left.Store(members)
	payload := []byte(`{"data":{}}`)
	show := func(_ context.Context, items []inbox.StreamItem) []Shown {
		all := make([]Shown, len(items))
		for i := range all {
			all[i].Payload = payload
		}
		return all
	}
	for range members {
		m, err := l.Join(b.Context(), Subscription{Access: as(inbox.SeesAll())}, "key", show)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(m.Leave)
		go m.Start(c)
	}
	<-c.done // all are ready
	for b.Loop() {
		c.left.Store(members * events)
		write(b, db, messages(d, events)...)
		<-c.done
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*members*events), "ns/delivery")
}

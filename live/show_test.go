package live

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"foyer/inbox"
)

// tally is a Show that counts how often it shows each event.
type tally struct {
	size int // of an item

	mu    sync.Mutex
	calls int
	items map[int64]int
}

func (y *tally) show(_ context.Context, shown []inbox.StreamItem) []Shown {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.calls++
	all := make([]Shown, len(shown))
	for i, item := range shown {
		if e, ok := item.(inbox.Event); ok {
			y.items[e.Meta().Number]++
		}
		all[i].Payload = []byte(told(item) + strings.Repeat("x", y.size))
	}
	return all
}

// catchUp begins a subscription after a number.
func (y *tally) catchUp(t *testing.T, l *Log, after int64, to *basin) *Member {
	t.Helper()
	y.items = make(map[int64]int)
	m, err := l.Join(t.Context(), Subscription{After: new(l.db.CursorAt(after)), Access: as(inbox.SeesAll())}, "key", y.show)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Leave)
	m.Start(to)
	return m
}

// expect fails unless this many events were shown, none of them more than a number of times.
func (y *tally) expect(t *testing.T, events, times int) {
	t.Helper()
	y.mu.Lock()
	defer y.mu.Unlock()
	for number, n := range y.items {
		if n > times {
			t.Errorf("event %d was shown %d times", number, n)
		}
	}
	if len(y.items) != events {
		t.Errorf("%d events were shown, want %d", len(y.items), events)
	}
}

func TestWhoCatchesUpIsShownEachItemOnceInChunks(t *testing.T) {
	const events, chunk = 2000, 100
	for name, window := range map[string]int{"from the log": 500, "from memory": 2 * events} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t)
			l := follow(t, db, Options{window: window, chunk: chunk})
			for range events / 50 {
				write(t, db, slices.Repeat([]inbox.Event{contactChanged()}, 50)...)
			}
			awaitHead(l, events)
			y := &tally{size: keptBytes / 10} // so large that the ring of a single member keeps few of them
			b := newBasin(plenty)
			y.catchUp(t, l, 0, b)
			b.await(t, events+1)
			y.expect(t, events, 1)
			if most := 2 * events / chunk; y.calls > most {
				t.Errorf("%d events were shown in %d calls, want %d at most", events, y.calls, most)
			}
		})
	}
}

func TestWhoTakesLittleAtATimeIsShownEachItemTwiceAtMost(t *testing.T) {
	const events = 1000
	db := openDB(t)
	d := newDesk(t, db, 1)
	l := follow(t, db, Options{chunk: 100})
	after := db.HeadNumber()
	for range events / 5 {
		write(t, db, append(messages(d, 4), contactChanged())...)
	}
	awaitHead(l, after+events)
	y := &tally{size: keptBytes / 50}
	b := newBasin(1)
	m := y.catchUp(t, l, after, b)
	for n := 1; n <= events; n += 5 {
		b.await(t, n)
		b.pour(m, 5)
	}
	b.await(t, events+1)
	y.expect(t, events, 2) // when the ring got it, and when the member got there
}

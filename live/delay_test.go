package live

import (
	"context"
	"fmt"
	"testing"
	"time"

	"foyer/inbox"
)

// A member whose items are delayed is not ended and misses none, however much the others get meanwhile.
func TestAMemberThatIsDelayedGoesOnFromTheLog(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	s := &shower{}
	delayed, prompt := newBasin(5), newBasin(plenty)
	delayed.dry = Later
	m := join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, delayed)
	join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, prompt)
	total := 0
	more := func() {
		events := make([]inbox.Event, 100)
		for i := range events {
			events[i] = contactChanged()
		}
		write(t, db, events...)
		total += len(events)
	}
	for total < ringSlots+200 {
		more()
	}
	prompt.await(t, total+1)
	if got := delayed.all(); len(got) != 5 {
		t.Fatalf("it got %d items", len(got))
	}
	delayed.pour(m, 1000) // some, from the log
	delayed.await(t, 1005)
	more()
	prompt.await(t, total+1)
	delayed.pour(m, plenty)
	for i, got := range delayed.await(t, total+1)[1:] {
		if want := fmt.Sprint("CONTACT_CHANGED ", i+1); got != want {
			t.Fatalf("item %d is %s, want %s", i, got, want)
		}
	}
	select {
	case <-delayed.slow:
		t.Error("it was taken for slow")
	case end := <-delayed.ended:
		t.Errorf("it ended: %v", end)
	default:
	}
}

func TestEachMemberBearsItsPartOfWhatShowingTakes(t *testing.T) {
	db := openDB(t)
	turns := newTurns()
	l := follow(t, db, Options{After: turns.After})
	show := func(_ context.Context, items []inbox.StreamItem) []Shown {
		all := make([]Shown, len(items))
		for i, item := range items {
			all[i] = Shown{Payload: []byte(told(item)), Took: 12 * time.Second}
		}
		return all
	}
	basins := []*basin{newBasin(plenty), newBasin(plenty), newBasin(plenty)}
	for _, b := range basins {
		m, err := l.Join(t.Context(), Subscription{Access: as(inbox.SeesAll())}, "key", show)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(m.Leave)
		m.Start(b)
		b.await(t, 1)
	}
	turns.settle(l)
	write(t, db, contactChanged())
	for _, b := range basins {
		b.await(t, 2)
		if got := b.took[1]; got != 4*time.Second {
			t.Errorf("it bears %v, want 4s", got)
		}
	}
}

package live

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"foyer/inbox"
)

func TestNobodyIsShownWhatAConversationBecameAfterTheyLostSightOfIt(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	mine, theirs := at(sales, 0), at(support, 0)
	var once sync.Once
	b := newBasin(plenty)
	m, err := l.Join(t.Context(), Subscription{Access: as(inTeam())}, "key", func(_ context.Context, items []inbox.StreamItem) []Shown {
		all := make([]Shown, len(items))
		for i, item := range items {
			if _, event := item.(inbox.Event); event {
				once.Do(func() { // before it is read
					if err := tryWrite(db, routed(0, mine, theirs)); err != nil {
						t.Errorf("route: %v", err)
					}
				})
				all[i].AsOf = db.HeadNumber()
			}
			all[i].Payload = []byte(told(item))
		}
		return all
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Leave)
	m.Start(b)
	b.await(t, 1)
	write(t, db, received(0, mine))
	if got, want := b.await(t, 2)[1], fmt.Sprint("hidden ", anyone, " ", db.CursorAt(1)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

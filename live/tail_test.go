package live

import (
	"runtime"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

func TestWhatIsNewIsFollowedWhileNobodyElseMayRead(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	r := subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})
	take[*inbox.StreamReady](t, r)
	views := make([]*store.ReadTx, runtime.GOMAXPROCS(0))
	for i := range views {
		view, err := db.BeginView(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer view.Close()
		if _, err := view.HeadNumber(); err != nil { // takes a slot among those that read
			t.Fatal(err)
		}
		views[i] = view
	}
	head := db.HeadNumber()
	if err := tryWrite(db, contactChanged()); err != nil {
		t.Fatal(err)
	}
	if event := take[inbox.Event](t, r); event.Meta().Number != head+1 {
		t.Errorf("got %v, want event %d", event, head+1)
	}
	for _, view := range views {
		if _, err := view.HeadNumber(); err != nil {
			t.Errorf("another view could read by then: %v", err)
		}
	}
}

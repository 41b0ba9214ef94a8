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
	stream, err := l.Subscribe(t.Context(), Subscription{Access: as(inbox.SeesAll())})
	if err != nil {
		t.Fatal(err)
	}
	items := stream.Items(t.Context(), func(err *EndError) { t.Error(err) })
	if _, ok := (<-items).(*inbox.StreamReady); !ok {
		t.Fatal("the stream does not begin with where it stands")
	}
	views := make([]*store.ReadTx, runtime.GOMAXPROCS(0))
	for i := range views {
		view, err := db.BeginView(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer view.Close()
		if _, err := view.HeadNumber(); err != nil { // takes a place among those that read
			t.Fatal(err)
		}
		views[i] = view
	}
	head := db.HeadNumber()
	if err := tryWrite(db, contactChanged()); err != nil {
		t.Fatal(err)
	}
	if event, ok := (<-items).(inbox.Event); !ok || event.Meta().Number != head+1 {
		t.Errorf("got %v, want event %d", event, head+1)
	}
	for _, view := range views {
		if _, err := view.HeadNumber(); err != nil {
			t.Errorf("somebody could read by then: %v", err)
		}
	}
}

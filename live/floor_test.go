package live

import (
	"errors"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// forget raises the floor of the log and removes what may go.
func forget(t *testing.T, db *store.DB, floor int64) {
	t.Helper()
	for _, step := range []func(*store.Tx) error{
		func(tx *store.Tx) error { return tx.RaiseFloor(floor) },
		func(tx *store.Tx) error { _, _, err := tx.SweepLog(1000); return err },
	} {
		if _, err := store.UpdateLater(t.Context(), db, func(tx *store.Tx) (struct{}, error) { return struct{}{}, step(tx) }); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAStreamBeginsAtTheFloorOrIsToldWhereThatIs(t *testing.T) {
	db := openDB(t)
	for range 10 {
		write(t, db, contactChanged())
	}
	forget(t, db, 6)
	l := follow(t, db, Options{})
	for _, number := range []int64{0, 3, 5} {
		below := db.CursorAt(number)
		got := refused(t, l, Subscription{After: &below, Access: as(inbox.SeesAll())})
		if !errors.Is(got, store.ErrCursorExpired) || got.Cursor != below || got.Oldest != db.CursorAt(6) || got.Head != db.CursorAt(10) {
			t.Errorf("after %d: %+v", number, got)
		}
	}
	floor := db.CursorAt(6)
	r := subscribe(t, l, Subscription{After: &floor, Access: as(inbox.SeesAll())})
	for number := int64(7); number <= 10; number++ {
		if got := take[*inbox.ContactChanged](t, r); got.Number != number {
			t.Fatalf("got %d, not %d", got.Number, number)
		}
	}
	take[*inbox.StreamReady](t, r)
}

func TestAStreamThatTheFloorOvertakesEndsAndSkipsNothing(t *testing.T) {
	db := openDB(t)
	l := New(db, small())
	for range 200 {
		write(t, db, contactChanged())
	}
	run(t, l)
	after := db.CursorAt(1)
	r := subscribe(t, l, Subscription{After: &after, Access: as(inbox.SeesAll())})
	last := take[*inbox.ContactChanged](t, r).Number
	forget(t, db, 150)
	for item := range r.all {
		changed, ok := item.(*inbox.ContactChanged)
		if !ok || changed.Number != last+1 {
			t.Fatalf("after %d came %+v", last, item)
		}
		last = changed.Number
	}
	if got := <-r.ended; !errors.Is(got, store.ErrCursorExpired) || got.Cursor != db.CursorAt(last) || got.Oldest != db.CursorAt(150) {
		t.Errorf("it ended with %+v after %d", got, last)
	}
}

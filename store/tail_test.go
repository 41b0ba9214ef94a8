package store

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/inbox"
)

// checkTail fails the test if memory has other events after a number than the log.
func checkTail(t testing.TB, db *DB, after int64) {
	t.Helper()
	kept, ok := db.Tail(after)
	if !ok {
		t.Fatalf("the events after %d are not in memory", after)
	}
	logged, err := View(t.Context(), db, func(r *ReadTx) ([]inbox.EventRecord, error) { return r.Events(after, 1e6) })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(logged, append([]inbox.EventRecord(nil), kept...)); diff != "" {
		t.Errorf("after %d memory differs from the log (-log +memory):\n%s", after, diff)
	}
}

func TestTheTailIsWhatTheLogHas(t *testing.T) {
	o := testOptions(t.TempDir() + "/foyer.db")
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := add(t.Context(), db, 1); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, ok := db.Tail(db.HeadNumber()); ok {
		t.Error("a closed database has a tail")
	}
	if db, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	began := db.HeadNumber()
	if _, ok := db.Tail(began - 1); ok {
		t.Error("the tail has events from before the start")
	}
	checkTail(t, db, began)
	const most = 2 * tailSize
	for db.HeadNumber() < began+most-100 {
		if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
			for i := range int64(100) {
				tx.Append(contactChanged(i))
			}
			return struct{}{}, nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	checkTail(t, db, began)
	checkTail(t, db, began+17)
	checkTail(t, db, db.HeadNumber())
	before, _ := db.Tail(began)
	first := before[0]
	for i := range int64(200) {
		if err := add(t.Context(), db, 100+i); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := db.Tail(began); ok {
		t.Error("the tail has more events than it should keep")
	}
	checkTail(t, db, db.HeadNumber()-tailSize)
	if diff := cmp.Diff(first, before[0]); diff != "" {
		t.Errorf("what was given earlier has changed:\n%s", diff)
	}
}

// A reader that waits for a commit and then reads the tail must find all of the commit.
func TestTheTailEndsWhereACommitDoes(t *testing.T) {
	db := openTest(t)
	var writing sync.WaitGroup
	for range 4 {
		writing.Go(func() {
			for range 50 {
				if _, err := Update(t.Context(), db, func(tx *Tx) (struct{}, error) {
					tx.Append(contactChanged(1), contactChanged(2), contactChanged(3))
					return struct{}{}, nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	const all = 4 * 50 * 3
	for seen := int64(0); seen < all; {
		committed := db.Committed()
		head := db.HeadNumber()
		records, ok := db.Tail(seen)
		if !ok || len(records)%3 != 0 || seen+int64(len(records)) < head {
			t.Fatalf("%d events after %d (%t) with the head at %d", len(records), seen, ok, head)
		}
		if seen += int64(len(records)); seen < all {
			<-committed
		}
	}
	writing.Wait()
}

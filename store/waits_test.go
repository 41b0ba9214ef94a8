package store

import (
	"testing"
	"time"
)

// spend is busy until the clock has moved.
func spend() time.Duration {
	began := time.Now()
	for time.Since(began) < time.Millisecond {
	}
	return time.Since(began)
}

func TestWaitingForTheWriterIsCountedAndHavingItIsNot(t *testing.T) {
	db := openTest(t)
	holds, release := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		_, err := Update(t.Context(), db, func(*Tx) (struct{}, error) {
			close(holds)
			<-release
			return struct{}{}, nil
		})
		held <- err
	}()
	<-holds
	select {
	case <-db.queue.wake: // for the function that has the writer
	default:
	}
	var waits Waits
	var had, total time.Duration
	done := make(chan error, 1)
	began := time.Now()
	go func() {
		_, err := Update(WithWaits(t.Context(), &waits), db, func(*Tx) (struct{}, error) {
			had = spend()
			return struct{}{}, nil
		})
		total = time.Since(began)
		done <- err
	}()
	<-db.queue.wake // it is queued
	waited := spend()
	close(release)
	for _, ended := range []chan error{held, done} {
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	if got := waits.Waited(); got < waited || got > total-had {
		t.Errorf("waited %v, want from %v to %v", got, waited, total-had)
	}
}

func TestWaitingForAConnectionToReadIsCounted(t *testing.T) {
	db := openTest(t)
	var all []readSlot
	for range db.readers.total {
		taken, err := db.readers.acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, taken)
	}
	var waits Waits
	done := make(chan error, 1)
	asked := make(chan struct{})
	go func() {
		_, err := View(WithWaits(t.Context(), &waits), db, func(r *ReadTx) (int64, error) {
			close(asked)
			return r.HeadNumber()
		})
		done <- err
	}()
	<-asked
	for _, taken := range all {
		db.readers.release(taken, taken.conn)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if waits.Waited() <= 0 {
		t.Error("nothing was waited for")
	}
}

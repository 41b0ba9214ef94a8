package store

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"foyer/inbox"
)

func TestATrialBeginsAsStoredAndNothingComesOfIt(t *testing.T) {
	db := openTest(t)
	woken := false
	for range 2 { // the second on the same connection
		name, err := Try(t.Context(), db, 0, func(tx *Tx) (string, error) {
			tx.AfterCommit(func() { woken = true })
			if channels, err := tx.ChannelList(0, 10); err != nil || len(channels) > 0 {
				t.Errorf("an earlier trial left %v, %v", channels, err)
			}
			h := inbox.Channel{Name: "Tried", Kind: inbox.ChannelAPI}
			if err := tx.InsertChannel(&h, "tried"); err != nil {
				return "", err
			}
			tx.Append(&inbox.ContactChanged{ContactID: 1, Created: true})
			found, err := tx.Channel(h.ID)
			return found.Name, err
		})
		if err != nil || name != "Tried" {
			t.Errorf("got %q, %v", name, err)
		}
	}
	channels, err := View(t.Context(), db, func(r *ReadTx) ([]*inbox.Channel, error) { return r.ChannelList(0, 10) })
	if err != nil || len(channels) > 0 || db.HeadNumber() != 0 || woken {
		t.Errorf("%v, %v, head %d, woken %t", channels, err, db.HeadNumber(), woken)
	}
}

func TestATrialDoesNotHoldTheWriter(t *testing.T) {
	db := openTest(t)
	_, err := Try(t.Context(), db, 0, func(tx *Tx) (struct{}, error) {
		if err := tx.SetTimer(Timer{Kind: TimerWake, SubjectID: 1, Due: 1}); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, add(t.Context(), db, 1)
	})
	if err != nil || !slices.Equal(stored(t, db), []int64{1}) {
		t.Errorf("stored %v, %v", stored(t, db), err)
	}
}

func TestATrialCannotWriteToATableThatItHasNoCopyOf(t *testing.T) {
	db := openTest(t)
	_, err := Try(t.Context(), db, 0, func(tx *Tx) (int64, error) { return tx.exec(`UPDATE workspace SET name = 'x'`) })
	if err == nil {
		t.Error("it was written to")
	}
}

func TestATrialFailsOnceTheDatabaseIsClosedOrItsContextHasEnded(t *testing.T) {
	db := openTest(t)
	nothing := func(*Tx) (struct{}, error) { return struct{}{}, nil }
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := Try(ended, db, 0, func(tx *Tx) (int64, error) { return tx.exec(`DELETE FROM timers`) }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := Try(t.Context(), db, 0, nothing); err != nil {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Try(t.Context(), db, 0, nothing); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestATrialThatPanicsLeavesNothingBehind(t *testing.T) {
	db := openTest(t)
	func() {
		defer func() { _ = recover() }()
		_, _ = Try(t.Context(), db, 0, func(tx *Tx) (struct{}, error) {
			_ = tx.SetTimer(Timer{Kind: TimerWake, SubjectID: 1, Due: 1})
			panic("on purpose")
		})
	}()
	for range 2 * runtime.GOMAXPROCS(0) {
		left, err := Try(t.Context(), db, 0, func(tx *Tx) ([]Timer, error) { return tx.Timers(1) })
		if err != nil || len(left) > 0 {
			t.Errorf("%v, %v", left, err)
		}
	}
}

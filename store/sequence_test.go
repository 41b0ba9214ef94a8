package store

import (
	"context"
	"errors"
	"testing"

	"foyer/inbox"
)

func TestARowHasItsIDBeforeItIsStoredAndAFunctionThatFailsTakesNone(t *testing.T) {
	db := openTest(t)
	insert := func(fail error) (inbox.ContactID, error) {
		return Update(context.Background(), db, func(tx *Tx) (inbox.ContactID, error) {
			id := inbox.ContactID(tx.Next(ContactIDs))
			if err := tx.InsertContact(&inbox.Contact{ID: id, CreatedAt: 1}); err != nil {
				return 0, err
			}
			return id, fail
		})
	}
	refused := errors.New("refused")
	for want := inbox.ContactID(1); want < 4; want++ {
		if _, err := insert(refused); !errors.Is(err, refused) {
			t.Fatalf("got %v", err)
		}
		if id, err := insert(nil); err != nil || id != want {
			t.Errorf("got id %d, %v, want %d", id, err, want)
		}
	}
}

func TestIDsGoOnAfterRowsThatWereStoredInAnotherWay(t *testing.T) {
	db := openTest(t)
	id, err := Update(context.Background(), db, func(tx *Tx) (inbox.ContactID, error) {
		if _, err := tx.exec(`INSERT INTO contacts (id, created_at) VALUES (41, 1)`); err != nil {
			return 0, err
		}
		c := inbox.Contact{CreatedAt: 1}
		err := tx.InsertContact(&c)
		return c.ID, err
	})
	if err != nil || id != 42 {
		t.Errorf("got id %d, %v", id, err)
	}
}

func TestAFunctionThatFailsAtItsEndTakesNoNumberOfTheLog(t *testing.T) {
	db := openTest(t)
	refused := errors.New("refused")
	appendOne := func(fail error) error {
		_, err := Update(context.Background(), db, func(tx *Tx) (struct{}, error) {
			tx.Append(&inbox.PresenceChanged{EventMeta: inbox.EventMeta{At: 1, Actor: inbox.BySystem()}, AgentID: 1, Presence: inbox.PresenceOnline})
			tx.AtEnd(func(int64) error { return fail })
			return struct{}{}, nil
		})
		return err
	}
	for range 2 {
		if err := appendOne(refused); !errors.Is(err, refused) {
			t.Fatalf("got %v", err)
		}
		if err := appendOne(nil); err != nil {
			t.Fatal(err)
		}
	}
	if head := db.HeadNumber(); head != 2 {
		t.Errorf("the head is %d after two events", head)
	}
}

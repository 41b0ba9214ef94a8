package live

import (
	"context"
	"strings"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// route moves the conversation of a desk to one of its teams, and returns the number of that event.
func (d *desk) route(t *testing.T, db *store.DB, to int) int64 {
	t.Helper()
	_, err := store.Update(context.Background(), db, func(tx *store.Tx) (struct{}, error) {
		c, err := tx.Conversation(d.conversations[0])
		if err != nil {
			return struct{}{}, err
		}
		before := *c
		c.TeamID = &d.teams[to]
		tx.Append(&inbox.ConversationRouted{ConversationMeta: inbox.ConversationMeta{
			EventMeta: inbox.EventMeta{At: tx.Now()}, ConversationID: c.ID, Before: before.Scope(), After: c.Scope()}})
		return struct{}{}, tx.UpdateConversation(&before, c)
	})
	if err != nil {
		t.Error(err)
	}
	return db.HeadNumber()
}

// contact returns the contact of a desk's conversation.
func (d *desk) contact(t *testing.T, db *store.DB) inbox.ContactID {
	t.Helper()
	c, err := store.View(t.Context(), db, func(r *store.ReadTx) (*inbox.Conversation, error) { return r.Conversation(d.conversations[0]) })
	if err != nil {
		t.Fatal(err)
	}
	return c.ContactID
}

// lateShow shows an item after it has called meanwhile, as of the number that meanwhile returns.
func lateShow(meanwhile func() int64) Show {
	return func(_ context.Context, items []inbox.StreamItem) []Shown {
		all := make([]Shown, len(items))
		for i, item := range items {
			all[i].Payload = []byte(told(item))
			if _, ok := item.(*inbox.ContactChanged); ok {
				all[i].AsOf = meanwhile()
			}
		}
		return all
	}
}

// expectNoContact waits for the last item, and fails if an item is about a contact.
func (b *basin) expectNoContact(t *testing.T, last string) {
	t.Helper()
	for n := 1; ; n++ {
		got := b.await(t, n)
		if strings.HasPrefix(got[n-1], "CONTACT_CHANGED") {
			t.Fatalf("the team was shown what the contact became after they lost access to it: %q", got)
		}
		if strings.HasPrefix(got[n-1], last) {
			return
		}
	}
}

func TestWhoLosesSightOfAContactWhileItIsShownIsNotShownIt(t *testing.T) {
	db := openDB(t)
	d := newDesk(t, db, 1)
	contact := d.contact(t, db)
	d.route(t, db, 0)
	l := follow(t, db, Options{})
	awaitHead(l, db.HeadNumber())
	b := newBasin(plenty)
	m, err := l.Join(t.Context(), Subscription{Access: as(d.access())}, "key", lateShow(func() int64 { return d.route(t, db, 1) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Leave)
	m.Start(b)
	b.await(t, 1)
	write(t, db, &inbox.ContactChanged{ContactID: contact})
	b.expectNoContact(t, "hidden")
}

func TestWhoJoinsLateIsNotShownAContactAsItBecameAfterTheyLostSightOfIt(t *testing.T) {
	db := openDB(t)
	d := newDesk(t, db, 1)
	contact := d.contact(t, db)
	d.route(t, db, 0)
	l := follow(t, db, Options{})
	awaitHead(l, db.HeadNumber())
	before := db.CursorAt(db.HeadNumber())
	early, managers, late := newBasin(plenty), newBasin(plenty), newBasin(plenty)
	shows := lateShow(func() int64 {
		early.await(t, 2) // so that who sees the contact is known as of now
		return d.route(t, db, 1)
	})
	join(t, l, Subscription{Access: as(d.access())}, "early", &shower{}, early)
	for _, one := range []struct {
		sub Subscription
		to  *basin
	}{
		{Subscription{Access: as(inbox.SeesAll())}, managers},
		{Subscription{Access: as(d.access()), After: &before}, late},
	} {
		m, err := l.Join(t.Context(), one.sub, "managers", shows)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(m.Leave)
		m.Start(one.to)
		one.to.await(t, 1)
		if one.to == managers {
			write(t, db, &inbox.ContactChanged{ContactID: contact})
			managers.await(t, 3) // ready, the contact, and that the conversation moved
		}
	}
	late.expectNoContact(t, "ready")
}

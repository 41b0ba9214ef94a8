package live

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// Many goroutines write while many join at any place, reading at once or late. All of them must get the same log.
func TestEveryStreamGivesEveryEventOnceAndInOrder(t *testing.T) {
	for name, o := range map[string]Options{"from a large window": {}, "from a small window": small()} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t)
			l := follow(t, db, o)
			const writers, transactions, streams = 4, 100, 24
			var writing, reading sync.WaitGroup
			written := make(chan struct{})
			for range writers {
				writing.Go(func() {
					for i := range transactions {
						events := make([]inbox.Event, 1+i%3)
						for j := range events {
							events[j] = contactChanged()
						}
						if err := tryWrite(db, events...); err != nil {
							t.Error(err)
						}
					}
				})
			}
			const events = writers * (transactions/3*6 + 1)
			for i := range streams {
				reading.Go(func() {
					if i%4 == 0 {
						<-written // all of it is in the past
					}
					if err := readToEnd(t.Context(), db, l, events, i%3 == 0, written); err != nil {
						t.Error(err)
					}
				})
			}
			writing.Wait()
			close(written)
			reading.Wait()
		})
	}
}

// readToEnd joins at a place and checks the numbers up to the last. A late reader takes one item, and the others only
// after all is written.
func readToEnd(ctx context.Context, db *store.DB, l *Log, last int64, late bool, written <-chan struct{}) error {
	sub := Subscription{Access: as(inbox.SeesAll())}
	if rand.IntN(4) > 0 {
		after := db.CursorAt(rand.Int64N(db.HeadNumber() + 1))
		sub.After = &after
	}
	r, err := start(ctx, l, sub)
	if err != nil {
		return err
	}
	defer r.Leave()
	number, ready := r.startsAt, false
	for item := range r.all {
		if late {
			<-written
		}
		switch item := item.(type) {
		case *inbox.StreamReady:
			if ready || number < r.joined || item.Cursor < db.CursorAt(number) {
				return fmt.Errorf("ready at %s after %d, to begin with %d", item.Cursor, number, r.joined)
			}
			ready = true
		case inbox.Event:
			if number++; item.Meta().Number != number {
				return fmt.Errorf("event %d instead of %d", item.Meta().Number, number)
			}
		}
		if ready && number == last {
			return nil
		}
	}
	return fmt.Errorf("the subscription ended after %d", number)
}

// The same with conversations that move while members of a team follow: a client that reads what it sees, follows from
// there and forgets what is hidden must in the end have what it sees.
func TestATeamThatFollowsHasWhatItSeesHoweverConversationsMove(t *testing.T) {
	for name, o := range map[string]Options{"from a large window": {}, "from a small window": small()} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t)
			l := follow(t, db, o)
			d := newDesk(t, db, 6)
			var writing, reading sync.WaitGroup
			for range 3 {
				writing.Go(func() {
					for range 150 {
						d.move(t, db)
					}
				})
			}
			written := make(chan struct{})
			for i := range 12 {
				reading.Go(func() { d.followTeam(t, db, l, i%2 == 0, written) })
			}
			writing.Wait()
			// The sign to stop is an event that everybody sees.
			write(t, db, &inbox.TeamChanged{TeamID: d.teams[0]})
			close(written)
			reading.Wait()
		})
	}
}

// desk is what is needed before there can be conversations.
type desk struct {
	teams         []inbox.TeamID
	conversations []inbox.ConversationID
	agent         inbox.AgentID
}

func newDesk(t testing.TB, db *store.DB, conversations int) *desk {
	t.Helper()
	made, err := store.Update(context.Background(), db, func(tx *store.Tx) (*desk, error) {
		d := &desk{}
		for i := range 2 {
			team := &inbox.Team{Name: fmt.Sprint("team ", i), Policy: inbox.AssignmentPolicy{Strategy: inbox.StrategyManual, Sticky: inbox.StickyOff, OutsideHours: inbox.OutsideHoursKeep}}
			if err := tx.InsertTeam(team, team.Name); err != nil {
				return nil, err
			}
			d.teams = append(d.teams, team.ID)
		}
		agent := &inbox.Agent{Name: "Ann", Role: inbox.RoleAgent, Visibility: inbox.VisibilityTeam, Presence: inbox.PresenceOffline}
		if err := tx.InsertAgent(agent, "ann", ""); err != nil {
			return nil, err
		}
		d.agent = agent.ID
		for range conversations {
			contact := &inbox.Contact{Tags: []string{}}
			if err := tx.InsertContact(contact); err != nil {
				return nil, err
			}
			c := &inbox.Conversation{Status: inbox.Open, Source: inbox.SourceContact, OpenedBy: inbox.BySystem(),
				Priority: inbox.PriorityNormal, ContactID: contact.ID}
			if err := tx.InsertConversation(c); err != nil {
				return nil, err
			}
			tx.Append(&inbox.ConversationOpened{ConversationMeta: inbox.ConversationMeta{
				EventMeta: inbox.EventMeta{At: tx.Now()}, ConversationID: c.ID}, ContactID: contact.ID})
			d.conversations = append(d.conversations, c.ID)
		}
		return d, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func (d *desk) access() inbox.Access {
	return inbox.Access{Visibility: inbox.VisibilityTeam, Agent: d.agent, Teams: d.teams[:1]}
}

// move routes a conversation one to three times in one transaction, with a message before each.
func (d *desk) move(t testing.TB, db *store.DB) {
	t.Helper()
	id := d.conversations[rand.IntN(len(d.conversations))]
	teams := make([]*inbox.TeamID, 1+rand.IntN(3))
	for i := range teams {
		if n := rand.IntN(len(d.teams) + 1); n < len(d.teams) {
			teams[i] = &d.teams[n]
		}
	}
	_, err := store.Update(context.Background(), db, func(tx *store.Tx) (struct{}, error) {
		c, err := tx.Conversation(id)
		if err != nil {
			return struct{}{}, err
		}
		before := *c
		for _, team := range teams {
			meta := inbox.ConversationMeta{EventMeta: inbox.EventMeta{At: tx.Now()}, ConversationID: id, Before: c.Scope(), After: c.Scope()}
			tx.Append(&inbox.MessageReceived{ConversationMeta: meta})
			c.TeamID = team
			meta.After = c.Scope()
			tx.Append(&inbox.ConversationRouted{ConversationMeta: meta})
		}
		return struct{}{}, tx.UpdateConversation(&before, c)
	})
	if err != nil {
		t.Error(err)
	}
}

// visible returns the conversations that the team sees, and the head of the log at that moment.
func (d *desk) visible(r *store.ReadTx) (map[inbox.ConversationID]bool, inbox.Cursor, error) {
	found := make(map[inbox.ConversationID]bool)
	conversations, err := r.Conversations(d.conversations)
	if err != nil {
		return nil, "", err
	}
	for _, c := range conversations {
		if d.access().Sees(c.Scope()) {
			found[c.ID] = true
		}
	}
	head, err := r.Head()
	return found, head, err
}

func (d *desk) followTeam(t testing.TB, db *store.DB, l *Log, late bool, written <-chan struct{}) {
	t.Helper()
	var head inbox.Cursor
	read := func(r *store.ReadTx) (has map[inbox.ConversationID]bool, err error) {
		has, head, err = d.visible(r)
		return has, err
	}
	has, err := store.View(context.Background(), db, read)
	if err != nil {
		t.Error(err)
		return
	}
	r, err := start(context.Background(), l, Subscription{After: &head, Access: as(d.access())})
	if err != nil {
		t.Error(err)
		return
	}
	defer r.Leave()
	for item := range r.all {
		if late {
			<-written
		}
		switch item := item.(type) {
		case *inbox.ConversationHidden:
			delete(has, item.ConversationID)
		case inbox.ConversationEvent:
			if !d.access().Sees(item.Where().After) {
				t.Errorf("event %d is hidden", item.Meta().Number)
			}
			has[item.Where().ConversationID] = true
		case *inbox.TeamChanged:
			sees, err := store.View(context.Background(), db, read)
			if err != nil {
				t.Error(err)
			}
			for id := range has {
				if !sees[id] {
					t.Errorf("conversation %d is hidden, and the team was not told", id)
				}
			}
			for id := range sees {
				if !has[id] {
					t.Errorf("conversation %d is visible, and the team does not have it", id)
				}
			}
			return
		}
	}
	t.Errorf("the stream ended: %v", <-r.ended)
}

func TestAnItemThatWaitsForItsReceiverIsJudgedAgain(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	d := newDesk(t, db, 1)
	r := subscribe(t, l, Subscription{Access: as(d.access())})
	take[*inbox.StreamReady](t, r)
	scope := func(team inbox.TeamID) inbox.Scope { return inbox.Scope{Team: team} }
	meta := func(before, after inbox.Scope) inbox.ConversationMeta {
		return inbox.ConversationMeta{EventMeta: inbox.EventMeta{At: 1}, ConversationID: d.conversations[0], Before: before, After: after}
	}
	seen := scope(d.teams[0])
	write(t, db, &inbox.MessageReceived{ConversationMeta: meta(seen, seen)})
	waiting := db.HeadNumber()
	write(t, db, &inbox.ConversationRouted{ConversationMeta: meta(seen, scope(d.teams[1]))})
	awaitHead(l, db.HeadNumber())
	// The message may or may not have been offered when the conversation is hidden.
	hidden := take[*inbox.ConversationHidden](t, r)
	if hidden.ConversationID != d.conversations[0] || hidden.Cursor < db.CursorAt(waiting) {
		t.Errorf("got %+v", hidden)
	}
}

// awaitHead waits until the window has got to a number.
func awaitHead(l *Log, number int64) { _ = l.window.await(l.ctx, number) }

func TestAContactIsInTheSightOfWhoSeesOneOfTheirConversations(t *testing.T) {
	for name, o := range map[string]Options{"from the window": {}, "from the database": small()} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t)
			d := newDesk(t, db, 2)
			l := follow(t, db, o)
			conversations, err := store.View(t.Context(), db, func(r *store.ReadTx) ([]*inbox.Conversation, error) {
				return r.Conversations(d.conversations)
			})
			if err != nil {
				t.Fatal(err)
			}
			after := db.CursorAt(db.HeadNumber())
			_, err = store.Update(t.Context(), db, func(tx *store.Tx) (struct{}, error) {
				hidden := *conversations[0]
				hidden.TeamID = &d.teams[1]
				tx.Append(&inbox.ContactChanged{ContactID: hidden.ContactID}, &inbox.ContactChanged{ContactID: conversations[1].ContactID})
				for range 100 {
					tx.Append(&inbox.ContactChanged{ContactID: hidden.ContactID})
				}
				tx.Append(&inbox.TeamChanged{TeamID: 1})
				return struct{}{}, tx.UpdateConversation(conversations[0], &hidden)
			})
			if err != nil {
				t.Fatal(err)
			}
			awaitHead(l, db.HeadNumber())
			r := subscribe(t, l, Subscription{After: &after, Access: as(d.access())})
			if got := take[*inbox.ContactChanged](t, r); got.ContactID != conversations[1].ContactID {
				t.Errorf("got contact %d", got.ContactID)
			}
			take[*inbox.TeamChanged](t, r)
		})
	}
}

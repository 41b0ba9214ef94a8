package live

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"foyer/inbox"
	"foyer/store"
)

func TestWithoutACursorAStreamIsReadyAtOnceAndThenLive(t *testing.T) {
	db := openDB(t)
	write(t, db, contactChanged())
	l := follow(t, db, Options{})
	r := subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})
	if got := take[*inbox.StreamReady](t, r); got.Cursor != db.CursorAt(1) {
		t.Errorf("ready at %s", got.Cursor)
	}
	write(t, db, contactChanged())
	if got := take[*inbox.ContactChanged](t, r); got.Number != 2 || got.Cursor != db.CursorAt(2) {
		t.Errorf("got %+v", got)
	}
}

func TestAfterACursorComesWhatFollowedThenReadyThenLive(t *testing.T) {
	for name, o := range map[string]Options{"from the window": {}, "from the database": small()} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t)
			l := New(db, o)
			for range 100 {
				write(t, db, contactChanged())
			}
			run(t, l)
			after := db.CursorAt(3)
			r := subscribe(t, l, Subscription{After: &after, Access: as(inbox.SeesAll())})
			for number := int64(4); number <= 100; number++ {
				if got := take[*inbox.ContactChanged](t, r); got.Number != number {
					t.Fatalf("got %d, not %d", got.Number, number)
				}
			}
			if got := take[*inbox.StreamReady](t, r); got.Cursor != db.CursorAt(100) {
				t.Errorf("ready at %s", got.Cursor)
			}
			write(t, db, contactChanged())
			if got := take[*inbox.ContactChanged](t, r); got.Number != 101 {
				t.Errorf("got %d", got.Number)
			}
		})
	}
}

func TestAtTheHeadThereIsNothingToReplay(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	head, err := store.View(t.Context(), db, func(r *store.ReadTx) (inbox.Cursor, error) { return r.Head() })
	if err != nil {
		t.Fatal(err)
	}
	r := subscribe(t, l, Subscription{After: &head, Access: as(inbox.SeesAll())})
	if got := take[*inbox.StreamReady](t, r); got.Cursor != head {
		t.Errorf("ready at %s, not %s", got.Cursor, head)
	}
}

func TestACursorThatIsNoPlaceInTheLogIsRefused(t *testing.T) {
	db := openDB(t)
	write(t, db, contactChanged(), contactChanged())
	l := follow(t, db, Options{})
	beyond := db.CursorAt(3)
	for _, c := range []struct {
		cursor inbox.Cursor
		want   error
	}{{"nonsense", store.ErrCursorInvalid}, {beyond, store.ErrCursorExpired}} {
		got := refused(t, l, Subscription{After: &c.cursor, Access: as(inbox.SeesAll())})
		if !errors.Is(got, c.want) || got.Cursor != c.cursor || got.Oldest != db.CursorAt(0) || got.Head != db.CursorAt(2) {
			t.Errorf("%s: %+v", c.cursor, got)
		}
	}
}

func TestAChangeOfWhatTheViewerSeesEndsTheStream(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	managing := inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann}
	for _, access := range []inbox.Access{inTeam(), assigned(), managing} {
		before := subscribe(t, l, Subscription{Access: as(access)})
		take[*inbox.StreamReady](t, before)
		write(t, db, &inbox.AgentChanged{AgentID: ann}, &inbox.AgentChanged{AgentID: bob, Scope: true})
		take[*inbox.AgentChanged](t, before)
		last := take[*inbox.AgentChanged](t, before)
		old := last.Cursor
		write(t, db, &inbox.AgentChanged{AgentID: ann, Scope: true}, contactChanged())
		if got := end(t, before); !errors.Is(got, ErrScopeChanged) || got.Cursor != old {
			t.Errorf("%+v", got)
		}
		if got := refused(t, l, Subscription{After: &old, Access: as(access)}); !errors.Is(got, ErrScopeChanged) || got.Cursor != old {
			t.Errorf("after a cursor from before: %+v", got)
		}
		since := db.CursorAt(db.HeadNumber() - 1)
		again := subscribe(t, l, Subscription{After: &since, Access: as(managing)})
		take[*inbox.ContactChanged](t, again)
		take[*inbox.StreamReady](t, again)
	}
}

func TestAnOldChangeAmongManyPresencesIsFound(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	write(t, db, contactChanged())
	old := db.CursorAt(1)
	for range chunkSize {
		write(t, db, &inbox.PresenceChanged{AgentID: ann, Presence: inbox.PresenceOnline})
	}
	write(t, db, &inbox.AgentChanged{AgentID: ann, Scope: true})
	if got := refused(t, l, Subscription{After: &old, Access: as(inTeam())}); !errors.Is(got, ErrScopeChanged) {
		t.Errorf("got %v", got)
	}
}

func TestAnEventThatCannotBeReadEndsTheStreamsThatGetToIt(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	r := subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})
	take[*inbox.StreamReady](t, r)
	write(t, db, contactChanged(), unheardOf{}.event(), contactChanged())
	take[*inbox.ContactChanged](t, r)
	if got := end(t, r); errors.Is(got, ErrScopeChanged) || got.Cursor != db.CursorAt(1) {
		t.Errorf("got %+v", got)
	}
	behind := db.CursorAt(2)
	take[*inbox.ContactChanged](t, subscribe(t, l, Subscription{After: &behind, Access: as(inbox.SeesAll())}))
}

// unheardOf is an event of a type that this version does not know.
type unheardOf struct{ inbox.ContactChanged }

func (unheardOf) event() inbox.Event { return &unheardOf{} }

func (*unheardOf) Type() inbox.EventType { return "UNHEARD_OF" }

func TestStreamsEndWhenTheLogIsNotFollowedAnyMore(t *testing.T) {
	db := openDB(t)
	l := New(db, Options{})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	waiting := subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})
	take[*inbox.StreamReady](t, waiting)
	ignoring := subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})
	stop()
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
	for _, r := range []*running{waiting, ignoring, subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})} {
		if got := end(t, r); !errors.Is(got, ErrStopped) {
			t.Errorf("got %v", got)
		}
	}
	if l.Run(t.Context()) == nil {
		t.Error("a log is followed twice")
	}
}

func TestAMemberThatLeavesIsToldNothing(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	r, other := subscribe(t, l, Subscription{Access: as(inbox.SeesAll())}), subscribe(t, l, Subscription{Access: as(inbox.SeesAll())})
	take[*inbox.StreamReady](t, r)
	take[*inbox.StreamReady](t, other)
	r.Leave()
	write(t, db, contactChanged())
	take[*inbox.ContactChanged](t, other)
	r.Pull()
	select {
	case err := <-r.ended:
		t.Errorf("it ended with %v", err)
	case item := <-r.taken:
		t.Errorf("it got %v", item)
	default:
	}
}

// fragile is a Sink that panics at its second item.
type fragile struct {
	*basin
	ready atomic.Bool
}

func (f *fragile) Offer(shown Shown, place int64) Reception {
	if f.ready.Swap(true) {
		panic("broken")
	}
	return f.basin.Offer(shown, place)
}

func TestAPanicEndsOneMember(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	broken, whole := &fragile{basin: newBasin(plenty)}, newBasin(plenty)
	for _, sink := range []Sink{broken, whole} {
		m, err := l.Join(t.Context(), Subscription{Access: as(inbox.SeesAll())}, "key", (&shower{}).show)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(m.Leave)
		m.Start(sink)
	}
	whole.await(t, 1)
	broken.await(t, 1)
	write(t, db, contactChanged())
	if got := <-broken.ended; !strings.Contains(got.Error(), "panic: broken") || got.Cursor != db.CursorAt(0) {
		t.Errorf("got %v", got)
	}
	whole.await(t, 2)
}

func TestTheLogIsLookedAtThoughNobodyTold(t *testing.T) {
	db := openDB(t)
	clock := newClock()
	l := New(db, Options{Now: clock.Now, After: clock.After})
	write(t, db, contactChanged())
	run(t, l) // its first read finds the event without a notice
	old := db.CursorAt(0)
	r := subscribe(t, l, Subscription{After: &old, Access: as(inbox.SeesAll())})
	take[*inbox.ContactChanged](t, r)
	clock.advance(time.Second)
}

// run runs a Log that was made before, until the test ends.
func run(t testing.TB, l *Log) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
}

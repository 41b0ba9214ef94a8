package live

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// told is the form of an item in tests.
func told(item inbox.StreamItem) string {
	switch item := item.(type) {
	case *inbox.StreamReady:
		return "ready " + string(item.Cursor)
	case *inbox.ConversationHidden:
		return fmt.Sprint("hidden ", item.ConversationID, " ", item.Cursor)
	case inbox.Event:
		return fmt.Sprint(item.Type(), " ", item.Meta().Number)
	case *inbox.ConversationActivity:
		return fmt.Sprint(item.Activity, " ", item.ConversationID)
	case *personal:
		return "personal"
	default:
		panic(item)
	}
}

// shower is a Show that counts what it shows.
type shower struct {
	mu    sync.Mutex
	shown map[string]int
	fails string // the item that cannot be shown
}

var errUgly = errors.New("ugly")

func (s *shower) show(_ context.Context, items []inbox.StreamItem) []Shown {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown == nil {
		s.shown = make(map[string]int)
	}
	all := make([]Shown, len(items))
	for i, item := range items {
		text := told(item)
		s.shown[text]++
		if all[i].Payload = []byte(text); text == s.fails {
			all[i] = Shown{Err: errUgly}
		}
	}
	return all
}

// plenty is room for everything.
const plenty = 1 << 30

// join begins a subscription that ends with the test.
func join(t testing.TB, l *Log, sub Subscription, key any, s *shower, b *basin) *Member {
	t.Helper()
	m, err := l.Join(t.Context(), sub, key, s.show)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Leave)
	m.Start(b)
	return m
}

// turns signals the turns of Run, which waits at the end of each, for a millisecond at most.
type turns chan struct{}

func newTurns() turns { return make(turns, 1) }

// After is for Options.
func (t turns) After(d time.Duration) <-chan time.Time {
	select {
	case t <- struct{}{}:
	default:
	}
	return time.After(min(d, time.Millisecond))
}

// settle waits until the groups have handled everything that is committed. Nobody may commit meanwhile.
func (t turns) settle(l *Log) {
	behind := func(g *group) bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		return !g.running && g.head < l.db.HeadNumber()
	}
	for slices.ContainsFunc(l.groups.all(), behind) {
		<-t
	}
	for range 3 { // the first may be of long ago, the second of a turn that began before the last commit
		<-t
	}
	l.goroutines.Wait() // Run starts nothing any more
}

func TestMembersOfAGroupShareWhatTheyAreShown(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	s := &shower{}
	basins := make([]*basin, 100)
	for i := range basins {
		basins[i] = newBasin(plenty)
		join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, basins[i])
	}
	for range 10 {
		write(t, db, contactChanged())
	}
	for _, b := range basins {
		got := b.await(t, 11)
		if got[0] != "ready "+string(db.CursorAt(0)) || got[1] != "CONTACT_CHANGED 1" || got[10] != "CONTACT_CHANGED 10" {
			t.Errorf("got %q", got)
		}
	}
	for text, times := range s.shown {
		if times != 1 {
			t.Errorf("%s was shown %d times", text, times)
		}
	}
}

func TestAGroupWithoutMembersIsGone(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	s := &shower{}
	for range 3 {
		b := newBasin(plenty)
		m := join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, b)
		write(t, db, contactChanged())
		b.await(t, 2)
		m.Leave()
		write(t, db, contactChanged())
		if n := len(l.groups.all()); n != 0 {
			t.Errorf("%d groups are left", n)
		}
		if got := b.all(); len(got) != 2 {
			t.Errorf("got %q", got)
		}
	}
}

func TestAMemberWhoTakesNothingFallsOutOfTheRingAndHoldsUpNobody(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	s := &shower{}
	slow, fast, third := newBasin(5), newBasin(plenty), newBasin(plenty)
	m := join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, slow)
	join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, fast)
	join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, third)
	events := make([]inbox.Event, 100)
	for i := range events {
		events[i] = contactChanged()
	}
	total := 0
	for ; total < ringSlots+2*len(events); total += len(events) {
		write(t, db, slices.Clone(events)...)
	}
	fast.await(t, total+1)
	select {
	case <-slow.slow:
	case <-time.After(patience):
		t.Fatal("it did not end")
	}
	third.await(t, total+1)
	last := slow.places[len(slow.places)-1]
	if end := m.EndAt(last, ErrTooSlow); end.Cursor != db.CursorAt(4) || end.Head != db.CursorAt(int64(total)) || !errors.Is(end, ErrTooSlow) {
		t.Errorf("got %+v", end)
	}
	if end := m.EndAt(0, ErrTooSlow); end.Cursor != db.CursorAt(0) {
		t.Errorf("got %+v", end)
	}
	slow.pour(m, plenty)
	if got := slow.all(); len(got) != 5 {
		t.Errorf("it got %d items more", len(got)-5)
	}
}

func TestAnItemThatCannotBeShownEndsWhoIsToGetIt(t *testing.T) {
	db := openDB(t)
	l := follow(t, db, Options{})
	s := &shower{fails: "CONTACT_CHANGED 2"}
	b := newBasin(plenty)
	join(t, l, Subscription{Access: as(inbox.SeesAll())}, "key", s, b)
	write(t, db, contactChanged(), contactChanged(), contactChanged())
	if end := <-b.ended; !errors.Is(end, errUgly) || end.Cursor != db.CursorAt(1) {
		t.Errorf("got %+v", end)
	}
	if got := b.all(); len(got) != 2 {
		t.Errorf("got %q", got)
	}
}

func TestASilentMemberTellsWhereItStands(t *testing.T) {
	db := openDB(t)
	clock := newClock()
	l := follow(t, db, Options{Now: clock.Now, After: clock.After})
	b := newBasin(plenty)
	join(t, l, Subscription{Access: as(inbox.SeesAll()), Filter: Filter{Types: []inbox.EventType{inbox.EventNoteAdded}}}, "key", &shower{}, b)
	b.await(t, 1)
	write(t, db, contactChanged(), contactChanged())
	for _, g := range l.groups.all() {
		for g.bounds() < db.HeadNumber() {
			<-clock.armed
		}
	}
	begun := clock.Now()
	for len(b.all()) < 2 {
		clock.advance(lookInterval)
		<-clock.armed // the log was looked at since
	}
	if quiet := clock.Now().Sub(begun); quiet < idleInterval {
		t.Errorf("after %s", quiet)
	}
	if got := b.all()[1]; got != "ready "+string(db.CursorAt(2)) {
		t.Errorf("got %s", got)
	}
}

// bounds returns how far a group has got.
func (g *group) bounds() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.head
}

// Many goroutines write while many join at any place and take their items irregularly. All of them must get the same
// log.
func TestEveryMemberGetsEveryEventOnceAndInOrder(t *testing.T) {
	for name, o := range map[string]Options{"from a large window": {}, "from a small window": small()} {
		t.Run(name, func(t *testing.T) {
			db := openDB(t)
			l := follow(t, db, o)
			const writers, transactions, members = 4, 100, 40
			const events = writers * (transactions/3*6 + 1)
			var writing, reading sync.WaitGroup
			for range writers {
				writing.Go(func() {
					for i := range transactions {
						batch := make([]inbox.Event, 1+i%3)
						for j := range batch {
							batch[j] = contactChanged()
						}
						if err := tryWrite(db, batch...); err != nil {
							t.Error(err)
						}
					}
				})
			}
			s := &shower{}
			for i := range members {
				reading.Go(func() { takeInFits(t, db, l, s, i%3, events) })
			}
			writing.Wait()
			reading.Wait()
			if n := len(l.groups.all()); n != 0 {
				t.Errorf("%d groups are left", n)
			}
		})
	}
}

// takeInFits follows the log from a place to its end. When a member was too slow for the window it joins again at its
// place, as a client does.
func takeInFits(t *testing.T, db *store.DB, l *Log, s *shower, key any, last int64) {
	t.Helper()
	number := rand.Int64N(db.HeadNumber() + 1)
	after := db.CursorAt(number)
	sub := Subscription{Access: as(inbox.SeesAll()), After: &after}
	if rand.IntN(4) == 0 {
		sub.After = nil
	}
	for until := time.Now().Add(patience); ; {
		m, err := l.Join(t.Context(), sub, key, s.show)
		if err != nil {
			t.Error(err)
			return
		}
		if sub.After == nil {
			number = m.startsAt
		}
		b := newBasin(1 + rand.IntN(5))
		m.Start(b)
		outcome := pourToTheEnd(m, b, number, last, until)
		m.Leave()
		for _, text := range b.all() {
			if strings.HasPrefix(text, "ready") {
				continue
			}
			if number++; text != fmt.Sprint("CONTACT_CHANGED ", number) {
				t.Errorf("got %s instead of %d", text, number)
				return
			}
		}
		if !errors.Is(outcome, errTooSlow) {
			if outcome != nil {
				t.Errorf("at %d: %v", number, outcome)
			}
			return
		}
		again := db.CursorAt(number)
		sub.After = &again
	}
}

var errTooSlow = errors.New("too slow")

// pourToTheEnd takes a member's items until the last event and a ready have come, or the member ends.
func pourToTheEnd(m *Member, b *basin, number, last int64, until time.Time) error {
	at, ready := fmt.Sprint("CONTACT_CHANGED ", last), false
	for !ready || !slices.Contains(b.all(), at) && number < last {
		b.pour(m, 1+rand.IntN(20))
		for range rand.IntN(50) {
			runtime.Gosched()
		}
		ready = slices.ContainsFunc(b.all(), func(text string) bool { return strings.HasPrefix(text, "ready") })
		select {
		case end := <-b.ended:
			return end
		case <-b.slow:
			return errTooSlow
		default:
		}
		if time.Now().After(until) {
			return errors.New("it got no further")
		}
	}
	return nil
}

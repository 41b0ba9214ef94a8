package live

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// personal is a signal about no conversation.
type personal struct{}

func (*personal) IsStreamItem() {}

func typing(id inbox.ConversationID, to ...inbox.AgentID) inbox.Signal {
	return inbox.Signal{To: to, Item: &inbox.ConversationActivity{ConversationID: id, Who: inbox.ByAgent(bob), Activity: inbox.ActivityTyping}}
}

// signalled is a log with a desk of two conversations, whose signals a test delivers itself.
type signalled struct {
	testing.TB
	*desk
	log    *Log
	shower shower
}

func newSignalled(t *testing.T) *signalled {
	t.Helper()
	db := openDB(t)
	o := newOffice(t, db, nil, 2)
	return &signalled{TB: t, desk: o.desk, log: follow(t, db, Options{})}
}

// listen begins a subscription, and waits until it is ready.
func (s *signalled) listen(access inbox.Access, filter Filter) *basin {
	s.Helper()
	b := newBasin(plenty)
	join(s, s.log, Subscription{Access: as(access), Filter: filter}, fmt.Sprintf("%#v", filter), &s.shower, b)
	b.await(s, 1)
	return b
}

// move puts the first conversation somewhere else.
func (s *signalled) move(to inbox.Scope) {
	s.Helper()
	_, err := store.Update(context.Background(), s.log.db, func(tx *store.Tx) (struct{}, error) {
		c, err := tx.Conversation(s.conversations[0])
		if err != nil {
			return struct{}{}, err
		}
		before := *c
		c.TeamID, c.AssigneeID = &to.Team, nil
		if to.Assignee != 0 {
			c.AssigneeID = &to.Assignee
		}
		tx.Append(&inbox.ConversationRouted{ConversationMeta: inbox.ConversationMeta{EventMeta: inbox.EventMeta{At: 1, Actor: inbox.BySystem()},
			ConversationID: c.ID, Before: before.Scope(), After: to}})
		return struct{}{}, tx.UpdateConversation(&before, c)
	})
	if err != nil {
		s.Error(err)
	}
}

// want compares what came after the first n items.
func (s *signalled) want(who string, b *basin, n int, want ...string) {
	s.Helper()
	if got := b.all()[n:]; !slices.Equal(got, want) {
		s.Errorf("%s got %q, want %q", who, got, want)
	}
}

func TestASignalGoesToTheSessionsOfItsAgentsAndIsShownOnce(t *testing.T) {
	s := newSignalled(t)
	id := s.conversations[0]
	first := s.listen(inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann}, Filter{})
	second := s.listen(inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann}, Filter{})
	other := s.listen(inbox.Access{Visibility: inbox.VisibilityAll, Agent: bob}, Filter{})
	key := s.listen(inbox.SeesAll(), Filter{})
	s.log.Signal(typing(id, ann, ann+7))
	for _, b := range []*basin{first, second} {
		if got := b.await(t, 2)[1]; got != fmt.Sprint("TYPING ", id) {
			t.Errorf("got %q", got)
		}
	}
	s.log.Signal(typing(id))
	s.log.deliver([]inbox.Signal{typing(id, 0)}) // a key has no agent
	s.want("another agent", other, 1)
	s.want("a key", key, 1)
	if got := s.shower.shown[fmt.Sprint("TYPING ", id)]; got != 1 {
		t.Errorf("it was shown %d times", got)
	}
}

func TestNobodyButThoseWhomASignalIsForIsVisited(t *testing.T) {
	s := newSignalled(t)
	id := s.conversations[0]
	for agent := range inbox.AgentID(100) {
		s.listen(inbox.Access{Visibility: inbox.VisibilityAll, Agent: agent + 1}, Filter{})
	}
	for _, g := range s.log.groups.all() {
		if got := g.addressed(typing(id, 3, 4)); len(got) != 2 {
			t.Errorf("%d members are visited", len(got))
		}
		if got := g.addressed(typing(id, 1000)); len(got) != 0 {
			t.Errorf("%d members are visited by a signal for nobody here", len(got))
		}
	}
	s.log.deliver([]inbox.Signal{typing(id, 1000)})
	if s.shower.shown[fmt.Sprint("TYPING ", id)] != 0 {
		t.Error("a signal for nobody here was shown")
	}
}

func TestASignalIsNotSentBeforeAStreamIsReadyNorToOneThatIsBehind(t *testing.T) {
	s := newSignalled(t)
	id := s.conversations[0]
	dry := newBasin(0)
	m := join(t, s.log, Subscription{Access: as(inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann})}, "key", &s.shower, dry)
	s.log.deliver([]inbox.Signal{typing(id, ann)})
	dry.pour(m, 1)
	if got := dry.await(t, 1); len(got) != 1 || got[0] != "ready "+string(s.log.db.CursorAt(2)) {
		t.Fatalf("got %q", got)
	}
	witness := s.listen(inbox.SeesAll(), Filter{})
	write(t, s.log.db, contactChanged())
	witness.await(t, 2)
	s.log.deliver([]inbox.Signal{typing(id, ann)}) // the event waits, and comes first
	dry.pour(m, plenty)
	dry.await(t, 2)
	s.want("who was full", dry, 1, "CONTACT_CHANGED 3")
	s.log.deliver([]inbox.Signal{typing(id, ann)})
	s.want("who is up to date", dry, 2, fmt.Sprint("TYPING ", id))
}

func TestASignalIsLeftOutWhereASinkTakesNothingAndNoEventIs(t *testing.T) {
	for _, dry := range []Reception{Full, Later} {
		s := newSignalled(t)
		b := newBasin(1)
		b.dry = dry
		m := join(t, s.log, Subscription{Access: as(inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann})}, "key", &s.shower, b)
		b.await(t, 1)
		s.log.deliver([]inbox.Signal{typing(s.conversations[0], ann)})
		write(t, s.log.db, contactChanged())
		b.pour(m, plenty)
		b.await(t, 2)
		s.want("whose sink took nothing", b, 1, "CONTACT_CHANGED 3")
		select {
		case <-b.slow:
			t.Error("it was taken for slow")
		default:
		}
	}
}

func TestWhoeverDoesNotSeeAConversationAtDeliveryGetsNoSignalAboutIt(t *testing.T) {
	s := newSignalled(t)
	id := s.conversations[0]
	b := s.listen(s.access(), Filter{})
	signal := typing(id, s.agent)
	s.log.deliver([]inbox.Signal{signal})
	s.want("who sees it", b, 1, fmt.Sprint("TYPING ", id))
	s.move(at(s.teams[1], 0))
	b.await(t, 3) // it is hidden
	s.log.deliver([]inbox.Signal{signal, {To: signal.To, Item: &personal{}}, typing(s.conversations[1]+100, s.agent)})
	s.want("who no longer sees it", b, 3, "personal")
	s.move(at(s.teams[0], 0))
	b.await(t, 5)
	s.log.deliver([]inbox.Signal{signal})
	s.want("who sees it again", b, 5, fmt.Sprint("TYPING ", id))
}

func TestASignalIsJudgedByWhatHappenedWhileItWasShown(t *testing.T) {
	s := newSignalled(t)
	id := s.conversations[0]
	b, moved := newBasin(plenty), false
	show := s.shower.show
	m, err := s.log.Join(t.Context(), Subscription{Access: as(s.access())}, "key", func(ctx context.Context, items []inbox.StreamItem) []Shown {
		all := show(ctx, items)
		if _, ok := items[0].(*inbox.ConversationActivity); ok && !moved {
			moved = true
			s.move(at(s.teams[1], 0))
			all[0].AsOf = s.log.db.HeadNumber()
		}
		return all
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Leave)
	m.Start(b)
	b.await(t, 1)
	s.log.deliver([]inbox.Signal{typing(id, s.agent)})
	b.await(t, 2)
	s.want("who lost sight of it meanwhile", b, 1, fmt.Sprint("hidden ", id, " ", s.log.db.CursorAt(3)))
}

func TestAFilterLeavesOutSignals(t *testing.T) {
	s := newSignalled(t)
	first, second := s.conversations[0], s.conversations[1]
	s.move(at(s.teams[0], bob))
	all := inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann}
	for _, c := range []struct {
		filter Filter
		want   []string
	}{
		{Filter{}, []string{fmt.Sprint("TYPING ", first), fmt.Sprint("TYPING ", second), "personal"}},
		{Filter{Types: []inbox.EventType{inbox.EventNoteAdded}}, nil},
		{Filter{Types: []inbox.EventType{}}, nil},
		{Filter{Conversations: []inbox.ConversationID{second}}, []string{fmt.Sprint("TYPING ", second)}},
		{Filter{Teams: s.teams[:1]}, []string{fmt.Sprint("TYPING ", first)}},
		{Filter{Assignees: []inbox.AgentID{bob}}, []string{fmt.Sprint("TYPING ", first)}},
		{Filter{Assignees: []inbox.AgentID{ann}}, nil},
		{Filter{Conversations: []inbox.ConversationID{first}, Types: []inbox.EventType{inbox.EventNoteAdded}}, nil},
	} {
		b := s.listen(all, c.filter)
		s.log.deliver([]inbox.Signal{typing(first, ann), typing(second, ann), {To: []inbox.AgentID{ann}, Item: &personal{}}})
		s.want(fmt.Sprint(c.filter), b, 1, c.want...)
	}
}

func TestSignalsDoNotKeepAStreamFromTellingItsPosition(t *testing.T) {
	db := openDB(t)
	o := newOffice(t, db, nil, 1)
	clock := newClock()
	l := follow(t, db, Options{Now: clock.Now, After: clock.After})
	s := &shower{}
	b := newBasin(plenty)
	join(t, l, Subscription{Access: as(inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann})}, "key", s, b)
	b.await(t, 1)
	begun := clock.Now()
	clock.advance(idleInterval - time.Second)
	l.deliver([]inbox.Signal{typing(o.conversations[0], ann)})
	for len(b.all()) < 3 {
		<-clock.armed // the log was looked at since
		clock.advance(lookInterval)
	}
	if got := b.all()[2]; got != "ready "+string(db.CursorAt(1)) {
		t.Errorf("got %q", got)
	}
	if quiet := clock.Now().Sub(begun); quiet > idleInterval+2*remindInterval {
		t.Errorf("after %s", quiet)
	}
}

func TestASignalThatCannotBeShownEndsNothing(t *testing.T) {
	s := newSignalled(t)
	id := s.conversations[0]
	s.shower.fails = fmt.Sprint("TYPING ", id)
	b := s.listen(inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann}, Filter{})
	s.log.deliver([]inbox.Signal{typing(id, ann), typing(s.conversations[1], ann)})
	s.want("the agent", b, 1, fmt.Sprint("TYPING ", s.conversations[1]))
}

func TestTooManySignalsAreLeftOutAndThoseAfterTheEndAreNotSent(t *testing.T) {
	db := openDB(t)
	l := New(db, Options{})
	l.signals.running = true // nobody delivers them
	for range maxSignals + 10 {
		l.Signal(typing(1, ann))
	}
	if got := len(l.signals.take()); got != maxSignals {
		t.Errorf("%d wait", got)
	}
	l.stop()
	l.signals.running = false
	l.Signal(typing(1, ann))
	if l.signals.running {
		t.Error("a goroutine was started after the end")
	}
}

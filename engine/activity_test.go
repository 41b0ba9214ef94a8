package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foyer/engine"
	"foyer/inbox"
)

// lively is a desk whose signals a test reads.
type lively struct {
	*desk
	id    inbox.ConversationID
	names map[inbox.AgentID]string

	mu    sync.Mutex
	heard []string // such as "Ann TYPING to Bob, Eve"
}

func newLively(t *testing.T) *lively {
	t.Helper()
	l := &lively{desk: newDesk(t), names: make(map[inbox.AgentID]string)}
	l.Engine = engine.New(l.db, engine.Options{Clock: l.clock.Now, OnSignal: l.hear})
	l.id = l.opened("Carla")
	return l
}

func (l *lively) hear(s inbox.Signal) {
	item := s.Item.(*inbox.ConversationActivity)
	l.mu.Lock()
	defer l.mu.Unlock()
	to := make([]string, len(s.To))
	for i, id := range s.To {
		to[i] = l.names[id]
	}
	l.heard = append(l.heard, fmt.Sprint(l.names[item.Who.Agent()], " ", item.Activity, " to ", strings.Join(to, ", ")))
}

// wants compares what was told since the last call.
func (l *lively) wants(want ...string) {
	l.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.heard, want) {
		l.Errorf("told %q, want %q", l.heard, want)
	}
	l.heard = nil
}

// who adds an agent.
func (l *lively) who(name string, changes ...func(*inbox.Agent)) inbox.AgentID {
	l.Helper()
	id := l.hire(name, changes...)
	l.names[id] = name
	return id
}

func (l *lively) does(id inbox.AgentID, kind inbox.ActivityKind) {
	l.Helper()
	if err := l.act(id, l.id, kind); err != nil {
		l.Errorf("%s: %v", l.names[id], err)
	}
}

func (l *lively) act(id inbox.AgentID, conversation inbox.ConversationID, kind inbox.ActivityKind) error {
	return l.ActivitySet(context.Background(), l.caller(id), engine.ActivitySetInput{ConversationID: conversation, Activity: kind})
}

// passes moves the clock and settles.
func (l *lively) passes(d time.Duration) {
	l.clock.move(d)
	l.SettleActivity(l.ctx())
}

// sees returns who views the conversation besides an agent.
func (l *lively) sees(id inbox.AgentID) string {
	l.Helper()
	var all []string
	for _, a := range l.ViewersOf(l.caller(id), l.id) {
		all = append(all, fmt.Sprint(l.names[a.Who.Agent()], " ", a.Activity))
	}
	return strings.Join(all, ", ")
}

func TestWhoViewsAConversationIsToldWhatOthersDoInItAndNobodyElseIs(t *testing.T) {
	l := newLively(t)
	ann, bob, eve := l.who("Ann"), l.who("Bob"), l.who("Eve")
	l.does(ann, inbox.ActivityViewing)
	l.wants()
	l.does(bob, inbox.ActivityViewing)
	l.wants("Bob VIEWING to Ann")
	l.does(bob, inbox.ActivityTyping)
	l.wants("Bob TYPING to Ann")
	l.does(eve, inbox.ActivityTyping) // who types also views
	l.wants("Eve TYPING to Ann, Bob")
	if got, want := l.sees(ann), "Bob TYPING, Eve TYPING"; got != want {
		t.Errorf("Ann sees %q, want %q", got, want)
	}
	l.does(bob, inbox.ActivityViewing)
	l.wants("Bob VIEWING to Ann, Eve")
	l.does(eve, inbox.ActivityNone)
	l.wants("Eve NONE to Ann, Bob")
	l.does(eve, inbox.ActivityNone)
	l.wants()
	if got, want := l.sees(eve), "Ann VIEWING, Bob VIEWING"; got != want {
		t.Errorf("Eve sees %q, want %q", got, want)
	}
}

func TestWhatIsRepeatedInTimeIsNotToldAgain(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	for i := range 10 {
		l.does(ann, inbox.ActivityViewing)
		l.does(bob, inbox.ActivityTyping)
		if i == 0 {
			l.wants("Bob TYPING to Ann")
		}
		l.passes(5 * time.Second)
	}
	l.wants()
}

func TestOfManyChangesInASecondTheLastIsToldWhenTheNextBegins(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	l.does(ann, inbox.ActivityViewing)
	l.passes(time.Second)
	for range 100 {
		l.does(bob, inbox.ActivityViewing)
		l.does(bob, inbox.ActivityTyping)
	}
	l.does(bob, inbox.ActivityViewing)
	l.does(bob, inbox.ActivityTyping)
	l.does(bob, inbox.ActivityViewing)
	l.wants("Bob VIEWING to Ann", "Bob TYPING to Ann", "Bob VIEWING to Ann", "Bob TYPING to Ann")
	if got := l.sees(ann); got != "Bob VIEWING" {
		t.Errorf("whoever asks is answered %q", got)
	}
	if next := l.SettleActivity(l.ctx()); next != time.Second {
		t.Errorf("the last is told in %s", next)
	}
	l.passes(999 * time.Millisecond)
	l.wants()
	l.passes(time.Millisecond)
	l.wants("Bob VIEWING to Ann")
	l.does(ann, inbox.ActivityTyping)
	l.wants("Ann TYPING to Bob")
}

func TestLeavingAndComingBackIsToldAsSeldom(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	l.does(ann, inbox.ActivityViewing)
	l.passes(time.Second)
	for range 100 {
		l.does(bob, inbox.ActivityViewing)
		l.does(bob, inbox.ActivityNone)
	}
	l.wants(slices.Repeat([]string{"Bob VIEWING to Ann", "Bob NONE to Ann"}, 4)...)
	l.does(bob, inbox.ActivityTyping)
	l.passes(time.Second)
	l.wants("Bob TYPING to Ann")
}

func TestTypingLapsesToViewingAndViewingToNothing(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	l.does(bob, inbox.ActivityTyping)
	l.does(ann, inbox.ActivityViewing)
	l.wants("Ann VIEWING to Bob")
	if next := l.SettleActivity(l.ctx()); next != 6*time.Second {
		t.Errorf("something lapses in %s", next)
	}
	l.passes(5999 * time.Millisecond)
	l.wants()
	l.passes(time.Millisecond)
	l.wants("Bob VIEWING to Ann")
	l.passes(20 * time.Second)
	l.does(ann, inbox.ActivityViewing)
	l.clock.move(4 * time.Second) // whether or not it is told already, it has lapsed
	if got := l.sees(ann); got != "" {
		t.Errorf("Ann sees %q", got)
	}
	l.passes(0)
	l.wants("Bob NONE to Ann")
	if next := l.SettleActivity(l.ctx()); next != 26*time.Second {
		t.Errorf("something lapses in %s", next)
	}
	l.passes(time.Hour)
	l.wants()
	if next := l.SettleActivity(l.ctx()); next != 0 {
		t.Errorf("nothing is left, and something lapses in %s", next)
	}
}

func TestActivityIsForAgentsWhoSeeTheConversation(t *testing.T) {
	l := newLively(t)
	ann, own := l.who("Ann"), l.who("Own", seeing(inbox.VisibilityAssigned))
	refused(t, l.act(own, l.id, inbox.ActivityViewing), inbox.CodeNotFound, "conversationId")
	refused(t, l.act(ann, l.id+100, inbox.ActivityViewing), inbox.CodeNotFound, "conversationId")
	err := l.ActivitySet(l.ctx(), l.key, engine.ActivitySetInput{ConversationID: l.id, Activity: inbox.ActivityViewing})
	refused(t, err, inbox.CodeForbidden, "")
	l.does(ann, inbox.ActivityViewing)
	if got := l.ViewersOf(l.key, l.id); got != nil {
		t.Errorf("a key sees %v", got)
	}
	l.wants()
}

func TestActivityEndsWithTheLastConnection(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	l.does(ann, inbox.ActivityViewing)
	first, second := l.Connect(l.ctx(), bob), l.Connect(l.ctx(), bob)
	l.does(bob, inbox.ActivityViewing)
	l.wants("Bob VIEWING to Ann")
	first()
	l.wants()
	second()
	l.wants("Bob NONE to Ann")
}

func TestActivityEndsWithTheLastSession(t *testing.T) {
	l := newLively(t)
	ann := l.who("Ann")
	eva, login := l.employ()
	l.names[eva] = "Eva"
	first, second := login(), login()
	l.does(ann, inbox.ActivityViewing)
	l.does(eva, inbox.ActivityViewing)
	l.wants("Eva VIEWING to Ann")
	for _, token := range []string{first, second} {
		l.wants()
		if err := l.Logout(l.ctx(), l.caller(eva), token, false); err != nil {
			t.Fatal(err)
		}
	}
	l.wants("Eva NONE to Ann")
	l.does(eva, inbox.ActivityViewing)
	l.disable(eva)
	l.wants("Eva VIEWING to Ann", "Eva NONE to Ann")
}

func TestActivityOutlastsTheSessionThatSetItWhileAnotherIsConnected(t *testing.T) {
	l := newLively(t)
	ann := l.who("Ann")
	eva, login := l.employ()
	l.names[eva] = "Eva"
	login()
	disconnect := l.Connect(l.ctx(), eva)
	other := login()
	l.does(ann, inbox.ActivityViewing)
	l.does(eva, inbox.ActivityTyping)
	if err := l.Logout(l.ctx(), l.caller(eva), other, false); err != nil {
		t.Fatal(err)
	}
	l.wants("Eva TYPING to Ann")
	disconnect()
	l.wants("Eva NONE to Ann")
}

func TestActivityEndsWhereSightDoes(t *testing.T) {
	l := newLively(t)
	boss, ann := l.who("Boss"), l.who("Ann", seeing(inbox.VisibilityTeam))
	sales, support := l.team("Sales", engine.PolicyPatch{}, ann), l.team("Support", engine.PolicyPatch{})
	l.does(boss, inbox.ActivityViewing)
	for what, loses := range map[string]func(){
		"by a move": func() { l.route(l.id, support) },
		"by teams": func() {
			must(l.TeamUpdate(l.ctx(), l.owner, engine.TeamPatch{ID: sales, RemoveMemberIDs: []inbox.AgentID{ann}}))
		},
		"by visibility": func() {
			must(l.AgentUpdate(l.ctx(), l.owner, engine.AgentPatch{ID: ann, Visibility: new(inbox.VisibilityAssigned)}))
		},
	} {
		t.Run(what, func(t *testing.T) {
			l.route(l.id, sales)
			must(l.TeamUpdate(l.ctx(), l.owner, engine.TeamPatch{ID: sales, AddMemberIDs: []inbox.AgentID{ann}}))
			must(l.AgentUpdate(l.ctx(), l.owner, engine.AgentPatch{ID: ann, Visibility: new(inbox.VisibilityTeam)}))
			l.does(ann, inbox.ActivityTyping)
			l.passes(0)
			l.wants("Ann TYPING to Boss")
			loses()
			l.passes(0)
			l.wants("Ann NONE to Boss")
		})
	}
}

func TestAnAgentViewsSoManyConversationsAndAConversationHasSoManyViewers(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	l.does(ann, inbox.ActivityViewing)
	l.does(bob, inbox.ActivityViewing)
	l.wants("Bob VIEWING to Ann")
	for i := range 19 {
		if err := l.act(ann, l.opened(fmt.Sprint("contact ", i)), inbox.ActivityViewing); err != nil {
			t.Fatal(err)
		}
	}
	l.does(ann, inbox.ActivityViewing) // it is not the one that was set longest ago any more
	if err := l.act(ann, l.opened("one more"), inbox.ActivityViewing); err != nil {
		t.Fatal(err)
	}
	l.wants()
	for i := range 20 {
		if err := l.act(ann, l.opened(fmt.Sprint("further ", i)), inbox.ActivityViewing); err != nil {
			t.Fatal(err)
		}
	}
	l.wants("Ann NONE to Bob")
	for i := range 49 {
		l.does(l.who(fmt.Sprint("Viewer ", i)), inbox.ActivityViewing)
	}
	refused(t, l.act(ann, l.id, inbox.ActivityViewing), inbox.CodeLimitExceeded, "conversationId")
	l.passes(30 * time.Second)
	l.does(ann, inbox.ActivityViewing)
}

func TestRunActivityLetsActivitiesLapse(t *testing.T) {
	l := newLively(t)
	ann, bob := l.who("Ann"), l.who("Bob")
	told := make(chan inbox.ActivityKind, 10)
	var ahead time.Duration
	l.Engine = engine.New(l.db, engine.Options{Clock: func() time.Time { return time.Now().Add(ahead) }, OnSignal: func(s inbox.Signal) {
		told <- s.Item.(*inbox.ConversationActivity).Activity
	}})
	l.does(ann, inbox.ActivityViewing)
	l.does(bob, inbox.ActivityTyping)
	ahead = 5900 * time.Millisecond
	ctx, stop := context.WithCancel(l.ctx())
	var running sync.WaitGroup
	running.Go(func() { _ = l.RunActivity(ctx) })
	for _, want := range []inbox.ActivityKind{inbox.ActivityTyping, inbox.ActivityViewing} {
		if got := <-told; got != want {
			t.Errorf("told %s, want %s", got, want)
		}
	}
	stop()
	running.Wait()
}

func TestActivityOfManyAtOnce(t *testing.T) {
	l := newLively(t)
	sales := l.team("Sales", engine.PolicyPatch{})
	var agents []inbox.AgentID
	for i := range 8 {
		agents = append(agents, l.who(fmt.Sprint("Agent ", i), seeing(inbox.VisibilityTeam)))
	}
	callers := make([]inbox.Caller, len(agents))
	for i, id := range agents {
		callers[i] = l.caller(id)
	}
	var working sync.WaitGroup
	for i, caller := range callers {
		working.Go(func() {
			for range 50 {
				for _, kind := range []inbox.ActivityKind{inbox.ActivityViewing, inbox.ActivityTyping, inbox.ActivityNone, inbox.ActivityViewing} {
					_ = l.ActivitySet(l.ctx(), caller, engine.ActivitySetInput{ConversationID: l.id, Activity: kind})
				}
				l.ViewersOf(caller, l.id)
				l.Connect(l.ctx(), agents[i])()
			}
		})
	}
	working.Go(func() {
		for range 20 {
			l.route(l.id, sales)
			l.passes(time.Second)
			must(l.ConversationRoute(l.ctx(), l.key, engine.RoutePatch{ConversationID: l.id, Team: engine.Patch[inbox.TeamID]{Set: true}}))
		}
	})
	working.Wait()
	l.route(l.id, sales) // nobody is in it
	l.passes(0)
	if got := l.ViewersOf(l.owner, l.id); got != nil {
		t.Errorf("who has lost sight of it still views it: %v", got)
	}
}

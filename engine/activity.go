package engine

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// What agents do in conversations at the moment is in the memory of this process, and nowhere else. It is told, by signals,
// to those who view the same conversation. RunActivity lets it lapse.

const (
	// viewingLasts and typingLasts are how long an activity lasts that is not repeated.
	viewingLasts = 30 * time.Second
	typingLasts  = 6 * time.Second
	// maxViewing is how many conversations an agent views at most: those that they looked at last. It is more than the tabs
	// that somebody has open.
	maxViewing = 20
	// maxViewers is how many agents view a conversation at most: each of them is told what each other does.
	maxViewers = 50
	// maxTold is how many changes of what an agent does in a conversation are told in each toldWithin, besides that it ended. Of
	// more only the last is told, when the next begins.
	maxTold    = 4
	toldWithin = time.Second
)

// ActivitySetInput is what an agent does in a conversation now.
type ActivitySetInput struct {
	ConversationID inbox.ConversationID
	Activity       inbox.ActivityKind
}

// ActivitySet notes what the caller does in a conversation, and tells those who view it, unless that is known. It fails with
// FORBIDDEN for an API key, NOT_FOUND and LIMIT_EXCEEDED.
func (e *Engine) ActivitySet(ctx context.Context, caller inbox.Caller, in ActivitySetInput) error {
	agent := caller.Actor.Agent()
	if agent == 0 {
		return inbox.Forbidden("Only agents view conversations and type in them. API keys do not.")
	}
	moves := e.activities.moves.Load() // before the conversation is read, so that no later move is missed
	seen, err := store.View(ctx, e.db, func(r *store.ReadTx) (bool, error) { return sees(&r.Reader, caller, in.ConversationID) })
	if err != nil {
		return outward(err)
	}
	if !seen {
		return inbox.NotFound("conversationId", "conversation")
	}
	if err := e.activities.set(agent, in.ConversationID, in.Activity, e.now()); err != nil {
		return err
	}
	if e.activities.moves.Load() != moves {
		e.activities.doubt(in.ConversationID, 0)
	}
	return nil
}

// sees reports whether a conversation exists and a caller sees it.
func sees(r *store.Reader, caller inbox.Caller, id inbox.ConversationID) (bool, error) {
	c, err := r.Conversation(id)
	if c == nil || err != nil {
		return false, err
	}
	access, err := AccessOf(r, caller)
	return err == nil && access.Sees(c.Scope()), err
}

// ViewersOf returns who views a conversation besides the caller, in the order in which they came. For an API key that is
// nobody.
func (e *Engine) ViewersOf(caller inbox.Caller, id inbox.ConversationID) []*inbox.Activity {
	agent := caller.Actor.Agent()
	if agent == 0 {
		return nil
	}
	return e.activities.viewers(id, agent, e.now())
}

// activities are what agents do in conversations. Their methods are safe for concurrent use and never wait for anything.
type activities struct {
	tell  func(inbox.Signal) // called with mu locked, so that signals are in order
	news  chan struct{}      // has a value when RunActivity must look
	moves atomic.Int64       // rises with each commit that changes who sees what

	mu    sync.Mutex
	in    map[inbox.ConversationID][]*activity // in the order in which they came
	of    map[inbox.AgentID][]*activity        // the one that was set last comes last
	looks inbox.Time                           // when RunActivity looks next; zero: only when there is news
	pace
	doubts
}

// activity is what one agent does in one conversation. It is forgotten once that is nothing.
type activity struct {
	agent        inbox.AgentID
	conversation inbox.ConversationID
	told         inbox.ActivityKind // what those who view the conversation know
	since        inbox.Time         // when that changed, or would have
	views, types inbox.Time         // when each lapses
}

func newActivities(tell func(inbox.Signal)) *activities {
	return &activities{tell: tell, news: make(chan struct{}, 1),
		in: make(map[inbox.ConversationID][]*activity), of: make(map[inbox.AgentID][]*activity),
		pace: pace{told: make(map[pair]int)}, doubts: newDoubts()}
}

// at returns what the agent does at a time.
func (a *activity) at(now inbox.Time) inbox.ActivityKind {
	switch {
	case now < a.types:
		return inbox.ActivityTyping
	case now < a.views:
		return inbox.ActivityViewing
	default:
		return inbox.ActivityNone
	}
}

// pair is an agent in a conversation.
type pair struct {
	agent        inbox.AgentID
	conversation inbox.ConversationID
}

// pace counts what was told of each agent in each conversation lately. It outlasts their activities, or leaving and coming back
// would begin anew.
type pace struct {
	began inbox.Time
	told  map[pair]int // since began
}

// allows reports whether one more change may be told now, and counts it.
func (p *pace) allows(who pair, now inbox.Time) bool {
	if now < p.began || now >= p.ends() {
		p.began = now
		clear(p.told)
	}
	if p.told[who] >= maxTold {
		return false
	}
	p.told[who]++
	return true
}

// ends returns when what was held back may be told.
func (p *pace) ends() inbox.Time { return p.began.Add(toldWithin) }

// lapses returns when at changes next.
func (a *activity) lapses(now inbox.Time) inbox.Time {
	if now < a.types {
		return a.types
	}
	return a.views
}

// set sets what an agent does in a conversation. It fails with LIMIT_EXCEEDED if too many others view the conversation. An
// agent who views too many conversations no longer views the one that was set longest ago.
func (t *activities) set(agent inbox.AgentID, conversation inbox.ConversationID, kind inbox.ActivityKind, now inbox.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.find(agent, conversation)
	if kind == inbox.ActivityNone {
		if a != nil {
			t.end(a, now)
		}
		return nil
	}
	if a == nil {
		if len(t.in[conversation]) >= maxViewers {
			return inbox.Errorf(inbox.CodeLimitExceeded, "conversationId",
				"{limit} agents view this conversation already. Further ones are not shown.", inbox.Named("limit", maxViewers))
		}
		if own := t.of[agent]; len(own) >= maxViewing {
			t.end(own[0], now)
		}
		a = &activity{agent: agent, conversation: conversation, told: inbox.ActivityNone}
		t.in[conversation] = append(t.in[conversation], a)
	}
	remove(t.of, agent, a)
	t.of[agent] = append(t.of[agent], a)
	a.views, a.types = now.Add(viewingLasts), 0
	if kind == inbox.ActivityTyping {
		a.types = now.Add(typingLasts)
	}
	t.announce(a, now)
	if next := t.due(a, now); t.looks == 0 || next < t.looks {
		t.wake()
	}
	return nil
}

// due returns when there is something to announce of an activity next. The caller holds mu, as for announce, end and find.
func (t *activities) due(a *activity, now inbox.Time) inbox.Time {
	if a.at(now) != a.told {
		return min(a.lapses(now), t.ends())
	}
	return a.lapses(now)
}

// announce sends what an agent does in a conversation to those who view it, unless they know, or too much was sent lately. That
// it ended is always sent: it can only follow something else that was.
func (t *activities) announce(a *activity, now inbox.Time) {
	kind := a.at(now)
	if kind == a.told {
		return
	}
	a.since = now
	if kind != inbox.ActivityNone && !t.allows(pair{a.agent, a.conversation}, now) {
		return
	}
	a.told = kind
	var to []inbox.AgentID
	for _, other := range t.in[a.conversation] {
		if other != a && other.at(now) != inbox.ActivityNone {
			to = append(to, other.agent)
		}
	}
	if len(to) > 0 {
		t.tell(inbox.Signal{To: to, Item: &inbox.ConversationActivity{ConversationID: a.conversation, Who: inbox.ByAgent(a.agent), Activity: kind}})
	}
}

// end ends an activity.
func (t *activities) end(a *activity, now inbox.Time) {
	a.views, a.types = 0, 0
	t.announce(a, now)
	remove(t.in, a.conversation, a)
	remove(t.of, a.agent, a)
}

func (t *activities) find(agent inbox.AgentID, conversation inbox.ConversationID) *activity {
	for _, a := range t.in[conversation] {
		if a.agent == agent {
			return a
		}
	}
	return nil
}

// remove takes an activity out of a list, and the list away if it is empty.
func remove[K comparable](lists map[K][]*activity, key K, gone *activity) {
	lists[key] = slices.DeleteFunc(lists[key], func(a *activity) bool { return a == gone })
	if len(lists[key]) == 0 {
		delete(lists, key)
	}
}

// viewers returns who views a conversation at a time, besides one agent.
func (t *activities) viewers(id inbox.ConversationID, besides inbox.AgentID, now inbox.Time) []*inbox.Activity {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []*inbox.Activity
	for _, a := range t.in[id] {
		if kind := a.at(now); a.agent != besides && kind != inbox.ActivityNone {
			all = append(all, &inbox.Activity{Who: inbox.ByAgent(a.agent), Activity: kind, Since: a.since})
		}
	}
	return all
}

// leave ends all that an agent does: they have no connection any more.
func (t *activities) leave(agent inbox.AgentID, now inbox.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, a := range slices.Clone(t.of[agent]) {
		t.end(a, now)
	}
}

// lapse announces what has lapsed, and returns when to call it next. Zero: when there is news.
func (t *activities) lapse(now inbox.Time) inbox.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.looks = 0
	for _, own := range t.of {
		for _, a := range slices.Clone(own) {
			if a.at(now) == inbox.ActivityNone {
				t.end(a, now)
				continue
			}
			t.announce(a, now)
			if next := t.due(a, now); t.looks == 0 || next < t.looks {
				t.looks = next
			}
		}
	}
	return t.looks
}

// wake lets RunActivity look now.
func (t *activities) wake() {
	select {
	case t.news <- struct{}{}:
	default:
	}
}

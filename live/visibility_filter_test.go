package live

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"foyer/inbox"
)

// The teams, agents and conversations of these tests.
const (
	sales   inbox.TeamID = 1
	support inbox.TeamID = 2

	ann inbox.AgentID = 1
	bob inbox.AgentID = 2

	anyone inbox.ConversationID = 7
)

func at(team inbox.TeamID, agent inbox.AgentID) inbox.Scope {
	return inbox.Scope{Team: team, Assignee: agent}
}

// happened returns the meta of an event of a conversation.
func happened(number int64, before, after inbox.Scope) inbox.ConversationMeta {
	return inbox.ConversationMeta{
		EventMeta:      inbox.EventMeta{Number: number, At: inbox.Time(number), Cursor: inbox.Cursor(fmt.Sprint(number))},
		ConversationID: anyone, Before: before, After: after,
	}
}

func received(number int64, scope inbox.Scope) *inbox.MessageReceived {
	return &inbox.MessageReceived{ConversationMeta: happened(number, scope, scope)}
}

func routed(number int64, before, after inbox.Scope) *inbox.ConversationRouted {
	return &inbox.ConversationRouted{ConversationMeta: happened(number, before, after)}
}

func opened(number int64, scope inbox.Scope) *inbox.ConversationOpened {
	return &inbox.ConversationOpened{ConversationMeta: happened(number, scope, scope)}
}

// inTeam is the access of Ann, who is in sales.
func inTeam() inbox.Access {
	return inbox.Access{Visibility: inbox.VisibilityTeam, Agent: ann, Teams: []inbox.TeamID{sales}}
}

func assigned() inbox.Access { return inbox.Access{Visibility: inbox.VisibilityAssigned, Agent: ann} }

func (v verdict) String() string { return [...]string{"skip", "deliver", "hide", "finish"}[v] }

// standsAt is where a conversation is now, after the events of a case.
func standsAt(scope inbox.Scope) subjectState {
	return subjectState{known: true, scope: scope, asOf: 9}
}

func TestWhoSeesAConversationBeforeAfterAndNowDecides(t *testing.T) {
	for _, c := range []struct {
		behaviour string
		access    inbox.Access
		event     inbox.Event
		now       inbox.Scope
		want      verdict
	}{
		{"what is visible is delivered", inTeam(), received(1, at(sales, 0)), at(sales, 0), deliver},
		{"what is hidden is not", inTeam(), received(1, at(support, 0)), at(support, 0), skip},
		{"everything is in the access of all", inbox.SeesAll(), received(1, at(support, 0)), at(support, 0), deliver},
		{"what neither team nor assignee has is visible of a team", inTeam(), received(1, at(0, 0)), at(0, 0), deliver},
		{"but not of who sees only their own", assigned(), received(1, at(0, 0)), at(0, 0), skip},
		{"an own one is visible wherever it is", inTeam(), received(1, at(support, ann)), at(support, ann), deliver},
		{"what leaves is hidden", inTeam(), routed(1, at(sales, 0), at(support, 0)), at(support, 0), hide},
		{"what leaves is hidden even if it is back by now", inTeam(), routed(1, at(sales, 0), at(support, 0)), at(sales, 0), hide},
		{"what comes is delivered", inTeam(), routed(1, at(support, 0), at(sales, 0)), at(sales, 0), deliver},
		{"what came and is gone by now is not", inTeam(), routed(1, at(support, 0), at(sales, 0)), at(support, 0), skip},
		{"what was visible and is gone by now is hidden", inTeam(), received(1, at(sales, 0)), at(support, 0), hide},
		{"what opened and is gone by now is not", inTeam(), opened(1, at(0, 0)), at(support, 0), skip},
		{"what was hidden is not, though it is visible now", inTeam(), received(1, at(support, 0)), at(sales, 0), skip},
		{"who is assigned sees it", assigned(), routed(1, at(sales, bob), at(sales, ann)), at(sales, ann), deliver},
		{"who was assigned does not", assigned(), routed(1, at(sales, ann), at(sales, bob)), at(sales, bob), hide},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			s := newVisibilityFilter(c.access, Filter{})
			if got := s.judge(c.event, standsAt(c.now)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAConversationThatIsGoneFromTheTablesIsVisibleToNobody(t *testing.T) {
	if got := newVisibilityFilter(inTeam(), Filter{}).judge(received(1, at(0, 0)), subjectState{asOf: 9}); got == deliver {
		t.Errorf("got %s", got)
	}
}

func TestTheFilterNarrows(t *testing.T) {
	message := received(1, at(sales, ann))
	move := routed(1, at(sales, ann), at(support, bob))
	run := &inbox.WorkflowRunChanged{ConversationMeta: happened(1, at(sales, 0), at(sales, 0))}
	contact := &inbox.ContactChanged{ContactID: 3}
	presence := &inbox.PresenceChanged{AgentID: bob}
	for _, c := range []struct {
		behaviour string
		filter    Filter
		event     inbox.Event
		want      verdict
	}{
		{"no part narrows nothing", Filter{}, message, deliver},
		{"types", Filter{Types: []inbox.EventType{inbox.EventMessageReceived}}, message, deliver},
		{"other types", Filter{Types: []inbox.EventType{inbox.EventNoteAdded}}, message, skip},
		{"an empty list lets nothing through", Filter{Types: []inbox.EventType{}}, message, skip},
		{"conversations", Filter{Conversations: []inbox.ConversationID{1, anyone}}, message, deliver},
		{"other conversations", Filter{Conversations: []inbox.ConversationID{1}}, message, skip},
		{"the team before", Filter{Teams: []inbox.TeamID{sales}}, move, deliver},
		{"the team after", Filter{Teams: []inbox.TeamID{support}}, move, deliver},
		{"the assignee before", Filter{Assignees: []inbox.AgentID{ann}}, move, deliver},
		{"the assignee after", Filter{Assignees: []inbox.AgentID{bob}}, move, deliver},
		{"all parts must hold", Filter{Teams: []inbox.TeamID{support}, Assignees: []inbox.AgentID{9}}, move, skip},
		{"an unknown id is no conversation without a team", Filter{Teams: []inbox.TeamID{0}}, received(1, at(0, 0)), skip},
		{"other events pass without ids", Filter{Types: []inbox.EventType{inbox.EventContactChanged}}, contact, deliver},
		{"ids pass events of conversations only", Filter{Teams: []inbox.TeamID{sales}}, presence, skip},
		{"even an empty list of them", Filter{Teams: []inbox.TeamID{}}, contact, skip},
		{"runs are no events of conversations", Filter{Teams: []inbox.TeamID{sales}}, run, skip},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			s := newVisibilityFilter(inbox.SeesAll(), c.filter)
			if got := s.judge(c.event, standsAt(at(sales, ann))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestHidingIsToldWhateverTheTypesButOnlyOfWhatWasAskedFor(t *testing.T) {
	leaves := routed(1, at(sales, 0), at(support, 0))
	for _, c := range []struct {
		behaviour string
		filter    Filter
		want      verdict
	}{
		{"whatever the types", Filter{Types: []inbox.EventType{inbox.EventMessageReceived}}, hide},
		{"of the teams asked for", Filter{Teams: []inbox.TeamID{sales}}, hide},
		{"not of other conversations", Filter{Conversations: []inbox.ConversationID{1}}, skip},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			if got := newVisibilityFilter(inTeam(), c.filter).judge(leaves, standsAt(at(support, 0))); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhatLeftByAnEventThatWasNotAskedForIsNotHiddenLater(t *testing.T) {
	s := newVisibilityFilter(assigned(), Filter{Assignees: []inbox.AgentID{bob}})
	now := standsAt(at(sales, bob))
	for _, event := range []*inbox.ConversationRouted{
		routed(1, at(sales, bob), at(sales, ann)),
		routed(2, at(sales, ann), at(sales, 0)), // which the filter leaves out
		routed(3, at(sales, 0), at(sales, bob)),
	} {
		verdict := s.judge(event, now)
		s.passed(event, now, verdict)
		if verdict != skip {
			t.Errorf("event %d: %s", event.Number, verdict)
		}
	}
	if len(s.entered) > 0 {
		t.Errorf("it waits for what becomes of %v", s.entered)
	}
}

func TestWhatBelongsToNoConversation(t *testing.T) {
	run := &inbox.WorkflowRunChanged{RunID: 4}
	ownRun := &inbox.WorkflowRunChanged{ConversationMeta: happened(1, at(sales, 0), at(sales, 0))}
	contact := &inbox.ContactChanged{ContactID: 3}
	scope := func(id inbox.AgentID) inbox.Event { return &inbox.AgentChanged{AgentID: id, Scope: true} }
	for _, c := range []struct {
		behaviour string
		access    inbox.Access
		event     inbox.Event
		now       subjectState
		want      verdict
	}{
		{"a team's change is everybody's", assigned(), &inbox.TeamChanged{TeamID: support}, subjectState{}, deliver},
		{"a presence is everybody's", assigned(), &inbox.PresenceChanged{AgentID: bob}, subjectState{}, deliver},
		{"an agent's change is everybody's", assigned(), &inbox.AgentChanged{AgentID: ann}, subjectState{}, deliver},
		{"what another sees ends nothing", assigned(), scope(bob), subjectState{}, deliver},
		{"what the viewer sees ends the stream", assigned(), scope(ann), subjectState{}, finish},
		{"a manager's too", inbox.Access{Visibility: inbox.VisibilityAll, Agent: ann}, scope(ann), subjectState{}, finish},
		{"a key has no scope to change", inbox.SeesAll(), scope(ann), subjectState{}, deliver},
		{"a contact is for who sees all", inbox.SeesAll(), contact, subjectState{}, deliver},
		{"a contact nobody talks with is for nobody else", inTeam(), contact, subjectState{}, skip},
		{"a contact is for who sees one of their conversations", inTeam(), contact,
			subjectState{around: []inbox.Scope{at(support, 0), at(sales, bob)}}, deliver},
		{"and not for others", inTeam(), contact, subjectState{around: []inbox.Scope{at(support, 0)}}, skip},
		{"a run in no conversation is for who sees all", inbox.SeesAll(), run, subjectState{}, deliver},
		{"and for nobody else", inTeam(), run, subjectState{}, skip},
		{"a run in a conversation is for who sees that", inTeam(), ownRun, standsAt(at(sales, 0)), deliver},
		{"and not for who does not see it any more", inTeam(), ownRun, standsAt(at(support, 0)), hide},
	} {
		t.Run(c.behaviour, func(t *testing.T) {
			if got := newVisibilityFilter(c.access, Filter{}).judge(c.event, c.now); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// The rest checks whole histories: a visibilityFilter against what is visible after each commit.

// history is what happened to some conversations, commit by commit.
type history struct {
	events  []inbox.ConversationEvent
	commits []int                                  // the commit of each event
	ends    []int                                  // for each commit, how many events there are after it
	states  []map[inbox.ConversationID]inbox.Scope // after each commit; the first is before all
	changed []map[inbox.ConversationID]int64       // the newest event of each conversation, likewise
}

func drawScope(t *rapid.T) inbox.Scope {
	return at(inbox.TeamID(rapid.IntRange(0, 2).Draw(t, "team")), inbox.AgentID(rapid.IntRange(0, 2).Draw(t, "assignee")))
}

func drawHistory(t *rapid.T) *history {
	h := &history{ends: []int{0}, states: []map[inbox.ConversationID]inbox.Scope{{}}, changed: []map[inbox.ConversationID]int64{{}}}
	for commit := 1; commit <= rapid.IntRange(1, 8).Draw(t, "commits"); commit++ {
		state, changed := map[inbox.ConversationID]inbox.Scope{}, map[inbox.ConversationID]int64{}
		for id, scope := range h.states[commit-1] {
			state[id], changed[id] = scope, h.changed[commit-1][id]
		}
		for range rapid.IntRange(1, 4).Draw(t, "events") {
			id := inbox.ConversationID(rapid.IntRange(1, 2).Draw(t, "conversation"))
			number := int64(len(h.events) + 1)
			before, exists := state[id]
			after := before
			if !exists || rapid.Bool().Draw(t, "moves") {
				after = drawScope(t)
			}
			var event inbox.ConversationEvent
			switch {
			case !exists:
				event = opened(number, after)
			case before == after:
				event = received(number, after)
			default:
				event = routed(number, before, after)
			}
			event.Where().ConversationID, event.Where().At = id, inbox.Time(commit)
			state[id], changed[id] = after, number
			h.events, h.commits = append(h.events, event), append(h.commits, commit)
		}
		h.ends, h.states, h.changed = append(h.ends, len(h.events)), append(h.states, state), append(h.changed, changed)
	}
	return h
}

// standing returns the state of a conversation after a commit, as the window or a replay knows it.
func (h *history) subjectState(id inbox.ConversationID, commit int, replay bool) subjectState {
	now := subjectState{known: true, scope: h.states[commit][id], asOf: h.changed[commit][id]}
	if replay {
		now.asOf = int64(h.ends[commit])
	}
	return now
}

func drawAccess(t *rapid.T) inbox.Access {
	return rapid.SampledFrom([]inbox.Access{
		inbox.SeesAll(),
		inTeam(),
		{Visibility: inbox.VisibilityTeam, Agent: bob, Teams: []inbox.TeamID{sales, support}},
		{Visibility: inbox.VisibilityTeam, Agent: ann},
		assigned(),
	}).Draw(t, "access")
}

// TestWhoFollowsKnowsWhatTheySeeAndNothingElse lets a client begin with what it sees after a commit, follow from there
// while the log gets further, and now and then read again what it sees. It checks each item, and what the client has in
// the end.
func TestWhoFollowsKnowsWhatTheySeeAndNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, access := drawHistory(t), drawAccess(t)
		s := newVisibilityFilter(access, Filter{})
		last := len(h.ends) - 1
		now := rapid.IntRange(0, last).Draw(t, "begins after commit")
		first := h.ends[now]
		has := map[inbox.ConversationID]bool{}
		read := func() {
			for id, scope := range h.states[now] {
				if access.Sees(scope) {
					has[id] = true
				}
			}
		}
		read()
		hiddenAt := map[inbox.ConversationID]int{}
		given := map[inbox.ConversationID]bool{}
		for i := first; i < len(h.events); i++ {
			event := h.events[i]
			id := event.Where().ConversationID
			now = rapid.IntRange(max(now, h.commits[i]), last).Draw(t, "delivered after commit")
			subjectState := h.subjectState(id, now, rapid.Bool().Draw(t, "replay"))
			verdict := s.judge(event, subjectState)
			s.passed(event, subjectState, verdict)
			if rapid.Bool().Draw(t, "forgets") {
				s.forget(event.Meta().Number)
			}
			visible := access.Sees(event.Where().After) && access.Sees(h.states[now][id])
			if (verdict == deliver) != visible {
				t.Fatalf("event %d: %s, although visible is %v", i+1, verdict, visible)
			}
			if leaves := given[id] && !access.Sees(event.Where().After); leaves && verdict != hide {
				t.Fatalf("event %d: %s, although the conversation was delivered and not hidden", i+1, verdict)
			}
			given[id] = verdict == deliver || given[id] && verdict == skip
			switch verdict {
			case deliver:
				has[id] = true
				delete(hiddenAt, id)
			case hide:
				delete(has, id)
				if before, twice := hiddenAt[id]; twice && !h.seenBetween(access, id, before, now) {
					t.Fatalf("event %d: hidden again, and not seen between commits %d and %d", i+1, before, now)
				}
				hiddenAt[id] = now
			default:
			}
			if rapid.IntRange(0, 3).Draw(t, "reads") == 0 {
				read()
			}
		}
		for id := range has {
			if !access.Sees(h.states[last][id]) {
				t.Fatalf("conversation %d is hidden, and the client was not told", id)
			}
		}
		for id, scope := range h.states[last] {
			if access.Sees(scope) && !has[id] {
				t.Fatalf("conversation %d is visible, and the client does not have it", id)
			}
		}
		if s.forget(int64(len(h.events))); len(s.told)+len(s.entered) > 0 {
			t.Fatalf("caught up, and still waiting for what becomes of %v %v", s.told, s.entered)
		}
	})
}

// seenBetween reports whether a conversation was visible after one of these commits.
func (h *history) seenBetween(access inbox.Access, id inbox.ConversationID, first, last int) bool {
	for commit := first; commit <= last; commit++ {
		if scope, exists := h.states[commit][id]; exists && access.Sees(scope) {
			return true
		}
	}
	return false
}

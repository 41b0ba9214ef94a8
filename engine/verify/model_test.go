package verify

import (
	"strings"
	"testing"

	"foyer/inbox"
	"foyer/store"
)

// history makes events as the engine would, so that a test says only what is wrong.
type history struct {
	events []inbox.Event
	scopes map[inbox.ConversationID]inbox.Scope
	known  evidence
}

const (
	ana     inbox.AgentID       = 1
	ben     inbox.AgentID       = 2
	support inbox.TeamID        = 1
	run     inbox.WorkflowRunID = 1
)

// newHistory has two agents online, in a team whose members may have two conversations.
func newHistory() *history {
	h := &history{scopes: make(map[inbox.ConversationID]inbox.Scope), known: evidence{
		decisions: make(map[inbox.DecisionID]*inbox.AssignmentDecision), overriding: make(map[inbox.WorkflowRunID]bool),
		endedBy: make(map[inbox.WorkflowRunID]inbox.ActorRef)}}
	for _, id := range []inbox.AgentID{ana, ben} {
		h.add(&inbox.AgentChanged{AgentID: id, Role: inbox.RoleAgent})
		h.add(&inbox.PresenceChanged{AgentID: id, Presence: inbox.PresenceOnline})
	}
	return h.add(&inbox.TeamChanged{TeamID: support, Added: []inbox.AgentID{ana, ben}, Policy: inbox.AssignmentPolicy{
		Strategy: inbox.StrategyRoundRobin, OnlineOnly: true, MaxOpen: new(int32(2))}})
}

// add appends an event: at the millisecond of its number, by Foyer itself unless it says by whom.
func (h *history) add(e inbox.Event) *history {
	meta := e.Meta()
	meta.Number = int64(len(h.events) + 1)
	meta.At = inbox.Time(1000 + meta.Number)
	if meta.Actor.Kind == "" {
		meta.Actor = inbox.BySystem()
	}
	h.events = append(h.events, e)
	return h
}

// at makes the head of a conversation's event, which leads to a team and an assignee.
func (h *history) at(id inbox.ConversationID, after inbox.Scope, actor inbox.ActorRef) inbox.ConversationMeta {
	m := inbox.ConversationMeta{ConversationID: id, Before: h.scopes[id], After: after}
	m.Actor = actor
	h.scopes[id] = after
	return m
}

func (h *history) stays(id inbox.ConversationID) inbox.ConversationMeta {
	return h.at(id, h.scopes[id], inbox.BySystem())
}

// opened opens a conversation of the contact with the same number, and routes it to the team.
func (h *history) opened(id inbox.ConversationID) *history {
	h.add(&inbox.ConversationOpened{ConversationMeta: h.stays(id), ContactID: inbox.ContactID(id), Source: inbox.SourceContact})
	h.add(&inbox.MessageReceived{ConversationMeta: h.stays(id), MessageID: inbox.MessageID(id)})
	return h.add(&inbox.ConversationRouted{ConversationMeta: h.at(id, inbox.Scope{Team: support}, inbox.BySystem()), TeamID: new(support),
		Priority: inbox.PriorityNormal, PreviousPriority: inbox.PriorityNormal})
}

// queued queues it as waiting since now.
func (h *history) queued(id inbox.ConversationID) *history {
	return h.queuedSince(id, inbox.Time(1000+len(h.events)+1))
}

func (h *history) queuedSince(id inbox.ConversationID, since inbox.Time) *history {
	return h.add(&inbox.ConversationQueued{ConversationMeta: h.stays(id), TeamID: new(support), QueueKey: since})
}

// decided lets automation assign, with the decision that belongs to it.
func (h *history) decided(id inbox.ConversationID, to inbox.AgentID, has int32) *history {
	d := &inbox.AssignmentDecision{ID: inbox.DecisionID(len(h.events) + 1), ConversationID: id, TeamID: new(support), Strategy: new(inbox.StrategyRoundRobin), AssigneeID: &to,
		Candidates: []inbox.AssignmentCandidate{{AgentID: to, OpenConversations: has}}}
	h.known.decisions[d.ID] = d
	return h.add(&inbox.ConversationAssigned{ConversationMeta: h.at(id, inbox.Scope{Team: support, Assignee: to}, inbox.BySystem()),
		AssigneeID: to, DecisionID: &d.ID})
}

// assigned assigns without a decision.
func (h *history) assigned(id inbox.ConversationID, to inbox.AgentID, actor inbox.ActorRef) *history {
	var previous *inbox.AgentID
	if before := h.scopes[id].Assignee; before != 0 {
		previous = &before
	}
	return h.add(&inbox.ConversationAssigned{ConversationMeta: h.at(id, inbox.Scope{Team: h.scopes[id].Team, Assignee: to}, actor),
		AssigneeID: to, PreviousAssigneeID: previous})
}

func (h *history) closed(id inbox.ConversationID) *history {
	return h.add(&inbox.ConversationClosed{ConversationMeta: h.stays(id), ClosedSource: inbox.CloseAgent})
}

// answered opens a conversation in which Ana answers.
func (h *history) answered(id inbox.ConversationID) *history {
	return h.opened(id).add(&inbox.MessageSent{ConversationMeta: h.at(id, h.scopes[id], inbox.ByAgent(ana)), MessageID: 9})
}

func (h *history) closedOfItself(id inbox.ConversationID) {
	h.add(&inbox.ConversationClosed{ConversationMeta: h.stays(id), ClosedSource: inbox.CloseAuto})
}

func (h *history) fold() *model {
	m := newModel()
	for _, e := range h.events {
		m.apply(e, h.known)
	}
	return m
}

// finds checks that a model has one finding, which says this; none where it is empty.
func finds(t *testing.T, m *model, want string) {
	t.Helper()
	switch {
	case want == "" && len(m.findings) > 0:
		t.Errorf("found %q in what is right", m.findings)
	case want != "" && (len(m.findings) != 1 || !strings.Contains(m.findings[0], want)):
		t.Errorf("found %q, want one that says %q", m.findings, want)
	}
}

func TestARightHistoryHasNoFindings(t *testing.T) {
	h := newHistory().opened(1).decided(1, ana, 0).opened(2).decided(2, ben, 0)
	h.opened(3).assigned(3, ana, inbox.ByAgent(ana)).opened(4).assigned(4, ana, inbox.ByAgent(ana)) // beyond the limit, by a person
	h.opened(5).decided(5, ben, 1).opened(6).queued(6).opened(7).queued(7)
	h.closed(5).decided(6, ben, 1)
	h.add(&inbox.ConversationSnoozed{ConversationMeta: h.stays(7), Until: 9999})
	h.closed(6).closed(2)
	h.add(&inbox.ConversationWoken{ConversationMeta: h.stays(7)})
	began := h.fold().conversations[7].waits
	h.queuedSince(7, began).decided(7, ben, 0)
	finds(t, h.fold(), "")
}

func TestEachRuleOfTheHistoryFires(t *testing.T) {
	nobody := inbox.Scope{}
	for name, test := range map[string]struct {
		make func(h *history)
		want string
	}{
		"two open conversations of one contact": {func(h *history) {
			h.opened(1).add(&inbox.ConversationOpened{ConversationMeta: h.stays(2), ContactID: 1})
		}, "while cnv_1 of the same contact (con_1) is open"},
		"opened twice": {func(h *history) {
			h.opened(1).closed(1)
			h.scopes[1] = nobody
			h.add(&inbox.ConversationOpened{ConversationMeta: h.stays(1), ContactID: 1})
		}, "which was opened before"},
		"opened with an agent": {func(h *history) {
			h.scopes[1] = inbox.Scope{Assignee: ana}
			h.add(&inbox.ConversationOpened{ConversationMeta: h.stays(1), ContactID: 1})
		}, "a conversation opens without team and assignee"},
		"an event before the opening": {func(h *history) {
			h.add(&inbox.MessageReceived{ConversationMeta: h.stays(1), MessageID: 1})
		}, "which no event before it has opened"},
		"an event after the close": {func(h *history) { h.opened(1).closed(1).closed(1) }, "after it was closed"},
		"a sending after the close": {func(h *history) {
			h.opened(1).closed(1).add(&inbox.MessageSent{ConversationMeta: h.stays(1), MessageID: 2})
		}, "after it was closed"},
		"a state that nothing led to": {func(h *history) {
			h.opened(1)
			h.scopes[1] = inbox.Scope{Team: 2}
			h.add(&inbox.NoteAdded{ConversationMeta: h.stays(1)})
		}, "it had tea_1 and no assignee"},
		"a state that nothing leads to": {func(h *history) {
			h.opened(1).add(&inbox.NoteAdded{ConversationMeta: h.at(1, inbox.Scope{Team: support, Assignee: ana}, inbox.BySystem())})
		}, "by the events so far it has tea_1 and no assignee"},
		"more than the team allows": {func(h *history) {
			h.opened(1).decided(1, ana, 0).opened(2).decided(2, ana, 1).opened(3).decided(3, ana, 2)
		}, "who has 2 open conversations and may have 2"},
		"more than the agent may": {func(h *history) {
			h.add(&inbox.AgentChanged{AgentID: ana, MaxOpen: new(int32(1))}).opened(1).decided(1, ana, 0).opened(2).decided(2, ana, 1)
		}, "may have 1"},
		"more by a key":              {func(h *history) { h.full().opened(3).assigned(3, ana, inbox.ByAPIKey(1)) }, "may have 2"},
		"more by a workflow by name": {func(h *history) { h.full().opened(3).assigned(3, ana, inbox.ByRun(run)) }, "may have 2"},
		"an agent offline": {func(h *history) {
			h.add(&inbox.PresenceChanged{AgentID: ana, Presence: inbox.PresenceOffline}).opened(1).decided(1, ana, 0)
		}, "who is OFFLINE"},
		"a disabled agent": {func(h *history) {
			h.add(&inbox.AgentChanged{AgentID: ana, Disabled: true}).opened(1).assigned(1, ana, inbox.ByAgent(ben))
		}, "who is disabled"},
		"an unknown agent":           {func(h *history) { h.opened(1).assigned(1, 9, inbox.ByAgent(ben)) }, "whom no event before it has added"},
		"somebody outside the team":  {func(h *history) { h.policy(inbox.StrategyRoundRobin, ana).opened(1).decided(1, ana, 0) }, "who is not in tea_1"},
		"a queue handed out by hand": {func(h *history) { h.policy(inbox.StrategyManual).opened(1).decided(1, ana, 0) }, "which is handed out by hand"},
		"assigned to who has it":     {func(h *history) { h.opened(1).decided(1, ana, 0).assigned(1, ana, inbox.ByAgent(ana)) }, "who had it already"},
		"removed who was not in it":  {func(h *history) { h.policy(inbox.StrategyManual, 9) }, "who was not in it"},
		"a decision for somebody else": {func(h *history) {
			h.opened(1).decided(1, ana, 0)
			h.known.decisions[inbox.DecisionID(len(h.events))].ConversationID = 7
		}, "which is about cnv_7"},
		"a decision that names another": {func(h *history) {
			h.opened(1).decided(1, ana, 0)
			h.known.decisions[inbox.DecisionID(len(h.events))].Candidates[0].AgentID = ben
		}, "does not name agt_1"},
		"a decision that saw other numbers": {func(h *history) { h.opened(1).decided(1, ana, 1) }, "counted 1 open conversations of agt_1, who had 0"},
		"a decision that does not exist": {func(h *history) {
			h.opened(1).decided(1, ana, 0)
			clear(h.known.decisions)
		}, "which does not exist"},
		"the second of the queue first": {func(h *history) { h.opened(1).queued(1).opened(2).queued(2).decided(2, ana, 0) }, "before cnv_1"},
		"an age that nothing explains":  {func(h *history) { h.opened(1).queuedSince(1, 7) }, "when no wait began"},
		"an age that was lost": {func(h *history) {
			h.opened(1).queued(1)
			h.add(&inbox.ConversationSnoozed{ConversationMeta: h.stays(1), Until: 9}).add(&inbox.ConversationWoken{ConversationMeta: h.stays(1)}).queued(1)
		}, "it has waited since"},
		"an age from the future": {func(h *history) {
			h.opened(1).add(&inbox.ConversationSnoozed{ConversationMeta: h.stays(1), Until: 9})
			h.add(&inbox.ConversationWoken{ConversationMeta: h.stays(1)}).queuedSince(1, 1<<40)
		}, "which is before it opened or after the event"},
		"queued while assigned": {func(h *history) { h.opened(1).decided(1, ana, 0).queued(1) }, "which has an assignee or is snoozed"},
		"queued for another team": {func(h *history) {
			h.opened(1).add(&inbox.ConversationQueued{ConversationMeta: h.stays(1), TeamID: new(inbox.TeamID(2)), QueueKey: inbox.Time(1000 + len(h.events) + 1)})
		}, "queues cnv_1 for tea_2"},
		"routed from elsewhere": {func(h *history) {
			h.opened(1).add(&inbox.ConversationRouted{ConversationMeta: h.stays(1), TeamID: new(support), PreviousTeamID: new(inbox.TeamID(2)),
				Priority: inbox.PriorityNormal, PreviousPriority: inbox.PriorityNormal})
		}, "routes cnv_1 from tea_2"},
		"taken from somebody else": {func(h *history) {
			h.opened(1).decided(1, ana, 0).add(&inbox.ConversationUnassigned{ConversationMeta: h.at(1, inbox.Scope{Team: support}, inbox.BySystem()), PreviousAssigneeID: new(ben)})
		}, "takes cnv_1 from agt_2"},
		"assigned from somebody else": {func(h *history) {
			h.opened(1).add(&inbox.ConversationAssigned{ConversationMeta: h.at(1, inbox.Scope{Team: support, Assignee: ana}, inbox.ByAgent(ben)), AssigneeID: ana, PreviousAssigneeID: new(ben)})
		}, "which it says agt_2 had"},
		"closed of itself while the contact waited": {func(h *history) { h.opened(1).closedOfItself(1) }, "no agent had the last word"},
		"closed of itself while snoozed": {func(h *history) {
			h.answered(1).add(&inbox.ConversationSnoozed{ConversationMeta: h.stays(1), Until: 9}).closedOfItself(1)
		}, "which was snoozed"},
		"closed of itself after an answer": {func(h *history) { h.answered(1).closedOfItself(1) }, ""},
		"woken awake":                      {func(h *history) { h.opened(1).add(&inbox.ConversationWoken{ConversationMeta: h.stays(1)}) }, "which was awake"},
		"a status again":                   {func(h *history) { h.status(inbox.StatusSent).status(inbox.StatusSent) }, "became SENT after SENT"},
		"a status back":                    {func(h *history) { h.status(inbox.StatusRead).status(inbox.StatusSent) }, "became SENT after READ"},
		"a late failure":                   {func(h *history) { h.status(inbox.StatusDelivered).status(inbox.StatusFailed) }, "became FAILED after DELIVERED"},
		"after a failure":                  {func(h *history) { h.status(inbox.StatusFailed).status(inbox.StatusSent) }, "became SENT after FAILED"},
		"an unsent message": {func(h *history) {
			h.opened(1).add(&inbox.MessageStatusChanged{ConversationMeta: h.stays(1), MessageID: 9, MessageStatus: inbox.StatusSent})
		}, "became SENT after nothing"},
		"a run that somebody else ended": {func(h *history) {
			h.known.endedBy[run] = inbox.ByAgent(ana)
			h.opened(1).add(&inbox.WorkflowRunChanged{ConversationMeta: h.stays(1), RunID: run, RunStatus: inbox.RunWaiting})
			h.add(&inbox.WorkflowRunChanged{ConversationMeta: h.at(1, h.scopes[1], inbox.ByAgent(ben)), RunID: run, RunStatus: inbox.RunTakenOver})
		}, "says that AGENT 2 ended run_1; by the tables AGENT 1 did"},
		"a run after its end": {func(h *history) {
			h.opened(1).add(&inbox.WorkflowRunChanged{ConversationMeta: h.stays(1), RunID: run, RunStatus: inbox.RunFailed})
			h.add(&inbox.WorkflowRunChanged{ConversationMeta: h.stays(1), RunID: run, RunStatus: inbox.RunWaiting})
		}, "became WAITING after it had ended as FAILED"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHistory()
			test.make(h)
			finds(t, h.fold(), test.want)
		})
	}
}

// full returns Ana as many conversations as she may have.
func (h *history) full() *history { return h.opened(1).decided(1, ana, 0).opened(2).decided(2, ana, 1) }

func (h *history) policy(s inbox.AssignmentStrategy, removed ...inbox.AgentID) *history {
	return h.add(&inbox.TeamChanged{TeamID: support, Removed: removed, Policy: inbox.AssignmentPolicy{Strategy: s, OnlineOnly: true}})
}

// status reports on a message of conversation 1, which it sends first.
func (h *history) status(s inbox.MessageStatus) *history {
	if _, ok := h.scopes[1]; !ok {
		h.opened(1).add(&inbox.MessageSent{ConversationMeta: h.stays(1), MessageID: 9})
	}
	return h.add(&inbox.MessageStatusChanged{ConversationMeta: h.stays(1), MessageID: 9, MessageStatus: s})
}

func TestAPolicyThatAWorkflowAskedForIsTakenIntoAccount(t *testing.T) {
	h := newHistory().full()
	h.known.overriding[run] = true
	h.opened(3).assigned(3, ana, inbox.ByRun(run)) // its step may allow more
	h.opened(4)
	h.add(&inbox.ConversationQueued{ConversationMeta: h.at(4, h.scopes[4], inbox.ByRun(run)), TeamID: new(support), QueueKey: inbox.Time(1000 + len(h.events) + 1)})
	h.opened(5).queued(5).decided(5, ben, 0) // though 4 came first: what it asked for may be impossible
	finds(t, h.fold(), "")
}

// tablesOf returns tables that fit a model.
func tablesOf(m *model) tables {
	t := tables{counts: make(map[inbox.Scope]store.Counts)}
	for id := range inbox.ConversationID(20) {
		c := m.conversations[id]
		if c == nil {
			continue
		}
		if c.closed {
			t.closed++
			continue
		}
		v := &inbox.Conversation{ID: id, Status: inbox.Open, ContactID: c.contact, Priority: c.priority, InboundCount: c.inbound, OutboundCount: c.sent,
			TeamID: idOrNil(c.scope.Team), AssigneeID: idOrNil(c.scope.Assignee), WaitingSince: idOrNil(c.waitingSince), SnoozedUntil: idOrNil(c.snoozedUntil)}
		if c.answered {
			v.AnsweredAt = &c.openedAt
		}
		if c.queued {
			v.QueueKey, v.QueuedAt = &c.queueKey, &c.waits
		}
		if c.snoozedUntil != 0 {
			t.timers = append(t.timers, store.Timer{Kind: store.TimerWake, SubjectID: int64(id), Due: c.snoozedUntil})
		}
		t.open = append(t.open, v)
		sum, one := t.counts[v.Scope()], store.CountsOf(v)
		t.counts[v.Scope()] = store.Counts{Open: sum.Open + one.Open, Snoozed: sum.Snoozed + one.Snoozed, Queued: sum.Queued + one.Queued}
	}
	for id, a := range m.agents {
		t.agents = append(t.agents, &inbox.Agent{ID: id, Presence: a.presence, PresenceSince: 5, MaxOpen: a.maxOpen, OpenConversations: a.open})
		t.presences = append(t.presences, &store.PresenceChange{AgentID: id, At: 5, Presence: a.presence})
	}
	queue := t.counts[inbox.Scope{Team: support}].Queued
	t.teams = []*inbox.Team{{ID: support, Policy: m.teams[support].policy, QueueLength: int32(queue)}}
	for id := range m.teams[support].members {
		t.members = append(t.members, store.Membership{TeamID: support, AgentID: id})
	}
	t.runs = []*inbox.WorkflowRun{{ID: run, Status: inbox.RunWaiting, ConversationID: new(inbox.ConversationID(2))}}
	t.timers = append(t.timers, store.Timer{Kind: store.TimerRun, SubjectID: int64(run)}, store.Timer{Kind: store.TimerDrain, SubjectID: 5})
	return t
}

func idOrNil[T ~int64](v T) *T {
	if v == 0 {
		return nil
	}
	return &v
}

// ended is a history in which 1 is closed, 2 queued with a run, 3 Ana's and 4 snoozed, and message 9 was sent in 3.
func ended() *history {
	h := newHistory().opened(1).closed(1).opened(2).queued(2)
	h.add(&inbox.WorkflowRunChanged{ConversationMeta: h.stays(2), RunID: run, RunStatus: inbox.RunWaiting})
	h.opened(3).assigned(3, ana, inbox.ByAgent(ana)).opened(4)
	h.add(&inbox.ConversationSnoozed{ConversationMeta: h.stays(4), Until: 9999})
	return h.add(&inbox.MessageSent{ConversationMeta: h.at(3, h.scopes[3], inbox.ByAgent(ana)), MessageID: 9})
}

func TestMessagesAreComparedToo(t *testing.T) {
	m := ended().fold()
	ids := m.sentMessages()
	m.compareMessages(ids, []*inbox.Message{{ID: 9, Status: inbox.StatusQueued}})
	finds(t, m, "")
	m.compareMessages(ids, nil)
	finds(t, m, "msg_9 is nothing in the tables, QUEUED by the log")
}

func TestAReportIsBounded(t *testing.T) {
	h := newHistory()
	for range 2 * maxFindings {
		h.add(&inbox.NoteAdded{ConversationMeta: h.stays(1)})
	}
	if n := len(h.fold().findings); n != maxFindings {
		t.Errorf("%d findings, want %d", n, maxFindings)
	}
}

package verify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"foyer/inbox"
)

// model is the state that the log describes, as far as it has been read.
type model struct {
	findings      []string
	events        int
	last          inbox.Time // of the newest event
	floor         int64      // the event up to which changes of presence may have been removed
	agents        map[inbox.AgentID]*agent
	teams         map[inbox.TeamID]*team
	conversations map[inbox.ConversationID]*conversation
	open          map[inbox.ContactID]inbox.ConversationID
	sent          map[inbox.MessageID]inbox.MessageStatus
	runs          map[inbox.WorkflowRunID]inbox.WorkflowRunStatus
	outlasting    map[inbox.WorkflowRunID]bool // runs that changed after their conversation closed: the close started them, or they closed it
	queues        map[class]*queue
	queuesOf      map[inbox.TeamID][]*queue
}

type agent struct {
	presence inbox.Presence
	disabled bool
	maxOpen  *int32
	open     int32
}

type team struct {
	policy  inbox.AssignmentPolicy
	members map[inbox.AgentID]bool
}

// conversation is a conversation as the log describes it. A zero time stands for none.
type conversation struct {
	contact       inbox.ContactID
	closed        bool
	scope         inbox.Scope
	priority      inbox.Priority
	openedAt      inbox.Time
	snoozedUntil  inbox.Time
	queueKey      inbox.Time
	queued        bool
	moving        bool          // it was routed out of a queue, and the event that queues it again has yet to come
	waits         inbox.Time    // when it began to wait for an agent
	waited        inbox.Time    // when the wait before began: undoing a job brings it back
	waitsUnknown  bool          // it may have begun to wait while snoozed, of which there is no event
	waitingSince  inbox.Time    // when the contact began to wait for an answer
	answered      bool          // an agent had the last word
	overriding    bool          // a workflow may have given it a policy other than the team's
	class         string        // of what it waits for beside that
	owner         inbox.AgentID // for whom alone it waits; zero: for anybody, or the log does not say
	ownerUntil    inbox.Time    // when that ends
	inbound, sent int32
}

// occupies reports whether the conversation counts against its assignee's capacity.
func (c *conversation) occupies() bool {
	return !c.closed && c.scope.Assignee != 0 && c.snoozedUntil == 0
}

// evidence is what a chunk of the log refers to.
type evidence struct {
	decisions  map[inbox.DecisionID]*inbox.AssignmentDecision
	overriding map[inbox.WorkflowRunID]bool           // runs of workflows with assignment policies of their own
	endedBy    map[inbox.WorkflowRunID]inbox.ActorRef // who ended the runs that somebody ended; older runs do not say
}

func newModel() *model {
	return &model{
		agents: make(map[inbox.AgentID]*agent), teams: make(map[inbox.TeamID]*team),
		conversations: make(map[inbox.ConversationID]*conversation), open: make(map[inbox.ContactID]inbox.ConversationID),
		sent: make(map[inbox.MessageID]inbox.MessageStatus), runs: make(map[inbox.WorkflowRunID]inbox.WorkflowRunStatus),
		queues: make(map[class]*queue), queuesOf: make(map[inbox.TeamID][]*queue), outlasting: make(map[inbox.WorkflowRunID]bool),
	}
}

func (m *model) find(format string, args ...any) {
	if len(m.findings) < maxFindings {
		m.findings = append(m.findings, fmt.Sprintf(format, args...))
	}
}

// apply applies the next event.
func (m *model) apply(event inbox.Event, known evidence) {
	m.events++
	m.last = max(m.last, event.Meta().At)
	switch e := event.(type) {
	case *inbox.AgentChanged:
		a := m.agents[e.AgentID]
		if a == nil {
			a = &agent{presence: inbox.PresenceOffline}
			m.agents[e.AgentID] = a
		}
		a.maxOpen, a.disabled = e.MaxOpen, e.Disabled
	case *inbox.PresenceChanged:
		if a := m.agent(e.AgentID, event); a != nil {
			a.presence = e.Presence
		}
	case *inbox.TeamChanged:
		m.applyTeam(e)
	case inbox.ConversationEvent:
		m.applyConversation(e, known)
	}
}

// agent returns an agent, or nil, and finds it wrong, if no event has been about them.
func (m *model) agent(id inbox.AgentID, event inbox.Event) *agent {
	a := m.agents[id]
	if a == nil {
		m.find("Event %d is about %s, whom no event before it has added.", event.Meta().Number, id)
	}
	return a
}

func (m *model) applyTeam(e *inbox.TeamChanged) {
	t := m.teams[e.TeamID]
	if t == nil {
		t = &team{members: make(map[inbox.AgentID]bool)}
		m.teams[e.TeamID] = t
	}
	if t.policy.HeadStarts != e.Policy.HeadStarts {
		m.moveInQueues(e.TeamID, e.Policy.HeadStarts)
	}
	if t.policy.Sticky == inbox.StickyRequireUntil || e.Policy.Sticky == inbox.StickyRequireUntil {
		m.forgetOwners(e.TeamID)
	}
	t.policy = e.Policy
	for _, id := range e.Added {
		t.members[id] = true
	}
	for _, id := range e.Removed {
		if !t.members[id] {
			m.find("Event %d removes %s from %s, who was not in it.", e.Number, id, e.TeamID)
		}
		delete(t.members, id)
	}
}

// policy returns a team's policy, or the workspace's for zero.
func (m *model) policy(id inbox.TeamID) inbox.AssignmentPolicy {
	if t := m.teams[id]; t != nil {
		return t.policy
	}
	return inbox.DefaultPolicy()
}

// applyConversation applies an event of a conversation, after checking what must hold for all of them.
func (m *model) applyConversation(event inbox.ConversationEvent, known evidence) {
	where := event.Where()
	if where.ConversationID == 0 {
		if e, ok := event.(*inbox.WorkflowRunChanged); ok {
			m.applyRun(e, nil, known)
		}
		return
	}
	c := m.conversations[where.ConversationID]
	if opened, ok := event.(*inbox.ConversationOpened); ok {
		m.applyOpened(opened, c)
		return
	}
	if c == nil {
		m.find("Event %d is about %s, which no event before it has opened.", where.Number, where.ConversationID)
		return
	}
	if where.Before != c.scope {
		m.find("Event %d says that %s had %s; it had %s.", where.Number, where.ConversationID, scopeText(where.Before), scopeText(c.scope))
		c.scope = where.Before
	}
	if c.closed && !afterClose(event) {
		m.find("Event %d (%s) happened to %s after it was closed.", where.Number, event.Type(), where.ConversationID)
	}
	m.applyChange(event, c, known)
	if where.After != c.scope {
		m.find("Event %d (%s) says that %s has %s after it; by the events so far it has %s.", where.Number, event.Type(),
			where.ConversationID, scopeText(where.After), scopeText(c.scope))
	}
	c.scope = where.After
}

// afterClose reports whether an event may be of a closed conversation, as late acknowledgements, reports and notes are.
func afterClose(event inbox.Event) bool {
	switch event.(type) {
	case *inbox.MessageReceived, *inbox.MessageStatusChanged, *inbox.NoteAdded, *inbox.NoteChanged, *inbox.ConversationRead, *inbox.WorkflowRunChanged:
		return true
	default:
		return false
	}
}

func (m *model) applyOpened(e *inbox.ConversationOpened, before *conversation) {
	if before != nil {
		m.find("Event %d opens %s, which was opened before.", e.Number, e.ConversationID)
	}
	if open, ok := m.open[e.ContactID]; ok {
		m.find("Event %d opens %s while %s of the same contact (%s) is open.", e.Number, e.ConversationID, open, e.ContactID)
	}
	if e.After != (inbox.Scope{}) || e.Before != (inbox.Scope{}) {
		m.find("Event %d opens %s with %s; a conversation opens without team and assignee.", e.Number, e.ConversationID, scopeText(e.After))
	}
	m.open[e.ContactID] = e.ConversationID
	m.conversations[e.ConversationID] = &conversation{contact: e.ContactID, scope: e.After, priority: inbox.PriorityNormal, openedAt: e.At}
}

func (m *model) applyChange(event inbox.ConversationEvent, c *conversation, known evidence) {
	switch e := event.(type) {
	case *inbox.MessageReceived:
		c.inbound++
		c.answered = false
		if !c.closed && c.waitingSince == 0 {
			c.waitingSince = e.At
		}
	case *inbox.MessageSent:
		c.sent++
		m.sent[e.MessageID] = inbox.StatusQueued
		if e.Actor.Kind == inbox.ActorAgent || e.Actor.Kind == inbox.ActorAPIKey {
			c.waitingSince = 0
		}
		c.answered = c.answered || e.Actor.Kind == inbox.ActorAgent
	case *inbox.MessageStatusChanged:
		m.applyStatus(e)
	case *inbox.ConversationRouted:
		m.applyRouted(e, c)
	case *inbox.ConversationAssigned:
		m.applyAssigned(e, c, known)
	case *inbox.ConversationUnassigned:
		m.applyUnassigned(e, c)
	case *inbox.ConversationQueued:
		m.applyQueued(e, c, known)
	case *inbox.ConversationSnoozed:
		m.applySnoozed(e, c)
	case *inbox.ConversationWoken:
		m.applyWoken(e, c)
	case *inbox.ConversationClosed:
		m.applyClosed(e, c)
	case *inbox.WorkflowRunChanged:
		m.applyRun(e, c, known)
	}
}

func (m *model) applyRouted(e *inbox.ConversationRouted, c *conversation) {
	if valueOf(e.PreviousTeamID) != c.scope.Team || e.PreviousPriority != c.priority {
		m.find("Event %d routes %s from %s and %s; it had %s and %s.", e.Number, e.ConversationID, valueOf(e.PreviousTeamID),
			e.PreviousPriority, c.scope.Team, c.priority)
	}
	if valueOf(e.TeamID) != c.scope.Team {
		c.overriding = false
	}
	c.scope.Team, c.priority = valueOf(e.TeamID), e.Priority
	if e.TeamID == nil && e.PreviousTeamID != nil && c.snoozedUntil != 0 {
		c.endWait()
	}
	if c.queued {
		parked := e.TeamID == nil && e.PreviousTeamID != nil // it is in no queue after that
		c.queued, c.moving = false, !parked
	}
}

func (m *model) applyUnassigned(e *inbox.ConversationUnassigned, c *conversation) {
	if c.scope.Assignee == 0 || valueOf(e.PreviousAssigneeID) != c.scope.Assignee {
		m.find("Event %d takes %s from %s; it had %s.", e.Number, e.ConversationID, valueOf(e.PreviousAssigneeID), scopeText(c.scope))
	}
	m.release(c)
	c.scope.Assignee = 0
}

// release subtracts a conversation from its assignee's open ones.
func (m *model) release(c *conversation) {
	if !c.occupies() {
		return
	}
	if a := m.agents[c.scope.Assignee]; a != nil {
		a.open--
	}
}

func (m *model) applySnoozed(e *inbox.ConversationSnoozed, c *conversation) {
	m.release(c)
	if !c.queued && c.scope.Team == 0 {
		c.endWait()
	}
	c.queued, c.snoozedUntil = false, e.Until
}

func (m *model) applyWoken(e *inbox.ConversationWoken, c *conversation) {
	if c.snoozedUntil == 0 {
		m.find("Event %d wakes %s, which was awake.", e.Number, e.ConversationID)
	}
	c.waitsUnknown = c.waits == 0
	c.snoozedUntil = 0
	if a := m.agents[c.scope.Assignee]; a != nil {
		a.open++
	}
}

func (m *model) applyClosed(e *inbox.ConversationClosed, c *conversation) {
	if e.ClosedSource == inbox.CloseAuto && (!c.answered || c.snoozedUntil != 0 || c.queued) {
		m.find("Event %d closes %s of itself, which was snoozed or queued, or in which no agent had the last word.", e.Number, e.ConversationID)
	}
	m.release(c)
	*c = conversation{contact: c.contact, closed: true, scope: c.scope, inbound: c.inbound, sent: c.sent, priority: c.priority, openedAt: c.openedAt}
	if m.open[c.contact] == e.ConversationID {
		delete(m.open, c.contact)
	}
}

// endWait notes that a conversation no longer waits for an agent.
func (c *conversation) endWait() {
	if c.waits != 0 {
		c.waited, c.waits = c.waits, 0
	}
}

// applyQueued checks the key in a queue: when the wait began, less the priority's head start.
func (m *model) applyQueued(e *inbox.ConversationQueued, c *conversation, known evidence) {
	if valueOf(e.TeamID) != c.scope.Team {
		m.find("Event %d queues %s for %s; it is with %s.", e.Number, e.ConversationID, valueOf(e.TeamID), scopeText(c.scope))
	}
	if c.scope.Assignee != 0 || c.snoozedUntil != 0 {
		m.find("Event %d queues %s, which has an assignee or is snoozed.", e.Number, e.ConversationID)
	}
	began := e.QueueKey.Add(m.policy(c.scope.Team).HeadStarts.Of(c.priority))
	switch {
	case c.waits != 0 && began != c.waits:
		m.find("Event %d queues %s as waiting since %s; it has waited since %s.", e.Number, e.ConversationID, began, c.waits)
	case c.waits == 0 && c.waitsUnknown && (began < c.openedAt || began > e.At):
		m.find("Event %d queues %s as waiting since %s, which is before it opened or after the event.", e.Number, e.ConversationID, began)
	case c.waits == 0 && !c.waitsUnknown && began != e.At && began != c.openedAt && began != c.waitingSince && began != c.waited:
		m.find("Event %d queues %s as waiting since %s, when no wait began.", e.Number, e.ConversationID, began)
	}
	c.waits, c.waitsUnknown, c.queued, c.moving, c.queueKey = began, false, true, false, e.QueueKey
	if run := e.Actor.Run(); run != 0 {
		c.overriding = known.overriding[run]
	}
	c.class, c.owner, c.ownerUntil = e.Class, valueOf(e.OwnerID), e.OwnerUntil
	m.push(e.ConversationID, c)
}

func (m *model) applyStatus(e *inbox.MessageStatusChanged) {
	before, ok := m.sent[e.MessageID]
	message := inbox.Message{Direction: inbox.Outbound, Status: before}
	if further, err := message.MayBecome(e.MessageStatus); !ok || err != nil || !further {
		m.find("Event %d: %s became %s after %s.", e.Number, e.MessageID, e.MessageStatus, cmp.Or(before, "nothing"))
	}
	m.sent[e.MessageID] = e.MessageStatus
}

func (m *model) applyRun(e *inbox.WorkflowRunChanged, c *conversation, known evidence) {
	if before, ok := m.runs[e.RunID]; ok && !before.Active() {
		m.find("Event %d: %s became %s after it had ended as %s.", e.Number, e.RunID, e.RunStatus, before)
	}
	m.runs[e.RunID] = e.RunStatus
	if by, named := known.endedBy[e.RunID]; named && !e.RunStatus.Active() && by != e.Actor {
		m.find("Event %d says that %s %d ended %s; by the tables %s %d did.", e.Number, e.Actor.Kind, e.Actor.ID, e.RunID, by.Kind, by.ID)
	}
	if c != nil && c.closed {
		m.outlasting[e.RunID] = true
	}
	if c != nil && e.RunStatus.Active() && known.overriding[e.RunID] {
		c.overriding = true
	}
}

func (m *model) sentMessages() []inbox.MessageID { return slices.Sorted(maps.Keys(m.sent)) }

func valueOf[T ~int64](id *T) T {
	if id == nil {
		return 0
	}
	return *id
}

func scopeText(s inbox.Scope) string {
	team, assignee := "no team", "no assignee"
	if s.Team != 0 {
		team = s.Team.String()
	}
	if s.Assignee != 0 {
		assignee = s.Assignee.String()
	}
	return team + " and " + assignee
}

package verify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// tables is the state that the tables describe.
type tables struct {
	open          []*inbox.Conversation
	closed        int // the number of closed conversations
	agents        []*inbox.Agent
	presences     []*store.PresenceChange // the newest of each agent
	connections   []*store.Connection
	teams         []*inbox.Team
	members       []store.Membership
	counts        map[inbox.Scope]store.Counts
	timers        []store.Timer
	triggerEvents []*store.TriggerEvent
	runs          []*inbox.WorkflowRun // those that have not ended
	tasks         []*store.Task
	lanes         []store.Lane
	jobs          []*store.JobTally
	unreachable   []inbox.WorkflowID // those that are published for webhooks and have no URL
	files         files
	defaultTeam   *inbox.TeamID
	attention     attention
	winners       map[inbox.ConversationID]inbox.AgentID // the agent who could be assigned a queued conversation
}

// compare compares the model with the tables.
func (m *model) compare(t tables) {
	m.compareConversations(t)
	m.compareCounts(t)
	m.compareAgents(t)
	m.comparePresences(t)
	m.compareTeams(t)
	m.compareRuns(t)
	m.compareTimers(t)
	m.compareTasks(t)
	m.compareJobs(t)
	m.checkFiles(t.files)
	for _, id := range t.unreachable {
		m.find("%s is published for webhooks and has no URL.", id)
	}
	m.checkCared(t)
	m.checkDrained(t)
	m.checkAttention(t.attention)
}

func (m *model) compareConversations(t tables) {
	seen := make(map[inbox.ConversationID]bool, len(t.open))
	for _, stored := range t.open {
		seen[stored.ID] = true
		c := m.conversations[stored.ID]
		if c == nil || c.closed {
			m.find("%s is open in the tables, and not in the log.", stored.ID)
			continue
		}
		for _, field := range []struct {
			name        string
			stored, log any
		}{
			{"contact", stored.ContactID, c.contact},
			{"team", stored.Scope().Team, c.scope.Team},
			{"assignee", stored.Scope().Assignee, c.scope.Assignee},
			{"priority", stored.Priority, c.priority},
			{"snoozedUntil", valueOf(stored.SnoozedUntil), c.snoozedUntil},
			{"queued", stored.QueueKey != nil, c.queued},
			{"waitingSince", valueOf(stored.WaitingSince), c.waitingSince},
			{"answered", stored.AnsweredAt != nil, c.answered},
			{"inboundCount", stored.InboundCount, c.inbound},
			{"outboundCount", stored.OutboundCount, c.sent},
		} {
			if field.stored != field.log {
				m.find("%s: %s is %v in the tables, %v by the log.", stored.ID, field.name, field.stored, field.log)
			}
		}
		if c.queued && stored.QueueKey != nil && (*stored.QueueKey != c.queueKey || valueOf(stored.QueuedAt) != c.waits) {
			m.find("%s: its key in the queue is %s in the tables, %s by the log.", stored.ID, *stored.QueueKey, c.queueKey)
		}
		if c.moving {
			m.find("%s was routed out of a queue and was not queued again.", stored.ID)
		}
	}
	closed := 0
	for _, id := range slices.Sorted(maps.Keys(m.conversations)) {
		if m.conversations[id].closed {
			closed++
		} else if !seen[id] {
			m.find("%s is open in the log, and not in the tables.", id)
		}
	}
	if closed != t.closed {
		m.find("%d conversations are closed in the tables, %d in the log.", t.closed, closed)
	}
}

// compareCounts compares the stored counts with what they count.
func (m *model) compareCounts(t tables) {
	counted := make(map[inbox.Scope]store.Counts)
	queues := make(map[inbox.TeamID]int32)
	for _, c := range t.open {
		sum, one := counted[c.Scope()], store.CountsOf(c)
		counted[c.Scope()] = store.Counts{Open: sum.Open + one.Open, Snoozed: sum.Snoozed + one.Snoozed, Queued: sum.Queued + one.Queued}
		queues[c.Scope().Team] += int32(one.Queued)
	}
	scopes := maps.Clone(counted)
	maps.Copy(scopes, t.counts)
	for scope := range scopes {
		if counted[scope] != t.counts[scope] {
			m.find("The inbox of %s counts %+v; there are %+v.", scopeText(scope), t.counts[scope], counted[scope])
		}
	}
	for _, team := range t.teams {
		if team.QueueLength != queues[team.ID] {
			m.find("The length of the queue of %s is %d in the tables, %d by its conversations.", team.ID, team.QueueLength, queues[team.ID])
		}
	}
}

func (m *model) compareAgents(t tables) {
	for _, stored := range t.agents {
		a := m.agents[stored.ID]
		if a == nil {
			m.find("%s is in the tables, and not in the log.", stored.ID)
			continue
		}
		if stored.OpenConversations != a.open {
			m.find("%s has %d open conversations in the tables, %d by the log.", stored.ID, stored.OpenConversations, a.open)
		}
		if stored.Presence != a.presence || (stored.DisabledAt != nil) != a.disabled || limitText(stored.MaxOpen) != limitText(a.maxOpen) {
			m.find("%s is %s (disabled: %t, at most %s) in the tables, %s (%t, %s) by the log.", stored.ID, stored.Presence,
				stored.DisabledAt != nil, limitText(stored.MaxOpen), a.presence, a.disabled, limitText(a.maxOpen))
		}
	}
	if len(t.agents) != len(m.agents) {
		m.find("There are %d agents in the tables, %d in the log.", len(t.agents), len(m.agents))
	}
}

func (m *model) compareTeams(t tables) {
	for _, stored := range t.teams {
		known := m.teams[stored.ID]
		if known == nil {
			m.find("%s is in the tables, and not in the log.", stored.ID)
			continue
		}
		if a, b := policyText(stored.Policy), policyText(known.policy); a != b {
			m.find("The policy of %s is %s in the tables, %s by the log.", stored.ID, a, b)
		}
	}
	if len(t.teams) != len(m.teams) {
		m.find("There are %d teams in the tables, %d in the log.", len(t.teams), len(m.teams))
	}
	members := 0
	for _, known := range m.teams {
		members += len(known.members)
	}
	for _, in := range t.members {
		if known := m.teams[in.TeamID]; known == nil || !known.members[in.AgentID] {
			m.find("%s is in %s by the tables, and not by the log.", in.AgentID, in.TeamID)
		}
	}
	if members != len(t.members) {
		m.find("There are %d memberships in the tables, %d in the log.", len(t.members), members)
	}
}

func (m *model) compareRuns(t tables) {
	active := make(map[inbox.WorkflowRunID]bool)
	for _, stored := range t.runs {
		active[stored.ID] = true
		if status := m.runs[stored.ID]; status != stored.Status {
			m.find("%s is %s in the tables, %s by the log.", stored.ID, stored.Status, cmp.Or(status, "nothing"))
		}
		if stored.ConversationID == nil {
			continue
		}
		if c := m.conversations[*stored.ConversationID]; stored.Status == inbox.RunWaiting && (c == nil || c.closed && !m.outlasting[stored.ID]) {
			m.find("%s waits in %s, which is closed.", stored.ID, *stored.ConversationID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(m.runs)) {
		if m.runs[id].Active() && !active[id] {
			m.find("%s is %s by the log, and has ended in the tables.", id, m.runs[id])
		}
	}
}

// subject is what a timer is about.
type subject struct {
	kind store.TimerKind
	id   int64
}

// compareTimers checks that everything that waits for a time has a timer, and nothing else has one.
func (m *model) compareTimers(t tables) {
	timers := make(map[subject]inbox.Time, len(t.timers))
	for _, timer := range t.timers {
		timers[subject{timer.Kind, timer.SubjectID}] = timer.Due
	}
	for _, c := range t.open {
		if a := m.agents[c.Scope().Assignee]; a != nil && a.disabled {
			if _, ok := timers[subject{store.TimerRetire, int64(c.Scope().Assignee)}]; !ok {
				m.find("%s is assigned to %s, who is disabled, and no timer will unassign it.", c.ID, c.Scope().Assignee)
			}
		}
		wake := subject{store.TimerWake, int64(c.ID)}
		if due := timers[wake]; due != valueOf(c.SnoozedUntil) {
			m.find("%s is snoozed until %s; its timer is due at %s.", c.ID, valueOf(c.SnoozedUntil), due)
		}
		delete(timers, wake)
		if _, ok := timers[subject{store.TimerAttend, int64(c.ID)}]; !ok && m.isToBeTaken(c, t) {
			m.find("%s is to be taken from %s some time, and no timer will.", c.ID, *c.AssigneeID)
		}
	}
	for _, r := range t.runs {
		run := subject{store.TimerRun, int64(r.ID)}
		if _, ok := timers[run]; !ok {
			m.find("%s is %s, and has no timer to go on.", r.ID, r.Status)
		}
		delete(timers, run)
	}
	for _, o := range t.triggerEvents {
		trigger := subject{store.TimerTrigger, o.ID}
		if _, ok := timers[trigger]; !ok {
			m.find("Trigger event %d has workflows to look at, and no timer to do so.", o.ID)
		}
		delete(timers, trigger)
	}
	m.comparePresenceTimers(t, timers)
	for _, c := range t.open {
		if _, ok := timers[subject{store.TimerAttend, int64(c.ID)}]; c.QueueOwner != nil && !ok {
			m.find("%s waits for %s alone, and has no timer to end that.", c.ID, *c.QueueOwner)
		}
		if c.QueueOwner != nil && c.QueueKey == nil {
			m.find("%s waits for %s alone, and is not queued.", c.ID, *c.QueueOwner)
		}
	}
	for left := range timers {
		switch left.kind {
		case store.TimerDrain, store.TimerField, store.TimerRetire, store.TimerCancel, store.TimerOpening, store.TimerAttend:
		default:
			m.find("A timer %s is set for %d, which does not wait for it.", left.kind, left.id)
		}
	}
}

// isToBeTaken reports whether time alone will take a conversation from its agent.
func (m *model) isToBeTaken(c *inbox.Conversation, t tables) bool {
	at := slices.IndexFunc(t.teams, func(team *inbox.Team) bool { return team.ID == c.Scope().Team })
	assignee := m.agents[c.Scope().Assignee]
	if at < 0 || assignee == nil || assignee.disabled || neverOpens(t.teams[at].Hours) || c.SnoozedUntil != nil || len(c.TakenFrom) >= assign.MaxTaken {
		return false
	}
	policy := t.teams[at].Policy
	return policy.ReassignWhenNoReply != nil && c.WaitingSince != nil ||
		policy.ReassignWhenOffline != nil && assignee.presence == inbox.PresenceOffline
}

// neverOpens reports whether hours have no span at all.
func neverOpens(h *inbox.Hours) bool {
	if h == nil {
		return false
	}
	for _, spans := range h.Week.Days() {
		if len(spans) > 0 {
			return false
		}
	}
	return true
}

// checkCared checks that no open conversation is forgotten: each has a team, an agent, a run, a workflow that may start, a
// place in a queue or a time to wake. Without a default team a conversation may have none of them.
func (m *model) checkCared(t tables) {
	if t.defaultTeam == nil {
		return
	}
	running := make(map[inbox.ConversationID]bool)
	for _, r := range t.runs {
		if r.ConversationID != nil {
			running[*r.ConversationID] = true
		}
	}
	for _, o := range t.triggerEvents {
		if o.ConversationID != nil {
			running[*o.ConversationID] = true
		}
	}
	for _, c := range t.open {
		if c.TeamID == nil && c.AssigneeID == nil && c.QueueKey == nil && c.SnoozedUntil == nil && !running[c.ID] {
			m.find("%s has no team, agent or run, although there is a default team.", c.ID)
		}
	}
}

// checkDrained checks that no conversation waits in a queue while an agent could be assigned it.
func (m *model) checkDrained(t tables) {
	draining := make(map[inbox.TeamID]bool)
	for _, timer := range t.timers {
		if timer.Kind == store.TimerDrain || timer.Kind == store.TimerOpening && timer.Due <= m.last {
			draining[inbox.TeamID(timer.SubjectID)] = true
		}
	}
	for _, c := range t.open {
		if agent, ok := t.winners[c.ID]; ok && !draining[c.Scope().Team] {
			m.find("%s waits in the queue of %s while it could be assigned to %s.", c.ID, c.Scope().Team, agent)
		}
	}
}

// compareMessages compares the status of outbound messages.
func (m *model) compareMessages(ids []inbox.MessageID, stored []*inbox.Message) {
	status := make(map[inbox.MessageID]inbox.MessageStatus, len(stored))
	for _, message := range stored {
		status[message.ID] = message.Status
	}
	for _, id := range ids {
		if status[id] != m.sent[id] {
			m.find("%s is %s in the tables, %s by the log.", id, cmp.Or(status[id], "nothing"), m.sent[id])
		}
	}
}

func limitText(n *int32) string {
	if n == nil {
		return "any number"
	}
	return fmt.Sprint(*n)
}

func policyText(p inbox.AssignmentPolicy) string {
	p.RequireSkills = append([]string{}, p.RequireSkills...) // an empty list is none
	text, err := json.Marshal(p)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

package verify

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"foyer/engine/assign"
	"foyer/inbox"
	"foyer/store"
)

// tables is what the database says is so.
type tables struct {
	open          []*inbox.Conversation
	closed        int // how many conversations are
	agents        []*inbox.Agent
	teams         []*inbox.Team
	members       []store.Membership
	counts        map[inbox.Scope]store.Counts
	timers        []store.Timer
	triggerEvents []*store.TriggerEvent
	runs          []*inbox.WorkflowRun // those that have yet to end
	tasks         []*store.Task
	lanes         []store.Lane
	unreachable   []inbox.WorkflowID // those published for webhooks that have no URL
	defaultTeam   *inbox.TeamID
	takers        map[inbox.ConversationID]inbox.AgentID // who could take what waits in a queue
}

// takers gives, for the first in each queue of those that ask for the same policy, who could take it.
func takers(r *store.Reader, t tables) (map[inbox.ConversationID]inbox.AgentID, error) {
	type line struct {
		team   inbox.TeamID
		policy string
	}
	first := make(map[line]*inbox.Conversation)
	for _, c := range t.open {
		l := line{c.Scope().Team, string(c.QueuePolicy)}
		if c.QueueKey != nil && (first[l] == nil || *c.QueueKey < *first[l].QueueKey) {
			first[l] = c
		}
	}
	found := make(map[inbox.ConversationID]inbox.AgentID)
	for _, c := range first {
		policy := assign.Default()
		for _, team := range t.teams {
			if team.ID == c.Scope().Team {
				policy = team.Policy
			}
		}
		if len(c.QueuePolicy) > 0 {
			var override assign.Override
			if err := json.Unmarshal(c.QueuePolicy, &override); err != nil {
				return nil, fmt.Errorf("decode the queue policy of %s: %w", c.ID, err)
			}
			policy = override.Over(policy)
		}
		if policy.Strategy == inbox.StrategyManual {
			continue
		}
		choice, err := r.Choose(c.TeamID, policy)
		if err != nil {
			return nil, err
		}
		if choice.Winner != nil {
			found[c.ID] = *choice.Winner
		}
	}
	return found, nil
}

// compare compares the model with the tables.
func (m *model) compare(t tables) {
	m.compareConversations(t)
	m.compareCounts(t)
	m.compareAgents(t)
	m.compareTeams(t)
	m.compareRuns(t)
	m.compareTimers(t)
	m.compareTasks(t)
	for _, id := range t.unreachable {
		m.find("%s is published for webhooks and has no URL.", id)
	}
	m.checkCared(t)
	m.checkDrained(t)
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
			{"snoozedUntil", timeOf(stored.SnoozedUntil), c.snoozedUntil},
			{"queued", stored.QueueKey != nil, c.queued},
			{"waitingSince", timeOf(stored.WaitingSince), c.waitingSince},
			{"inboundCount", stored.InboundCount, c.inbound},
			{"outboundCount", stored.OutboundCount, c.sent},
		} {
			if field.stored != field.log {
				m.find("%s: %s is %v in the tables, %v by the log.", stored.ID, field.name, field.stored, field.log)
			}
		}
		if c.queued && stored.QueueKey != nil && (*stored.QueueKey != c.queueKey || timeOf(stored.QueuedAt) != c.waits) {
			m.find("%s: its place in the queue is %s in the tables, %s by the log.", stored.ID, *stored.QueueKey, c.queueKey)
		}
		if c.moving {
			m.find("%s was routed out of a queue and into none.", stored.ID)
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

// compareCounts compares the kept numbers with what they count.
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
			m.find("The queue of %s is kept as %d long; it is %d long.", team.ID, team.QueueLength, queues[team.ID])
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
			m.find("%s is %s in the tables, %s by the log.", stored.ID, stored.Status, orNothing(status))
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

// compareTimers checks that everything that waits has what wakes it, and nothing else has.
func (m *model) compareTimers(t tables) {
	type subject struct {
		kind store.TimerKind
		id   int64
	}
	timers := make(map[subject]inbox.Time, len(t.timers))
	for _, timer := range t.timers {
		timers[subject{timer.Kind, timer.SubjectID}] = timer.Due
	}
	for _, c := range t.open {
		if a := m.agents[c.Scope().Assignee]; a != nil && a.disabled {
			if _, ok := timers[subject{store.TimerRetire, int64(c.Scope().Assignee)}]; !ok {
				m.find("%s is with %s, who is disabled, and no timer takes it from them.", c.ID, c.Scope().Assignee)
			}
		}
		wake := subject{store.TimerWake, int64(c.ID)}
		if due := timers[wake]; due != timeOf(c.SnoozedUntil) {
			m.find("%s is snoozed until %s; its timer is due at %s.", c.ID, timeOf(c.SnoozedUntil), due)
		}
		delete(timers, wake)
	}
	for _, r := range t.runs {
		run := subject{store.TimerRun, int64(r.ID)}
		if _, ok := timers[run]; !ok {
			m.find("%s is %s, and no timer takes it further.", r.ID, r.Status)
		}
		delete(timers, run)
	}
	for _, o := range t.triggerEvents {
		trigger := subject{store.TimerTrigger, o.ID}
		if _, ok := timers[trigger]; !ok {
			m.find("TriggerEvent %d has workflows to look at, and no timer does it.", o.ID)
		}
		delete(timers, trigger)
	}
	for left := range timers {
		switch left.kind {
		case store.TimerDrain, store.TimerField, store.TimerRetire, store.TimerCancel:
		default:
			m.find("A timer %s is set for %d, which does not wait.", left.kind, left.id)
		}
	}
}

// checkCared checks that there is somebody for every open conversation: a team, an agent, a run or a workflow that may
// start one, a queue or a time to wake. Without a default team there may be nobody.
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
			m.find("%s has neither a team nor an agent nor a run, and the default team has not taken it.", c.ID)
		}
	}
}

// checkDrained checks that nothing waits that somebody could take.
func (m *model) checkDrained(t tables) {
	draining := make(map[inbox.TeamID]bool)
	for _, timer := range t.timers {
		if timer.Kind == store.TimerDrain {
			draining[inbox.TeamID(timer.SubjectID)] = true
		}
	}
	for _, c := range t.open {
		if agent, ok := t.takers[c.ID]; ok && !draining[c.Scope().Team] {
			m.find("%s waits in the queue of %s while %s could take it.", c.ID, c.Scope().Team, agent)
		}
	}
}

// compareMessages compares how far messages got.
func (m *model) compareMessages(ids []inbox.MessageID, stored []*inbox.Message) {
	status := make(map[inbox.MessageID]inbox.MessageStatus, len(stored))
	for _, message := range stored {
		status[message.ID] = message.Status
	}
	for _, id := range ids {
		if status[id] != m.sent[id] {
			m.find("%s is %s in the tables, %s by the log.", id, orNothing(status[id]), m.sent[id])
		}
	}
}

func timeOf(t *inbox.Time) inbox.Time {
	if t == nil {
		return 0
	}
	return *t
}

func limitText(n *int32) string {
	if n == nil {
		return "any number"
	}
	return fmt.Sprint(*n)
}

func policyText(p inbox.AssignmentPolicy) string {
	return fmt.Sprintf("%s, online only: %t, at most %s", p.Strategy, p.OnlineOnly, limitText(p.MaxOpen))
}

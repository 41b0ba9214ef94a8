package verify

import (
	"cmp"
	"slices"

	"foyer/inbox"
)

// class is the conversations in a queue that can be taken by the same agents. A zero team stands for the workspace. With an owner
// they wait for that agent alone.
type class struct {
	team  inbox.TeamID
	wait  string
	owner inbox.AgentID
}

func (c *conversation) waitsIn() class { return class{c.scope.Team, c.class, c.owner} }

// checkOrder checks that an assignment by policy overtakes nobody: neither out of a queue nor past it.
func (m *model) checkOrder(e *inbox.ConversationAssigned, c *conversation, known evidence) {
	var d *inbox.AssignmentDecision
	if e.DecisionID != nil {
		d = known.decisions[*e.DecisionID]
	}
	switch overriding := c.overriding || known.overriding[e.Actor.Run()]; {
	case overriding: // the log does not say by which policy
	case c.queued:
		if e.Actor.Kind == inbox.ActorSystem {
			m.checkTurn(e, c)
		}
	case d == nil || d.Strategy == nil || d.Trigger == nil || e.PreviousAssigneeID != nil || valueOf(d.TeamID) != c.scope.Team:
		// Not by the policy of this queue, or by an earlier release, which let newcomers pass a queue that drained in parts.
	default:
		if first, ok := m.ahead(e, class{c.scope.Team, e.Class, 0}); ok {
			m.find("Event %d assigns %s to %s, past %s, which waits for the same in the queue of %s.", e.Number, e.ConversationID, e.AssigneeID,
				first.id, c.scope.Team)
		}
	}
}

// checkTurn checks that a conversation was assigned out of a queue in its turn.
func (m *model) checkTurn(e *inbox.ConversationAssigned, c *conversation) {
	if m.policy(c.scope.Team).Sticky == inbox.StickyRequireUntil && (c.owner != e.AssigneeID || c.ownerUntil <= e.At) {
		return // it may have waited for somebody alone, or not have had to any more, without an event
	}
	own := place{c.queueKey, e.ConversationID}
	if first, ok := m.ahead(e, c.waitsIn()); ok && first.compare(own) < 0 {
		m.find("Event %d assigns %s out of the queue of %s before %s, which is ahead of it.", e.Number, e.ConversationID, c.scope.Team, first.id)
	}
}

// ahead returns the first conversation in a queue that the assignee of e could have got as well as one of this class, whether it
// waits for anybody or for that agent alone.
func (m *model) ahead(e *inbox.ConversationAssigned, of class) (first place, ok bool) {
	policy := m.policy(of.team)
	for _, q := range m.queuesOf[of.team] {
		switch same := !policy.MatchLanguage || q.class.wait == "" || q.class.wait == of.wait; {
		case !same:
		case q.class.owner != 0 && q.class.owner != e.AssigneeID:
		case q.class.owner == 0 && policy.Sticky == inbox.StickyRequireUntil: // they may wait for an owner too
		default:
			if p, waits := q.first(m); waits && (!ok || p.compare(first) < 0) {
				first, ok = p, true
			}
		}
	}
	return first, ok
}

// forgetOwners has the conversations in a team's queue wait for nobody in particular, as far as the log says.
func (m *model) forgetOwners(team inbox.TeamID) {
	for id, c := range m.conversations {
		if c.queued && c.scope.Team == team && c.owner != 0 {
			c.owner, c.ownerUntil = 0, 0
			m.push(id, c)
		}
	}
}

// push puts a conversation into its queue, unless the log does not say by which policy it waits.
func (m *model) push(id inbox.ConversationID, c *conversation) {
	if !c.overriding {
		m.queue(c.waitsIn()).push(place{c.queueKey, id})
	}
}

// moveInQueues places the conversations in a team's queue anew, by other head starts.
func (m *model) moveInQueues(team inbox.TeamID, by inbox.HeadStarts) {
	for id, c := range m.conversations {
		if c.queued && c.scope.Team == team {
			c.queueKey = c.waits.Add(-by.Of(c.priority))
			m.push(id, c)
		}
	}
}

func (m *model) queue(of class) *queue {
	if m.queues[of] == nil {
		m.queues[of] = &queue{class: of}
		m.queuesOf[of.team] = append(m.queuesOf[of.team], m.queues[of])
	}
	return m.queues[of]
}

// queue has the conversations of a class, sorted. One that has left the queue is dropped when it comes first.
type queue struct {
	class  class
	places []place
}

type place struct {
	key inbox.Time
	id  inbox.ConversationID
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.key, other.key), cmp.Compare(p.id, other.id))
}

func (q *queue) push(p place) {
	at, _ := slices.BinarySearchFunc(q.places, p, place.compare) // usually near the end
	q.places = slices.Insert(q.places, at, p)
}

// first returns the first place whose conversation is still in the queue, or false if there is none. When the wait for an owner has
// ended, the log does not say any more for whom a conversation waits.
func (q *queue) first(m *model) (place, bool) {
	for ; len(q.places) > 0; q.places = q.places[1:] {
		p := q.places[0]
		if c := m.conversations[p.id]; c.queued && !c.overriding && c.waitsIn() == q.class && c.queueKey == p.key &&
			(c.owner == 0 || c.ownerUntil > m.last) {
			return p, true
		}
	}
	return place{}, false
}

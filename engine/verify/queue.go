package verify

import (
	"cmp"
	"slices"

	"foyer/inbox"
)

// class is the conversations in a queue that can be taken by the same agents. A zero team stands for the workspace.
type class struct {
	team inbox.TeamID
	wait string
}

func (c *conversation) waitsIn() class { return class{c.scope.Team, c.class} }

// checkOrder checks that a conversation was assigned out of a queue in its turn. The log does not say which conversations wait for
// their contact's owner alone.
func (m *model) checkOrder(e *inbox.ConversationAssigned, c *conversation) {
	if !c.queued || c.overriding || e.Actor.Kind != inbox.ActorSystem || m.policy(c.scope.Team).Sticky == inbox.StickyRequireUntil {
		return
	}
	own := place{c.queueKey, e.ConversationID}
	if first, ok := m.queue(c.waitsIn()).first(m); ok && first != own {
		m.find("Event %d assigns %s out of the queue of %s before %s, which is ahead of it.", e.Number, e.ConversationID,
			c.scope.Team, first.id)
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

// first returns the first place whose conversation is still in the queue, or false if there is none.
func (q *queue) first(m *model) (place, bool) {
	for ; len(q.places) > 0; q.places = q.places[1:] {
		p := q.places[0]
		if c := m.conversations[p.id]; c.queued && !c.overriding && c.waitsIn() == q.class && c.queueKey == p.key {
			return p, true
		}
	}
	return place{}, false
}

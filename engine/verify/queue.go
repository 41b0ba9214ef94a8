package verify

import (
	"cmp"
	"slices"

	"foyer/inbox"
)

// checkOrder checks that a conversation was assigned out of a queue in its turn.
func (m *model) checkOrder(e *inbox.ConversationAssigned, c *conversation) {
	if !c.queued || c.overriding || e.Actor.Kind != inbox.ActorSystem {
		return
	}
	own := place{c.queueKey, e.ConversationID}
	if first, ok := m.queue(c.scope.Team).first(m); ok && first != own {
		m.find("Event %d assigns %s out of the queue of %s before %s, which is ahead of it.", e.Number, e.ConversationID,
			c.scope.Team, first.id)
	}
}

func (m *model) queue(id inbox.TeamID) *queue {
	if m.queues[id] == nil {
		m.queues[id] = &queue{team: id}
	}
	return m.queues[id]
}

// queue has the conversations that wait for a team by the team's own policy, sorted. One that has left the queue is dropped
// when it comes first.
type queue struct {
	team   inbox.TeamID
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
		if c := m.conversations[p.id]; c.queued && !c.overriding && c.scope.Team == q.team && c.queueKey == p.key {
			return p, true
		}
	}
	return place{}, false
}

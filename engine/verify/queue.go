package verify

import (
	"container/heap"

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

// queue is the order of the conversations that wait for a team by the team's own policy. One that has left the queue is dropped
// when it comes first.
type queue struct {
	team   inbox.TeamID
	places []place
}

type place struct {
	key inbox.Time
	id  inbox.ConversationID
}

func (q *queue) push(p place) { heap.Push(q, p) }

// first returns the first place whose conversation is still in the queue, or false if there is none.
func (q *queue) first(m *model) (place, bool) {
	for len(q.places) > 0 {
		p := q.places[0]
		if c := m.conversations[p.id]; c.queued && !c.overriding && c.scope.Team == q.team && c.queueKey == p.key {
			return p, true
		}
		heap.Pop(q)
	}
	return place{}, false
}

// Len, Less, Swap, Push and Pop make it a heap.
func (q *queue) Len() int { return len(q.places) }

// Less orders by key, then by id.
func (q *queue) Less(i, j int) bool {
	a, b := q.places[i], q.places[j]
	return a.key < b.key || a.key == b.key && a.id < b.id
}

// Swap is for the heap.
func (q *queue) Swap(i, j int) { q.places[i], q.places[j] = q.places[j], q.places[i] }

// Push is for the heap.
func (q *queue) Push(p any) { q.places = append(q.places, p.(place)) }

// Pop is for the heap.
func (q *queue) Pop() any {
	last := q.places[len(q.places)-1]
	q.places = q.places[:len(q.places)-1]
	return last
}

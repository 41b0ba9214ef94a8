package store

import (
	"slices"

	"foyer/inbox"
)

// walk is one part of a list: conversations in the order of an index.
type walk struct {
	key      string // the expression that orders, with the id behind it
	keyOf    func(*inbox.Conversation) int64
	desc     bool
	part     int
	only     string                    // what must hold for the walk to be on its index
	status   *inbox.ConversationStatus // the only one; nil: both
	priority inbox.Priority            // the only one; "": all
	waits    bool                      // its indexes have nothing but open conversations, and do not begin with the status
	byQueue  bool                      // what is queued and what is not are two walks
}

// queued reports whether the walk has nothing but conversations in a queue.
func (w walk) queued() bool { return w.byQueue && w.waits }

// The orders of indexes.
var (
	byActivity = walk{key: `v.last_activity_at`, desc: true, keyOf: func(v *inbox.Conversation) int64 { return int64(v.LastActivityAt) }}
	byNumber   = walk{key: `v.id`, desc: true, keyOf: func(v *inbox.Conversation) int64 { return int64(v.ID) }}
	byWait     = walk{key: `v.waiting_since`, only: `v.waiting_since IS NOT NULL`, waits: true,
		keyOf: func(v *inbox.Conversation) int64 { return int64(*v.WaitingSince) }}
	inQueues = walk{key: `v.queue_key`, only: `v.queue_key IS NOT NULL`, waits: true, byQueue: true,
		keyOf: func(v *inbox.Conversation) int64 { return int64(*v.QueueKey) }}
)

// backwards returns the walk in the other direction.
func (w walk) backwards() walk { w.desc = !w.desc; return w }

// walksOf returns the walks that make up a list in this order.
func walksOf(order inbox.ConversationOrder) []walk {
	var first walk
	switch order {
	case inbox.OrderNewest:
		return []walk{byNumber}
	case inbox.OrderOldest:
		return []walk{byNumber.backwards()}
	case inbox.OrderFirstActivity:
		return []walk{byActivity.backwards()}
	case inbox.OrderLongestWaiting:
		first = byWait
	case inbox.OrderShortestWaiting:
		first = byWait.backwards()
	case inbox.OrderQueue:
		first = inQueues
	case inbox.OrderQueueEnd:
		first = inQueues.backwards()
	case inbox.OrderPriority:
		return byPriority(inbox.PriorityUrgent, inbox.PriorityHigh, inbox.PriorityNormal, inbox.PriorityLow)
	case inbox.OrderLowPriority:
		return byPriority(inbox.PriorityLow, inbox.PriorityNormal, inbox.PriorityHigh, inbox.PriorityUrgent)
	default:
		return []walk{byActivity}
	}
	rest := byActivity
	rest.part, rest.byQueue = 1, first.byQueue
	rest.only = `v.waiting_since IS NULL`
	if first.byQueue {
		rest.only = `v.queue_key IS NULL`
	}
	return []walk{first, rest}
}

// byPriority returns the walks of a list with the open conversations by their priorities, and the closed ones behind them. Only
// priorities other than NORMAL have an index: most conversations are NORMAL, and an index would be written for each of them.
func byPriority(priorities ...inbox.Priority) []walk {
	walks := make([]walk, 0, len(priorities)+1)
	for part, priority := range priorities {
		w := byActivity
		w.part, w.priority, w.status = part, priority, new(inbox.Open)
		walks = append(walks, w)
	}
	closed := byActivity
	closed.part, closed.status = len(priorities), new(inbox.Closed)
	return append(walks, closed)
}

// walks returns the walks that make up the list, without those in which nothing can pass.
func (f ConversationFilter) walks(order inbox.ConversationOrder) []walk {
	return slices.DeleteFunc(walksOf(order), func(w walk) bool {
		return w.byQueue && f.Queued != nil && w.queued() != *f.Queued ||
			w.status != nil && f.Status != nil && *w.status != *f.Status ||
			w.priority != "" && f.Priorities != nil && !slices.Contains(f.Priorities, w.priority)
	})
}

func (w walk) direction() string {
	if w.desc {
		return ` DESC`
	}
	return ``
}

// place returns the place of a conversation in the walk.
func (w walk) place(v *inbox.Conversation) ListPlace {
	return ListPlace{Part: w.part, Key: w.keyOf(v), ID: v.ID}
}

// within returns the ends of a stretch of the list that are in the walk, in the direction of the walk, or that the whole walk is
// outside of the stretch.
func (w walk) within(part ListRange) (from, to *ListPlace, outside bool) {
	if part.After != nil && w.part < part.After.Part || part.Before != nil && w.part > part.Before.Part {
		return nil, nil, true
	}
	if part.After != nil && w.part == part.After.Part {
		from = part.After
	}
	if part.Before != nil && w.part == part.Before.Part {
		to = part.Before
	}
	if part.Last {
		from, to = to, from
	}
	return from, to, false
}

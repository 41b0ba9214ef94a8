package store

import "foyer/inbox"

// ListPlace is a conversation's place in a list: lists go by key, then by id.
type ListPlace struct {
	Resting bool // in the second part of LONGEST_WAITING or QUEUE: those that do not wait
	Key     int64
	ID      inbox.ConversationID
}

// ConversationPage is a stretch of a list.
type ConversationPage struct {
	Conversations []*inbox.Conversation
	Places        []ListPlace // one for each conversation
	More          *ListPlace  // the place behind which the list goes on after this page; nil at its end
}

// scanLimit is how many rows of an ordered index a page looks at for what the index itself does not narrow.
const scanLimit = 10_000

// walk is one part of a list: conversations in the order of an index.
type walk struct {
	order   inbox.ConversationOrder
	key     string // the expression that orders, with the id behind it
	desc    bool
	only    string // what must hold for the walk to be on its index
	resting bool
	byQueue bool // what is queued and what is not are two walks
}

// queued reports whether the walk has nothing but conversations in a queue.
func (w walk) queued() bool { return w.byQueue && !w.resting }

// walksOf returns the walks that make up a list in this order.
func walksOf(order inbox.ConversationOrder) []walk {
	activity := walk{order: inbox.OrderLastActivity, key: `v.last_activity_at`, desc: true}
	switch order {
	case inbox.OrderNewest:
		return []walk{{order: order, key: `v.id`, desc: true}}
	case inbox.OrderLongestWaiting:
		activity.only, activity.resting = `v.waiting_since IS NULL`, true
		return []walk{{order: order, key: `v.waiting_since`, only: `v.waiting_since IS NOT NULL`}, activity}
	case inbox.OrderQueue:
		activity.only, activity.resting, activity.byQueue = `v.queue_key IS NULL`, true, true
		return []walk{{order: order, key: `v.queue_key`, only: `v.queue_key IS NOT NULL`, byQueue: true}, activity}
	default:
		return []walk{activity}
	}
}

func (w walk) direction() string {
	if w.desc {
		return ` DESC`
	}
	return ``
}

// place returns the place of a conversation in the walk.
func (w walk) place(v *inbox.Conversation) ListPlace {
	p := ListPlace{Resting: w.resting, ID: v.ID}
	switch w.order {
	case inbox.OrderNewest:
		p.Key = int64(v.ID)
	case inbox.OrderLongestWaiting:
		p.Key = int64(*v.WaitingSince)
	case inbox.OrderQueue:
		p.Key = int64(*v.QueueKey)
	default:
		p.Key = int64(v.LastActivityAt)
	}
	return p
}

// ConversationList returns at most limit conversations, at least 1, that the viewer sees and that pass the filter, after the
// given place (nil: from the start). If the filter asks for what no index narrows it may return fewer than there are: More
// then goes on.
func (r *Reader) ConversationList(access inbox.Access, f ConversationFilter, order inbox.ConversationOrder, after *ListPlace, limit int) (
	*ConversationPage, error) {
	f = f.implied()
	page := &ConversationPage{}
	for _, w := range f.walks(order) {
		from := after
		if after != nil && after.Resting != w.resting {
			if after.Resting {
				continue
			}
			from = nil
		}
		if err := r.appendWalk(page, access, f, w, from, limit); err != nil {
			return nil, err
		}
		if page.More != nil {
			break
		}
	}
	return page, nil
}

// appendWalk adds to the page what one walk finds.
func (r *Reader) appendWalk(page *ConversationPage, access inbox.Access, f ConversationFilter, w walk, after *ListPlace, limit int) error {
	residual := f.residual(access, w)
	end, err := r.walkEnd(access, f, w, after, residual)
	if err != nil {
		return err
	}
	want := limit - len(page.Places) + 1 // one more shows whether the list goes on
	sql, args := f.walkSQL(access, w, span{after, end}, residual, want)
	found, err := conversationRows.all(r, `FROM (`+sql+`) w CROSS JOIN conversations v ON v.id = w.id ORDER BY w.key`+w.direction()+`, v.id`+w.direction(), args...)
	if err != nil {
		return err
	}
	page.More = end
	more := len(found) == want
	if more {
		found = found[:want-1]
	}
	for _, v := range found {
		page.Conversations = append(page.Conversations, v)
		page.Places = append(page.Places, w.place(v))
	}
	if more {
		page.More = &page.Places[len(page.Places)-1]
	}
	return nil
}

// walkEnd returns the last place that a walk with a residual looks at, or nil if it looks at everything. All scans of the
// walk end there: one that went further than another would skip what the other has yet to find.
func (r *Reader) walkEnd(access inbox.Access, f ConversationFilter, w walk, after *ListPlace, residual condition) (*ListPlace, error) {
	if residual.parts == nil {
		return nil, nil
	}
	sql, args := f.walkSQL(access, w, span{after: after}, condition{}, scanLimit)
	return queryOne(r, func(r row) (*ListPlace, error) {
		p := ListPlace{Resting: w.resting}
		return &p, r.Scan(&p.Key, &p.ID)
	}, sql+` OFFSET ?`, append(args, scanLimit-1)...)
}

// ConversationCount counts what ConversationList would return in all its pages, up to limit. If the filter asks for what no
// index narrows, and there is more to look at than a page would, it returns limit too.
func (r *Reader) ConversationCount(access inbox.Access, f ConversationFilter, limit int) (int, error) {
	f = f.implied()
	all := walksOf(inbox.OrderNewest)[0]
	if f.Queued != nil && *f.Queued {
		all = walksOf(inbox.OrderQueue)[0]
	}
	residual := f.residual(access, all)
	end, err := r.walkEnd(access, f, all, nil, residual)
	if err != nil {
		return 0, err
	}
	if end != nil {
		return limit, nil
	}
	sql, args := f.walkSQL(access, all, span{}, residual, limit)
	return queryCount(r, `SELECT COUNT(*) FROM (`+sql+`)`, args...)
}

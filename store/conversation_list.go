package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"foyer/inbox"
)

// ListPlace is a conversation's place in a list: lists go by part, then by key, then by id.
type ListPlace struct {
	Part int // of the list: most orders put those last that they say nothing about
	Key  int64
	ID   inbox.ConversationID
}

// ListRange is a stretch of a list. After and Before are exclusive; nil is an open end. The limit, at least 1, leaves the
// first conversations of the stretch or, with Last, the last ones. The result is in the order of the list either way.
type ListRange struct {
	After, Before *ListPlace
	Limit         int
	Last          bool
}

// ConversationPage is a stretch of a list.
type ConversationPage struct {
	Conversations []*inbox.Conversation
	Places        []ListPlace // one for each conversation
	More          *ListPlace  // the place beyond which the list goes on; nil at its end or, with Last, at its beginning
}

// scanLimit is how many rows of an ordered index a page looks at for what the index itself does not narrow.
const scanLimit = 10_000

// ConversationList returns conversations that the viewer sees and that pass the filter. If the filter asks for what no index
// narrows it may return fewer than there are: More then goes on.
func (r *Reader) ConversationList(access inbox.Access, f ConversationFilter, order inbox.ConversationOrder, part ListRange) (
	*ConversationPage, error) {
	f = f.implied()
	page := &ConversationPage{}
	walks := f.walks(order)
	if part.Last {
		for i := range walks {
			walks[i].desc = !walks[i].desc
		}
		slices.Reverse(walks)
	}
	for _, w := range walks {
		from, to, beyond := w.within(part)
		if beyond {
			continue
		}
		if err := r.appendWalk(page, access, f, w, span{after: from, before: to}, part.Limit); err != nil {
			return nil, err
		}
		if page.More != nil {
			break
		}
	}
	if part.Last {
		slices.Reverse(page.Conversations)
		slices.Reverse(page.Places)
	}
	return page, nil
}

// appendWalk adds to the page what one walk finds.
func (r *Reader) appendWalk(page *ConversationPage, access inbox.Access, f ConversationFilter, w walk, part span, limit int) error {
	residual := f.residual(access, w)
	end, err := r.walkEnd(access, f, w, part, residual)
	if err != nil {
		return err
	}
	part.until = end
	want := limit - len(page.Places) + 1 // one more shows whether the list goes on
	sql, args := f.walkSQL(access, w, part, residual, want)
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
		page.More = new(page.Places[len(page.Places)-1])
	}
	return nil
}

// walkEnd returns the last place that a walk with a residual looks at, or nil if it looks at everything. All scans of the
// walk end there: one that went further than another would skip what the other has yet to find.
func (r *Reader) walkEnd(access inbox.Access, f ConversationFilter, w walk, part span, residual condition) (*ListPlace, error) {
	if residual.parts == nil {
		return nil, nil
	}
	sql, args := f.walkSQL(access, w, part, condition{}, scanLimit)
	return queryOne(r, func(r row) (*ListPlace, error) {
		p := ListPlace{Part: w.part}
		return &p, r.Scan(&p.Key, &p.ID)
	}, sql+` OFFSET ?`, append(args, scanLimit-1)...)
}

// ConversationCount counts what ConversationList would return in all its pages, up to limit. If the filter asks for what no
// index narrows, and there is more to look at than a page would, it returns limit too.
func (r *Reader) ConversationCount(access inbox.Access, f ConversationFilter, limit int) (int, error) {
	f = f.implied()
	all := f.counted()
	residual := f.residual(access, all)
	end, err := r.walkEnd(access, f, all, span{}, residual)
	if err != nil {
		return 0, err
	}
	if end != nil {
		return limit, nil
	}
	sql, args := f.walkSQL(access, all, span{}, residual, limit)
	return queryCount(r, `SELECT COUNT(*) FROM (`+sql+`)`, args...)
}

// ConversationTally counts what ConversationList would return in all its pages, up to limit, and looks at no more than a page
// would. It is not exact if there may be more than it has counted.
func (r *Reader) ConversationTally(access inbox.Access, f ConversationFilter, limit int) (n int, exact bool, err error) {
	f = f.implied()
	all := f.counted()
	residual := f.residual(access, all)
	end, err := r.walkEnd(access, f, all, span{}, residual)
	if err != nil {
		return 0, false, err
	}
	sql, args := f.walkSQL(access, all, span{until: end}, residual, limit+1)
	n, err = queryCount(r, `SELECT COUNT(*) FROM (`+sql+`)`, args...)
	return min(n, limit), n <= limit && end == nil, err
}

// counted returns the walk by which conversations are counted.
func (f ConversationFilter) counted() walk {
	if f.Queued != nil && *f.Queued {
		return inQueues
	}
	return byNumber
}

// CountKey returns a text that is the same for filters and viewers for whom ConversationTally is the same.
func (f ConversationFilter) CountKey(access inbox.Access) (string, error) {
	access.Teams = slices.Sorted(slices.Values(access.Teams))
	if access.Visibility == inbox.VisibilityAll && !f.asksOfViewer() {
		access.Agent = 0
	}
	key, err := json.Marshal(struct {
		Filter ConversationFilter
		Access inbox.Access
	}{f, access})
	if err != nil {
		return "", fmt.Errorf("store: encode a filter: %w", err)
	}
	return string(key), nil
}

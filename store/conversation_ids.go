package store

import (
	"slices"

	"foyer/inbox"
)

// maxWalked is how many times ConversationIDs looks at scanLimit rows.
const maxWalked = 20

// ConversationIDs returns the ids of all conversations that the viewer sees and that pass the filter, the oldest first. It
// returns false, and no ids, if they are more than limit, or if too many conversations would have to be looked at.
func (r *Reader) ConversationIDs(access inbox.Access, f ConversationFilter, limit int) ([]inbox.ConversationID, bool, error) {
	f = f.implied()
	order := inbox.OrderNewest
	if f.Queued != nil && *f.Queued {
		order = inbox.OrderQueue
	}
	var ids []inbox.ConversationID
	for _, w := range f.walks(order) {
		residual := f.residual(access, w)
		after := (*ListPlace)(nil)
		for walked := 0; ; walked++ {
			end, err := r.walkEnd(access, f, w, span{after: after}, residual)
			if err != nil {
				return nil, false, err
			}
			sql, args := f.walkSQL(access, w, span{after: after, until: end}, residual, limit-len(ids)+1)
			found, err := query(r, scanValue[inbox.ConversationID], `SELECT id FROM (`+sql+`)`, args...)
			if err != nil {
				return nil, false, err
			}
			ids = append(ids, found...)
			if len(ids) > limit || end != nil && walked == maxWalked {
				return nil, false, nil
			}
			if end == nil {
				break
			}
			after = end
		}
	}
	slices.Sort(ids)
	return ids, true, nil
}

package store

import "foyer/inbox"

// QueueList returns at most limit conversations that wait in a team's queue, in its order, after the given place (nil: from
// the front). The key of a place is the conversation's QueueKey.
func (r *Reader) QueueList(team inbox.TeamID, after *ListPlace, limit int) ([]*inbox.Conversation, error) {
	where := newCondition(`v.team_id = ? AND v.queue_key IS NOT NULL`, team)
	if after != nil {
		where.and(`(v.queue_key, v.id) > (?, ?)`, after.Key, after.ID)
	}
	return conversationRows.all(r, `FROM conversations v`+where.sql()+
		` ORDER BY v.queue_key, v.id`+limited, append(where.args, limit)...)
}

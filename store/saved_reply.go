package store

import "foyer/inbox"

var savedReplyRows = rowsOf[inbox.SavedReply]("saved_replies s")

// ReplyReader is who reads saved replies.
type ReplyReader struct {
	All   bool          // of every team
	Agent inbox.AgentID // otherwise, whose teams' and everybody's
}

// sees adds the condition that somebody reads a reply.
func (by ReplyReader) sees(where *condition) {
	if !by.All {
		where.and(`(s.team_id IS NULL OR s.team_id IN (SELECT x.team_id FROM team_members x WHERE x.agent_id = ?))`, by.Agent)
	}
}

// SavedReplies returns the saved replies with these ids that somebody reads, in no particular order.
func (r *Reader) SavedReplies(ids []inbox.SavedReplyID, by ReplyReader) ([]*inbox.SavedReply, error) {
	where := newCondition(`s.id IN `+inList, list(ids))
	by.sees(&where)
	return savedReplyRows.all(r, `FROM saved_replies s`+where.sql(), where.args...)
}

// SavedReplyList returns at most limit saved replies after the given one that somebody reads, in the order they were created.
// A team narrows them to its own and everybody's. Words are folded; each must be in the shortcut, the title or a text.
func (r *Reader) SavedReplyList(by ReplyReader, team *inbox.TeamID, words []string, after inbox.SavedReplyID, limit int) ([]*inbox.SavedReply, error) {
	where := newCondition(`s.id > ?`, after)
	by.sees(&where)
	if team != nil {
		where.and(`(s.team_id IS NULL OR s.team_id = ?)`, *team)
	}
	for _, word := range words {
		where.and(`instr(s.search_key, ?) > 0`, word)
	}
	return savedReplyRows.all(r, `FROM saved_replies s`+where.sql()+` ORDER BY s.id`+limited, append(where.args, limit)...)
}

// SavedReplyCount counts all saved replies.
func (r *Reader) SavedReplyCount() (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM saved_replies`)
}

// InsertSavedReply stores a new saved reply and sets its id. If another of its team has the shortcut, IsUnique is true of the
// error.
func (tx *Tx) InsertSavedReply(s *inbox.SavedReply, shortcutKey, searchKey string) error {
	return savedReplyRows.insert(tx, s, hidden{"shortcut_key", shortcutKey}, hidden{"search_key", searchKey})
}

// UpdateSavedReply stores everything that can be changed of a saved reply. If another of its team has the shortcut, IsUnique is
// true of the error.
func (tx *Tx) UpdateSavedReply(s *inbox.SavedReply, shortcutKey, searchKey string) error {
	return savedReplyRows.set(tx, s, `team_id, shortcut, title, texts, files, updated_at`,
		hidden{"shortcut_key", shortcutKey}, hidden{"search_key", searchKey})
}

// DeleteSavedReply removes a saved reply.
func (tx *Tx) DeleteSavedReply(id inbox.SavedReplyID) error {
	return tx.change(`DELETE FROM saved_replies WHERE id = ?`, id)
}

// CountReplyUse counts a use of a saved reply, if somebody reads it.
func (tx *Tx) CountReplyUse(id inbox.SavedReplyID, by ReplyReader, at inbox.Time) error {
	where := newCondition(`s.id = ?`, id)
	by.sees(&where)
	return tx.change(`UPDATE saved_replies AS s SET uses = uses + 1, used_at = ?`+where.sql(), append([]any{at}, where.args...)...)
}

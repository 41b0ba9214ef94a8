package store

import "foyer/inbox"

// InsertMentions records whom a stored note mentions. An agent who has not looked at the open conversation gets a row of what
// they have seen there, so that the note is found among what is unread to them.
func (tx *Tx) InsertMentions(n *inbox.Note, open bool) error {
	for _, agent := range n.MentionIDs {
		if err := tx.change(`INSERT OR IGNORE INTO mentions (agent_id, conversation_id, note_id) VALUES (?, ?, ?)`, agent, n.ConversationID, n.ID); err != nil {
			return err
		}
		if !open {
			continue
		}
		if err := tx.change(`INSERT OR IGNORE INTO seen (conversation_id, agent_id) VALUES (?, ?)`, n.ConversationID, agent); err != nil {
			return err
		}
	}
	return nil
}

// DeleteMentions makes a note mention nobody: it is unread to nobody any more, no filter finds it, and unread notifications of it
// are gone.
func (tx *Tx) DeleteMentions(n *inbox.Note) error {
	if err := tx.change(`DELETE FROM mentions WHERE agent_id IN `+inList+` AND conversation_id = ? AND note_id = ?`,
		list(n.MentionIDs), n.ConversationID, n.ID); err != nil {
		return err
	}
	if err := tx.change(`DELETE FROM notifications WHERE agent_id IN `+inList+` AND conversation_id = ? AND kind = 'MENTION'
		AND read_at IS NULL AND note_id = ?`, list(n.MentionIDs), n.ConversationID, n.ID); err != nil {
		return err
	}
	return tx.change(`UPDATE notes SET mentions = '[]' WHERE id = ?`, n.ID)
}

// mentioned selects the conversations with a note that mentions an agent.
const mentioned = `SELECT DISTINCT x.conversation_id FROM mentions x WHERE x.agent_id = ?`

// MentionsAmiss returns the notes of which the mentions do not agree with the mentions of agents.
func (r *Reader) MentionsAmiss() ([]inbox.NoteID, error) {
	return query(r, scanValue[inbox.NoteID], `WITH stored AS (SELECT n.id, n.conversation_id, m.value AS agent_id FROM notes n, json_each(n.mentions) m)
		SELECT note_id FROM mentions x WHERE NOT EXISTS (SELECT 1 FROM notes n, json_each(n.mentions) m
			WHERE n.id = x.note_id AND n.conversation_id = x.conversation_id AND m.value = x.agent_id)
		UNION SELECT id FROM stored s WHERE NOT EXISTS (SELECT 1 FROM mentions x
			WHERE x.agent_id = s.agent_id AND x.conversation_id = s.conversation_id AND x.note_id = s.id)`)
}

package store

import "foyer/inbox"

var notificationRows = rowsOf[inbox.Notification]("notifications n")

// InsertNotification stores a notification in place of the agent's unread one of the same kind and conversation, if there is one.
// It sets the id, or leaves it zero and stores nothing if the agent is disabled.
func (tx *Tx) InsertNotification(n *inbox.Notification) error {
	// The new id is above the one of the row that is replaced.
	result, err := tx.run(`INSERT OR REPLACE INTO notifications (agent_id, kind, conversation_id, actor_kind, actor_id, message_id, note_id, at)
		SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM agents WHERE id = ?1 AND disabled_at IS NULL`,
		n.AgentID, n.Kind, n.ConversationID, n.Actor.Kind, n.Actor.ID, n.MessageID, n.NoteID, n.At)
	if err != nil {
		return err
	}
	if stored, err := result.RowsAffected(); err != nil || stored == 0 {
		return err
	}
	id, err := result.LastInsertId()
	n.ID = inbox.NotificationID(id)
	return err
}

// ReadNotificationsUpTo marks as read what an agent was notified of in a conversation, except of newer messages and notes than
// these.
func (tx *Tx) ReadNotificationsUpTo(agent inbox.AgentID, conversation inbox.ConversationID, message inbox.MessageID, note inbox.NoteID, at inbox.Time) error {
	return tx.change(`UPDATE notifications SET read_at = ? WHERE agent_id = ? AND conversation_id = ? AND read_at IS NULL
		AND COALESCE(message_id, 0) <= ? AND COALESCE(note_id, 0) <= ?`, at, agent, conversation, message, note)
}

// NotificationChoice says which of an agent's notifications are meant. Nil parts narrow nothing.
type NotificationChoice struct {
	IDs          []inbox.NotificationID
	UpTo         *inbox.NotificationID
	Conversation *inbox.ConversationID
}

// ReadNotifications marks those of an agent's notifications as read.
func (tx *Tx) ReadNotifications(agent inbox.AgentID, which NotificationChoice, at inbox.Time) error {
	where := newCondition(`agent_id = ? AND read_at IS NULL`, agent)
	if which.IDs != nil {
		where.and(`id IN `+inList, list(which.IDs))
	}
	if which.UpTo != nil {
		where.and(`id <= ?`, *which.UpTo)
	}
	if which.Conversation != nil {
		where.and(`conversation_id = ?`, *which.Conversation)
	}
	return tx.change(`UPDATE notifications SET read_at = ?`+where.sql(), append([]any{at}, where.args...)...)
}

// Notifications returns the notifications with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Notifications(ids []inbox.NotificationID) ([]*inbox.Notification, error) {
	return notificationRows.all(r, `FROM notifications n WHERE n.id IN `+inList, list(ids))
}

// NotificationsOf returns at most limit of an agent's notifications, newest first, after one (zero: from the newest). Unread
// leaves those that are unread, or those that are not; nil: all.
func (r *Reader) NotificationsOf(agent inbox.AgentID, unread *bool, after inbox.NotificationID, limit int) ([]*inbox.Notification, error) {
	where := newCondition(`n.agent_id = ?`, agent)
	isNull(&where, unread, `n.read_at`)
	if after != 0 {
		where.and(`n.id < ?`, after)
	}
	return notificationRows.all(r, `FROM notifications n`+where.sql()+` ORDER BY n.id DESC`+limited, append(where.args, limit)...)
}

// UnreadNotifications counts an agent's unread notifications.
func (r *Reader) UnreadNotifications(agent inbox.AgentID) (int, error) {
	return queryCount(r, `SELECT COUNT(*) FROM notifications WHERE agent_id = ? AND read_at IS NULL`, agent)
}

// AgentsWhoSee returns those of these agents who are enabled and see a conversation of this scope.
func (r *Reader) AgentsWhoSee(scope inbox.Scope, agents []inbox.AgentID) ([]inbox.AgentID, error) {
	return query(r, scanValue[inbox.AgentID], `SELECT a.id FROM agents a WHERE a.id IN `+inList+` AND a.disabled_at IS NULL
		AND (a.role <> 'AGENT' OR a.visibility = 'ALL' OR a.id = ?2 OR a.visibility = 'TEAM' AND CASE ?3 WHEN 0 THEN ?2 = 0
			ELSE EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = ?3 AND m.agent_id = a.id) END)
		ORDER BY a.id`, list(agents), scope.Assignee, scope.Team)
}

// Managers returns the managers and owners who are enabled.
func (r *Reader) Managers() ([]inbox.AgentID, error) {
	return query(r, scanValue[inbox.AgentID], `SELECT id FROM agents WHERE role IN ('MANAGER', 'OWNER') AND disabled_at IS NULL ORDER BY id`)
}

// CrowdedAgents returns the agents who have more than most notifications.
func (r *Reader) CrowdedAgents(most int) ([]inbox.AgentID, error) {
	return query(r, scanValue[inbox.AgentID], `SELECT agent_id FROM notifications GROUP BY agent_id HAVING COUNT(*) > ?`, most)
}

// SweepNotifications removes at most limit notifications from before a time, the oldest first. It returns how many. The newest
// one of all stays, so that its id is not given again.
func (tx *Tx) SweepNotifications(before inbox.Time, limit int) (int64, error) {
	return tx.exec(`DELETE FROM notifications WHERE id IN (SELECT id FROM notifications ORDER BY id`+limited+`)
		AND at < ? AND id < (SELECT MAX(id) FROM notifications)`, limit, before)
}

// SweepNotificationsOf removes at most limit of an agent's notifications beyond the newest ones that they keep, and returns how
// many.
func (tx *Tx) SweepNotificationsOf(agent inbox.AgentID, keep, limit int) (int64, error) {
	return tx.exec(`DELETE FROM notifications WHERE id IN (SELECT id FROM notifications WHERE agent_id = ? ORDER BY id DESC`+limited+` OFFSET ?)`,
		agent, limit, keep)
}

// NotificationsAmiss returns the notifications of messages and notes that their conversation does not have, and those that were
// read before they were there.
func (r *Reader) NotificationsAmiss() ([]inbox.NotificationID, error) {
	return query(r, scanValue[inbox.NotificationID], `SELECT n.id FROM notifications n WHERE n.read_at < n.at
		OR n.message_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = n.message_id AND m.conversation_id = n.conversation_id)
		OR n.note_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM notes t WHERE t.id = n.note_id AND t.conversation_id = n.conversation_id)`)
}

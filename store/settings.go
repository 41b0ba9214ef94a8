package store

import "foyer/inbox"

// SettingsVersion names the state that channels, the policies of teams and the triggers of workflows are in: what was read
// of them under a version holds wherever this is the version. It is read once, and again after the function has changed
// one of them.
func (r *Reader) SettingsVersion() (int64, error) {
	if r.settings == 0 {
		if err := r.readSettings(); err != nil {
			return 0, err
		}
	}
	return r.settings, nil
}

// SettingsStand reports whether the settings are still in the state of SettingsVersion, by what is stored.
func (r *Reader) SettingsStand() (bool, error) {
	before := r.settings
	err := r.readSettings()
	return r.settings == before, err
}

func (r *Reader) readSettings() error {
	version, err := queryValue[int64](r, `SELECT version FROM settings`)
	if err == nil {
		r.settings = version
	}
	return err
}

// Sender returns the contact that a channel knows by this external id, or nil, and reads the version of the settings.
func (r *Reader) Sender(channel inbox.ChannelID, externalID string) (*inbox.Contact, error) {
	c, err := queryOne(r, func(from row) (*inbox.Contact, error) {
		var c inbox.Contact
		return &c, from.Scan(append(contactFields(&c), &r.settings)...)
	}, `SELECT COALESCE(c.id, 0), c.first_name, c.last_name, c.email, c.phone, c.language, c.country, c.avatar, c.tags,
			c.lifecycle_stage, COALESCE(c.blocked, FALSE), c.owner_id, c.first_identity, c.field_values, COALESCE(c.created_at, 0), s.version
		FROM settings s LEFT JOIN contact_identities i ON i.channel_id = ? AND i.external_id = ?
		LEFT JOIN contacts c ON c.id = i.contact_id`, channel, externalID)
	if err != nil || c.ID == 0 {
		return nil, err
	}
	return c, nil
}

// ContactState is how a contact stands when they write.
type ContactState struct {
	Delivered bool                // the channel has a message by that external id
	Idle      bool                // no run for them has yet to end
	Open      *inbox.Conversation // their open conversation, or nil
}

// ContactState tells how a contact stands; externalID is what the channel calls their message, or nil.
func (r *Reader) ContactState(contact inbox.ContactID, channel inbox.ChannelID, externalID *string) (*ContactState, error) {
	return queryOne(r, func(from row) (*ContactState, error) {
		var (
			v           = inbox.Conversation{ContactID: contact, Status: inbox.Open}
			s           ContactState
			queuePolicy *string
		)
		err := from.Scan(&s.Delivered, &s.Idle, &v.ID, &v.Number, &v.Source, &v.OpenedBy.Kind, &v.OpenedBy.ID, &v.Priority,
			&v.ChannelID, &v.TeamID, &v.AssigneeID, &v.AssigneeReadAt, &v.SnoozedUntil, &v.QueuedAt, &v.QueueKey, &queuePolicy,
			&v.WaitsSince, &v.OpenedAt, &v.FirstAssignedAt, &v.FirstResponseAt, &v.WaitingSince, &v.LastActivityAt,
			&v.LastMessageID, &v.InboundCount, &v.OutboundCount)
		if queuePolicy != nil {
			v.QueuePolicy = inbox.JSON(*queuePolicy)
		}
		if v.ID != 0 {
			s.Open = &v
		}
		return &s, err
	}, standingSQL, channel, externalID, contact, contact)
}

// standingSQL leaves out what only the close of a conversation tells.
const standingSQL = `SELECT EXISTS (SELECT 1 FROM messages WHERE channel_id = ? AND external_id = ?),
		NOT EXISTS (SELECT 1 FROM workflow_runs WHERE contact_id = ? AND ended_at IS NULL),
		COALESCE(v.id, 0), COALESCE(v.number, 0), COALESCE(v.source, ''), COALESCE(v.opened_by_kind, ''), COALESCE(v.opened_by_id, 0),
		COALESCE(v.priority, ''), v.channel_id, v.team_id, v.assignee_id, v.assignee_read_at, v.snoozed_until, v.queued_at,
		v.queue_key, v.queue_policy, v.waits_since, COALESCE(v.opened_at, 0), v.first_assigned_at, v.first_response_at,
		v.waiting_since, COALESCE(v.last_activity_at, 0), v.last_message_id, COALESCE(v.inbound_count, 0), COALESCE(v.outbound_count, 0)
	FROM (SELECT 1) LEFT JOIN conversations v ON v.contact_id = ? AND v.status = 'OPEN'`

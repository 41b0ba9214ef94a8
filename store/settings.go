package store

import "foyer/inbox"

// SettingsVersion returns the version of the settings: channels, the policies of teams and the triggers of workflows. What was
// read of them under a version is current as long as the version is the same. The version is read once, and again after the
// function has changed one of them.
func (r *Reader) SettingsVersion() (int64, error) {
	if r.settings == 0 {
		if err := r.readSettings(); err != nil {
			return 0, err
		}
	}
	return r.settings, nil
}

// SettingsStand reports whether the stored version of the settings is still that of SettingsVersion.
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
		return &c, from.Scan(append(contactRows.targets(&c), &r.settings)...)
	}, senderSQL, channel, externalID)
	if err != nil || c.ID == 0 {
		return nil, err
	}
	return c, nil
}

var senderSQL = `SELECT ` + contactRows.optional + `, s.version
	FROM settings s LEFT JOIN contact_identities i ON i.channel_id = ? AND i.external_id = ?
	LEFT JOIN contacts c ON c.id = i.contact_id`

// ContactState is what intake needs to know about a contact who writes.
type ContactState struct {
	Delivered bool                // whether the channel has already delivered a message with that external id
	Idle      bool                // whether all their runs have ended
	Open      *inbox.Conversation // their open conversation, or nil
}

// ContactState returns the state of a contact who writes; externalID is what the channel calls their message, or nil.
func (r *Reader) ContactState(contact inbox.ContactID, channel inbox.ChannelID, externalID *string) (*ContactState, error) {
	return queryOne(r, func(from row) (*ContactState, error) {
		var s ContactState
		var v inbox.Conversation
		err := from.Scan(append(openConversationRows.targets(&v), &s.Delivered, &s.Idle)...)
		if v.ID != 0 {
			s.Open = &v
		}
		return &s, err
	}, contactStateSQL, channel, externalID, contact, contact)
}

// openConversationRows leave out the columns that only a closed conversation has: each column costs time with every
// message.
var openConversationRows = rowsOf[inbox.Conversation]("conversations v", "closed_at", "closed_by_kind", "closed_by_id",
	"closed_source", "category", "summary")

var contactStateSQL = `SELECT ` + openConversationRows.optional + `, EXISTS (SELECT 1 FROM messages WHERE channel_id = ? AND external_id = ?),
		NOT EXISTS (SELECT 1 FROM workflow_runs WHERE contact_id = ? AND ended_at IS NULL)
	FROM (SELECT 1) LEFT JOIN conversations v ON v.contact_id = ? AND v.status = 'OPEN'`

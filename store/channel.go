package store

import "foyer/inbox"

var channelRows = rowsOf[inbox.Channel]("channels h")

// Channels returns the channels with these ids, in no particular order. Unknown ids are left out.
func (r *Reader) Channels(ids []inbox.ChannelID) ([]*inbox.Channel, error) {
	return channelRows.all(r, `FROM channels h WHERE h.id IN `+inList, list(ids))
}

// Channel returns one channel, or nil.
func (r *Reader) Channel(id inbox.ChannelID) (*inbox.Channel, error) {
	return channelRows.one(r, `FROM channels h WHERE h.id = ?`, id)
}

// ChannelNamed returns the channel with this name (folded), or nil.
func (r *Reader) ChannelNamed(key string) (*inbox.Channel, error) {
	return channelRows.one(r, `FROM channels h WHERE h.name_key = ?`, key)
}

// ChannelList returns at most limit channels after the given one, in the order they were created.
func (r *Reader) ChannelList(after inbox.ChannelID, limit int) ([]*inbox.Channel, error) {
	return channelRows.all(r, `FROM channels h WHERE h.id > ? ORDER BY h.id`+limited,
		after, limit)
}

// InsertChannel stores a new channel and sets its id. If the name is taken, IsUnique is true of the error.
func (tx *Tx) InsertChannel(h *inbox.Channel, nameKey string) error {
	tx.settings = 0
	return channelRows.insert(tx, h, hidden{"name_key", nameKey})
}

// UpdateChannel stores a channel's changed settings. If the name is taken, IsUnique is true of the error.
func (tx *Tx) UpdateChannel(h *inbox.Channel, nameKey string) error {
	tx.settings = 0
	return channelRows.set(tx, h, `name, grace_after_close, disabled_at`, hidden{"name_key", nameKey})
}

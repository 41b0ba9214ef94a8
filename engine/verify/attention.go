package verify

import (
	"foyer/inbox"
	"foyer/store"
)

// attention is what the tables say of what agents have yet to see, where it cannot be.
type attention struct {
	seen          []store.Seen
	mentions      []inbox.NoteID
	watched       []inbox.ConversationID
	notifications []inbox.NotificationID
}

func loadAttention(r *store.Reader) (a attention, err error) {
	if a.seen, err = r.SeenAmiss(); err != nil {
		return a, err
	}
	if a.mentions, err = r.MentionsAmiss(); err != nil {
		return a, err
	}
	if a.watched, err = r.WatchesAmiss(); err != nil {
		return a, err
	}
	a.notifications, err = r.NotificationsAmiss()
	return a, err
}

// checkAttention finds what agents cannot have seen, and mentions that no note or no agent has.
func (m *model) checkAttention(a attention) {
	for _, s := range a.seen {
		m.find("%s has seen of %s what is not there, or it is closed.", s.Agent, s.Conversation)
	}
	for _, note := range a.mentions {
		m.find("%s mentions others than its row says.", note)
	}
	for _, id := range a.watched {
		m.find("%s is watched by another number of agents than its row says, or it is closed.", id)
	}
	for _, id := range a.notifications {
		m.find("%s is of a message or a note that its conversation does not have.", id)
	}
}

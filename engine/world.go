package engine

import (
	"foyer/inbox"
	"foyer/store"
)

// world is what facts and decisions are read from: the transaction of a use case, or the snapshot of a simulation. It
// changes nothing.
type world struct {
	unpending
	holder
	engine *Engine
	now    inbox.Time
	newest inbox.MessageID // what the texts of a conversation are read up to; zero: all there are
}

// holder knows contacts, teams and fields as they are now, which in a transaction may not be stored yet.
type holder interface {
	contact(id inbox.ContactID) (*inbox.Contact, error)
	// identities are those of a contact on channels.
	identities(id inbox.ContactID) ([]*inbox.ContactIdentity, error)
	team(id inbox.TeamID) (*inbox.Team, error)
	policy(id inbox.TeamID) (inbox.AssignmentPolicy, error)
	contactFields() ([]*inbox.ContactField, error)
	hasEarlier(id inbox.ContactID, before inbox.ConversationID) (bool, error)
	lastText(id inbox.ConversationID, direction inbox.Direction, newest inbox.MessageID) (*string, error)
}

// world returns the world as this use case sees it, its own changes included.
func (w *work) world() world {
	return world{unpending: w.tx, holder: w, engine: w.engine, now: w.now}
}

// world returns the world as it is stored.
func (e *Engine) world(r *store.Reader) world {
	return world{unpending: r, holder: stored{r}, engine: e, now: e.now()}
}

// stored is a holder that holds nothing.
type stored struct{ *store.Reader }

func (s stored) contact(id inbox.ContactID) (*inbox.Contact, error) { return s.Contact(id) }
func (s stored) team(id inbox.TeamID) (*inbox.Team, error)          { return s.Team(id) }
func (s stored) identities(id inbox.ContactID) ([]*inbox.ContactIdentity, error) {
	return s.ContactIdentities([]inbox.ContactID{id})
}
func (s stored) policy(id inbox.TeamID) (inbox.AssignmentPolicy, error) {
	t, err := s.Team(id)
	if err != nil {
		return inbox.AssignmentPolicy{}, err
	}
	return t.Policy, nil
}
func (s stored) contactFields() ([]*inbox.ContactField, error) { return s.ContactFields() }
func (s stored) hasEarlier(id inbox.ContactID, before inbox.ConversationID) (bool, error) {
	return s.HasEarlierConversation(id, before)
}
func (s stored) lastText(id inbox.ConversationID, direction inbox.Direction, newest inbox.MessageID) (*string, error) {
	if newest != 0 {
		return s.LastTextUntil(id, direction, newest)
	}
	return s.LastText(id, direction)
}

package engine

import (
	"foyer/inbox"
	"foyer/store"
)

// world is what facts and decisions are read from: the transaction of a use case, or the snapshot of a simulation. It
// changes nothing.
type world struct {
	*store.Reader
	holder
	now inbox.Time
}

// holder knows contacts and teams as they are now, which in a transaction may not be stored yet.
type holder interface {
	contact(id inbox.ContactID) (*inbox.Contact, error)
	team(id inbox.TeamID) (*inbox.Team, error)
	// flush brings the stored numbers up to date with what is held.
	flush() error
}

// world gives the world as this use case sees it, its own changes included.
func (w *work) world() world { return world{Reader: &w.Reader, holder: w, now: w.now} }

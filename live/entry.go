package live

import (
	"fmt"
	"sync/atomic"

	"foyer/inbox"
	"foyer/store"
)

// entry is an event, as all members share it.
type entry struct {
	number int64
	event  inbox.Event // nil if the log has something that cannot be read
	err    error       // why it cannot
	// around is where the contact of a ContactChanged has conversations, which decides who sees the contact. It is nil until
	// a member needs it, and looked up again when the contact is shown as of a later snapshot.
	around atomic.Pointer[contactScopes]
}

// contactScopes are where a contact has conversations, each scope once.
type contactScopes struct {
	scopes []inbox.Scope
	asOf   int64 // the number of the newest event in the snapshot they were read from
}

// newEntries decodes records.
func newEntries(records []inbox.EventRecord) []*entry {
	entries := make([]*entry, len(records))
	for i, record := range records {
		event, err := record.Event()
		entries[i] = &entry{number: record.Number, event: event, err: err}
	}
	return entries
}

// readAll reads the events after a number in chunks, to the end of the snapshot.
func readAll(r *store.ReadTx, after int64, chunk int) ([]*entry, error) {
	var all []*entry
	for {
		records, err := r.Events(after, chunk)
		if err != nil {
			return nil, err
		}
		all = append(all, newEntries(records)...)
		if len(records) < chunk {
			return all, nil
		}
		after = records[len(records)-1].Number
	}
}

// conversation returns the conversation that the event belongs to, or zero.
func (e *entry) conversation() inbox.ConversationID {
	if c, ok := e.event.(inbox.ConversationEvent); ok {
		return c.Where().ConversationID
	}
	return 0
}

// contact returns the contact whose change the event is, or zero.
func (e *entry) contact() inbox.ContactID {
	if changed, ok := e.event.(*inbox.ContactChanged); ok {
		return changed.ContactID
	}
	return 0
}

// isLocated reports whether it is known, as of an event or later, who sees the contact that the event is about.
func (e *entry) isLocated(asOf int64) bool {
	if e.contact() == 0 {
		return true
	}
	around := e.around.Load()
	return around != nil && around.asOf >= asOf
}

// locateContacts looks up where the contacts of entries have conversations, unless that is known as of an event or later. No
// two goroutines may do so for the same entries at a time.
func locateContacts(r *store.ReadTx, entries []*entry, asOf int64) error {
	known := make(map[inbox.ContactID]*contactScopes)
	for _, e := range entries {
		id := e.contact()
		if e.isLocated(asOf) {
			continue
		}
		if known[id] == nil {
			found, err := scopesOf(r, id)
			if err != nil {
				return fmt.Errorf("find the conversations of a contact: %w", err)
			}
			known[id] = found
		}
		e.around.Store(known[id])
	}
	return nil
}

// scopesOf returns where a contact has conversations.
func scopesOf(r *store.ReadTx, contact inbox.ContactID) (*contactScopes, error) {
	asOf, err := r.HeadNumber()
	if err != nil {
		return nil, err
	}
	scopes, err := r.ScopesWith(contact)
	return &contactScopes{scopes, asOf}, err
}

package live

import (
	"errors"
	"fmt"

	"foyer/inbox"
	"foyer/store"
)

// errStale means that a batch must be read again: it is no longer known where its conversations are now.
var errStale = errors.New("stale")

// batch is a part of the log that a member has read itself.
type batch struct {
	entries []*entry
	shown   []*Shown // of each entry; nil if it did not have to be delivered when it was read
	end     int64    // the member's place after it
	// scopes are where the conversations of a batch from the database are as of asOf. They are nil for a batch from the
	// window, which knows the present state.
	scopes map[inbox.ConversationID]inbox.Scope
	asOf   int64
}

// read reads what follows a number, from the window or from the database. For a viewer who does not see everything it
// also locates contacts.
func (l *Log) read(after int64, limited bool) (batch, error) {
	entries, end, inWindow := l.window.after(after, l.options.chunk)
	if !inWindow {
		b, err := store.View(l.ctx, l.db, func(r *store.ReadTx) (batch, error) {
			return readBatch(r, after, l.options.chunk, limited)
		})
		if err != nil {
			return batch{}, fmt.Errorf("replay events after %d: %w", after, err)
		}
		return b, nil
	}
	if limited {
		if err := l.locateContacts(entries, 0); err != nil {
			return batch{}, err
		}
	}
	return batch{entries: entries, end: end}, nil
}

// readBatch reads what follows a number from the database. For a viewer who does not see everything, it also reads, in the
// same snapshot, where the conversations and contacts are.
func readBatch(r *store.ReadTx, after int64, limit int, limited bool) (batch, error) {
	records, err := r.Events(after, limit)
	if err != nil {
		return batch{}, err
	}
	if after < r.Floor() { // only now: a floor that rises while the events are read takes nothing out of the snapshot
		return batch{}, store.ErrCursorExpired
	}
	b := batch{entries: newEntries(records), end: after, scopes: make(map[inbox.ConversationID]inbox.Scope)}
	if len(records) > 0 {
		b.end = records[len(records)-1].Number
	}
	if b.asOf, err = r.HeadNumber(); err != nil {
		return batch{}, err
	}
	if len(records) < limit {
		b.end = max(b.end, b.asOf)
	}
	if !limited {
		return b, nil
	}
	if err := locateContacts(r, b.entries, 0); err != nil {
		return batch{}, err
	}
	return b, b.locateConversations(r)
}

// locateConversations looks up where the conversations of the batch are.
func (b *batch) locateConversations(r *store.ReadTx) error {
	var ids []inbox.ConversationID
	for _, e := range b.entries {
		if id := e.conversation(); id != 0 {
			ids = append(ids, id)
		}
	}
	return b.locate(r, ids)
}

// locate looks up where conversations are.
func (b *batch) locate(r *store.ReadTx, ids []inbox.ConversationID) error {
	var err error
	if b.scopes, err = r.Scopes(ids); err != nil {
		return fmt.Errorf("find where conversations are: %w", err)
	}
	return nil
}

// subject returns the present state of an entry's subject, or errStale if it is no longer known. The entry is one of the
// batch or, for the zero batch, of the window. The caller holds the window's mu, as for where.
func (b *batch) subject(w *window, e *entry) (now subjectState, err error) {
	if id := e.conversation(); id != 0 {
		now, err = b.where(w, id)
	}
	if around := e.around.Load(); around != nil {
		now.around = around.scopes
	}
	return now, err
}

// where returns where a conversation is now, or errStale if that is no longer known.
func (b *batch) where(w *window, id inbox.ConversationID) (now subjectState, err error) {
	newest, inWindow := w.latest[id]
	switch {
	case inWindow && (b.scopes == nil || newest.number > b.asOf):
		now.scope, now.known, now.asOf = newest.scope, true, newest.number
		return now, nil
	case b.scopes == nil || w.floor > b.asOf:
		return now, errStale
	default:
		now.scope, now.known = b.scopes[id]
		now.asOf = b.asOf
		return now, nil
	}
}

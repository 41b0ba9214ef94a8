package live

import (
	"context"
	"fmt"

	"foyer/inbox"
	"foyer/store"
)

// batch is a stretch of the log on its way to one stream.
type batch struct {
	entries []*entry
	end     int64 // the stream's place after it
	// scopes is where the conversations of a replayed stretch are as of asOf; nil for one out of the window, which knows
	// better.
	scopes map[inbox.ConversationID]inbox.Scope
	asOf   int64
}

// replay reads the stretch after a number from the database, in a place of its own among those that may.
func (l *Log) replay(ctx context.Context, after int64, limited bool) (batch, error) {
	select {
	case l.replays <- struct{}{}:
	case <-ctx.Done():
		return batch{}, context.Cause(ctx)
	case <-l.stopped:
		return batch{}, ErrStopped
	}
	defer func() { <-l.replays }()
	return l.read(ctx, after, limited)
}

// read is replay without a place.
func (l *Log) read(ctx context.Context, after int64, limited bool) (batch, error) {
	b, err := store.View(ctx, l.db, func(r *store.ReadTx) (batch, error) {
		return readBatch(r, after, l.options.chunk, limited)
	})
	if err != nil {
		return batch{}, fmt.Errorf("replay events after %d: %w", after, err)
	}
	return b, nil
}

// readBatch reads a stretch and, for a viewer who does not see everything, how things stand in the same snapshot.
func readBatch(r *store.ReadTx, after int64, limit int, limited bool) (batch, error) {
	records, err := r.Events(after, limit)
	if err != nil {
		return batch{}, err
	}
	if after < r.Floor() { // only now: a floor that rises while the stretch is read takes nothing out of the snapshot
		return batch{}, store.ErrCursorExpired
	}
	b := batch{entries: make([]*entry, len(records)), end: after, scopes: make(map[inbox.ConversationID]inbox.Scope)}
	for i, record := range records {
		b.entries[i] = newEntry(record)
		b.end = record.Number
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
	if err := describe(r, b.entries); err != nil {
		return batch{}, err
	}
	return b, b.locate(r)
}

// locate notes where the conversations of the stretch are now.
func (b *batch) locate(r *store.ReadTx) error {
	var ids []inbox.ConversationID
	for _, e := range b.entries {
		if id := e.conversation(); id != 0 {
			ids = append(ids, id)
		}
	}
	conversations, err := r.Conversations(ids)
	if err != nil {
		return fmt.Errorf("find where conversations are: %w", err)
	}
	for _, c := range conversations {
		b.scopes[c.ID] = c.Scope()
	}
	return nil
}

// standing returns how the subject of an entry stands now; false where that is not known any more. The caller holds the
// lock of the window.
func (b batch) contactState(w *window, e *entry) (now contactState, ok bool) {
	if around := e.around.Load(); around != nil {
		now.around = around.scopes
	}
	id := e.conversation()
	if id == 0 {
		return now, true
	}
	newest, inWindow := w.latest[id]
	switch {
	case inWindow && (b.scopes == nil || newest.number > b.asOf):
		now.scope, now.known, now.asOf = newest.scope, true, newest.number
		return now, true
	case b.scopes == nil || w.floor > b.asOf:
		return now, false
	default:
		now.scope, now.known = b.scopes[id]
		now.asOf = b.asOf
		return now, true
	}
}

package live

import (
	"context"
	"fmt"

	"foyer/inbox"
	"foyer/store"
)

// Subscription is what a viewer wants to follow.
type Subscription struct {
	// After is the cursor to begin after; nil: the head of the log.
	After *inbox.Cursor
	// Filter says which events.
	Filter Filter
	// Access returns what the viewer may see, as of the snapshot it is called with. It may fail with ErrScopeChanged.
	Access func(*store.Reader) (inbox.Access, error)
}

// Join begins a subscription that shares its encoded items with all others of the same key. Subscriptions of one key must
// have the same filter, and show must encode items in the same way for all of them. Start lets the subscription run.
//
// Join fails with an EndError. Its cause is store.ErrCursorInvalid, store.ErrCursorExpired, ErrScopeChanged (what the
// viewer may see has changed since After) or the error of Access.
func (l *Log) Join(ctx context.Context, sub Subscription, key any, show Show) (*Member, error) {
	return store.View(ctx, l.db, func(r *store.ReadTx) (*Member, error) {
		m, err := l.begin(r, sub)
		if err != nil {
			return nil, fmt.Errorf("begin a subscription: %w", err)
		}
		m.key, m.show = key, show
		if err := m.admit(r, sub); err != nil {
			return nil, m.endError(m.start, err)
		}
		return m, nil
	})
}

// begin returns a member whose position is the head of the snapshot.
func (l *Log) begin(r *store.ReadTx, sub Subscription) (*Member, error) {
	number, err := r.HeadNumber()
	if err != nil {
		return nil, err
	}
	head, err := r.Head()
	if err != nil {
		return nil, err
	}
	oldest, err := r.Events(0, 1)
	if err != nil {
		return nil, err
	}
	m := &Member{log: l, joined: number, startsAt: number, position: number, delivered: number, start: head, head: head, oldest: head}
	if len(oldest) > 0 {
		m.oldest = l.db.CursorAt(max(oldest[0].Number-1, l.db.Floor()))
	}
	if sub.After != nil {
		m.start = *sub.After
	}
	return m, nil
}

// admit finds out what the viewer may see and moves the member to where it begins.
func (m *Member) admit(r *store.ReadTx, sub Subscription) error {
	access, err := sub.Access(&r.Reader)
	if err != nil {
		return err
	}
	m.visibility = newVisibilityFilter(access, sub.Filter)
	if sub.After == nil {
		return nil
	}
	number, err := r.ParseCursor(*sub.After)
	if err != nil {
		return err
	}
	m.startsAt, m.position, m.delivered = number, number, number
	changed, err := scopeChanged(r, access.Agent, number)
	if err == nil && changed {
		err = ErrScopeChanged
	}
	return err
}

// scopeChanged reports whether what an agent sees has changed after a number.
func scopeChanged(r *store.ReadTx, agent inbox.AgentID, after int64) (bool, error) {
	if agent == 0 {
		return false, nil
	}
	for {
		records, err := r.EventsOf(inbox.Subject{Kind: inbox.SubjectAgent, ID: int64(agent)}, after, 0, chunkSize, false)
		if err != nil {
			return false, err
		}
		for _, record := range records {
			if record.Type != inbox.EventAgentChanged {
				continue
			}
			event, err := record.Event()
			if err != nil {
				return false, err
			}
			if event.(*inbox.AgentChanged).Scope {
				return true, nil
			}
		}
		if len(records) < chunkSize {
			return false, nil
		}
		after = records[len(records)-1].Number
	}
}

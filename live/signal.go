package live

import (
	"fmt"
	"sync"
	"time"

	"foyer/inbox"
	"foyer/store"
)

// Signals go to the members of some agents, and are left out wherever something is in the way: too many of them wait, the
// member has not got to the end of the log, or its sink takes nothing. A member must not miss an event because of them, and
// does not hear of them again.

// maxSignals is how many signals may wait. They wait while those before them are encoded.
const maxSignals = 4096

// signals are the signals that wait to be delivered.
type signals struct {
	mu      sync.Mutex
	waiting []inbox.Signal
	running bool // a goroutine delivers them
}

// Signal sends a signal to the subscriptions of its agents. It does not block, so the writer of the database may call it.
func (l *Log) Signal(s inbox.Signal) {
	q := &l.signals
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(s.To) == 0 || len(q.waiting) == maxSignals {
		return
	}
	q.waiting = append(q.waiting, s)
	if !q.running {
		q.running = l.spawn(l.deliverSignals)
	}
}

// take returns the signals that wait, and nil when there are none: the goroutine that delivers them then ends.
func (q *signals) take() []inbox.Signal {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting
	q.waiting, q.running = nil, len(all) > 0
	return all
}

func (l *Log) deliverSignals() {
	for all := l.signals.take(); all != nil; all = l.signals.take() {
		l.deliver(all)
	}
}

// deliver encodes signals once for each group, and offers them to the members that they are for. What fails is logged, and
// its signals are left out.
func (l *Log) deliver(all []inbox.Signal) {
	fail := func(err error) { l.options.Logger.ErrorContext(l.ctx, "deliver signals", "error", err) }
	defer onPanic(fail)
	parcels := make(map[*group][]parcel)
	var conversations []inbox.ConversationID
	for _, g := range l.groups.all() {
		for _, s := range all {
			members := g.addressed(s)
			if len(members) == 0 {
				continue
			}
			p := parcel{item: s.Item, members: members}
			if about, ok := s.Item.(inbox.ConversationSignal); ok && about.About() != 0 {
				p.conversation = about.About()
				conversations = append(conversations, p.conversation)
			}
			parcels[g] = append(parcels[g], p)
		}
	}
	places, err := l.places(conversations)
	if err != nil {
		if l.ctx.Err() == nil {
			fail(err)
		}
		return
	}
	for g, due := range parcels {
		g.hand(due, &places)
	}
}

// places looks up where conversations are.
func (l *Log) places(ids []inbox.ConversationID) (batch, error) {
	if len(ids) == 0 {
		return batch{}, nil
	}
	return store.View(l.ctx, l.db, func(r *store.ReadTx) (batch, error) {
		b := batch{scopes: make(map[inbox.ConversationID]inbox.Scope, len(ids))}
		var err error
		if b.asOf, err = r.HeadNumber(); err == nil {
			err = b.locate(r, ids)
		}
		if err != nil {
			return batch{}, fmt.Errorf("find the conversations of signals: %w", err)
		}
		return b, nil
	})
}

// parcel is a signal for members of one group.
type parcel struct {
	item         inbox.StreamItem
	conversation inbox.ConversationID // that it is about, or zero
	members      []*Member
}

// addressed returns the members of a group that a signal is for.
func (g *group) addressed(s inbox.Signal) []*Member {
	if !g.filter.passes(s.Item) {
		return nil
	}
	var members []*Member
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, agent := range s.To {
		for m := range g.recipients.agents[agent] {
			if !m.behind {
				members = append(members, m)
			}
		}
	}
	return members
}

// passes reports whether a signal may be for those who ask for this filter. Who asks for certain types has asked for events.
// Who asks for certain conversations gets what others do in them.
func (f Filter) passes(item inbox.StreamItem) bool {
	activity, ok := item.(*inbox.ConversationActivity)
	return f.Types == nil && (!f.hasIDs() || ok && among(f.Conversations, activity.ConversationID, activity.ConversationID))
}

// hand encodes signals and offers them to their members.
func (g *group) hand(due []parcel, places *batch) {
	items := make([]inbox.StreamItem, len(due))
	for i, p := range due {
		items[i] = p.item
	}
	all, _, err := g.log.shownItems(g.show, items)
	if err != nil {
		return // the log is no longer followed
	}
	for i, p := range due {
		shown := all[i]
		if shown.Err != nil {
			continue // it may be about something that is gone by now
		}
		shown.Took /= time.Duration(len(p.members))
		for _, m := range p.members {
			m.signal(p.conversation, shown, places)
		}
	}
}

// signal offers a signal about a conversation, or about none, unless the member is not up to date.
func (m *Member) signal(conversation inbox.ConversationID, shown Shown, places *batch) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.upToDate() && m.hears(conversation, places) {
		m.sink.Offer(shown, m.position) // does not count as sent: a stream's position is told although signals come
	}
}

// hears reports whether the viewer sees what a signal is about, and asked for it.
func (m *Member) hears(conversation inbox.ConversationID, places *batch) bool {
	access := &m.visibility.access
	w := &m.log.window
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.scoped[access.Agent] > m.joined {
		return false // the stream is about to end
	}
	if conversation == 0 {
		return true
	}
	now, err := places.where(w, conversation)
	return err == nil && now.known && access.Sees(now.scope) &&
		m.visibility.filter.concerns(&inbox.ConversationMeta{ConversationID: conversation, Before: now.scope, After: now.scope})
}

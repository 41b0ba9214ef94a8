package live

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"foyer/inbox"
)

// Show encodes items as clients see them, each as that subscription would. It returns one Shown for each item, and
// shares nothing between calls. It is called from several goroutines at a time.
type Show func(ctx context.Context, items []inbox.StreamItem) []Shown

// Shown is an item as clients see it, or why it cannot be shown.
type Shown struct {
	Payload []byte
	Err     error
	// AsOf is the number of the newest event in the snapshot that the item was read from; zero if nothing was read.
	AsOf int64
	// Took is how long it took to show the item, divided by how many members share it.
	Took time.Duration
}

// asOf returns AsOf, or zero if nothing was shown.
func (s *Shown) asOf() int64 {
	if s == nil {
		return 0
	}
	return s.AsOf
}

// showDue shows those of the new slots that a member will get now. A member that is behind asks for slots when it gets
// there; until then their payloads would take the room of those that others need.
func (g *group) showDue(slots []*slot) {
	var due []*slot
	g.mu.Lock()
	for _, s := range slots {
		if s.wanted && s.err == nil {
			g.recipients.each(s, func(m *Member) bool {
				if !m.behind {
					due = append(due, s)
				}
				return m.behind
			})
		}
	}
	g.mu.Unlock()
	all := g.showAll(due)
	for i, s := range due {
		shown := all[i] // a copy that does not keep the others in memory
		s.shown = &shown
	}
}

// showAsked shows slots of the ring that were not shown, or are no longer in memory, and pulls the members that asked
// for them.
func (g *group) showAsked(asked crowd, asking map[*slot]struct{}) {
	slots := slices.SortedFunc(maps.Keys(asking), func(a, b *slot) int { return cmp.Compare(a.number, b.number) })
	g.locateContacts(slots)
	var unshown []*slot
	g.mu.Lock()
	for _, s := range slots {
		if s.shown == nil && s.wanted && s.err == nil {
			unshown = append(unshown, s)
		}
	}
	g.mu.Unlock()
	all := g.showAll(unshown)
	g.mu.Lock()
	g.floor = max(g.floor, g.ring.trim(0))
	next := g.ring.end()
	for m := range asked {
		next = min(next, m.next)
	}
	g.ring.release(next, len(g.recipients.everyone)) // what follows was asked for before and has yet to be taken
	for i, s := range unshown {
		g.ring.refill(s, all[i])
	}
	g.mu.Unlock()
	for m := range asked {
		m.Pull()
	}
}

func (g *group) showAll(slots []*slot) []Shown {
	if len(slots) == 0 {
		return nil
	}
	entries := make([]*entry, len(slots))
	for i, s := range slots {
		entries[i] = s.entry
	}
	g.mu.Lock()
	limited, members := g.recipients.limited(), max(1, len(g.recipients.everyone))
	g.mu.Unlock()
	all := g.log.shown(g.show, entries, limited)
	for i := range all {
		all[i].Took /= time.Duration(members)
	}
	return all
}

// locateContacts finds out who sees the contacts that slots are about.
func (g *group) locateContacts(slots []*slot) {
	entries, asOf := make([]*entry, 0, len(slots)), int64(0)
	g.mu.Lock()
	for _, s := range slots {
		if s.contact() != 0 {
			entries, asOf = append(entries, s.entry), max(asOf, s.shown.asOf())
		}
	}
	g.mu.Unlock()
	err := g.log.locateContacts(entries, asOf)
	if err == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, s := range slots {
		if s.contact() != 0 {
			s.unlocated = err
		}
	}
}

// maxOwn is how many encoded items that are not events are remembered.
const maxOwn = 16

// showOwn shows an item that is not an event. The result is remembered, since many members get the same item at a time.
func (g *group) showOwn(item inbox.StreamItem) Shown {
	var says any
	switch item := item.(type) {
	case *inbox.StreamReady:
		says = *item
	case *inbox.ConversationHidden:
		says = *item
	}
	g.ownMu.Lock()
	defer g.ownMu.Unlock()
	if shown, ok := g.own[says]; ok {
		return shown
	}
	shown := g.show(g.log.ctx, []inbox.StreamItem{item})[0]
	if shown.Err == nil {
		if len(g.own) == maxOwn {
			clear(g.own)
		}
		shown.Took = 0 // the next members get it from memory
		g.own[says] = shown
	}
	return shown
}

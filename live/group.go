package live

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"foyer/inbox"
)

// Show shows items to clients, each as the same subscription would; it gives as many as it is given, and shares nothing
// between calls. It is called from several goroutines at a time.
type Show func(ctx context.Context, items []inbox.StreamItem) []Shown

const (
	// portionBytes is how much a group takes into its ring before its members are told.
	portionBytes = ringBytes / 4
	portionSlots = ringSlots / 16
	// crowdPatience is how long a group waits for any of its members to take something, where most of them cannot take
	// more and would fall out of the ring: if some do, it is us who are slow, and they are not to blame.
	crowdPatience = 100 * time.Millisecond
	crowdPause    = 2 * time.Millisecond
	// turn is how many members are told before those who write to them have a turn: what they need is in the processor's
	// cache then.
	turn = 64
	// maxOwn is how many items that are no events are remembered as they are shown.
	maxOwn = 16
)

// group is the subscriptions that differ in nothing but who subscribed and where they begin. What they get is shown once.
//
// It takes the log from the window into its ring. No goroutine belongs to it while there is nothing to do: run is started
// when the window gets further, or when a member needs something shown again.
type group struct {
	log    *Log
	key    any
	filter Filter
	show   Show

	mu         sync.Mutex
	ring       ring
	recipients recipients
	// Of the events after floor, up to head, all that the group has to do with are in the ring.
	floor, head int64
	unready     crowd // whose place the window has not got to
	stuck       crowd // whose sink took no more
	asked       crowd // who waits for slots to be shown
	asking      map[*slot]struct{}
	freed       int // counts who was stuck and is not any more
	running     bool
	again       bool // the window got further while run ran

	ownMu sync.Mutex
	own   map[any]Shown // items that are no events, by what they say: many members are told the same at a time
}

func newGroup(l *Log, key any, filter Filter, show Show, at int64) *group {
	return &group{log: l, key: key, filter: filter, show: show, floor: at, head: at, recipients: newRecipients(),
		unready: make(crowd), stuck: make(crowd), asked: make(crowd),
		asking: make(map[*slot]struct{}), own: make(map[any]Shown)}
}

// slot returns an event its slot; nil where the group has nothing to do with it.
func (g *group) slot(e *entry) *slot {
	if e.err != nil {
		return &slot{entry: e}
	}
	wanted := g.filter.wants(e.event.Type())
	c, ok := e.event.(inbox.ConversationEvent)
	if !ok {
		if g.filter.hasIDs() || !wanted {
			return nil
		}
		return &slot{entry: e, wanted: true}
	}
	if !g.filter.follows(c) {
		return nil
	}
	return &slot{entry: e, wanted: wanted}
}

// follow is called when the window has got further, by these events and to this number.
func (g *group) follow(fresh []*entry, head int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.running && len(g.unready) == 0 && len(fresh) > 0 && !g.concerned(fresh) && g.head >= fresh[0].number-1 {
		g.head = max(g.head, head)
		return
	}
	g.start()
}

// concerned reports whether there is anything to do about these events.
func (g *group) concerned(fresh []*entry) bool {
	for _, e := range fresh {
		if e.number <= g.head {
			continue
		}
		if changed, ok := e.event.(*inbox.AgentChanged); ok && changed.Scope || g.slot(e) != nil {
			return true
		}
	}
	return false
}

// start makes run run. The caller holds mu.
func (g *group) start() {
	g.again = true
	if !g.running {
		g.running = g.log.spawn(g.run)
	}
}

// run does what there is to do.
func (g *group) run() {
	defer func() {
		if value := recover(); value != nil {
			g.fail(fmt.Errorf("panic: %v\n%s", value, debug.Stack()))
		}
	}()
	for {
		g.mu.Lock()
		var asked crowd // not the group's own map, which others write to
		var asking map[*slot]struct{}
		if len(g.asked) > 0 {
			asked, asking = g.asked, g.asking
			g.asked, g.asking = make(crowd), make(map[*slot]struct{})
		} else if !g.again {
			g.running = false
			g.mu.Unlock()
			return
		}
		further := g.again
		g.again = false
		g.mu.Unlock()
		if len(asked) > 0 {
			g.answer(asked, slices.SortedFunc(maps.Keys(asking), func(a, b *slot) int { return cmp.Compare(a.number, b.number) }))
		}
		if further {
			g.advance()
		}
	}
}

// fail ends all members.
func (g *group) fail(err error) {
	g.mu.Lock()
	g.running = false
	members := g.recipients.everyone
	g.recipients, g.stuck, g.unready, g.asked = newRecipients(), make(crowd), make(crowd), make(crowd)
	g.mu.Unlock()
	for m := range members {
		m.fail(err)
	}
}

// answer shows slots that were not shown, or not any more, and tells who asked for them.
func (g *group) answer(asked crowd, asking []*slot) {
	g.describe(asking)
	var unshown []*slot
	g.mu.Lock()
	for _, s := range asking {
		if s.shown == nil && s.wanted && s.err == nil {
			unshown = append(unshown, s)
		}
	}
	g.mu.Unlock()
	all := g.showAll(unshown)
	g.mu.Lock()
	g.floor = max(g.floor, g.ring.trim(0, len(g.recipients.everyone))) // what was asked for before has been taken
	for i, s := range unshown {
		g.ring.refill(s, all[i])
	}
	g.mu.Unlock()
	for m := range asked {
		m.Pull()
	}
}

// describe finds out who sees the contacts that slots are about.
func (g *group) describe(slots []*slot) {
	entries, asOf := make([]*entry, 0, len(slots)), int64(0)
	g.mu.Lock()
	for _, s := range slots {
		if s.contact() != 0 {
			entries, asOf = append(entries, s.entry), max(asOf, s.shown.asOf())
		}
	}
	g.mu.Unlock()
	if len(entries) == 0 {
		return
	}
	if err := g.log.describe(g.log.ctx, entries, asOf); err != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		for _, s := range slots {
			if s.contact() != 0 {
				s.blind = err
			}
		}
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

// advance takes what is new from the window.
func (g *group) advance() {
	for {
		g.mu.Lock()
		head, idle := g.head, len(g.recipients.everyone) == 0
		limited := g.recipients.limited()
		g.mu.Unlock()
		if idle {
			return
		}
		entries, end, ok := g.log.newAfter(head)
		if !ok {
			g.skip(end)
			continue
		}
		if end == head {
			return
		}
		g.endRescoped(entries)
		slots := g.slots(entries)
		if limited {
			g.describe(slots)
		}
		g.prepare(slots)
		for n := portion(slots); n < len(slots); n = portion(slots) {
			g.publish(slots[:n], slots[n-1].number)
			slots = slots[n:]
		}
		g.publish(slots, end)
	}
}

func (g *group) slots(entries []*entry) []*slot {
	var slots []*slot
	for _, e := range entries {
		if s := g.slot(e); s != nil {
			slots = append(slots, s)
		}
	}
	return slots
}

// portion returns how many of these slots the ring takes at once.
func portion(slots []*slot) int {
	bytes := 0
	for i, s := range slots {
		if bytes > portionBytes || i == portionSlots {
			return i
		}
		if s.shown != nil {
			bytes += len(s.shown.Payload)
		}
	}
	return len(slots)
}

// endRescoped ends the members who see other things by these events.
func (g *group) endRescoped(entries []*entry) {
	for _, e := range entries {
		changed, ok := e.event.(*inbox.AgentChanged)
		if !ok || !changed.Scope {
			continue
		}
		var members []*Member
		g.mu.Lock()
		for m := range g.recipients.agents[changed.AgentID] {
			members = append(members, m)
		}
		g.mu.Unlock()
		for _, m := range members {
			m.checkScope()
		}
	}
}

// prepare shows those of the slots that somebody is going to get now. Who is behind asks for what it needs when it has
// come that far: until then it would be in the way of others.
func (g *group) prepare(slots []*slot) {
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
		s.shown = &all[i]
	}
}

// publish takes slots into the ring and lets the members they concern have them.
func (g *group) publish(slots []*slot, head int64) {
	g.awaitCrowd(slots)
	var due []*Member
	floor := g.log.windowFloor()
	g.mu.Lock()
	for _, s := range slots {
		count := g.ring.end()
		g.ring.add(s)
		g.recipients.each(s, func(m *Member) bool {
			if !m.due {
				m.due, m.next = true, count
				due = append(due, m)
			}
			return true
		})
	}
	g.head = head
	g.floor = max(g.floor, g.ring.trim(floor, len(g.recipients.everyone)))
	for m := range g.stuck {
		if m.next < g.ring.first {
			due = append(due, m)
		}
	}
	for m := range g.unready {
		due = append(due, m)
	}
	g.mu.Unlock()
	for i, m := range due {
		m.Pull()
		if i%turn == turn-1 {
			runtime.Gosched()
		}
	}
}

// awaitCrowd waits while slots would push most of the members out of the ring.
func (g *group) awaitCrowd(slots []*slot) {
	if len(slots) == 0 {
		return
	}
	bytes := 0
	for _, s := range slots {
		if s.shown != nil {
			bytes += len(s.shown.Payload)
		}
	}
	freed, moved := 0, time.Now()
	for {
		g.mu.Lock()
		crowded := 2*len(g.stuck) > len(g.recipients.everyone) &&
			(g.ring.bytes+bytes > ringBytes || len(g.ring.slots)+len(slots) > ringSlots)
		if g.freed != freed {
			freed, moved = g.freed, time.Now()
		}
		g.mu.Unlock()
		if !crowded || time.Since(moved) > crowdPatience {
			return
		}
		select {
		case <-time.After(crowdPause):
		case <-g.log.stopped:
			return
		}
	}
}

// skip returns up the ring where the window has lost what follows it: all members read the log themselves until they are
// where the group goes on.
func (g *group) skip(to int64) {
	g.mu.Lock()
	members := make([]*Member, 0, len(g.recipients.everyone))
	for m := range g.recipients.everyone {
		if !m.behind {
			m.fallBack(g.head)
		}
		members = append(members, m)
	}
	g.ring = ring{first: g.ring.end(), full: g.ring.end()}
	g.floor, g.head = to, to
	g.mu.Unlock()
	for _, m := range members {
		m.Pull()
	}
}

// showOwn shows an item that is no event.
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
		shown.Took = 0 // the next ones are told what is there
		g.own[says] = shown
	}
	return shown
}

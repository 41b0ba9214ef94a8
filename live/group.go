package live

import (
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"foyer/inbox"
)

const (
	// portionBytes and portionSlots are how much a group adds to its ring before its members are told.
	portionBytes = ringBytes / 4
	portionSlots = ringSlots / 16
	// crowdPatience is how long a group waits for any of its members to take something, if most of them are full and
	// would fall out of the ring. If some do take something, the server is slow, and the members are not to blame.
	crowdPatience = 100 * time.Millisecond
	crowdPause    = 2 * time.Millisecond
	// turn is how many members are told before the goroutines that write to them have a turn: the data that they need
	// is then still in the processor's cache.
	turn = 64
)

// group is the subscriptions of one key: they differ only in who subscribed and where they begin. Their items are encoded
// once.
//
// It moves events from the window into its ring. It has no goroutine while there is nothing to do: run is started when the
// window gets further, or when a member needs something shown again.
type group struct {
	log    *Log
	key    any
	filter Filter
	show   Show

	mu         sync.Mutex
	ring       ring
	recipients recipients
	// Of the events after floor, up to head, all that concern the group are in the ring.
	floor, head int64
	unready     crowd              // members that wait until the window gets to where they are ready
	stuck       crowd              // members whose sink is full
	asked       crowd              // members that wait for slots to be shown; nil: none
	asking      map[*slot]struct{} // those slots
	freed       int                // how many members were stuck and no longer are
	running     bool
	again       bool // the window got further while run ran

	ownMu sync.Mutex
	own   map[any]Shown // items that are not events, by what they say
}

// newGroup returns a group for its first member. It begins in the window, as near to the member as it can.
func newGroup(m *Member) *group {
	floor, head := m.log.window.bounds()
	at := min(max(m.position, floor), head)
	return &group{log: m.log, key: m.key, filter: m.visibility.filter, show: m.show, floor: at, head: at,
		recipients: newRecipients(), unready: make(crowd), stuck: make(crowd), own: make(map[any]Shown)}
}

// slot returns a slot for an event, or nil if the event does not concern the group.
func (g *group) slot(e *entry) *slot {
	if e.err != nil {
		return &slot{entry: e}
	}
	wanted := g.filter.wants(e.event.Type())
	concerned := wanted && !g.filter.hasIDs()
	if c, ok := e.event.(inbox.ConversationEvent); ok {
		concerned = g.filter.follows(c)
	}
	if !concerned {
		return nil
	}
	return &slot{entry: e, wanted: wanted}
}

// follow is called when the window has got further, by these events.
func (g *group) follow(fresh []*entry) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.running && len(g.unready) == 0 && !g.concerned(fresh) && g.head >= fresh[0].number-1 {
		g.head = max(g.head, fresh[len(fresh)-1].number)
		return
	}
	g.start(true)
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

// start makes sure that run runs. further says that the window got further. The caller holds mu.
func (g *group) start(further bool) {
	g.again = g.again || further
	if !g.running {
		g.running = g.log.spawn(g.run)
	}
}

// run does the work that is pending, and then ends.
func (g *group) run() {
	defer onPanic(g.fail)
	for {
		g.mu.Lock()
		asked, asking, further := g.asked, g.asking, g.again
		g.asked, g.asking, g.again = nil, nil, false // members write to the maps of the group meanwhile
		busy := len(asked) > 0 || further
		g.running = busy
		g.mu.Unlock()
		if !busy {
			return
		}
		if len(asked) > 0 {
			g.showAsked(asked, asking)
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
	g.recipients, g.stuck, g.unready, g.asked = newRecipients(), make(crowd), make(crowd), nil
	g.mu.Unlock()
	for m := range members {
		m.fail(err)
	}
}

// advance moves what is new from the window into the ring.
func (g *group) advance() {
	for {
		g.mu.Lock()
		head, idle := g.head, len(g.recipients.everyone) == 0
		limited := g.recipients.limited()
		g.mu.Unlock()
		if idle {
			return
		}
		entries, end, ok := g.log.window.after(head, g.log.options.chunk)
		if !ok {
			g.skip(end)
			continue
		}
		if end == head {
			return
		}
		g.endRescoped(entries)
		var slots []*slot
		for _, e := range entries {
			if s := g.slot(e); s != nil {
				slots = append(slots, s)
			}
		}
		if limited {
			g.locateContacts(slots)
		}
		g.showDue(slots)
		for n := portion(slots); n < len(slots); n = portion(slots) {
			g.publish(slots[:n], slots[n-1].number)
			slots = slots[n:]
		}
		g.publish(slots, end)
	}
}

// portion returns how many of these slots are added to the ring at once.
func portion(slots []*slot) int {
	bytes := 0
	for i, s := range slots {
		if bytes > portionBytes || i == portionSlots {
			return i
		}
		bytes += s.bytes()
	}
	return len(slots)
}

// endRescoped ends the members whose access is changed by these events.
func (g *group) endRescoped(entries []*entry) {
	for _, e := range entries {
		changed, ok := e.event.(*inbox.AgentChanged)
		if !ok || !changed.Scope {
			continue
		}
		g.mu.Lock()
		members := slices.Collect(maps.Keys(g.recipients.agents[changed.AgentID]))
		g.mu.Unlock()
		for _, m := range members {
			m.checkScope()
		}
	}
}

// publish adds slots to the ring and tells the members that they concern.
func (g *group) publish(slots []*slot, head int64) {
	g.awaitCrowd(slots)
	var due []*Member
	floor, _ := g.log.window.bounds()
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
	g.floor = max(g.floor, g.ring.trim(floor))
	for m := range g.stuck {
		if m.next < g.ring.first {
			due = append(due, m)
		}
	}
	due = slices.AppendSeq(due, maps.Keys(g.unready))
	g.mu.Unlock()
	for i, m := range due {
		m.Pull()
		if i%turn == turn-1 {
			runtime.Gosched()
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ring.release(g.ring.end()-1, len(g.recipients.everyone)) // those who had room have taken what they need
}

// awaitCrowd waits while slots would push most of the members out of the ring.
func (g *group) awaitCrowd(slots []*slot) {
	if len(slots) == 0 {
		return
	}
	bytes := 0
	for _, s := range slots {
		bytes += s.bytes()
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
		case <-g.log.ctx.Done():
			return
		}
	}
}

// skip empties the ring because the window has lost the events that follow it. All members then read the log themselves
// until they have got to where the group goes on.
func (g *group) skip(to int64) {
	g.mu.Lock()
	members := make([]*Member, 0, len(g.recipients.everyone))
	for m := range g.recipients.everyone {
		if !m.due {
			m.resume = g.head
		}
		m.fallBehind()
		members = append(members, m)
	}
	g.ring = ring{first: g.ring.end(), full: g.ring.end()}
	g.floor, g.head = to, to
	g.mu.Unlock()
	for _, m := range members {
		m.Pull()
	}
}

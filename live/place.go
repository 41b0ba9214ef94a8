package live

// place is where a member stands in the ring of its group, whose mutex guards it.
type place struct {
	due    bool  // there may be something for the member in the ring, or it is behind
	next   int   // the count of the slot it has got to, while it is due
	behind bool  // it reads the log itself, because the ring begins later
	resume int64 // the position to go on from at least, if it was not due when it fell behind
}

// fallBehind makes the member read the log itself.
func (p *place) fallBehind() { p.due, p.behind = true, true }

// state is what follows for a member.
type state int

const (
	isDue    state = iota // there is a slot
	isIdle                // there is none
	isBehind              // the ring begins later
	isAsked               // the slot is being shown
	isSlow                // the member was left behind while its sink took nothing
)

// upcoming is the slot that follows for a member, if there is one.
type upcoming struct {
	state state
	entry *entry
	shown *Shown // nil if it must be shown first
	err   error  // why it is not known whether the member sees it
}

// upcoming returns what follows for a member. The caller holds the member's mutex, as for the other methods with a member.
func (g *group) upcoming(m *Member) upcoming {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, stuck := g.stuck[m]
	if stuck {
		delete(g.stuck, m)
		g.freed++
	}
	if _, asked := g.asked[m]; asked {
		return upcoming{state: isAsked}
	}
	if m.behind {
		m.position = max(m.position, m.resume)
		if m.position < g.floor {
			return upcoming{state: isBehind}
		}
		m.behind, m.next = false, g.ring.after(m.position)
	}
	if !m.due {
		m.next = g.ring.end()
	}
	if m.next < g.ring.first {
		if stuck {
			return upcoming{state: isSlow}
		}
		m.fallBehind()
		return upcoming{state: isBehind}
	}
	for m.next < g.ring.end() && g.ring.at(m.next).number <= m.position {
		m.next++
	}
	if m.next == g.ring.end() {
		g.rest(m)
		return upcoming{state: isIdle}
	}
	slot := g.ring.at(m.next)
	u := upcoming{entry: slot.entry, shown: slot.shown}
	if !m.visibility.seesAll() {
		u.err = slot.unlocated
	}
	return u
}

// passed moves a member on to the next slot, and reports whether there may be one.
func (g *group) passed(m *Member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.behind {
		return true
	}
	if m.next++; m.next != g.ring.end() {
		return true
	}
	g.rest(m)
	return false
}

// rest notes that a member has all that is in the ring. The caller holds mu.
func (g *group) rest(m *Member) {
	m.due = false
	m.position = max(m.position, g.head)
	if m.position < m.joined {
		g.unready[m] = struct{}{}
	} else {
		delete(g.unready, m)
	}
}

// stick notes that a member's sink is full.
func (g *group) stick(m *Member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.due && !m.behind && !m.left.Load() {
		g.stuck[m] = struct{}{}
	}
}

// lost makes a member read the log itself, because the window no longer reaches back to its slot.
func (g *group) lost(m *Member) {
	floor, _ := g.log.window.bounds()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ring.trim(floor)
	g.floor = max(g.floor, min(floor, g.head))
	m.fallBehind()
}

// ask requests that the member's slot be shown, and the next ones that it will need: a member at a slot that is not shown
// has been away for some time. It returns true if that is no longer necessary.
func (g *group) ask(m *Member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.behind || m.next < g.ring.first || m.next >= g.ring.end() || g.ring.at(m.next).isReady() {
		return true
	}
	if g.asked == nil {
		g.asked, g.asking = make(crowd), make(map[*slot]struct{})
	}
	g.asked[m] = struct{}{}
	for count, n := m.next, 0; count < g.ring.end() && n < g.log.options.chunk; count++ {
		if slot := g.ring.at(count); !slot.isReady() && g.recipients.has(slot, m) {
			g.asking[slot] = struct{}{}
			n++
		}
	}
	g.start(false)
	return false
}

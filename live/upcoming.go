package live

// state is where a member stands in the ring of its group.
type state int

const (
	isDue    state = iota // there is a slot
	isIdle                // there is none
	isBehind              // the ring begins later
	isAsked               // the slot is being shown
	isSlow                // it was left behind while its sink took nothing
)

// upcoming is what follows for a member.
type upcoming struct {
	state state
	entry *entry
	shown *Shown // nil where it must be shown first
	err   error  // why it is not known whether the member sees it
}

// upcoming returns what follows for a member, whose mutex the caller holds.
func (g *group) upcoming(m *Member) upcoming {
	s := m.stream
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
		s.position = max(s.position, m.resume)
		if s.position < g.floor {
			return upcoming{state: isBehind}
		}
		m.behind, m.next = false, g.ring.after(s.position)
	}
	if !m.due {
		m.next = g.ring.end()
	}
	if m.next < g.ring.first {
		if stuck {
			return upcoming{state: isSlow}
		}
		m.fallBack(s.position)
		return upcoming{state: isBehind}
	}
	for m.next < g.ring.end() && g.ring.at(m.next).number <= s.position {
		m.next++
	}
	if m.next == g.ring.end() {
		g.rest(m)
		return upcoming{state: isIdle}
	}
	u := upcoming{entry: g.ring.at(m.next).entry}
	slot := g.ring.at(m.next)
	u.shown = slot.shown
	if !s.visibilityFilter.seesAll() {
		u.err = slot.blind
	}
	return u
}

// passed moves a member on, and reports whether something may follow.
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
	s := m.stream
	m.due = false
	s.position = max(s.position, g.head)
	if s.position < s.target {
		g.unready[m] = struct{}{}
	} else {
		delete(g.unready, m)
	}
}

// lost lets a member read the log itself from a place on, because the window does not reach back to what follows.
func (g *group) lost(m *Member, position int64) {
	floor := g.log.windowFloor()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ring.trim(floor, len(g.recipients.everyone))
	g.floor = max(g.floor, min(floor, g.head))
	m.fallBack(position)
}

// ask has the slot of a member shown, and the next ones that it is going to need: whoever comes to one that is not shown
// has been away for longer. It reports whether that is not necessary any more.
func (g *group) ask(m *Member) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.behind || m.next < g.ring.first || m.next >= g.ring.end() || g.ring.at(m.next).isReady() {
		return true
	}
	g.asked[m] = struct{}{}
	for count, n := m.next, 0; count < g.ring.end() && n < g.log.options.chunk; count++ {
		if slot := g.ring.at(count); !slot.isReady() && g.recipients.has(slot, m) {
			g.asking[slot] = struct{}{}
			n++
		}
	}
	if !g.running {
		g.running = g.log.spawn(g.run)
	}
	return false
}

// fallBack wants the mutex of the group held.
func (m *Member) fallBack(position int64) {
	if !m.due {
		m.resume = position
	}
	m.due, m.behind = true, true
}

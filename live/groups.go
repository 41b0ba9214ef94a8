package live

import (
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// idleInterval is how long nothing may be sent to a member before it gets its position.
	idleInterval = 30 * time.Second
	// remindInterval is how often members are checked for that.
	remindInterval = time.Second
)

// groups are the groups that have members.
type groups struct {
	mu       sync.Mutex
	byKey    map[any]*group
	reminded time.Time // only Run uses it
}

// all returns the groups.
func (gs *groups) all() []*group {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	return slices.Collect(maps.Values(gs.byKey))
}

// join adds a member to the group of its key, which it creates if there is none. It returns false if the log is no longer
// followed.
func (gs *groups) join(m *Member) bool {
	gs.mu.Lock()
	defer gs.mu.Unlock()
	if m.log.ctx.Err() != nil {
		return false
	}
	g := gs.byKey[m.key]
	if g == nil {
		g = newGroup(m)
		gs.byKey[m.key] = g
	}
	m.key, m.show = nil, nil // the group has them
	m.group.Store(g)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.recipients.add(m)
	m.fallBehind()
	g.start(true) // the window may be ahead of it
	return true
}

// leave removes a member from its group, and the group if that was its last member.
func (gs *groups) leave(g *group, m *Member) {
	g.mu.Lock()
	g.recipients.remove(m)
	delete(g.unready, m)
	delete(g.stuck, m)
	delete(g.asked, m)
	last := len(g.recipients.everyone) == 0
	g.mu.Unlock()
	if !last {
		return
	}
	gs.mu.Lock()
	defer gs.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.recipients.everyone) == 0 && gs.byKey[g.key] == g {
		delete(gs.byKey, g.key)
	}
}

// follow passes events that were added to the window to all groups.
func (gs *groups) follow(fresh []*entry) {
	for _, g := range gs.all() {
		g.follow(fresh)
	}
}

// remind sends its position to each member that was sent nothing for idleInterval.
func (gs *groups) remind(now time.Time) {
	if now.Sub(gs.reminded) < remindInterval {
		return
	}
	gs.reminded = now
	for _, g := range gs.all() {
		g.mu.Lock()
		var quiet []*Member
		for m := range g.recipients.everyone {
			if !m.due && now.UnixNano()-m.sent.Load() >= int64(idleInterval) {
				quiet = append(quiet, m)
			}
		}
		g.mu.Unlock()
		for _, m := range quiet {
			m.remind()
		}
	}
}

// stop ends all members. No member can join any more, since the context of the log has ended.
func (gs *groups) stop() {
	for _, g := range gs.all() {
		g.fail(ErrStopped)
	}
}

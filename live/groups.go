package live

import (
	"sync"
	"time"
)

// remindInterval is how often members are looked through for those who have been told nothing for long.
const remindInterval = time.Second

// groups are those that have members.
type groups struct {
	mu       sync.Mutex
	byKey    map[any]*group
	reminded time.Time
	stopped  bool
}

// all returns the groups there are.
func (s *groups) all() []*group {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*group, 0, len(s.byKey))
	for _, g := range s.byKey {
		all = append(all, g)
	}
	return all
}

// join adds a member to its group, making one where there is none. It tells false where the log is not followed any more.
func (s *groups) join(m *Member) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return false
	}
	g := s.byKey[m.key]
	if g == nil {
		g = newGroup(m.stream.log, m.key, m.stream.visibilityFilter.filter, m.show, m.stream.log.nearest(m.stream.position))
		s.byKey[m.key] = g
	}
	m.key, m.show = nil, nil // the group has them
	m.group.Store(g)
	g.mu.Lock()
	defer g.mu.Unlock()
	g.recipients.add(m)
	m.due, m.behind, m.resume = true, true, m.stream.position
	g.start() // the window may be ahead of it
	return true
}

// leave removes a member from its group, and the group where that was the last.
func (s *groups) leave(g *group, m *Member) {
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
	s.mu.Lock()
	defer s.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.recipients.everyone) == 0 && s.byKey[g.key] == g {
		delete(s.byKey, g.key)
	}
}

// follow tells all groups that the window has got further.
func (s *groups) follow(fresh []*entry, head int64) {
	for _, g := range s.all() {
		g.follow(fresh, head)
	}
}

// remind lets members say where they stand who have been told nothing for long.
func (s *groups) remind(now time.Time) {
	if now.Sub(s.reminded) < remindInterval { // touched by Run alone
		return
	}
	s.reminded = now
	for _, g := range s.all() {
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

// stop ends all members, and takes no more.
func (s *groups) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	for _, g := range s.all() {
		g.fail(ErrStopped)
	}
}

// nearest returns the place in the window that is nearest to a number.
func (l *Log) nearest(number int64) int64 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return min(max(number, l.window.floor), l.window.head)
}

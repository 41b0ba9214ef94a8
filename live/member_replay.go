package live

import (
	"fmt"
	"runtime/debug"
)

// replay passes on an event that was read from the log, and reports whether to go on.
func (m *Member) replay() bool {
	b, s := &m.replayed, m.stream
	e := b.entries[0]
	var shown *Shown
	if m.shown[0].Payload != nil || m.shown[0].Err != nil {
		shown = &m.shown[0]
	}
	switch m.pass(*b, e, shown) {
	case wentPast:
		b.entries, m.shown = b.entries[1:], m.shown[1:]
		if len(b.entries) == 0 {
			s.position = b.end
			s.visibilityFilter.forget(b.end)
			m.replayed, m.shown = batch{}, nil
		}
		return true
	case outdated, unshown:
		m.replayed, m.shown = batch{}, nil // read anew from here on, as things are by then
		return true
	default:
		return false
	}
}

// fetch reads what follows from the log, in a goroutine of its own.
func (m *Member) fetch() {
	m.fetching = true
	if !m.stream.log.spawn(m.fetched) {
		m.fetching = false
	}
}

func (m *Member) fetched() {
	b, shown, err := m.read()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fetching = false
	if err != nil {
		m.end(err)
		return
	}
	m.replayed, m.shown = b, shown
	if len(b.entries) == 0 {
		m.stream.position = max(m.stream.position, b.end)
		m.replayed = batch{}
	}
	if !m.refused {
		m.pull()
	}
}

// read reads a stretch of the log, and shows of it what is to be delivered.
func (m *Member) read() (b batch, shown []Shown, err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	l, s := m.stream.log, m.stream
	select {
	case l.replays <- struct{}{}:
	case <-l.stopped:
		return batch{}, nil, ErrStopped
	}
	defer func() { <-l.replays }()
	if m.left.Load() {
		return batch{}, nil, ErrStopped
	}
	b, inWindow, _, err := s.fromWindow()
	switch {
	case err != nil:
	case !inWindow:
		b, err = l.read(l.ctx, s.position, !s.visibilityFilter.seesAll())
	case !s.visibilityFilter.seesAll():
		err = l.describe(l.ctx, b.entries, 0)
	}
	if err != nil {
		return batch{}, nil, err
	}
	shown = make([]Shown, len(b.entries))
	var entries []*entry
	var at []int
	for i, e := range b.entries {
		if e.err != nil {
			break
		}
		now, _, err := s.look(b, e)
		if err == nil && s.visibilityFilter.judge(e.event, now) == deliver {
			entries, at = append(entries, e), append(at, i)
		}
	}
	if len(entries) > 0 {
		for i, one := range l.shown(m.group.Load().show, entries, !s.visibilityFilter.seesAll()) {
			shown[at[i]] = one
		}
	}
	return b, shown, nil
}

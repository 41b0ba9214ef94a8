package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// quickView is how long a View holds its place that is nobody's burden.
	quickView = 20 * time.Millisecond
	// slowMemory is how many times as long as they took slow Views are remembered.
	slowMemory = 100
)

// places are the connections for reading, one per core. Accounts that wait for one are served in turn.
//
// A statement is not interrupted for the sake of others, so that who holds all places keeps everybody waiting until it
// ends. An account whose Views have been slow lately is therefore held to half of the places, whether others wait or not;
// one whose Views are quick may have all of them. The server itself is not held to that.
type places struct {
	clock func() time.Time

	mu     sync.Mutex
	free   []*connection // nil stands for one that has yet to be opened
	total  int
	turns  turns[*waiter]
	closed chan struct{} // closed when the last place is given back after close; nil while the places are open
}

// waiter is a View that waits for its place.
type waiter struct {
	granted chan place // has room for one; closed where there will be none
	gone    bool       // nobody waits any more
}

// place is a connection in use.
type place struct {
	conn  *connection // nil: to be opened by whoever has the place
	line  *line[*waiter]
	since time.Time
}

func newPlaces(n int, clock func() time.Time) *places {
	return &places{clock: clock, free: make([]*connection, n), total: n}
}

// take returns a place once it is the account's turn. It fails with ErrClosed and the cause of the context's end.
func (p *places) take(ctx context.Context, account Account) (place, error) {
	granted, w, err := p.ask(account)
	if err != nil || w == nil {
		return granted, err
	}
	select {
	case granted, open := <-w.granted:
		if !open {
			return place{}, ErrClosed
		}
		return granted, nil
	case <-ctx.Done():
		p.leave(w)
		return place{}, fmt.Errorf("store: wait to read: %w", context.Cause(ctx))
	}
}

// ask returns a place that is free, or who waits for one.
func (p *places) ask(account Account) (place, *waiter, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed != nil {
		return place{}, nil, ErrClosed
	}
	mine := p.turns.of(account)
	if len(p.free) > 0 && mine.length() == 0 && p.may(mine) { // whoever else waits may have none
		p.turns.pass(mine)
		return p.grant(mine), nil, nil
	}
	w := &waiter{granted: make(chan place, 1)}
	p.turns.push(mine, w)
	return place{}, w, nil
}

// leave lets nobody wait any more. What was granted meanwhile is given back.
func (p *places) leave(w *waiter) {
	p.mu.Lock()
	w.gone = true
	p.mu.Unlock()
	select {
	case granted, open := <-w.granted:
		if open {
			p.give(granted, granted.conn)
		}
	default:
	}
}

// grant takes a free place for a line. The caller holds mu.
func (p *places) grant(l *line[*waiter]) place {
	granted := place{conn: p.free[0], line: l, since: p.clock()}
	p.free = slices.Delete(p.free, 0, 1)
	l.held++
	return granted
}

// may reports whether an account may have one more place. The caller holds mu.
func (p *places) may(l *line[*waiter]) bool {
	if l.held < max(1, p.total/2) || l.account == (Account{}) {
		return true
	}
	if l.slow > 0 {
		now := p.clock()
		l.slow = max(0, l.slow-now.Sub(l.slowAt)/slowMemory)
		l.slowAt = now
	}
	return l.slow == 0
}

// give returns a place back, with a connection that can be used again or nil.
func (p *places) give(g place, conn *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	took := now.Sub(g.since)
	g.line.held--
	g.line.had += took
	if took > quickView {
		g.line.slow, g.line.slowAt = max(0, g.line.slow-now.Sub(g.line.slowAt)/slowMemory)+took, now
	}
	p.free = append(p.free, conn)
	for len(p.free) > 0 {
		w, l := p.turns.next(p.may)
		if l == nil {
			break
		}
		if !w.gone {
			w.granted <- p.grant(l)
		}
	}
	if p.closed != nil && len(p.free) == p.total {
		close(p.closed)
	}
}

// close lets nobody in any more, waits until all places are given back and closes the connections. It must be called once.
func (p *places) close() (errs []error) {
	p.mu.Lock()
	p.closed = make(chan struct{})
	for w, l := p.turns.next(nil); l != nil; w, l = p.turns.next(nil) {
		close(w.granted)
	}
	if len(p.free) == p.total {
		close(p.closed)
	}
	p.mu.Unlock()
	<-p.closed
	for _, conn := range p.free {
		if conn != nil {
			errs = append(errs, conn.close())
		}
	}
	return errs
}

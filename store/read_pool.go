package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// quickView is how long a View may have its connection without being a burden on others.
	quickView = 20 * time.Millisecond
	// slowMemory is how many times as long as they took slow Views are remembered.
	slowMemory = 100
)

// readPool has connections that read, one per core: those of Views, or those of trials. Accounts that wait for one are served
// in turn.
//
// A statement is not interrupted for the sake of others, so an account that has all connections keeps everybody waiting
// until its statements end. An account whose Views have been slow lately is therefore limited to half of the connections,
// whether others wait or not; one whose Views are quick may have all of them. The server itself is not limited.
type readPool struct {
	clock func() time.Time

	mu     sync.Mutex
	free   []*connection // nil stands for one that has yet to be opened
	total  int
	queue  fairQueue[*waiter]
	closed chan struct{} // closed when the last connection is released after close; nil while the pool is open
}

// waiter is a View that waits for a connection.
type waiter struct {
	granted chan readSlot // has room for one; closed if there will be none
	gone    bool          // nobody waits any more
}

// readSlot is a connection in use.
type readSlot struct {
	conn  *connection // nil: to be opened by the View that has it
	by    *accountQueue[*waiter]
	since time.Time
}

func newReadPool(n int, clock func() time.Time) *readPool {
	return &readPool{clock: clock, free: make([]*connection, n), total: n}
}

// acquire waits until it is the account's turn and returns a connection. It counts the wait. It fails with ErrClosed and the
// cause of the context's end.
func (p *readPool) acquire(ctx context.Context) (readSlot, error) {
	if waits := waitsOf(ctx); waits != nil {
		began := time.Now()
		defer func() { waits.add(time.Since(began)) }()
	}
	granted, w, err := p.request(originOf(ctx).Account)
	if err != nil || w == nil {
		return granted, err
	}
	select {
	case granted, open := <-w.granted:
		if !open {
			return readSlot{}, ErrClosed
		}
		return granted, nil
	case <-ctx.Done():
		p.abandon(w)
		return readSlot{}, fmt.Errorf("store: wait to read: %w", context.Cause(ctx))
	}
}

// request returns a free connection or, if there is none for the account, a waiter for one.
func (p *readPool) request(account Account) (readSlot, *waiter, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed != nil {
		return readSlot{}, nil, ErrClosed
	}
	a := p.queue.of(account)
	if len(p.free) > 0 && a.length() == 0 && p.may(a) { // the others that wait may have no free connection
		p.queue.skip(a)
		return p.grant(a), nil, nil
	}
	w := &waiter{granted: make(chan readSlot, 1)}
	p.queue.push(a, w)
	return readSlot{}, w, nil
}

// abandon ends the wait of a waiter. A connection that it was granted meanwhile is released.
func (p *readPool) abandon(w *waiter) {
	p.mu.Lock()
	w.gone = true
	p.mu.Unlock()
	select {
	case granted, open := <-w.granted:
		if open {
			p.release(granted, granted.conn)
		}
	default:
	}
}

// grant leases a free connection to an account. The caller holds mu.
func (p *readPool) grant(a *accountQueue[*waiter]) readSlot {
	granted := readSlot{conn: p.free[0], by: a, since: p.clock()}
	p.free = slices.Delete(p.free, 0, 1)
	a.inUse++
	return granted
}

// may reports whether an account may have one more connection. The caller holds mu.
func (p *readPool) may(a *accountQueue[*waiter]) bool {
	if a.inUse < max(1, p.total/2) || a.account == (Account{}) {
		return true
	}
	if a.slow > 0 {
		now := p.clock()
		a.slow = max(0, a.slow-now.Sub(a.slowAt)/slowMemory)
		a.slowAt = now
	}
	return a.slow == 0
}

// release returns a slot to the pool, with a connection that can be used again or nil.
func (p *readPool) release(s readSlot, conn *connection) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	took := now.Sub(s.since)
	s.by.inUse--
	s.by.used += took
	if took > quickView {
		s.by.slow, s.by.slowAt = max(0, s.by.slow-now.Sub(s.by.slowAt)/slowMemory)+took, now
	}
	p.free = append(p.free, conn)
	for len(p.free) > 0 {
		w, a := p.queue.next(p.may)
		if a == nil {
			break
		}
		if !w.gone {
			w.granted <- p.grant(a)
		}
	}
	if p.closed != nil && len(p.free) == p.total {
		close(p.closed)
	}
}

// close lets no more Views in, waits until all connections are released and closes them. It must be called once.
func (p *readPool) close() (errs []error) {
	p.mu.Lock()
	p.closed = make(chan struct{})
	for w, a := p.queue.next(nil); a != nil; w, a = p.queue.next(nil) {
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

package transport

import (
	"runtime"
	"sync"
	"syscall"
)

// writers write for all outboxes that have something to write and whose
// connections take it at once. As many goroutines do that as there are
// processors, each for one outbox after another, and none when there is nothing
// to write: an event for thousands of connections needs no goroutine for each.
//
// A goroutine whose connection takes no more stays with that connection, as its
// own, until it has taken everything; another one takes its place here.
type writers struct {
	spare sync.Pool // of *writer
	// working counts the goroutines, also those that belong to one outbox.
	// Shutdown waits for them when no outbox is left that could start more.
	working sync.WaitGroup

	mu sync.Mutex
	// first and last are of the outboxes that wait for their turn, linked by
	// their next.
	first, last *outbox
	running     int
}

// writer is one of the goroutines.
type writer struct {
	buffer []byte
	spare  []frame // for an outbox whose frames are being written
	// own: it belongs to one outbox, and may wait for its connection.
	own bool

	// attempt writes data, and notes how much of it and why no more.
	attempt func(fd uintptr)
	data    []byte
	n       int
	err     error
}

func (p *writers) take() *writer {
	w, ok := p.spare.Get().(*writer)
	if !ok {
		w = &writer{buffer: make([]byte, 0, drainBuffer)}
		w.attempt = func(fd uintptr) { w.n, w.err = writeOnce(fd, w.data) }
	}
	return w
}

func (p *writers) giveBack(w *writer) {
	w.own, w.data = false, nil
	p.spare.Put(w)
}

// add lets an outbox be drained by one of the writers, after those that wait.
// It may be the outbox of the writer that calls it, and waits already for no
// other.
func (p *writers) add(o *outbox) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.first = o
	} else {
		p.last.next = o
	}
	p.last = o
	p.start()
}

// start wants the mutex held.
func (p *writers) start() {
	if p.running < runtime.GOMAXPROCS(0) && p.first != nil {
		p.running++
		p.working.Go(p.run)
	}
}

// alone drains an outbox in a goroutine of its own.
func (p *writers) alone(o *outbox) {
	p.working.Go(func() {
		w := p.take()
		defer p.giveBack(w)
		w.own = true
		o.drain(w)
	})
}

// leave makes a writer the own one of its outbox.
func (p *writers) leave(w *writer) {
	w.own = true
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.start()
}

func (p *writers) run() {
	w := p.take()
	defer p.giveBack(w)
	for !w.own {
		o := p.next()
		if o == nil {
			return
		}
		o.drain(w)
	}
}

// next returns the outbox whose turn it is; nil, when there is none, ends the
// writer.
func (p *writers) next() *outbox {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.first
	if o == nil {
		p.running--
		return nil
	}
	p.first, o.next = o.next, nil
	if p.first == nil {
		p.last = nil
	}
	return o
}

// try writes what a connection takes at once. That it is less is no error.
// Deadlines do not matter to it, nor does it lock out other writes, as
// RawConn.Write would: an outbox has one writer at a time.
func (w *writer) try(conn syscall.RawConn, data []byte) (int, error) {
	w.data = data
	if err := conn.Control(w.attempt); err != nil {
		return 0, err
	}
	return w.n, w.err
}

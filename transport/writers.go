package transport

import (
	"errors"
	"net"
	"runtime"
	"sync"
	"syscall"
)

// writers write for all send queues that have something to write and whose
// sockets take it at once. There are as many of their goroutines as processors,
// each for one queue after another, and none while there is nothing to write: an
// event for thousands of websockets does not need a goroutine for each.
//
// A goroutine whose socket takes no more stays with that queue, as its own, until
// the socket has taken everything; another goroutine replaces it here.
type writers struct {
	spare sync.Pool // of *writer
	// working counts the goroutines, including those that belong to one queue.
	// Shutdown waits for them when no queue is left that could start more.
	working sync.WaitGroup

	mu sync.Mutex
	// first and last are the ends of the list of queues that wait for their
	// turn, linked by their next.
	first, last *sendQueue
	running     int
}

// writer has what one of the goroutines writes with.
type writer struct {
	buffer []byte
	spare  []frame // for a queue whose frames are being written
	// own: it belongs to one queue, and may wait for its socket.
	own bool

	// attempt writes data, and sets how much the socket took and why it took no
	// more.
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

// add has a queue drained by one of the goroutines, after those that wait. The
// queue must not be waiting; it may be the one that the caller has just drained.
func (p *writers) add(q *sendQueue) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil {
		p.first = q
	} else {
		p.last.next = q
	}
	p.last = q
	p.start()
}

// start starts a goroutine if there is something to do for another one. The caller
// holds mu.
func (p *writers) start() {
	if p.running < runtime.GOMAXPROCS(0) && p.first != nil {
		p.running++
		p.working.Go(p.run)
	}
}

// drainAlone drains a queue in a goroutine of its own.
func (p *writers) drainAlone(q *sendQueue) {
	p.working.Go(func() {
		w := p.take()
		defer p.giveBack(w)
		w.own = true
		q.drain(w)
	})
}

// detach makes a writer the own writer of the queue that it drains.
func (p *writers) detach(w *writer) {
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
		q := p.next()
		if q == nil {
			return
		}
		q.drain(w)
	}
}

// next returns the queue whose turn it is. If there is none it returns nil, and the
// goroutine no longer counts.
func (p *writers) next() *sendQueue {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := p.first
	if q == nil {
		p.running--
		return nil
	}
	p.first, q.next = q.next, nil
	if p.first == nil {
		p.last = nil
	}
	return q
}

// rawConn returns access to the socket of a connection, or nil if it cannot be
// written to directly, as over TLS.
func rawConn(conn net.Conn) syscall.RawConn {
	plain, ok := conn.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, _ := plain.SyscallConn() // nil if it fails
	return raw
}

// try writes what a socket takes at once. To write less than all is not an error.
// It ignores deadlines and other writes under way, for which RawConn.Write would
// wait: a queue has one writer at a time.
func (w *writer) try(conn syscall.RawConn, data []byte) (int, error) {
	w.data = data
	if err := conn.Control(w.attempt); err != nil {
		return 0, err
	}
	return w.n, w.err
}

// writeOnce writes what a socket, which never blocks, takes at once.
func writeOnce(fd uintptr, data []byte) (int, error) {
	for {
		n, err := syscall.Write(int(fd), data)
		switch {
		case err == nil:
			return n, nil
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return 0, nil
		default:
			return 0, err
		}
	}
}

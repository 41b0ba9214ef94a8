package transport

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// wire is the network connection that gorilla uses. A connection notices
// silence by gorilla's reads, without a timer or a goroutine of its own: a read
// that times out sends a ping and goes on. What gorilla writes after the
// handshake (it answers protocol errors by itself) is dropped, because it could
// end up in the middle of a frame of the send queue.
type wire struct {
	net.Conn
	// upgraded is set before the reader starts.
	upgraded bool
	// ping is called by the reader after silence of an interval.
	ping     func()
	interval time.Duration
	// asked says that a ping is unanswered. Only the reader uses it, and newest.
	asked bool
	// newest are the last bytes that were read.
	newest [7]byte

	mu sync.Mutex
	// until is when reading ends in any case; zero for never. With final it is
	// never moved back.
	until time.Time
	final bool
}

// Read reads; it fails with os.ErrDeadlineExceeded when the peer has been
// silent for two intervals, or the time set by allow or expire is over.
func (w *wire) Read(p []byte) (int, error) {
	for {
		w.arm()
		n, err := w.Conn.Read(p)
		if n > 0 || !w.goesOn(err) {
			w.asked = false
			w.note(p[:n])
			return n, err
		}
	}
}

// note keeps the last of the bytes that were read.
func (w *wire) note(read []byte) {
	read = read[max(0, len(read)-len(w.newest)):]
	copy(w.newest[:], w.newest[len(read):])
	copy(w.newest[len(w.newest)-len(read):], read)
}

// endsInHalfACode reports whether the bytes read end with a close frame of one
// byte. RFC 6455 allows two bytes there, or none, and gorilla treats one like
// none.
func (w *wire) endsInHalfACode() bool {
	const final, masked = 0x80, 0x80
	return w.newest[0] == final|opClose && w.newest[1] == masked|1
}

// goesOn reports whether to read again after a read that brought nothing, and
// sends a ping if one is due.
func (w *wire) goesOn(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	w.mu.Lock()
	until := w.until
	w.mu.Unlock()
	if !until.IsZero() {
		// The end may have been moved during the read.
		return time.Now().Before(until)
	}
	if w.asked {
		return false
	}
	w.asked = true
	w.ping()
	return true
}

// arm sets the deadline of the next read. It holds the mutex meanwhile, so that
// a deadline set by expire is never replaced by a later one. If a connection
// cannot have a deadline, the read that follows fails.
func (w *wire) arm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.until.IsZero() {
		_ = w.Conn.SetReadDeadline(time.Now().Add(w.interval))
	} else {
		_ = w.Conn.SetReadDeadline(w.until)
	}
}

// allow ends reading after d, unless persist is called before.
func (w *wire) allow(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until = time.Now().Add(d)
}

// persist undoes allow. The reader calls it, between two reads.
func (w *wire) persist() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.final {
		w.until = time.Time{}
	}
}

// expire ends reading for good after d, even a read that is under way.
func (w *wire) expire(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.until, w.final = time.Now().Add(d), true
	_ = w.Conn.SetReadDeadline(w.until)
}

// Write writes the answer to the handshake, and nothing after it.
func (w *wire) Write(p []byte) (int, error) {
	if w.upgraded {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

// SetWriteDeadline does nothing, to keep the deadlines of the send queue.
func (w *wire) SetWriteDeadline(t time.Time) error {
	if w.upgraded {
		return nil
	}
	return w.Conn.SetWriteDeadline(t)
}

// halfClose closes the sending side of a connection that has one: a client that
// does not answer a close frame may notice that.
func (w *wire) halfClose() {
	if half, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

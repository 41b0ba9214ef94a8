package transport

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"
)

// drainBuffer is how much is written to the network at once, in bytes.
const drainBuffer = 32 << 10

// lastWordsTimeout is how long a socket that was too slow may take for the
// frames that say so, unless a test says otherwise.
const lastWordsTimeout = time.Second

// drain writes the frames that wait. Frames that come meanwhile are written by
// the same writer if it is the queue's own, and in the queue's next turn
// otherwise.
func (q *sendQueue) drain(w *writer) {
	defer func() {
		if value := recover(); value != nil { // a panic of an Observer or a Source
			_ = q.connection.handler.recovered(context.Background(), "write websocket", value)
			_ = q.conn.Close()
			q.end()
		}
	}()
	for {
		batch := q.take(w)
		taken, err := q.write(w, batch)
		if err != nil {
			if !w.own { // what is tried below may take a while
				q.connection.handler.writers.detach(w)
			}
			q.fail(w, batch, taken, err)
			return
		}
		for _, s := range q.written(batch) {
			s.source.Pull()
		}
		if q.finished(w, batch) {
			return
		}
		if !w.own {
			q.connection.handler.writers.add(q)
			return
		}
	}
}

// isDropped reports whether the rest of a batch is left out, because the
// connection is being closed and its last frames wait.
func (q *sendQueue) isDropped() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped && len(q.pending) > 0
}

// write writes frames, except those that are dropped meanwhile, and returns how
// many bytes the socket took.
func (q *sendQueue) write(w *writer, batch []frame) (taken int, err error) {
	if len(batch) == 0 {
		return 0, nil
	}
	buffer := w.buffer[:0]
	first, ended := 0, 0 // of the frames that are written next
	flush := func() error {
		n, err := q.put(w, buffer, q.connection.handler.config.WriteTimeout)
		taken += n
		if err == nil {
			q.connection.handler.config.Observer.Written(ended, n)
			noteTaken(batch[first : first+ended])
		}
		buffer, first, ended = buffer[:0], first+ended, 0
		return err
	}
	for i := range batch {
		if batch[i].op == opTooSlow {
			batch[i] = batch[i].said()
		}
		f := batch[i]
		size := f.wireSize()
		if len(buffer)+size > cap(buffer) && len(buffer) > 0 {
			if err := flush(); err != nil || q.isDropped() {
				return taken, err
			}
		}
		if size <= cap(buffer) {
			buffer = f.appendTo(buffer)
			ended++
			continue
		}
		// Too large for the buffer: its parts are written one after another.
		buffer = append(f.appendHeader(buffer), f.head...)
		rest := f.payload
		for len(rest) > 0 {
			n := min(len(rest), cap(buffer)-len(buffer)-1)
			buffer = append(buffer, rest[:n]...)
			rest = rest[n:]
			if len(rest) > 0 {
				if err := flush(); err != nil {
					return taken, err
				}
			}
		}
		if f.closesObject() {
			buffer = append(buffer, '}')
		}
		ended++
	}
	return taken, flush()
}

// put writes bytes, all of them unless it fails. If the socket does not take them
// at once, a writer that serves all queues becomes this one's own.
func (q *sendQueue) put(w *writer, data []byte, timeout time.Duration) (int, error) {
	tried := 0
	if !w.own {
		n, err := w.try(q.raw, data)
		if err != nil || n == len(data) {
			return n, err
		}
		tried = n
		q.connection.handler.writers.detach(w)
	}
	if err := q.conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return tried, err
	}
	n, err := q.conn.Write(data[tried:])
	return tried + n, err
}

// fail ends the queue after a write that failed. If the write timed out, it
// tries to tell the client that it is too slow.
func (q *sendQueue) fail(w *writer, batch []frame, taken int, cause error) {
	if errors.Is(cause, os.ErrDeadlineExceeded) {
		last := unfinished(batch, taken)
		for _, f := range q.lastWords() {
			last = f.said().appendTo(last)
		}
		// Whether this arrives depends on the client. Over TLS it never does:
		// after a write that timed out there are no others.
		_, _ = q.put(w, last, q.connection.handler.lastWords)
	} else {
		// Wakes the reader, which cleans up.
		_ = q.conn.Close()
	}
	q.end()
}

// lastWords returns the last frames for a client that is too slow, which it is sent
// instead of everything that waits, the close frame last. If the connection is
// being closed, these are the frames that wait already.
func (q *sendQueue) lastWords() []frame {
	q.mu.Lock()
	closing, last := q.closing, slices.Clone(q.pending)
	q.mu.Unlock()
	if closing {
		return last
	}
	last, _ = q.connection.begin(closingTooSlow)
	return last
}

// noteTaken notes which items of streams the socket has taken.
func noteTaken(frames []frame) {
	for i := range frames {
		if f := &frames[i]; f.from != nil {
			f.from.taken = f.place
		}
	}
}

// unfinished returns the rest of the frame that the socket took in part, so that
// another frame may follow it. That frame counts as taken, as all before it do.
func unfinished(batch []frame, taken int) []byte {
	for i, f := range batch {
		if taken <= 0 {
			return nil
		}
		noteTaken(batch[i : i+1])
		size := f.wireSize()
		if taken < size {
			return f.appendTo(nil)[taken:]
		}
		taken -= size
	}
	return nil
}

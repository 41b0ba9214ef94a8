package transport

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// drainBuffer is how much is given to the network at once, in bytes.
const drainBuffer = 32 << 10

// lastWordsTimeout is how long a socket that was too slow may take for the
// frames that tell it so, unless a test says otherwise.
const lastWordsTimeout = time.Second

var (
	errClosing = errors.New("the connection is closing")
	errBacklog = errors.New("the backlog is full")
	errNoRoom  = errors.New("too much is waiting to be sent")
)

// outbox is the only way out of a connection. Frames of all kinds wait in it;
// a writer, engaged when the first one comes and let go when none is left, packs
// all that wait into its buffer and writes them with one call. There is one
// writer at a time, which keeps them in order. An idle outbox holds neither
// goroutine nor buffer.
type outbox struct {
	conn    net.Conn
	raw     syscall.RawConn // beneath conn; nil where only conn may be written to
	handler *Handler
	// tooSlow is called, without locks, when a write timed out. What it
	// returns is tried to be sent instead of all that waits, close frame last.
	tooSlow func() []frame

	mu      sync.Mutex
	pending []frame
	// backlog and frames count what is accepted and not yet taken by the
	// socket, also what the writer has taken out of pending already.
	// Posted is the part of the backlog that belongs to no operation.
	backlog int
	posted  int
	frames  int
	writing bool
	// closing: the close frame is in, or will never be. Nothing is accepted.
	closing bool
	// dropped: what waited when the close frame came is not for the client any more.
	dropped bool
	// refused are the streams whose sources were refused an item and are pulled
	// when there is room.
	refused []*stream
	// room is closed when a stream that waits in awaitRoom shall look again;
	// nil while none waits.
	room chan struct{}
	// done is closed when nothing will be written any more, the last thing that
	// a writer does.
	done chan struct{}
	// next is the outbox whose turn is after this one's, and belongs to the
	// writers.
	next *outbox
}

// send queues a frame that nothing holds back, such as a pong. It never blocks.
// errBacklog means that the consumer is too slow, errClosing that the
// connection ends.
func (o *outbox) send(f frame) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing {
		return errClosing
	}
	if o.backlog > o.handler.config.MaxBacklog || f.posted && o.posted > maxPosted {
		return errBacklog
	}
	o.push(f)
	return nil
}

// offer queues an item of a stream, unless enough is waiting: errNoRoom means
// that awaitRoom tells when to offer it again. It never blocks.
func (o *outbox) offer(f frame) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing {
		return errClosing
	}
	if !o.hasRoom() {
		if f.from != nil && !f.from.refused {
			f.from.refused = true
			o.refused = append(o.refused, f.from)
		}
		return errNoRoom
	}
	o.push(f)
	return nil
}

// close queues the last frames and accepts no more. With drop they replace
// those that wait.
func (o *outbox) close(drop bool, last ...frame) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closing {
		return
	}
	if drop {
		o.dropped = true
		o.settle(o.pending)
		o.pending = nil
		if o.writing {
			// A write that waits for a client that does not read would last
			// longer than the connection, and keep the last words back.
			_ = o.conn.SetWriteDeadline(time.Now().Add(o.handler.lastWords))
		}
	}
	for _, f := range last {
		o.push(f)
	}
	o.closing = true
	o.refused = nil
	o.wake()
}

// abandon accepts no more and forgets what waits: the connection is gone.
func (o *outbox) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.settle(o.pending)
	o.pending, o.refused = nil, nil
	o.wake()
	if !o.closing && !o.writing {
		close(o.done)
	}
	o.closing = true
}

// awaitRoom waits until a stream may go on. This is what makes
// a slow socket slow its own streams down, and no others.
func (o *outbox) awaitRoom(ctx context.Context) error {
	for {
		o.mu.Lock()
		if o.closing {
			o.mu.Unlock()
			return errClosing
		}
		if o.hasRoom() {
			o.mu.Unlock()
			return nil
		}
		if o.room == nil {
			o.room = make(chan struct{})
		}
		room := o.room
		o.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (o *outbox) hasRoom() bool {
	return o.backlog < o.handler.config.PaceBacklog && o.frames < paceFrames
}

// cost is what a frame adds to the backlog. A very large one counts for no more
// than half of what is allowed, so that while it is on its way there is always
// something left for the small frames that nothing holds back.
func (o *outbox) cost(f frame) int {
	return min(f.bodySize()+frameCost, o.handler.config.MaxBacklog/2)
}

// push wants the mutex held, as do settle and wake.
func (o *outbox) push(f frame) {
	o.pending = append(o.pending, f)
	o.backlog += o.cost(f)
	if f.posted {
		o.posted += o.cost(f)
	}
	o.frames++
	if !o.writing {
		o.writing = true
		if o.raw != nil {
			o.handler.writers.add(o)
		} else {
			o.handler.writers.alone(o)
		}
	}
}

func (o *outbox) settle(frames []frame) {
	for _, f := range frames {
		o.backlog -= o.cost(f)
		if f.posted {
			o.posted -= o.cost(f)
		}
	}
	o.frames -= len(frames)
}

func (o *outbox) wake() {
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
}

// drain writes what waits. A writer that is not the outbox's own takes what has
// come meanwhile in its next turn.
func (o *outbox) drain(w *writer) {
	defer func() {
		if value := recover(); value != nil { // of an Observer or a Source
			_ = o.handler.recovered(context.Background(), "write websocket", value)
			_ = o.conn.Close()
			o.end()
		}
	}()
	for {
		batch := o.take(w)
		taken, err := o.write(w, batch)
		if err != nil {
			if !w.own { // what is still tried may take a while
				o.handler.writers.leave(w)
			}
			o.fail(w, batch, taken, err)
			return
		}
		refused, finished := o.settled(w, batch)
		if len(refused) > 0 {
			for _, s := range refused {
				s.source.Pull()
			}
			finished = o.finished(w, batch)
		}
		if finished {
			return
		}
		if !w.own {
			o.handler.writers.add(o)
			return
		}
	}
}

// settled settles the batch that was written, and returns the streams whose
// sources are to be pulled now. Who was refused first comes last: of many that
// each fill all the room, each has its turn. If there are none, it reports whether
// the writer has ended.
func (o *outbox) settled(w *writer, written []frame) (refused []*stream, finished bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.settle(written)
	if !o.closing && o.hasRoom() {
		o.wake()
		refused, o.refused = o.refused, nil
	}
	if len(refused) == 0 {
		return nil, o.finish(w, written)
	}
	for _, s := range refused {
		s.refused = false
	}
	if len(refused) > 1 {
		refused = append(refused[1:], refused[0])
	}
	return refused, false
}

// take returns what waits. What comes from here on waits in a slice that the
// writer lends.
func (o *outbox) take(w *writer) []frame {
	o.mu.Lock()
	defer o.mu.Unlock()
	batch := o.pending
	o.pending, w.spare = w.spare, nil
	return batch
}

// finished reports whether nothing has come since a batch was taken. Then the
// writer has ended.
func (o *outbox) finished(w *writer, batch []frame) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.finish(w, batch)
}

// finish is finished for who holds the mutex.
func (o *outbox) finish(w *writer, batch []frame) bool {
	clear(batch) // Payloads must not be kept alive by an old batch.
	if len(o.pending) > 0 {
		w.spare = batch[:0]
		return false
	}
	if cap(batch) == 1 { // mostly one frame waits, and so little is kept
		o.pending, w.spare = batch[:0], o.pending
	} else {
		o.pending, w.spare = nil, batch[:0]
	}
	o.writing = false
	if o.closing {
		close(o.done)
	}
	return true
}

// isDropped reports whether what was taken out before the close frame came is to be
// left unsent. What comes after is taken when this is so.
func (o *outbox) isDropped() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dropped && len(o.pending) > 0
}

// write writes the frames, and returns how many bytes the socket took. Those
// that are dropped meanwhile it leaves out.
func (o *outbox) write(w *writer, batch []frame) (taken int, err error) {
	if len(batch) == 0 {
		return 0, nil
	}
	buffer := w.buffer[:0]
	first, ended := 0, 0 // of the frames that are written next
	flush := func() error {
		n, err := o.put(w, buffer, o.handler.config.WriteTimeout)
		taken += n
		if err == nil {
			o.handler.config.Observer.Written(ended, n)
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
			if err := flush(); err != nil || o.isDropped() {
				return taken, err
			}
		}
		if size <= cap(buffer) {
			buffer = f.appendTo(buffer)
			ended++
			continue
		}
		// Too large for the buffer: its parts pass through it in turn.
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

// put writes bytes, all of them unless it fails. A writer for many becomes the
// outbox's own where the connection does not take them at once.
func (o *outbox) put(w *writer, data []byte, timeout time.Duration) (int, error) {
	tried := 0
	if !w.own {
		n, err := w.try(o.raw, data)
		if err != nil || n == len(data) {
			return n, err
		}
		tried = n
		o.handler.writers.leave(w)
	}
	if err := o.conn.SetWriteDeadline(time.Now().Add(timeout)); err != nil {
		return tried, err
	}
	n, err := o.conn.Write(data[tried:])
	return tried + n, err
}

// fail ends the outbox, and its writer, after a write that failed.
func (o *outbox) fail(w *writer, batch []frame, taken int, cause error) {
	if errors.Is(cause, os.ErrDeadlineExceeded) {
		last := unfinished(batch, taken)
		for _, f := range o.lastWords() {
			last = f.said().appendTo(last)
		}
		// Whether it gets through is up to the client. Over TLS it never
		// does: a write that timed out is the last one there.
		_, _ = o.put(w, last, o.handler.lastWords)
	} else {
		// Wakes the reader, which knows how to clean up.
		_ = o.conn.Close()
	}
	o.end()
}

// end ends the outbox, and its writer, whatever waits.
func (o *outbox) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pending, o.refused = nil, nil
	o.backlog, o.posted, o.frames = 0, 0, 0
	o.writing = false
	o.closing = true
	o.wake()
	close(o.done)
}

// lastWords returns the last frames of a connection whose client is too slow:
// those that wait already, if it is being closed.
func (o *outbox) lastWords() []frame {
	o.mu.Lock()
	closing, last := o.closing, slices.Clone(o.pending)
	o.mu.Unlock()
	if closing {
		return last
	}
	return o.tooSlow()
}

// noteTaken notes which items the socket has taken.
func noteTaken(frames []frame) {
	for i := range frames {
		if f := &frames[i]; f.from != nil {
			f.from.taken = f.place
		}
	}
}

// unfinished returns the rest of the frame that the socket took in part, so
// that another frame may follow it. That one counts as taken, as do all before.
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

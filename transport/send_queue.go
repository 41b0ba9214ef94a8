package transport

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

var (
	errClosing = errors.New("the connection is closing")
	errBacklog = errors.New("the backlog is full")
	errNoRoom  = errors.New("too much is waiting to be sent")
)

// sendQueue is the only way out of a websocket. Frames of all kinds wait in it. A
// writer, which comes with the first one and leaves with the last, packs all that
// wait into its buffer and writes them with one call. There is one writer at a
// time, which keeps them in order. An idle queue has neither goroutine nor
// buffer. The file send_drain.go has the writer's side.
type sendQueue struct {
	connection *connection
	conn       net.Conn
	raw        syscall.RawConn // beneath conn; nil if only conn may be written to

	mu      sync.Mutex
	pending []frame
	// backlog, in bytes, and frames count what is queued and what the writer is
	// writing. posted is the part of the backlog that belongs to no operation.
	backlog int
	posted  int
	frames  int
	writing bool
	// closing: the close frame is queued, or never will be. Nothing else will
	// be.
	closing bool
	// dropped: the frames that waited when the close frame came will not be sent.
	dropped bool
	// refused are the streams whose sources were refused an item and are pulled
	// when there is room.
	refused []*stream
	// room is closed when the streams that wait in awaitRoom should look again;
	// nil while none waits.
	room chan struct{}
	// done is closed when nothing more will be written.
	done chan struct{}
	// next is the queue whose turn is after this one's, and is guarded by the
	// mutex of the writers.
	next *sendQueue
}

// send queues a frame that does not wait for room, such as a pong. It never
// blocks. It fails with errBacklog if the consumer is too slow, and with
// errClosing if the connection ends.
func (q *sendQueue) send(f frame) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closing {
		return errClosing
	}
	if q.backlog > q.connection.handler.config.MaxBacklog || f.posted && q.posted > maxPosted {
		return errBacklog
	}
	q.push(f)
	return nil
}

// offer queues an item of a stream. It never blocks: if there is no room it fails
// with errNoRoom, and the item may be offered again after awaitRoom or, by a
// Source, when it is pulled. It fails with errClosing if the connection ends.
func (q *sendQueue) offer(f frame) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closing {
		return errClosing
	}
	if !q.hasRoom() {
		if f.from != nil && !f.from.refused {
			f.from.refused = true
			q.refused = append(q.refused, f.from)
		}
		return errNoRoom
	}
	q.push(f)
	return nil
}

// close queues the last frames and accepts no more. With drop they replace
// those that wait.
func (q *sendQueue) close(drop bool, last ...frame) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closing {
		return
	}
	if drop {
		q.dropped = true
		q.discount(q.pending)
		q.pending = nil
		if q.writing {
			// A write that waits for a client that does not read would last
			// longer than the connection, and delay the last words.
			_ = q.conn.SetWriteDeadline(time.Now().Add(q.connection.handler.lastWords))
		}
	}
	for _, f := range last {
		q.push(f)
	}
	q.closing = true
	q.refused = nil
	q.wake()
}

// abandon accepts no more and drops what waits: the connection is gone.
func (q *sendQueue) abandon() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.discount(q.pending)
	q.pending, q.refused = nil, nil
	q.wake()
	if !q.closing && !q.writing {
		close(q.done)
	}
	q.closing = true
}

// awaitRoom waits until there is room for an item. So a slow socket slows down
// its own streams and no others.
func (q *sendQueue) awaitRoom(ctx context.Context) error {
	for {
		q.mu.Lock()
		if q.closing {
			q.mu.Unlock()
			return errClosing
		}
		if q.hasRoom() {
			q.mu.Unlock()
			return nil
		}
		if q.room == nil {
			q.room = make(chan struct{})
		}
		room := q.room
		q.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (q *sendQueue) hasRoom() bool {
	return q.backlog < q.connection.handler.config.PaceBacklog && q.frames < paceFrames
}

// cost returns what a frame adds to the backlog. A very large one counts for at
// most half of the limit, so that while it is sent there is always something
// left for the small frames that do not wait for room.
func (q *sendQueue) cost(f frame) int {
	return min(f.bodySize()+frameCost, q.connection.handler.config.MaxBacklog/2)
}

// push queues a frame. The caller holds mu, as for discount and wake.
func (q *sendQueue) push(f frame) {
	q.pending = append(q.pending, f)
	q.backlog += q.cost(f)
	if f.posted {
		q.posted += q.cost(f)
	}
	q.frames++
	if !q.writing {
		q.writing = true
		if q.raw != nil {
			q.connection.handler.writers.add(q)
		} else {
			q.connection.handler.writers.drainAlone(q)
		}
	}
}

// discount counts frames no more.
func (q *sendQueue) discount(frames []frame) {
	for _, f := range frames {
		q.backlog -= q.cost(f)
		if f.posted {
			q.posted -= q.cost(f)
		}
	}
	q.frames -= len(frames)
}

// wake makes those that wait in awaitRoom look again.
func (q *sendQueue) wake() {
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
}

// written counts a batch no more, and returns the streams whose sources must be
// pulled now. The one that was refused first comes last: if there are many that
// each fill all the room, each has its turn.
func (q *sendQueue) written(batch []frame) (refused []*stream) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.discount(batch)
	if q.closing || !q.hasRoom() {
		return nil
	}
	q.wake()
	refused, q.refused = q.refused, nil
	for _, s := range refused {
		s.refused = false
	}
	if len(refused) > 1 {
		refused = append(refused[1:], refused[0])
	}
	return refused
}

// take returns the frames that wait. Further frames wait in a slice that the
// writer lends.
func (q *sendQueue) take(w *writer) []frame {
	q.mu.Lock()
	defer q.mu.Unlock()
	batch := q.pending
	q.pending, w.spare = w.spare, nil
	return batch
}

// finished reports whether nothing was queued since a batch was taken. The
// queue then has no writer any more.
func (q *sendQueue) finished(w *writer, batch []frame) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	clear(batch) // Payloads must not be kept alive by an old batch.
	if len(q.pending) > 0 {
		w.spare = batch[:0]
		return false
	}
	if cap(batch) == 1 { // mostly one frame waits, and so little is kept
		q.pending, w.spare = batch[:0], q.pending
	} else {
		q.pending, w.spare = nil, batch[:0]
	}
	q.writing = false
	if q.closing {
		close(q.done)
	}
	return true
}

// end ends the queue, whatever waits. Its writer calls it last.
func (q *sendQueue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending, q.refused = nil, nil
	q.backlog, q.posted, q.frames = 0, 0, 0
	q.writing = false
	q.closing = true
	q.wake()
	close(q.done)
}

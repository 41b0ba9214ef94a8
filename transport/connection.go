package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Close codes of the protocol graphql-transport-ws.
const (
	closeBadMessage   = 4400
	closeUnauthorized = 4401
	closeForbidden    = 4403
	closeSubprotocol  = 4406
	closeInitTimeout  = 4408
	closeDuplicate    = 4409
	closeSecondInit   = 4429
)

// closing says how to close a connection.
type closing struct {
	code   int // 0: without a code
	reason string
	// drop throws away what still waits to be sent.
	drop bool
	// tooSlow ends every stream with that error, before the close.
	tooSlow bool
	// refused is the reason if the connection is closed because of what the
	// client sent. Only the reader closes for such a reason.
	refused Reason
}

var closingTooSlow = closing{
	code: websocket.CloseTryAgainLater, reason: "Consumer too slow", drop: true, tooSlow: true,
}

var closingProtocolError = closing{code: websocket.CloseProtocolError, reason: "protocol error", refused: ReasonRequest}

// connection is one websocket. Its reader goroutine owns it: it handles the
// messages of the client one by one, and cleans up at the end.
type connection struct {
	handler *Handler
	socket  *websocket.Conn
	wire    *wire
	out     sendQueue

	// Only the reader uses the following.

	token string // of the upgrade's Authorization header, or of its cookie, until the init
	// ctx is the context of operations: that of the upgrade, and later that of
	// the session.
	ctx     context.Context //nolint:containedctx // a connection is what it bounds; operations derive theirs from it
	cancel  context.CancelFunc
	unwatch func()
	// initialised is set by connection_init, acknowledged by connection_ack.
	initialised  bool
	acknowledged bool
	early        int // messages and pings that came before the acknowledgement

	// work counts the operations and the goroutine that watches the session.
	work sync.WaitGroup

	mu sync.Mutex
	// streams are the operations whose end the client has not been told. Most
	// connections have one, for which a map would be large.
	streams []*stream
	// running counts the goroutines of operations, including those of operations
	// that the client has completed and that have not noticed yet.
	running int
	// ending is set once, with status, by the first to close.
	ending bool
	status closing
}

func newConnection(ctx context.Context, h *Handler, socket *websocket.Conn, w *wire) *connection {
	c := &connection{handler: h, socket: socket, wire: w, unwatch: func() {}}
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.out.connection, c.out.conn, c.out.raw, c.out.done = c, w.Conn, rawConn(w.Conn), make(chan struct{})
	w.interval = h.config.PingInterval
	w.ping = func() { c.post(frame{op: opPing}) }
	w.allow(h.config.InitTimeout)
	socket.SetReadLimit(min(h.config.MaxMessage, preAckMessage))
	socket.SetPingHandler(func(data string) error {
		if c.mayBeAnswered() {
			c.post(frame{op: opPong, payload: []byte(data)})
		}
		return nil
	})
	socket.SetCloseHandler(func(code int, _ string) error {
		switch {
		case code != websocket.CloseNoStatusReceived:
			c.shut(closing{code: code, drop: true})
		case w.endsInHalfACode():
			c.shut(closingProtocolError)
		default:
			c.shut(closing{drop: true})
		}
		return nil
	})
	return c
}

// run is the reader goroutine. It and the functions that it calls down to the
// network keep their stack frames small: at the depth of a read that waits they
// just fit into a quarter of 8 KB, so that the garbage collector halves the
// stacks of idle connections.
func (c *connection) run() {
	defer c.tearDown()
	if c.socket.Subprotocol() != subprotocol {
		c.shut(closing{code: closeSubprotocol, reason: "Subprotocol not acceptable", refused: ReasonRequest})
	}
	for {
		kind, reader, err := c.socket.NextReader()
		if !c.received(kind, reader, err) {
			return
		}
	}
}

// received handles a message, or the failure to read one, and returns false if
// there is nothing more to read.
func (c *connection) received(kind int, reader io.Reader, err error) bool {
	// While the connection is ending messages are read and ignored, until the
	// client answers the close frame or its time is over: closing a socket
	// that still receives resets it, and the client might never see why.
	if err == nil && !c.isEnding() {
		err = c.receive(kind, reader)
	}
	if err != nil {
		c.readFailed(err)
	}
	return err == nil
}

// mayBeAnswered reports whether the connection is acknowledged. Until then the client gets no answers, such as pongs, and the
// connection is closed if the client goes on asking.
func (c *connection) mayBeAnswered() bool {
	if c.acknowledged {
		return true
	}
	if c.early++; c.early > preAckFrames {
		c.shut(closing{code: closeBadMessage, reason: "Too many messages before the acknowledgement", refused: ReasonRequest})
	}
	return false
}

// receive reads one message and handles it. Its error comes from the network.
func (c *connection) receive(kind int, reader io.Reader) error {
	if kind != websocket.TextMessage {
		// RFC 6455 has 1003 for this, but by the protocol any message of a
		// format that it does not define is 4400.
		c.shut(closing{code: closeBadMessage, reason: "the message is not text", refused: ReasonRequest})
		return nil
	}
	var held load
	if c.acknowledged { // messages before belong to no account, and are small
		held = c.handler.loadOf(c.ctx)
	}
	defer held.drop() // what no operation has taken over
	data, err := io.ReadAll(&loading{reader, &held, lightMessage})
	switch {
	case err == nil:
		c.handle(data, &held)
	case errors.Is(err, errOverloadedAccount):
		c.shut(closing{code: websocket.CloseTryAgainLater, reason: "Your account sends too much at a time", refused: ReasonConnections})
		return nil
	}
	return err
}

// readFailed ends a connection that cannot be read any more.
func (c *connection) readFailed(err error) {
	var closed *websocket.CloseError
	var broken net.Error
	var status closing
	switch {
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		// Either side has closed and the other has answered, or will.
		c.awaitDone()
		return
	case errors.As(err, &broken) && broken.Timeout() && !c.initialised:
		// If it is ending already, this does nothing.
		status = closing{code: closeInitTimeout, reason: "Connection initialisation timeout"}
	case errors.As(err, &closed), errors.As(err, &broken), errors.Is(err, io.EOF):
		return // The peer is gone, or was silent for too long.
	case errors.Is(err, websocket.ErrReadLimit): // the header of a frame says so: the rest is not waited for
		status = closing{code: websocket.CloseMessageTooBig, reason: "the message is too large", refused: ReasonSize}
	case strings.Contains(err.Error(), notUTF8):
		status = closing{code: websocket.CloseInvalidFramePayloadData, reason: "the reason is not UTF-8", refused: ReasonRequest}
	default:
		status = closingProtocolError // Gorilla found something that is not a frame.
	}
	c.shut(status)
	c.linger()
}

// notUTF8 is part of gorilla's error for a close frame whose reason is not UTF-8. Nothing else distinguishes that error
// from those for malformed frames, and RFC 6455 has 1007 for texts, such as a reason.
const notUTF8 = "invalid utf8"

// linger reads what the client still sends, after gorilla has given up reading,
// until it has seen the close frame or its time is over.
func (c *connection) linger() {
	c.awaitDone()
	c.wire.halfClose()
	_, _ = io.Copy(io.Discard, c.wire)
}

// awaitDone waits until the close frame is written, or has had its time.
func (c *connection) awaitDone() {
	timer := time.NewTimer(c.handler.config.CloseTimeout)
	defer timer.Stop()
	select {
	case <-c.out.done:
	case <-timer.C:
	}
}

// tearDown ends everything the connection has started, and waits for it.
func (c *connection) tearDown() {
	if value := recover(); value != nil {
		// The panic was not in an operation (see handle) but beneath: the state
		// of the connection is unknown.
		_ = c.handler.recovered(c.ctx, "read websocket", value)
	}
	c.begin(closing{code: websocket.CloseAbnormalClosure})
	c.unwatch()
	c.cancel()
	c.cut()
	c.out.abandon()
	<-c.out.done
	c.work.Wait()
	c.handler.config.Observer.Disconnected(c.closeCode())
	c.handler.release(c)
}

// restart makes the client reconnect.
func (c *connection) restart() {
	c.shut(closing{code: websocket.CloseServiceRestart, reason: "Service restart"})
}

// cut ends the connection at once. The reader and the writer fail and clean up.
func (c *connection) cut() { _ = c.wire.Close() }

// shut closes the connection: no stream sends anything more, the close frame is
// queued, and the client has CloseTimeout to answer. Only the first call has an
// effect.
func (c *connection) shut(status closing) {
	if last, first := c.begin(status); first {
		if status.refused != "" {
			Refused(c.ctx, status.refused)
		}
		c.out.close(status.drop, last...)
	}
}

// begin ends all streams and returns the last frames of the connection. If the
// connection is being closed already, that is only the close frame.
func (c *connection) begin(status closing) (last []frame, first bool) {
	c.mu.Lock()
	if c.ending {
		status = c.status
		c.mu.Unlock()
		return []frame{closeFrame(status)}, false
	}
	c.ending, c.status = true, status
	streams := c.streams
	for _, s := range streams {
		if status.tooSlow {
			last = append(last, frame{op: opTooSlow, from: s})
		}
		s.ended = true
		s.cancel()
	}
	c.streams = nil
	c.mu.Unlock()
	for _, s := range streams {
		s.depart()
	}
	c.wire.expire(c.handler.config.CloseTimeout)
	return append(last, closeFrame(status)), true
}

// find returns the operation with an id, or nil if there is none. The caller holds mu.
func (c *connection) find(id string) *stream {
	for _, s := range c.streams {
		if s.id == id {
			return s
		}
	}
	return nil
}

// forget removes an operation, if it is still there, and frees its id. The caller
// holds mu.
func (c *connection) forget(s *stream) {
	if i := slices.Index(c.streams, s); i >= 0 {
		c.streams = slices.Delete(c.streams, i, i+1)
	}
}

// post sends a frame that belongs to no stream.
func (c *connection) post(f frame) {
	f.posted = true
	if errors.Is(c.out.send(f), errBacklog) {
		c.shut(closingTooSlow)
	}
}

func (c *connection) isEnding() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

func (c *connection) closeCode() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.status.code == 0 {
		return websocket.CloseNoStatusReceived
	}
	return c.status.code
}

package transport

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/gorilla/websocket"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// handle acts on one message of the client, in the reader goroutine.
func (c *connection) handle(data []byte, held *load) {
	defer func() {
		if value := recover(); value != nil {
			_ = c.handler.recovered(c.ctx, "handle message", value)
			c.shut(closing{code: websocket.CloseInternalServerErr, reason: "Internal error"})
		}
	}()
	if !utf8.Valid(data) {
		c.shut(closing{code: websocket.CloseInvalidFramePayloadData, reason: "the message is not UTF-8", refused: ReasonRequest})
		return
	}
	m, err := parseMessage(data)
	if err != nil {
		c.shut(closing{code: closeBadMessage, reason: err.Error(), refused: ReasonRequest})
		return
	}
	switch m.Type {
	case typeInit:
		c.initialise(m)
	case typePing:
		if c.mayBeAnswered() {
			c.post(pongMessage(m.Payload))
		}
	case typeSubscribe:
		c.subscribe(m, held)
	case typeComplete:
		if c.mayBeAnswered() {
			c.complete(*m.ID)
		}
	case typePong:
		// It has been read, and a pong needs nothing else.
		c.mayBeAnswered()
	}
}

// initialise answers connection_init. The reader waits for it, so what the client
// sends meanwhile is handled after it.
func (c *connection) initialise(m message) {
	if c.initialised {
		c.shut(closing{code: closeSecondInit, reason: "Too many initialisation requests", refused: ReasonRequest})
		return
	}
	c.initialised = true
	c.wire.persist()
	token := m.initToken()
	if token == "" {
		token = c.token
	}
	c.token = ""
	if token == "" || c.handler.config.Authenticate == nil {
		c.shut(closing{code: closeUnauthorized, reason: "Unauthorized", refused: ReasonUnauthenticated})
		return
	}
	if _, ok := c.handler.mayAsk(c.ctx, token); !ok {
		c.shut(closing{code: websocket.CloseTryAgainLater, reason: "Too many tokens from this address are nobody's", refused: ReasonRate})
		return
	}
	session, err := c.handler.identify(c.ctx, token)
	switch {
	case err == nil:
	case errors.Is(err, ErrUnauthenticated):
		c.shut(closing{code: closeUnauthorized, reason: "Unauthorized", refused: ReasonUnauthenticated})
		return
	case errors.Is(err, ErrEnded):
		c.shut(closing{code: closeForbidden, reason: "The token is unknown, expired or revoked", refused: ReasonUnauthenticated})
		return
	case errors.Is(err, ErrForbidden):
		c.shut(closing{code: closeForbidden, reason: "Forbidden", refused: ReasonForbidden})
		return
	default:
		c.handler.config.Logger.ErrorContext(c.ctx, "authenticate websocket", "error", err)
		c.shut(closing{code: websocket.CloseTryAgainLater, reason: "Try again later"})
		return
	}
	if !c.handler.own(c, token) {
		// Not 4429, after which clients give up for good.
		c.shut(closing{code: websocket.CloseTryAgainLater, reason: tooManyConnections, refused: ReasonConnections})
		return
	}
	c.acknowledged = true
	c.socket.SetReadLimit(c.handler.config.MaxMessage)
	closed := c.handler.config.Opened(session) // before the acknowledgement is sent, so that a client that has read it is counted
	c.post(ackFrame(c.handler.config.Greeting))
	c.watch(session, closed)
}

// watch makes the session the context of all operations, and closes the
// connection when it ends. When the connection ends, closed is called.
func (c *connection) watch(session context.Context, closed func()) {
	c.work.Add(1)
	stop := context.AfterFunc(session, func() {
		defer c.work.Done()
		// What is still in the send queue was for a viewer who may no longer see it.
		if errors.Is(context.Cause(session), ErrUnauthenticated) {
			c.shut(closing{code: closeUnauthorized, reason: "Unauthorized", drop: true})
		} else {
			c.shut(closing{code: closeForbidden, reason: "Forbidden", drop: true})
		}
	})
	c.unwatch = func() {
		closed()
		if stop() {
			c.work.Done()
		}
	}
	// The session may live in a context that is not derived from that of the
	// connection. For the operations that makes no difference: each of them is
	// ended with the connection.
	c.ctx = session
}

// subscribe starts an operation, which takes over the load of its message.
func (c *connection) subscribe(m message, held *load) {
	if !c.acknowledged {
		c.shut(closing{code: closeUnauthorized, reason: "Unauthorized", refused: ReasonUnauthenticated})
		return
	}
	id := *m.ID
	refused := c.handler.checkQuery(m.params)
	s, ctx := newStream(c, id)
	c.mu.Lock()
	duplicate := c.find(id) != nil
	limit := c.handler.config.MaxSubscriptions
	switch {
	case c.ending, duplicate, refused != nil:
	case len(c.streams) >= limit, c.running >= 2*limit:
		// Operations that the client has completed and that still run will end
		// soon. That there may be as many again keeps a client from piling them
		// up.
		refused = because(ReasonConnections, newError(codeRateLimited, "Too many operations at a time on this connection. Wait for one to end."))
	default:
		c.streams = append(c.streams, s)
		c.running++
		c.work.Add(1)
		c.mu.Unlock()
		go s.run(ctx, m.params, *held)
		*held = load{}
		return
	}
	c.mu.Unlock()
	s.cancel()
	switch {
	case duplicate:
		c.shut(closing{code: closeDuplicate, reason: "Subscriber for " + id + " already exists", refused: ReasonRequest})
	case refused != nil:
		refusedBy(ctx, gqlerror.List{refused})
		c.post(errorFrame(id, appendErrors(nil, gqlerror.List{refused})))
	}
}

// complete ends an operation because the client wants no more of it. The client
// gets no further message about it, not even that it has ended. Unknown ids are
// ignored: the operation may have ended while the message was on its way.
func (c *connection) complete(id string) {
	c.mu.Lock()
	s := c.find(id)
	if s != nil {
		s.ended = true
		s.cancel()
		c.forget(s)
	}
	c.mu.Unlock()
	if s != nil {
		s.depart()
	}
}

package transport

import (
	"context"
	"errors"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// stream is one operation of a connection: a subscription, or a query or
// mutation, which is a stream of one item.
//
// Its end is decided once, under the mutex of the connection: by the client's
// complete, by the server's last message, or by the end of the connection.
// After that it sends nothing, since its id may already belong to another
// operation.
type stream struct {
	connection *connection
	id         string
	// head is the beginning of all its items.
	head   string
	cancel context.CancelFunc
	// ended and source are guarded by the mutex of the connection. source is
	// set once, if at all.
	ended  bool
	source Source
	// refused is guarded by the mutex of the send queue. taken is the place of the
	// last item that the socket took, and only the writer uses it.
	refused bool
	taken   int64
}

func newStream(c *connection, id string) (*stream, context.Context) {
	ctx, cancel := context.WithCancel(c.ctx)
	return &stream{connection: c, id: id, head: nextHead(id), cancel: cancel}, ctx
}

// run is the goroutine of the operation.
func (s *stream) run(ctx context.Context, params *graphql.RawParams, held load) {
	c := s.connection
	defer c.work.Done()
	defer s.leave()
	defer func() {
		if value := recover(); value != nil {
			s.fail(gqlerror.List{c.handler.recovered(ctx, "run operation", value)})
		}
	}()
	s.execute(ctx, params, held)
}

// leave forgets the stream, unless it is forgotten already or a source serves
// it. A source needs no context: that of the operation ends here, with
// everything that it held.
func (s *stream) leave() {
	c := s.connection
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running--
	s.cancel()
	if s.source == nil {
		c.forget(s)
	} else if !s.ended {
		s.cancel = func() {}
	}
}

func (s *stream) execute(ctx context.Context, params *graphql.RawParams, held load) {
	h := s.connection.handler
	slot := slot{load: held}
	defer slot.leave()
	if s.connection.out.awaitRoom(ctx) != nil {
		return
	}
	ctx = graphql.StartOperationTrace(ctx)
	params.ReadTime = graphql.TraceTiming{Start: graphql.GetStartTime(ctx), End: graphql.Now()}
	if full := slot.enter(ctx, h); full != nil {
		s.fail(gqlerror.List{full})
		return
	}
	operation, failed := h.prepare(ctx, params)
	if failed != nil {
		s.fail(failed.Errors)
		return
	}
	if operation.Operation.Operation == ast.Subscription {
		slot.leave() // it lasts, and is counted by its websocket
		h.config.Observer.Subscribed()
		defer func() {
			if !s.isServed() { // otherwise depart reports it
				h.config.Observer.Unsubscribed()
			}
		}()
		h.subscribe(ctx, operation, s)
		return
	}
	response := h.execute(ctx, operation)
	slot.leave() // the client may take its time to read
	if response != nil {
		refusedBy(ctx, response.Errors)
		s.answer(ctx, response)
	}
}

// answer sends the response to a query or a mutation, once there is room for it, and ends the stream.
func (s *stream) answer(ctx context.Context, response *graphql.Response) {
	if len(response.Data) == 0 && len(response.Errors) > 0 {
		s.fail(response.Errors) // nothing was executed
		return
	}
	payload, err := EncodeResponse(response)
	if err != nil {
		s.fail(gqlerror.List{s.connection.handler.internal(ctx, "encode response", err)})
		return
	}
	for errors.Is(s.queue(frame{op: opText, head: s.head, payload: payload}), errNoRoom) {
		// Other operations have used up the room meanwhile.
		if s.connection.out.awaitRoom(ctx) != nil {
			return
		}
	}
	s.finish(completeFrame(s.id))
}

// queue queues one item if there is room, and otherwise fails with errNoRoom. Its
// payload may be shared with other streams and must not be changed from now on.
func (s *stream) queue(item frame) error {
	c := s.connection
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.ended {
		return errClosing
	}
	return c.out.offer(item)
}

// Attach implements Sink.
func (s *stream) Attach(source Source) bool {
	s.connection.mu.Lock()
	defer s.connection.mu.Unlock()
	if s.ended {
		return false
	}
	s.source = source
	return true
}

// Offer implements Sink.
func (s *stream) Offer(payload []byte, place int64) bool {
	if s.queue(frame{op: opText, head: s.head, payload: payload, from: s, place: place}) != nil {
		return false
	}
	s.connection.handler.config.Observer.Item()
	return true
}

// End implements Sink.
func (s *stream) End(err *gqlerror.Error) {
	if err == nil {
		s.finish(completeFrame(s.id))
	} else {
		s.fail(coded(gqlerror.List{err}, codeInternal))
	}
}

// TooSlow implements Sink.
func (s *stream) TooSlow() {
	c := s.connection
	c.mu.Lock()
	ended := s.ended
	c.mu.Unlock()
	if !ended {
		c.shut(closingTooSlow)
	}
}

// isServed reports whether a source serves the stream.
func (s *stream) isServed() bool {
	s.connection.mu.Lock()
	defer s.connection.mu.Unlock()
	return s.source != nil
}

// depart calls Leave of the source, if there is one. It is called once the stream
// has ended: no source is set after that, so no lock is needed.
func (s *stream) depart() {
	if s.source != nil {
		s.cancel()
		s.source.Leave()
		s.connection.handler.config.Observer.Unsubscribed()
	}
}

// fail ends the stream with errors.
func (s *stream) fail(errs gqlerror.List) {
	s.finish(errorFrame(s.id, appendErrors(nil, errs)))
}

// finish ends the stream with its last message. The stream is forgotten at the
// same moment, so that a client that has read the message may use its id.
func (s *stream) finish(last frame) {
	c := s.connection
	c.mu.Lock()
	if s.ended {
		c.mu.Unlock()
		return
	}
	s.ended = true
	c.forget(s)
	err := c.out.send(last)
	c.mu.Unlock()
	s.depart()
	if errors.Is(err, errBacklog) {
		c.shut(closingTooSlow)
	}
}

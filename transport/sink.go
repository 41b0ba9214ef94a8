package transport

import (
	"context"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Source offers the items of a subscription to a Sink. No goroutine of the transport
// waits for them meanwhile. Its methods may be called from any goroutine, Leave and
// TooSlowAt also while Pull runs, and from within what Pull calls.
type Source interface {
	// Pull is called when a Sink that has refused an item has room again.
	Pull()
	// Leave is called when the subscription is over, whichever side ended it. It
	// must not block.
	Leave()
	// TooSlowAt returns the error for a client that takes too little. Place is that
	// of the last item that the client took, 0 if there was none. It must not
	// block.
	TooSlowAt(place int64) *gqlerror.Error
}

// Sink sends the items of one subscription. Its methods never block, and are safe
// for concurrent use; once the subscription is over they do nothing. Their caller
// must not hold a lock that Source's Leave and TooSlowAt wait for.
type Sink interface {
	// Attach lets a source serve the subscription from here on, in place of the
	// resolver's channel, which is not read. It is called at most once, by the
	// resolver; false means that the subscription is over already, and that
	// nothing of the source will be called. The context of the operation may end
	// when the resolver has returned: Leave is called at the end of the subscription.
	Attach(source Source) bool
	// Offer sends an item, an encoded response, and reports whether it did: it does
	// not if there is no room or the subscription is over. The payload may be shared
	// with other subscriptions and must not be changed any more. Place, which must
	// rise, is given to TooSlowAt if this item was the last that the client took.
	Offer(payload []byte, place int64) bool
	// End ends the subscription with an error.
	End(err *gqlerror.Error)
	// TooSlow closes the connection, because its client takes too little.
	TooSlow()
}

// SinkOf returns the Sink of the subscription that runs in ctx, or nil if there is
// none and items go to the resolver's channel.
func SinkOf(ctx context.Context) Sink {
	sink, _ := ctx.Value(sinkKey{}).(Sink)
	return sink
}

type sinkKey struct{}

func withSink(ctx context.Context, sink Sink) context.Context {
	return context.WithValue(ctx, sinkKey{}, sink)
}

// socketSink is the Sink of a stream on a websocket.
type socketSink stream

func (s *socketSink) Attach(source Source) bool {
	of := (*stream)(s)
	c := of.connection
	c.mu.Lock()
	defer c.mu.Unlock()
	if of.ended {
		return false
	}
	of.source = source
	return true
}

func (s *socketSink) Offer(payload []byte, place int64) bool {
	of := (*stream)(s)
	if of.offer(frame{op: opText, head: of.head, payload: payload, from: of, place: place}) != nil {
		return false
	}
	of.connection.handler.config.Observer.Item()
	return true
}

func (s *socketSink) End(err *gqlerror.Error) {
	(*stream)(s).fail(coded(gqlerror.List{err}, codeInternal))
}

func (s *socketSink) TooSlow() {
	of := (*stream)(s)
	c := of.connection
	c.mu.Lock()
	ended := of.ended
	c.mu.Unlock()
	if !ended {
		c.shut(closingTooSlow)
	}
}

package transport

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Source offers the items of a subscription to a Sink. No goroutine of the transport
// waits for them meanwhile. Its methods may be called from any goroutine, Leave and
// TooSlowAt even while Pull runs, and from within functions that Pull calls.
type Source interface {
	// Pull is called when a Sink that has refused an item has room again.
	Pull()
	// Leave is called when the subscription is over, whichever side ended it. It
	// must not block.
	Leave()
	// TooSlowAt returns the error for a client that is too slow. place is that of
	// the last item that the client took, 0 if there was none. It must not block.
	TooSlowAt(place int64) *gqlerror.Error
}

// Sink sends the items of one subscription. Its methods never block, and are safe
// for concurrent use; once the subscription is over they do nothing. Their caller
// must not hold a lock that Source's Leave and TooSlowAt wait for.
type Sink interface {
	// Attach lets a source serve the subscription from here on. The resolver calls it
	// at most once; its channel is then not read. False means that the subscription is
	// over already, and that nothing of the source will be called. The context of the
	// operation may end when the resolver has returned: Leave is called at the end of
	// the subscription.
	Attach(source Source) bool
	// Offer sends an item, an encoded response, and returns false if there is no
	// room or the subscription is over. The payload may be shared with other
	// subscriptions and must not be changed any more. place, which must rise, is
	// passed to TooSlowAt if this item was the last that the client took.
	Offer(payload []byte, place int64) bool
	// End ends the subscription, with an error unless err is nil.
	End(err *gqlerror.Error)
	// TooSlow closes the connection, because its client is too slow.
	TooSlow()
}

// SinkOf returns the Sink of the subscription that runs in ctx, or nil if there is none.
func SinkOf(ctx context.Context) Sink {
	sink, _ := ctx.Value(sinkKey{}).(Sink)
	return sink
}

type sinkKey struct{}

// servedSink is a Sink of this package.
type servedSink interface {
	Sink
	// isServed reports whether a source serves the subscription.
	isServed() bool
	// fail ends the subscription with errors.
	fail(errs gqlerror.List)
}

// subscribe runs a subscription until a source serves it. If none does, the subscription is over.
func (h *Handler) subscribe(ctx context.Context, operation *graphql.OperationContext, sink servedSink) {
	next, ctx := h.config.Executor.DispatchOperation(context.WithValue(ctx, sinkKey{}, sink), operation)
	if sink.isServed() {
		return
	}
	response := next(ctx)
	if response == nil {
		sink.End(nil)
		return
	}
	refusedBy(ctx, response.Errors)
	sink.fail(coded(response.Errors, codeInternal))
}

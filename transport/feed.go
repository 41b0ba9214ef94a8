package transport

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Why a feed ends whose client is to come back: Shutdown has ended it, or a source
// because its client takes too little.
var (
	errRestart = errors.New("service restart")
	errTooSlow = errors.New("the consumer takes too little")
)

// feed is a subscription served as an event stream. The goroutine of its
// request asks for an item, writes it, and only then asks for the next; if a
// source serves it, it writes what the source has offered.
//
// A feed whose client is to come back ends without the event complete: on
// shutdown, when a session is over that a fresh token can follow, when the
// client was too slow. Clients then reconnect, and go on after the last event
// they have seen.
type feed struct {
	handler *Handler
	writer  http.ResponseWriter
	control *http.ResponseController
	// cancel ends the context of the subscription.
	cancel context.CancelCauseFunc

	// mu is held while something is written.
	mu sync.Mutex
	// silence sends a comment when nothing was sent for a while.
	silence *time.Timer
	// ended: nothing may be written any more.
	ended bool
}

// follow serves a subscription as an event stream, until either side ends it.
func (h *Handler) follow(
	ctx context.Context, w http.ResponseWriter, r *http.Request, operation *graphql.OperationContext,
) {
	if refused := h.resume(operation, r.Header.Get(headerLastEvent)); refused != nil {
		seal(ctx)
		refusedBy(ctx, gqlerror.List{refused})
		h.writeEvents(w, r, &graphql.Response{Errors: gqlerror.List{refused}})
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// The session may live in a context that is not derived from the request's.
	unwatch := context.AfterFunc(r.Context(), func() { cancel(context.Cause(r.Context())) })
	defer unwatch()
	f := &feed{handler: h, writer: w, control: http.NewResponseController(w), cancel: cancel}
	if why := h.admit(f, Address(r.Context()), false); why != nil {
		seal(ctx)
		h.notAdmitted(w, r, why)
		return
	}
	defer h.release(f)
	if !h.own(f, bearer(r.Header.Get("Authorization"))) {
		seal(ctx)
		h.notAdmitted(w, r, because(ReasonConnections, newError(codeRateLimited, tooManyConnections)))
		return
	}
	// The server's time-out is for requests that end. (That for reading ends by
	// itself with the body.)
	if err := f.control.SetWriteDeadline(time.Time{}); errors.Is(err, http.ErrNotSupported) {
		seal(ctx)
		h.refuse(w, r, mediaJSON, http.StatusInternalServerError, h.internal(ctx, "open event stream", err))
		return
	}
	sink := newFeedSink(f)
	ctx = withSink(ctx, sink)
	defer sink.leave()
	h.config.Observer.Subscribed()
	defer h.config.Observer.Unsubscribed()
	next, ctx := h.config.Executor.DispatchOperation(ctx, operation)
	seal(ctx)
	f.open()
	defer f.close()
	f.run(ctx, next, sink)
}

// open sends the header, and a comment, since some browsers take a stream for
// open only when something has come.
func (f *feed) open() {
	streamHeader(f.writer.Header())
	f.writer.WriteHeader(http.StatusOK)
	f.mu.Lock()
	f.silence = time.AfterFunc(f.handler.config.KeepAlive, func() { _ = f.send([]byte(eventComment)) })
	f.mu.Unlock()
	// If it fails, the context has ended.
	_ = f.send([]byte(eventComment))
}

// close makes sure that nothing is written after the request.
func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
	f.silence.Stop()
	// For what net/http still writes. If it fails the client is gone.
	_ = f.control.SetWriteDeadline(time.Now().Add(f.handler.config.WriteTimeout))
}

// run sends the items of the subscription, and its end.
func (f *feed) run(ctx context.Context, next graphql.ResponseHandler, sink *feedSink) {
	defer func() {
		if value := recover(); value != nil {
			f.fail(gqlerror.List{f.handler.recovered(ctx, "run subscription", value)})
		}
	}()
	for !sink.isServed() {
		response := next(ctx)
		if ctx.Err() != nil {
			// Also if there is an item: its viewer may not be allowed to see it
			// any more.
			f.interrupt(ctx)
			return
		}
		if response == nil {
			break
		}
		if !f.item(ctx, response) {
			return
		}
	}
	if sink.isServed() {
		sink.follow(ctx)
		return
	}
	_ = f.send([]byte(eventComplete))
}

// interrupt ends a feed whose context has ended. The client is told why only if
// coming back would not help.
func (f *feed) interrupt(ctx context.Context) {
	if errors.Is(context.Cause(ctx), ErrUnauthenticated) {
		f.fail(gqlerror.List{newError(codeUnauthenticated, "The token is no longer valid. Log in again.")})
	}
}

// item sends a response, and reports whether another may follow.
func (f *feed) item(ctx context.Context, response *graphql.Response) bool {
	if len(response.Data) == 0 {
		refusedBy(ctx, response.Errors)
	}
	payload, failed := f.handler.encodeItem(ctx, response)
	if failed != nil {
		f.fail(failed)
		return false
	}
	if f.send(nextEvent(payload, f.position(response.Data))) != nil {
		return false
	}
	f.handler.config.Observer.Item()
	return true
}

// position returns the position of an item, after which the client may go on.
func (f *feed) position(data json.RawMessage) string {
	if f.handler.config.StreamPosition == nil {
		return ""
	}
	return f.handler.config.StreamPosition(data)
}

// fail ends the feed with errors. If sending them fails, nobody is left to tell.
func (f *feed) fail(errs gqlerror.List) {
	payload := append([]byte(`{"errors":`), encodeErrors(errs)...)
	_ = f.send(append(nextEvent(append(payload, '}'), ""), eventComplete...))
}

// send writes an event or a comment. An error means that the client is gone or
// too slow, or the feed ended; its context has ended then.
func (f *feed) send(event []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ended {
		return errClosing
	}
	if err := f.write(event); err != nil {
		f.ended = true
		f.cancel(err)
		return err
	}
	f.silence.Reset(f.handler.config.KeepAlive)
	return nil
}

// write writes an event. The client gets WriteTimeout for each part, and no
// deadline between events: over HTTP/2 a deadline that passes ends the stream,
// whether something is being written or not.
func (f *feed) write(event []byte) error {
	for len(event) > 0 {
		part := event[:min(len(event), drainBuffer)]
		event = event[len(part):]
		if err := f.control.SetWriteDeadline(time.Now().Add(f.handler.config.WriteTimeout)); err != nil {
			return err
		}
		if _, err := f.writer.Write(part); err != nil {
			return err
		}
	}
	if err := f.control.Flush(); err != nil {
		return err
	}
	return f.control.SetWriteDeadline(time.Time{})
}

// restart makes the client come back.
func (f *feed) restart() { f.cancel(errRestart) }

// cut does nothing: a request is its http.Server's to cut.
func (f *feed) cut() {}

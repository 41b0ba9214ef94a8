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

// Why a feed ends with the client expected back: Shutdown has ended it, or its
// source has because its client is too slow.
var (
	errRestart = errors.New("service restart")
	errTooSlow = errors.New("the consumer takes too little")
)

// feed is a subscription that is served as an event stream. The items that its
// source offers wait for the goroutine of the request, as many at a time as may wait
// for a websocket.
//
// A feed whose client should come back ends without the event complete: on
// shutdown, when a session is over that a new token can follow, and when the
// client was too slow. Clients then reconnect, and go on after the last event
// they have seen.
type feed struct {
	handler *Handler
	writer  http.ResponseWriter
	control *http.ResponseController
	// cancel ends the context of the subscription.
	cancel context.CancelCauseFunc
	// news has a value when there is something to do for the goroutine.
	news chan struct{}

	// writing is held while something is written.
	writing sync.Mutex
	// silence sends a comment when nothing was sent for a while.
	silence *time.Timer
	// closed: nothing may be written any more.
	closed bool

	mu      sync.Mutex
	source  Source
	waiting [][]byte
	size    int  // of the items that wait, in bytes
	refused bool // the source was refused an item, and must be pulled when there is room
	ended   bool
	errs    gqlerror.List // the errors that end it; nil if it ends by itself
}

// follow serves a subscription as an event stream, until either side ends it.
func (h *Handler) follow(
	ctx context.Context, w http.ResponseWriter, r *http.Request, operation *graphql.OperationContext,
) {
	if refused := h.resume(operation, r.Header.Get(headerLastEvent)); refused != nil {
		refusedBy(ctx, gqlerror.List{refused})
		h.writeEvents(w, r, &graphql.Response{Errors: gqlerror.List{refused}})
		return
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// The session may live in a context that is not derived from the request's.
	unwatch := context.AfterFunc(r.Context(), func() { cancel(context.Cause(r.Context())) })
	defer unwatch()
	f := &feed{handler: h, writer: w, control: http.NewResponseController(w), cancel: cancel, news: make(chan struct{}, 1)}
	if why := h.admit(f, Address(r.Context()), false); why != nil {
		h.notAdmitted(w, r, why)
		return
	}
	defer h.release(f)
	if !h.own(f, replyOf(r.Context()).token) {
		h.notAdmitted(w, r, because(ReasonConnections, newError(codeRateLimited, tooManyConnections)))
		return
	}
	defer h.config.Opened(ctx)()
	// The server's timeout is for requests that end. (Its timeout for reading
	// ends with the body.)
	if err := f.control.SetWriteDeadline(time.Time{}); errors.Is(err, http.ErrNotSupported) {
		h.refuse(w, r, mediaJSON, http.StatusInternalServerError, h.internal(ctx, "open event stream", err))
		return
	}
	defer f.leave()
	h.config.Observer.Subscribed()
	defer h.config.Observer.Unsubscribed()
	h.subscribe(ctx, operation, f)
	seal(r.Context())
	f.open()
	defer f.close()
	f.run(ctx)
}

// open sends the header, and a comment, since some browsers treat a stream as
// open only after the first bytes.
func (f *feed) open() {
	streamHeader(f.writer.Header())
	f.writer.WriteHeader(http.StatusOK)
	f.writing.Lock()
	f.silence = time.AfterFunc(f.handler.config.KeepAlive, func() { _ = f.send([]byte(eventComment)) })
	f.writing.Unlock()
	// If it fails, the context has ended.
	_ = f.send([]byte(eventComment))
}

// close makes sure that nothing is written after the request.
func (f *feed) close() {
	f.writing.Lock()
	defer f.writing.Unlock()
	f.closed = true
	f.silence.Stop()
	// For what net/http still writes. If this fails the client is gone.
	_ = f.control.SetWriteDeadline(time.Now().Add(f.handler.config.WriteTimeout))
}

// run sends the items of the subscription, and its end.
func (f *feed) run(ctx context.Context) {
	defer func() {
		if value := recover(); value != nil { // a panic of the source
			f.sendErrors(gqlerror.List{f.handler.recovered(ctx, "run subscription", value)})
		}
	}()
	for {
		item, ended, errs := f.take()
		switch {
		case ctx.Err() != nil:
			// Even if there is an item: its viewer may no longer be allowed to see it. The client is told the reason
			// only if coming back would not help.
			if errors.Is(context.Cause(ctx), ErrUnauthenticated) {
				f.sendErrors(gqlerror.List{newError(codeUnauthenticated, "The token is no longer valid. Log in again.")})
			}
			return
		case item != nil:
			if f.send(nextEvent(item, f.position(item))) != nil {
				return
			}
		case len(errs) > 0:
			f.sendErrors(errs)
			return
		case ended:
			_ = f.send([]byte(eventComplete))
			return
		default:
			select {
			case <-f.news:
			case <-ctx.Done():
			}
		}
	}
}

// position returns the position of an item, which the client may resume after, or
// "".
func (f *feed) position(item []byte) string {
	var response struct{ Data json.RawMessage }
	if f.handler.config.StreamPosition == nil || json.Unmarshal(item, &response) != nil {
		return ""
	}
	return f.handler.config.StreamPosition(response.Data)
}

// sendErrors sends errors as the last item. If that fails, the client is gone.
func (f *feed) sendErrors(errs gqlerror.List) {
	payload := append(appendErrors([]byte(`{"errors":`), errs), '}')
	_ = f.send(append(nextEvent(payload, ""), eventComplete...))
}

// send writes an event or a comment. An error means that the client is gone or
// too slow, or the feed was closed; its context has ended then.
func (f *feed) send(event []byte) error {
	f.writing.Lock()
	defer f.writing.Unlock()
	if f.closed {
		return errClosing
	}
	if err := f.write(event); err != nil {
		f.closed = true
		f.cancel(err)
		return err
	}
	f.silence.Reset(f.handler.config.KeepAlive)
	return nil
}

// write writes an event. The client has WriteTimeout for each part, and no
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

// cut does nothing: the http.Server cuts its requests.
func (f *feed) cut() {}

package transport

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
)

// exchange is a request and what is known of its answer. It is a single value
// in the context, since resolvers search through every value of a context for
// theirs.
type exchange struct {
	address  netip.Addr
	observer Observer
	*reply   // nil for a websocket, which outlasts its request
}

// reply is the HTTP response before it is written. gqlgen resolves fields in
// parallel, hence the mutex.
type reply struct {
	mu sync.Mutex
	// header is the header of the response until it is written, then nil.
	header http.Header
	ends   []func()
	// refused: the request was reported to the Observer as refused.
	refused bool
	// kept is the token that the browser is to keep in its cookie from now on; nil: that of the request.
	kept *string

	// The following do not change. cookies may be nil.
	request *http.Request
	cookies *Cookies
	token   string // whose sender's
}

type exchangeKey struct{}

// exchangeOf returns the exchange of a context, or nil if there is none.
func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
}

// replyOf returns the reply of a context, or nil if there is none.
func replyOf(ctx context.Context) *reply {
	if e := exchangeOf(ctx); e != nil {
		return e.reply
	}
	return nil
}

// within returns a context that has the exchange: the context of a session may
// not be derived from that of the request.
func (e *exchange) within(ctx context.Context) context.Context {
	if exchangeOf(ctx) == e {
		return ctx
	}
	return context.WithValue(ctx, exchangeKey{}, e)
}

// end makes SetHeader do nothing, and calls the functions passed to AtEnd.
func (r *reply) end() {
	r.mu.Lock()
	ends := r.ends
	r.header, r.ends = nil, nil
	r.mu.Unlock()
	for _, fn := range ends {
		fn()
	}
}

// seal makes SetHeader do nothing from now on: net/http must not see a header
// change while it writes it.
func seal(ctx context.Context) {
	if r := replyOf(ctx); r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.header = nil
	}
}

// Address returns where the request of an operation, or its websocket, comes from,
// as Config.ClientAddress does. It returns the zero address outside of operations,
// and for requests without an address.
func Address(ctx context.Context) netip.Addr {
	if e := exchangeOf(ctx); e != nil {
		return e.address
	}
	return netip.Addr{}
}

// SetHeader sets a header of the HTTP response to the operation that runs in
// ctx, such as what is left of a rate limit. It does nothing for operations
// over a websocket, once the items of an event stream are being sent, and
// outside of operations.
func SetHeader(ctx context.Context, name, value string) {
	r := replyOf(ctx)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.header != nil {
		r.header.Set(name, value)
	}
}

// AtEnd has fn called when the HTTP request of ctx has been answered, in its
// goroutine. This costs less than waiting for the end of ctx. It reports whether
// fn will be called: for websockets and outside of requests it is not.
func AtEnd(ctx context.Context, fn func()) bool {
	r := replyOf(ctx)
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends = append(r.ends, fn)
	return true
}

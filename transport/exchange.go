package transport

import (
	"context"
	"net/http"
	"net/netip"
	"sync"
)

// exchange is a request with what is to become of it. One value in the context
// has all of that: whoever resolves a field looks past every value there is.
type exchange struct {
	address  netip.Addr
	observer Observer
	*reply   // nil for a websocket, which outlasts its request, and keeps this
}

// reply is what there is to an answer that is yet to be given. gqlgen resolves
// fields in parallel, hence the mutex.
type reply struct {
	mu sync.Mutex
	// header is that of the response; nil before and after the time in which the
	// operation may set it.
	header http.Header
	ends   []func()
	// refused: the Observer has been told that the request is refused.
	refused bool
}

type exchangeKey struct{}

// exchangeOf is the exchange that something runs for; nil if it is none.
func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
}

// replyOf is the answer that something runs for; nil if it is for none.
func replyOf(ctx context.Context) *reply {
	if e := exchangeOf(ctx); e != nil {
		return e.reply
	}
	return nil
}

// within makes sure that a context is one of the exchange: that of a session
// may not be derived from that of the request.
func (e *exchange) within(ctx context.Context) context.Context {
	if exchangeOf(ctx) == e {
		return ctx
	}
	return context.WithValue(ctx, exchangeKey{}, e)
}

// end does what was to be done at the end.
func (r *reply) end() {
	r.mu.Lock()
	ends := r.ends
	r.ends = nil
	r.mu.Unlock()
	for _, fn := range ends {
		fn()
	}
}

// unseal makes SetHeader work.
func (r *reply) unseal(header http.Header) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.header = header
}

// seal makes SetHeader do nothing from now on: net/http must not see a header
// change while it writes it.
func seal(ctx context.Context) {
	if r := replyOf(ctx); r != nil {
		r.unseal(nil)
	}
}

// Address is where the request comes from that an operation runs for, or its
// websocket, as Config.ClientAddress tells. It is the zero address outside of
// operations and where there is none.
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

// AtEnd calls fn when the HTTP request that ctx belongs to has been answered, in
// its goroutine: it takes less than waiting for the end of ctx. It does nothing,
// and says so, for websockets and outside of requests.
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

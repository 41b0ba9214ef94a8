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
	address netip.Addr
	upgrade bool // what comes of it outlasts the request

	// gqlgen resolves fields in parallel, hence the mutex.
	mu sync.Mutex
	// header is that of the response; nil before and after the time in which the
	// operation may set it.
	header http.Header
	ends   []func()
}

type exchangeKey struct{}

// exchangeOf is the exchange that something runs for; nil if it is none.
func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
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
func (e *exchange) end() {
	e.mu.Lock()
	ends := e.ends
	e.ends = nil
	e.mu.Unlock()
	for _, fn := range ends {
		fn()
	}
}

// unseal makes SetHeader work.
func (e *exchange) unseal(header http.Header) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.header = header
}

// seal makes SetHeader do nothing from now on: net/http must not see a header
// change while it writes it.
func seal(ctx context.Context) {
	if e := exchangeOf(ctx); e != nil {
		e.unseal(nil)
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
	e := exchangeOf(ctx)
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.header != nil {
		e.header.Set(name, value)
	}
}

// AtEnd calls fn when the HTTP request that ctx belongs to has been answered, in
// its goroutine: it takes less than waiting for the end of ctx. It does nothing,
// and says so, for websockets and outside of requests.
func AtEnd(ctx context.Context, fn func()) bool {
	e := exchangeOf(ctx)
	if e == nil || e.upgrade {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ends = append(e.ends, fn)
	return true
}

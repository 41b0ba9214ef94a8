package transport

import (
	"context"
	"net/http"
	"sync"
)

type headerKey struct{}

// responseHeader is the header of a response that is still to be written.
// gqlgen resolves fields in parallel, hence the mutex.
type responseHeader struct {
	mu     sync.Mutex
	header http.Header
}

func withResponseHeader(ctx context.Context, header http.Header) context.Context {
	return context.WithValue(ctx, headerKey{}, &responseHeader{header: header})
}

// SetHeader sets a header of the HTTP response to the operation that runs in
// ctx, such as what is left of a rate limit. It does nothing for operations
// over a websocket, once the items of an event stream are being sent, and
// outside of operations.
func SetHeader(ctx context.Context, name, value string) {
	response, ok := ctx.Value(headerKey{}).(*responseHeader)
	if !ok {
		return
	}
	response.mu.Lock()
	defer response.mu.Unlock()
	if response.header != nil {
		response.header.Set(name, value)
	}
}

// seal makes SetHeader do nothing from now on: net/http must not see a header
// change while it writes it.
func seal(ctx context.Context) {
	if response, ok := ctx.Value(headerKey{}).(*responseHeader); ok {
		response.mu.Lock()
		defer response.mu.Unlock()
		response.header = nil
	}
}
